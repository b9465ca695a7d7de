"""Which steps of a pass are shown, and the words above each."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rnncalc.compute.trace import Step
from rnncalc.language.nodes import Ref


def headed(steps: Iterator[Step], before: str, after: str) -> Iterator[tuple[str, Step]]:
    """Give each step the words above its table; what has no step stands before or after the others."""
    started = False
    for step in steps:
        started = started or bool(step.letter)
        if step.letter:
            yield f"{step.letter} = {step.number}", step
        elif all(isinstance(line.left, Ref) for line in step.lines):
            yield "start values", step
        else:
            yield after if started else before, step


def select(steps: Iterator[Step], only: Collection[str], wanted: Collection[int]) -> Iterator[Step]:
    """Keep the chosen quantities and steps; empty collections keep all."""
    for step in steps:
        if wanted and step.letter and step.number not in wanted:
            continue
        lines = tuple(line for line in step.lines if not only or line.left.name in only)
        if lines:
            yield step._replace(lines=lines)
