"""How `check` would mark what a slip gives: the same digits, other ones, or such as honest rounding can lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Literal, NamedTuple

import numpy as np

from rnncalc.checking.course import Course
from rnncalc.checking.given import FINEST
from rnncalc.checking.layout import TOTAL, Number
from rnncalc.checking.questions import Question
from rnncalc.checking.reconsider import Review, reconsider
from rnncalc.checking.truth import Truth
from rnncalc.checking.verdicts import RIGHT, judge_number
from rnncalc.checking.walk import Place
from rnncalc.checking.walk_parts import walk_parts
from rnncalc.compute.arithmetic import rounded
from rnncalc.compute.intervals import Interval

NEARLY = 1.5  # units: beyond it, digits are not the same
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
            written = rounded(question.decimals)(numbers)
            if all(map(partial(has_digits, decimals=question.decimals), written, true)):
                continue
            if not self._may_be_rounding(asked, written, unit_of(question.decimals)):
                return "far"
            found = "near"
        return found

    def lets_pass(self, course: Course) -> bool:
        """Tell whether `check` counts every number right that a student would write who goes this way.

        Raises:
            NotThere: there is a number that the way does not give.
        """
        found = []
        for question in self.questions:
            found.append(self.read(question, course))
            if found[-1] == "far":
                return False
        return "near" not in found or self.rounding_explains(course)

    def rounding_explains(self, course: Course) -> bool:
        """Tell whether `check` counts numbers right whose digits are others, none of them too far for that.

        Raises:
            NotThere: there is a number that the way does not give.
        """
        if self._breaks_off(course):
            return False
        written = [_written(question, course, self.right) for question in self.questions]
        wrong = {number for one in written for number, right in one.items() if not right}
        judged = self._review(number for one in written for number in one).judgements
        return all(number in judged and judged[number].verdict in RIGHT for number in wrong)

    def _review(self, numbers: Iterable[Number]) -> Review:
        decimals = self.truth.values.case.rounding.decimals
        found = reconsider(numbers, self.truth.values, self.truth.gradients, decimals)
        return found or Review({}, {}, {}, 1.0)

    def _breaks_off(self, course: Course) -> bool:
        """Tell whether the first line with other digits is not what rounding it may lead to from the right ones before.

        That settles most slips without judging all their numbers.
        """
        for question, asked in self._in_order:
            line, right = course.line(asked.place), self.right.line(asked.place)
            if line is not right:
                written, true = (rounded(question.decimals)(asked.of(array)) for array in (line, right))
                if not np.array_equal(written, true, equal_nan=True):
                    band = self._given_bands.get(asked.place)
                    return band is not None and not _within(asked, written, band, 2 * unit_of(question.decimals))
        return False

    @cached_property
    def _in_order(self) -> list[tuple[Question, _Asked]]:
        """What is asked, in the order of calculation."""
        places = {place: at for at, place in enumerate(self.right.stages[0].order)}
        found = [(question, asked) for question, several in self._asked.items() for asked in several]
        return sorted(found, key=lambda pair: places.get(pair[1].place, len(places)))

    @cached_property
    def _given_bands(self) -> Mapping[Place, Interval]:
        """Where each line may lie if all right answers before it are given."""
        if len(self.right.stages) > 1 or self._asks_twice:
            return {}
        written = [number for question in self.questions for number in _written(question, self.right, self.right)]
        return {place: landing.right for place, landing in self._review(written).landings.items()}

    @cached_property
    def _asks_twice(self) -> bool:
        """Tell whether some line is asked for by several questions, perhaps with other decimals."""
        places = [asked.place for several in self._asked.values() for asked in several]
        return len(set(places)) < len(places)

    def _may_be_rounding(self, asked: _Asked, written: np.ndarray, unit: float) -> bool:
        """Tell whether rounding all the way, nothing given on it, may lead to some numbers."""
        band = self._bands.get(asked.place)
        return band is None or _within(asked, written, band, 2 * unit)

    @cached_property
    def _bands(self) -> Mapping[Place, Interval]:
        """Where each line may lie if every step before it is rounded as well."""
        values, case = self.truth.values, self.truth.values.case
        unit = max(unit_of(question.decimals) for question in self.questions)
        landings = walk_parts({}, unit, values, self.truth.gradients)
        bands = {place: landing.right for place, landing in landings.items()}
        losses = [band for (name, _), band in bands.items() if name == case.loss]
        if losses:
            bands[TOTAL] = Interval(*(np.full((1, 1), sum(map(np.nansum, ends))) for ends in zip(*losses, strict=True)))
        return bands


def _within(asked: _Asked, written: np.ndarray, band: Interval, slack: float) -> bool:
    return bool(((written >= asked.of(band.low) - slack) & (written <= asked.of(band.high) + slack)).all())


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


def _written(question: Question, course: Course, right: Course) -> dict[Number, bool]:
    """Give the numbers that a student writes, and whether each has the digits of the right one."""
    found, unit = {}, unit_of(question.decimals)
    for place, cells in question.by_place.items():
        line, true = course.line(place), right.line(place)
        for cell, given in zip(cells, rounded(question.decimals)(np.array([c.read(line) for c in cells])), strict=True):
            number = cell.number._replace(given=float(given), unit=unit)
            found[number] = has_digits(given, cell.read(true), question.decimals)
    return found


def has_digits(written: float, true: float, decimals: int) -> bool:
    """Tell whether a number, rounded to its decimals, has the digits of the right one, or those of it cut off."""
    near = abs(written - true) <= unit_of(decimals) * NEARLY
    return bool(near) and judge_number(f"{written:.{decimals}f}", written, true).verdict in ("exact", "last-digit")
