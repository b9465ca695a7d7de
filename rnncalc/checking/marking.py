"""How `check` would mark what a slip gives: the same digits, other ones, or such as honest rounding can lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from rnncalc.checking.course import Course
from rnncalc.checking.evidence import fitting_digits
from rnncalc.checking.given import FINEST, Sheet
from rnncalc.checking.layout import TOTAL, Number
from rnncalc.checking.questions import Cell, Question
from rnncalc.checking.reconsider import reconsider
from rnncalc.checking.truth import Truth
from rnncalc.checking.verdicts import RIGHT
from rnncalc.checking.walk import Place
from rnncalc.checking.walk_parts import walk_parts
from rnncalc.compute.arithmetic import rounded
from rnncalc.compute.intervals import Interval

Reading = Literal["same", "near", "far"]  # digits: the right ones, others, others that no rounding leads to


class _Asked(NamedTuple):
    """The numbers that a question asks of one line; `index` is None for its sum over the sequences."""

    place: Place
    index: tuple[np.ndarray, ...] | None

    def of(self, line: np.ndarray) -> np.ndarray:
        return line[self.index] if self.index is not None else np.nansum(line, keepdims=True).reshape(1)


class Marking:
    """Marks the numbers of a course against the right one.

    Args:
        questions: With the decimals to which a student rounds what is asked.
    """

    def __init__(self, truth: Truth, questions: Sequence[Question], right: Course):
        self.truth, self.questions, self.right = truth, questions, right
        self._asked = {question: _by_line(question) for question in questions}

    def read(self, question: Question, course: Course) -> Reading:
        """Tell which digits a course gives for a question.

        Raises:
            NotThere: it gives none.
        """
        found: Reading = "same"
        for asked in self._asked[question]:
            line, right = course.line(asked.place), self.right.line(asked.place)
            if np.array_equal(line, right, equal_nan=True):
                continue
            numbers, true = asked.of(line), asked.of(right)
            unit = unit_of(question.decimals)
            written = rounded(question.decimals)(numbers)
            if np.isfinite(numbers).all() and fitting_digits(true, Sheet(written, np.array(unit))):
                continue
            if not self._may_be_rounding(asked, written, unit):
                return "far"
            found = "near"
        return found

    def lets_pass(self, course: Course) -> bool:
        """Tell whether `check` counts every number right that a student would write who goes this way.

        Raises:
            NotThere: there is a number that the way does not give.
        """
        readings = []
        for question in self.questions:
            readings.append(self.read(question, course))
            if readings[-1] == "far":
                return False
        if "near" not in readings:
            return True
        written = [one for question in self.questions for one in _given(question, course)]
        wrong = {number for cell, number in written if not _shows(number, cell.number.given)}
        numbers, case = [number for _, number in written], self.truth.values.case
        review = reconsider(numbers, self.truth.values, self.truth.gradients, case.rounding.decimals)
        judged = review.judgements if review else {}
        return all(number in judged and judged[number].verdict in RIGHT for number in wrong)

    def _may_be_rounding(self, asked: _Asked, written: np.ndarray, unit: float) -> bool:
        """Tell whether rounding all the way, nothing given on it, may lead to some numbers."""
        band = self.bands.get(asked.place)
        if band is None:
            return True
        slack = 2 * unit
        return bool(((written >= asked.of(band.low) - slack) & (written <= asked.of(band.high) + slack)).all())

    @cached_property
    def bands(self) -> Mapping[Place, Interval]:
        """Where each line may lie if every step before it is rounded as well."""
        values, case = self.truth.values, self.truth.values.case
        unit = max(unit_of(question.decimals) for question in self.questions)
        landings = walk_parts({}, unit, values, self.truth.gradients)
        bands = {place: landing.right for place, landing in landings.items()}
        losses = [band for (name, _), band in bands.items() if name == case.loss]
        if losses:
            bands[TOTAL] = Interval(*(np.full((1, 1), sum(map(np.nansum, ends))) for ends in zip(*losses, strict=True)))
        return bands


def unit_of(decimals: int) -> float:
    """Give the unit of the last digit shown, no finer than digits are compared."""
    return max(10.0**-decimals, FINEST)


def _by_line(question: Question) -> tuple[_Asked, ...]:
    found = []
    for place, cells in question.by_place.items():
        entries = [cell.entry for cell in cells]
        index = None if None in entries else tuple(np.array(axis) for axis in zip(*entries, strict=True))
        found.append(_Asked(place, index))
    return tuple(found)


def _given(question: Question, course: Course) -> list[tuple[Cell, Number]]:
    """Give the numbers that a student writes, at the decimals of the question."""
    numbers = np.array([cell.read(course.line(cell.place)) for cell in question.cells])
    texts = rounded(question.decimals)(numbers)
    unit = unit_of(question.decimals)
    return [
        (cell, cell.number._replace(given=float(given), unit=unit))
        for cell, given in zip(question.cells, texts, strict=True)
    ]


def _shows(number: Number, true: float) -> bool:
    """Tell whether a number has the digits of the right one."""
    return np.isfinite(number.given) and fitting_digits(
        np.array(true), Sheet(np.array(number.given), np.array(number.unit))
    )
