"""A problem as an exam: what it asks, and every slip that can be made in it.

`Exam` is the one to read first; marking.py says how an answer with a slip is marked.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.checking.candidates import Candidate
from rnncalc.checking.course import Course, NotThere, Stage, stages_of
from rnncalc.checking.marking import Marking
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.questions import Question
from rnncalc.checking.scene import Scene
from rnncalc.checking.truth import Truth, truth_of
from rnncalc.checking.walk import Place, places_read
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.bptt import Gradients, backpropagate, unit_sums
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.trace import concrete
from rnncalc.compute.values import Values

Key = tuple[str, str, int]  # slug, words, and which of several slips with these

SAME = 1e-9  # relative: how near two calculations come that are the same


class Tried(NamedTuple):
    """A slip, what it is in the calculation of each length (or None), and the questions that it may show in.

    `key` names it in other exams of the same equations too.
    """

    key: Key
    slip: Slip
    candidates: tuple[Candidate | None, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, eq=False)
class Exam:
    """The questions of a problem, and the slips that its equations allow.

    Args:
        truth: The right values, with gradients where a question asks for one.
        questions: From questions_of, of this problem or of one with other numbers.
        only: The slugs of slips that are tried; none for all.
    """

    truth: Truth
    questions: tuple[Question, ...]
    only: frozenset[str] = frozenset()

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        return stages_of(self.truth, {name for question in self.questions for name in question.names})

    @cached_property
    def tried(self) -> tuple[Tried, ...]:
        """The slips that change what some question is worked out from."""
        found: dict[Key, list[Candidate | None]] = {}
        for number, (_, search) in enumerate(self.truth.searches):
            for key, candidate in _named(search.candidates):
                if not self.only or candidate.slip.slug in self.only:
                    found.setdefault(key, [None] * len(self.stages))[number] = candidate
        leads, tried = [_Leads(stage.scene, self.questions) for stage in self.stages], []
        for key, several in found.items():
            pairs = [(lead, one.slip) for lead, one in zip(leads, several, strict=True) if one]
            asked = [any(lead.touches(slip, at) for lead, slip in pairs) for at in range(len(self.questions))]
            if any(asked):
                tried.append(Tried(key, pairs[0][1], tuple(several), tuple(itertools.compress(self.questions, asked))))
        return tuple(tried)

    @cached_property
    def right(self) -> Course:
        return Course(self.stages, [None] * len(self.stages))

    def course(self, one: Tried) -> Course:
        """Give the way of a slip, of this exam or of another one of the same equations."""
        return Course(self.stages, self._own(one), self.right)

    def _own(self, one: Tried) -> Sequence[Candidate | None]:
        """Give a slip as it is here: numbers that it puts in the place of others may rest on those of its exam."""
        pairs = zip(one.candidates, self.stages, strict=True)
        if all(not candidate or not candidate.slip.numbers or candidate.scene is s.scene for candidate, s in pairs):
            return one.candidates
        return self._by_key[one.key].candidates if one.key in self._by_key else [None] * len(self.stages)

    @cached_property
    def _by_key(self) -> Mapping[Key, Tried]:
        return {one.key: one for one in self.tried}

    @cached_property
    def marking(self) -> Marking:
        return Marking(self.truth, self.questions, self.right)

    def is_blind(self, one: Tried) -> bool:
        """Tell whether a slip can be made and gives the right digits of every question."""
        course = self.course(one)
        try:
            return all(self.marking.read(question, course) == "same" for question in one.questions)
        except NotThere:
            return False

    def differs(self, one: Tried, units: float | None = None) -> bool:
        """Tell whether a slip gives another number for some question, by more than some units of its last digit.

        Without `units`, by more than float64 can be off.
        """
        course = self.course(one)
        try:
            return any(self._differ(course, question, units) for question in one.questions)
        except NotThere:
            return False

    def _differ(self, course: Course, question: Question, units: float | None) -> bool:
        for place, cells in question.by_place.items():
            line, right = course.line(place), self.right.line(place)
            if line is right:
                continue
            found, true = (np.array([cell.read(array) for cell in cells]) for array in (line, right))
            far = SAME * (np.abs(true) + SAME) if units is None else units * 10.0**-question.decimals
            if (np.isfinite(true) & ~(np.abs(found - true) <= far)).any():
                return True
        return False

    def with_numbers(self, case: Case) -> Exam:
        """Give the exam with other numbers in the same equations."""
        values = evaluate(case, arithmetic_of(*case.rounding))
        exam = Exam(Truth(values, self._gradients(values)), self.questions, self.only)
        for new, old in zip(exam.stages, self.stages, strict=True):
            if _equations(new.scene) == _equations(old.scene):
                new.scene.evaluators.update(old.scene.evaluators)
        return exam

    def _gradients(self, values: Values) -> Gradients | None:
        """Give the backward pass of other numbers, by the equations derived already where they still hold."""
        old = self.truth.gradients
        if old is None:
            return None
        if values.parts or unit_sums(values.case) != unit_sums(self.truth.values.case):
            return truth_of(values, True).gradients
        return backpropagate(values, old.backward)


def _named(candidates: Iterable[Candidate]) -> Iterator[tuple[Key, Candidate]]:
    counts: Counter[tuple[str, str]] = Counter()
    for candidate in candidates:
        words = candidate.slip.slug, candidate.slip.words
        yield (*words, counts[words]), candidate
        counts[words] += 1


def _equations(scene: Scene) -> list:
    return [work.equation for work in scene.works.values()]


class _Leads:
    """What leads to each question: the equations of all lines that it is worked out from, and the given places read."""

    def __init__(self, scene: Scene, questions: Sequence[Question]):
        reads = {
            place: dict.fromkeys(places_read(concrete(work.equation.right, work.number, work.values), work.values))
            for place, work in scene.works.items()
        }
        self._places = [_reached(question.by_place, reads) for question in questions]
        works = scene.works
        self._lefts = [{works[place].equation.left for place in found if place in works} for found in self._places]

    def touches(self, slip: Slip, number: int) -> bool:
        """Tell whether a slip changes something that a question is worked out from."""
        return not (self._lefts[number].isdisjoint(slip.lines) and self._places[number].isdisjoint(slip.numbers))


def _reached(places: Iterable[Place], reads: dict[Place, Iterable[Place]]) -> set[Place]:
    found, left = set(places), list(places)
    while left:
        for place in reads.get(left.pop(), ()):
            if place not in found:
                found.add(place)
                left.append(place)
    return found
