"""The kinds of problems: a network of equations, or an n-gram model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Source, whole
from rnncalc.problem.problem import Problem, problem_of, problem_tree

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram
    from rnncalc.problem.yaml_tree import Mapping


def read_kind(source: Source) -> Problem | Bigram:
    """Read a problem of either kind; a file with the key `bigram` is an n-gram model.

    Raises:
        RnncalcError: every independent fault of the file.
    """
    return kind_of(source, problem_tree(source))


def kind_of(source: Source, tree: Mapping) -> Problem | Bigram:
    """Make a problem of either kind from the tree of its file.

    Raises:
        RnncalcError: slug `is-a-solution`, and every independent fault of the file.
    """
    if tree.get("problem") is not None:
        message = "This is a solution file: it holds answers, and names its problem."
        raise refuse("is-a-solution", tree.get("problem").span, message, "Judge it with 'rnncalc check'.")
    if tree.get("bigram") is None:
        return problem_of(source, tree)
    from rnncalc.problem.bigram import read_bigram

    return read_bigram(source, tree)


def require_network(problem: Problem | Bigram) -> Problem:
    """Refuse an n-gram model where a network is wanted.

    Raises:
        RnncalcError: slug `bigram-problem`.
    """
    if isinstance(problem, Problem):
        return problem
    raise refuse(
        "bigram-problem",
        whole(problem.source),
        "This is an n-gram model; its network is not written yet.",
        f"Show it with 'rnncalc bigram {problem.source.name}', and write the network with --output FILE.",
    )


def require_bigram(problem: Problem | Bigram) -> Bigram:
    """Refuse a network where an n-gram model is wanted.

    Raises:
        RnncalcError: slug `no-bigram`.
    """
    if not isinstance(problem, Problem):
        return problem
    remedy = "Write 'bigram: {text: …}', or name a text with --text or --text-file."
    raise refuse("no-bigram", whole(problem.source), "The file has no key 'bigram'.", remedy)
