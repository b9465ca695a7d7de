"""Open problems for commands: the file or bundled name, read and evaluated."""

from __future__ import annotations

import sys


def opened(file: str):
    """Read a problem from a path, a bundled name or standard input."""
    from rnncalc.problem.files import read_source
    from rnncalc.problem.problem import read_problem

    return read_problem(read_source(file, sys.stdin.buffer))


def evaluated(problem):
    """Compute a problem's forward pass in the arithmetic that its file asks for."""
    from rnncalc.compute.arithmetic import float64, rounded
    from rnncalc.compute.evaluate import evaluate

    rounding = problem.case.rounding
    return evaluate(problem.case, rounded(rounding.decimals) if rounding.every_step else float64)
