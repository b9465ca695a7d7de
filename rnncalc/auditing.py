"""Read and audit problem files and folders of them: which mistakes each problem cannot tell from a right answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.checking.audit import Audit, TooLarge, audit
from rnncalc.checking.bigram_audit import audit_ngrams
from rnncalc.checking.sharpen import Suggestion, sharpen
from rnncalc.checking.truth import asks_gradients, truth_of
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.evaluate import evaluate
from rnncalc.problem.files import problem_files, read_source
from rnncalc.problem.kinds import kind_of
from rnncalc.problem.problem import Problem, problem_tree
from rnncalc.problem.solution import is_solution

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram


class Audited(NamedTuple):
    """What an audit found in one file: the audit with the changes that it suggests, or why there is none.

    `error` is what keeps the file from being read, `skipped` why a problem is not audited.
    """

    file: str
    problem: Problem | Bigram | None = None
    audit: Audit | None = None
    suggestions: tuple[Suggestion, ...] = ()
    error: RnncalcError | None = None
    skipped: str = ""


def audit_files(
    names: Iterable[str],
    decimals: int | None = None,
    only: Collection[str] = (),
    suggest: bool = True,
    stdin: BinaryIO | None = None,
) -> Iterator[Audited]:
    """Audit files one after another; a folder stands for the problems in it, its solutions left out.

    Args:
        names: Paths, names of bundled problems, or `-`.
        decimals: Of all answers, in place of those that each of them shows.
        only: The slugs of mistakes to be tried; none for all.
        suggest: Whether to look for changes that make a problem sharper.
        stdin: Where `-` is read from.
    """
    names = list(names)
    for file in problem_files(names):
        try:
            source = read_source(file, stdin)
            tree = problem_tree(source)
            if is_solution(tree) and file not in names:
                continue
            problem = kind_of(source, tree)
        except RnncalcError as error:
            yield Audited(file, error=error)
            continue
        yield _audited(source.name, problem, decimals, only, suggest)


def _audited(
    file: str, problem: Problem | Bigram, decimals: int | None, only: Collection[str], suggest: bool
) -> Audited:
    if isinstance(problem, Problem) and problem.training is not None and not problem.case.claims.answers:
        return Audited(file, problem, skipped="not audited: its weights are to be learnt, and it has no answers")
    try:
        found = audit_problem(problem, decimals, only)
        return Audited(file, problem, found, sharpen(found) if suggest and found.exam else ())
    except TooLarge as reason:
        return Audited(file, problem, skipped=f"too large to be audited: {reason}")


def audit_problem(problem: Problem | Bigram, decimals: int | None = None, only: Collection[str] = ()) -> Audit:
    """Audit a network or an n-gram model.

    Raises:
        TooLarge: it has too many numbers, or its slips lead through too many lines.
    """
    if not isinstance(problem, Problem):
        return audit_ngrams(problem.model, problem.asked, problem.claims, problem.rounding.decimals, decimals, only)
    case = problem.case
    values = evaluate(case, arithmetic_of(*case.rounding))
    gradients = asks_gradients(case.claims) or not case.claims.answers
    return audit(truth_of(values, gradients), decimals, only)
