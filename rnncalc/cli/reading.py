"""What commands take from a problem: the problem itself, `-` being standard input, and its decimals."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import rnncalc

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram
    from rnncalc.problem.problem import Problem


def opened(file: str) -> Problem | Bigram:
    """Read a problem from a path, a bundled name or standard input."""
    return rnncalc.load(file, sys.stdin.buffer)


def opened_network(file: str) -> Problem:
    """Read a problem that must be a network of equations."""
    from rnncalc.problem.kinds import require_network

    return require_network(opened(file))


def shown_decimals(problem: Problem, asked: int | None) -> int:
    """Give the decimals asked for, else those of the file."""
    return problem.case.rounding.decimals if asked is None else asked
