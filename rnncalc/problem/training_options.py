"""A training problem with settings of the command line in place of those of its file."""

from __future__ import annotations

from collections.abc import Mapping

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Source, Span, whole
from rnncalc.problem.kinds import kind_of, require_network
from rnncalc.problem.problem import Problem, problem_tree
from rnncalc.problem.yaml_tree import Mapping as Pairs
from rnncalc.problem.yaml_tree import Scalar

_EXCLUDED = {"iterations": "epochs", "epochs": "iterations"}  # a setting, and the key of which it takes the place


def read_training(source: Source, settings: Mapping[str, str]) -> Problem:
    """Read a problem that is to be trained.

    Args:
        source: The file.
        settings: Keys of `training:` with their values, which count in place of the file's.

    Raises:
        RnncalcError: slug `no-training`, and every independent fault of the file.
    """
    return require_training(require_network(kind_of(source, _with(problem_tree(source), settings))))


def require_training(problem: Problem) -> Problem:
    """Refuse a problem that does not say how it learns.

    Raises:
        RnncalcError: slug `no-training`.
    """
    if problem.training is None:
        message = "The file does not say how its network is trained: it has no key 'training'."
        remedy = "Write 'training: {optimiser: adam, rate: 0.01, iterations: 1000}'; inputs and targets may stay."
        raise refuse("no-training", whole(problem.source), message, remedy)
    return problem


def training_place(source: Source) -> Span:
    """Give the place of the rate, or where there is none of the key `training`."""
    tree = problem_tree(source)
    key, section = next((key, value) for key, value in tree.pairs if key.text == "training")
    rate = section.get("rate") if isinstance(section, Pairs) else None
    return key.span if rate is None else rate.span


def _with(tree: Pairs, settings: Mapping[str, str]) -> Pairs:
    """Put settings into the section `training`, where there is one; messages about them show the key's place."""
    section = tree.get("training")
    if not settings or not isinstance(section, Pairs):
        return tree
    replaced = {*settings, *(_EXCLUDED[name] for name in settings if name in _EXCLUDED)}
    place = next(key.span for key, _ in tree.pairs if key.text == "training")
    kept = tuple(pair for pair in section.pairs if pair[0].text not in replaced)
    added = tuple((Scalar(name, place), Scalar(text, place)) for name, text in settings.items())
    changed = section._replace(pairs=(*kept, *added))
    return tree._replace(pairs=tuple((key, changed if value is section else value) for key, value in tree.pairs))
