"""rnncalc: a step-through calculator for recurrent neural networks.

The commands are `rnncalc --help`; the same from Python:

    >>> import rnncalc
    >>> problem = rnncalc.load("ntu-tutorial-8-q1a")
    >>> values = rnncalc.forward(problem)
    >>> values.sequences["y"][:, 0, 0, 0].round(2).tolist()
    [0.27, 0.73, 0.94, 0.11]
    >>> all(finding.counts_as_right for finding in rnncalc.check(problem))
    True

Nothing is imported before it is needed, so that `rnncalc --help` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from rnncalc.checking.audit import Audit
    from rnncalc.checking.check import Finding
    from rnncalc.compute.descent import Answered
    from rnncalc.compute.values import Values
    from rnncalc.judging import Judged
    from rnncalc.problem.bigram import Bigram
    from rnncalc.problem.problem import Problem

__version__ = "0.1.0"

__all__ = ["__version__", "audit", "bptt", "check", "check_files", "forward", "load"]


def load(file: str, stdin: BinaryIO | None = None) -> Problem | Bigram:
    """Read a problem: a path, the name of a bundled problem, or `-` for standard input.

    A file with the key `bigram` gives a Bigram, any other a Problem.

    Raises:
        rnncalc.base.diagnostics.RnncalcError: every fault of the file, each with
            slug, place, message and remedy.
    """
    from rnncalc.problem.files import read_source
    from rnncalc.problem.kinds import read_kind

    return read_kind(read_source(file, stdin))


def forward(problem: Problem) -> Values:
    """Compute the forward pass, in the arithmetic that the file asks for.

    Shapes:
        sequences[name]: (n_steps, n_sequences, rows, columns)
        singles[name]: (n_sequences, rows, columns)
    """
    from rnncalc.compute.arithmetic import arithmetic_of
    from rnncalc.compute.evaluate import evaluate

    return evaluate(problem.case, arithmetic_of(*problem.case.rounding))


def bptt(problem: Problem) -> Answered:
    """Derive and evaluate backpropagation through time.

    Shapes:
        totals[weight]: ∂J/∂weight, (rows, columns)
        parts[weight]: its addends by step, (n_steps, rows, columns)

    Raises:
        rnncalc.base.diagnostics.RnncalcError: slugs `no-loss`, `no-finite-loss`.
    """
    from rnncalc.compute.descent import Request, answer
    from rnncalc.problem.require import require_finite_loss, require_loss

    require_loss(problem)
    values = forward(problem)
    require_finite_loss(problem, values)
    return answer(values, Request(starts=True, inputs=True))


def check(problem: Problem | Bigram) -> list[Finding]:
    """Judge every number under `answers:` by the digits with which it is written."""
    from rnncalc.problem.problem import Problem

    if isinstance(problem, Problem):
        from rnncalc.checking.check import check_answers

        return check_answers(forward(problem))
    from rnncalc.checking.bigram import check_bigram

    return check_bigram(problem.model, problem.asked, problem.claims)


def audit(problem: Problem, decimals: int | None = None) -> Audit:
    """Apply every known mistake to a problem: which of them give the digits of the right answer?

    `sharpness` is the share that is told, `undetected` holds the others; for
    changes that tell more see rnncalc.checking.sharpen.

    Args:
        problem: A network.
        decimals: Of all answers, in place of those that each of them shows.

    Raises:
        rnncalc.base.diagnostics.RnncalcError: slug `bigram-problem`.
        rnncalc.checking.audit.TooLarge: the problem has more than 200,000 numbers or 300 steps, or its
            mistakes lead through too many lines.
    """
    from rnncalc.auditing import audit_problem
    from rnncalc.problem.kinds import require_network

    return audit_problem(require_network(problem), decimals)


def check_files(names: list[str]) -> list[Judged]:
    """Judge problem files, solution files and folders of both, as the command `check` does.

    Each Judged has the findings of one file, or the error that kept it from being read.
    """
    from rnncalc.judging import judge_files

    return list(judge_files(names))
