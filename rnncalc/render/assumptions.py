"""What a problem takes for granted, in sentences: its convention, zeros, biases left out, lengths, rounding."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.problem.problem import Problem
from rnncalc.render.filling import ENDED


def assumptions(problem: Problem) -> Iterator[str]:
    """Say what was taken for granted."""
    if problem.network.published and problem.network.published.convention:
        yield f"In the convention of {problem.network.published.convention.title}."
    if problem.assumed:
        yield f"Taken as zero: {', '.join(f'{name}({step})' for name, step in problem.assumed)}."
    if problem.dropped:
        yield f"Not given, left out: {', '.join(problem.dropped)}."
    for letter, own in problem.case.own_lengths.items():
        yield f"Steps {letter} of each sequence: {', '.join(map(str, own))}; past its end stands a {ENDED}."
    if problem.case.rounding.every_step:
        yield f"Every quantity is rounded to {problem.case.rounding.decimals} decimals before it is used."
