"""Read a problem file: text in, Problem out, all diagnostics of the file in one go.

`read_problem` is the one to read first; network.py makes the equations,
data.py the arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, Diagnostic, RnncalcError, refuse
from rnncalc.base.span import Source, Span, whole
from rnncalc.compute.answers import AnswerKey, Claims
from rnncalc.compute.case import Case, Rounding
from rnncalc.problem import yaml_tree
from rnncalc.problem.building import build_case
from rnncalc.problem.data import read_data
from rnncalc.problem.fields import STRUCTURE, read_fields
from rnncalc.problem.meanings import Meanings
from rnncalc.problem.names import check_names
from rnncalc.problem.network import Network, build_network, check_functions
from rnncalc.problem.points import questions_of
from rnncalc.problem.published import read_published
from rnncalc.problem.redrawing import check_ranges
from rnncalc.problem.yaml_tree import read_tree
from rnncalc.recurrences.schedule import schedule

if TYPE_CHECKING:
    from rnncalc.problem.training import Course, Training
    from rnncalc.problem.vocabulary import Vocabulary


class Problem(NamedTuple):
    """A problem, ready to be evaluated, with what is needed to show it.

    `texts` holds the numbers of weights, inputs and initial values as the file
    writes them, in the shapes of the case's arrays; `assumed` the initial
    values taken as zero; `dropped` the biases that the file does not give; `hidden`
    that students see no digit of the key; `questions` what is asked for, with the points of each; `training` how the
    network is to learn, `vocabulary` what the ids of its input stand for, `labels` what the classes of its output are.
    """

    source: Source
    title: str
    origin: str
    network: Network
    case: Case
    texts: Mapping[object, np.ndarray]
    assumed: tuple[tuple[str, int], ...]
    hidden: bool = False
    questions: Mapping[AnswerKey, float] = MappingProxyType({})
    training: Training | None = None
    vocabulary: Vocabulary | None = None
    labels: tuple[str, ...] = ()

    @property
    def n_steps(self) -> int:
        """The length of the longest sequence."""
        return max(self.case.lengths.values(), default=1)

    @property
    def dropped(self) -> tuple[str, ...]:
        return self.network.dropped


def read_problem(source: Source) -> Problem:
    """Read a problem from its text.

    Raises:
        RnncalcError: every independent fault of the file.
    """
    return problem_of(source, problem_tree(source))


def problem_of(source: Source, tree: yaml_tree.Mapping) -> Problem:
    """Make a problem from the tree of its file."""
    collector = Collector()
    found = read_fields(tree, collector)
    data = read_data(found, collector)
    check_ranges(found.get("variants", {}), tree, data, collector)
    meanings, course = _meanings(found, tree, collector), _course(found, tree, collector)
    network = None
    if all(key.text in found for key, _ in tree.pairs if key.text in STRUCTURE):
        with collector:
            published = read_published(found)
            if published and published.tensors:
                from rnncalc.problem.packed import unpack_weights

                data = unpack_weights(published, data, found["convention"].span, collector, course is not None)
            drawn = course.drawn(published, data, found.get("loss")) if course else ()
            network = build_network(found, tree.span, published, (*data.names("weights"), *drawn))
            schedule(network.system)  # loops are worth saying even when numbers are wrong
    else:
        check_functions(found, collector)
    lengths, lesson = found.get("lengths", {}), None
    if network and course:
        data = data._replace(complete=False)  # until what it does not give is made
        with collector:
            lesson = course.lesson(network, data, lengths, meanings)
            data, lengths = lesson.learnt.data, lesson.learnt.lengths
    if network and data.complete and len(found) == len(tree.pairs):  # else a name may only seem to be missing
        check_names(network, data, collector)
    questions, points = {}, found.get("points", {})
    with collector:
        questions = questions_of(points, found.get("answers", ()))
    collector.raise_if_any()
    rounding = found.get("rounding", Rounding())
    claims = Claims(found.get("answers", ()), found.get("misprints", {}))
    steps = found.get("steps", {})
    case, texts, assumed = build_case(
        network, data, steps, lengths, rounding, claims, collector, course and course.together
    )
    check_answer_names(case, [*claims.keyed, *((key, span) for key, (_, span) in points.items())])
    training = course.training(lesson, network, steps, rounding) if course else None
    meanings = lesson.meanings if lesson else meanings
    meanings.check(case, network)
    hidden = _text(found, "hidden") == "true"
    title, origin = _text(found, "title"), _text(found, "source")
    return Problem(source, title, origin, network, case, texts, assumed, hidden, questions, training, *meanings[:2])


def problem_tree(source: Source) -> yaml_tree.Mapping:
    """Read a file as a tree, and see that it is a problem of this version of the format."""
    tree = read_tree(source)
    if not isinstance(tree, yaml_tree.Mapping):
        span = whole(source) if tree is None else Span(source, tree.span.start, tree.span.start + 1)
        raise refuse("not-a-problem", span, "This is no problem file.", "A problem begins 'rnncalc: 1'.")
    version = tree.get("rnncalc")
    if version is None:
        first = tree.pairs[0][0].span if tree.pairs else whole(source)
        raise refuse("not-a-problem", first, "The key 'rnncalc' is missing.", "Begin the file with 'rnncalc: 1'.")
    text = getattr(version, "text", "a list")
    if text != "1":
        raise refuse(
            "unknown-version",
            version.span,
            f"This is version {text} of the format.",
            "Write 'rnncalc: 1', the only one so far.",
        )
    return tree


def _meanings(found: dict, tree: yaml_tree.Mapping, collector: Collector) -> Meanings:
    """Read what inputs and outputs stand for, where the file says so."""
    places = {key.text: key.span for key, _ in tree.pairs if key.text in ("vocabulary", "labels") and key.text in found}
    if not places:
        return Meanings()
    from rnncalc.problem.vocabulary_fields import read_meanings

    with collector:
        return read_meanings(found, places)
    return Meanings()


def _course(found: dict, tree: yaml_tree.Mapping, collector: Collector) -> Course | None:
    """Read the section `training:`, where the file has one."""
    if "training" not in found:
        return None
    from rnncalc.problem.training import read_course

    with collector:
        return read_course(found["training"], next(key.span for key, _ in tree.pairs if key.text == "training"))
    del found["training"]  # which cannot be read, so that nothing is said of names that it may give
    return None


def _text(found: dict, key: str) -> str:
    return found[key].text if key in found else ""


def check_answer_names(case: Case, keys: Iterable[tuple[AnswerKey, Span]]) -> None:
    """Refuse answers about names that the equations do not define.

    Raises:
        RnncalcError: slug `unknown-quantity`, for each.
    """
    from rnncalc.base.words import nearest

    system = case.system
    known = list(dict.fromkeys([*system.defined, *(["J"] if case.loss else [])]))
    diagnostics = []
    for key, span in keys:
        names = [*known, *system.given_values, *system.given_sequences] if key.gradient else known
        if key.name not in names:
            close = nearest(key.name, names)
            remedy = f"Did you mean '{close}'?" if close else f"Its quantities are {', '.join(known)}."
            diagnostics.append(Diagnostic("unknown-quantity", span, f"The problem has no '{key.name}'.", remedy))
    if diagnostics:
        raise RnncalcError(diagnostics)
