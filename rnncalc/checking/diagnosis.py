"""Which slip gives wrong numbers: the first wrong line first, single slips, then pairs.

`Search.diagnose` is the one to read first. A slip must give every number of a
line, by the rules that judge the right method; it is named where the digits
that it explains carry enough evidence (evidence.py), and ties are kept as ties.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.checking.candidates import NOT_THERE, Candidate, Sheets, Trial
from rnncalc.checking.evidence import digits, digits_at_a_step, fitting_digits, needed
from rnncalc.checking.given import FINEST, Sheet
from rnncalc.checking.layout import TOTAL
from rnncalc.checking.mistakes.products import product_slips
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.mistakes.table import all_slips
from rnncalc.checking.mistakes.written import meant
from rnncalc.checking.pairs import pairs
from rnncalc.checking.replay import Replay
from rnncalc.checking.scene import Scene
from rnncalc.checking.verdicts import claimed_decimals
from rnncalc.checking.walk import Place

MOST_UNEXPLAINED = 4  # wrong lines without an explanation, after which none is sought for the rest
NEAR_PLACES = 6  # lines between given ones whose single products are tried
PAIRS_NEED = 8.0  # digits: four entries at two decimals, or two at four
SINGLES, PAIRS = 2.0, 2.0  # seconds of work that the search in one file may take: on single slips, on pairs too

Entries = Mapping[Place, np.ndarray]  # by line, which of its numbers


class Explained(NamedTuple):
    """What gives some wrong lines; `named` tells whether the digits carry enough evidence to say so."""

    slips: tuple[Slip, ...]
    places: tuple[Place, ...]
    named: bool

    @property
    def slugs(self) -> tuple[str, ...]:
        """The slugs of all slips; a pair has two."""
        return tuple(dict.fromkeys(slug for slip in self.slips for slug in slip.slug.split()))


class _Match(NamedTuple):
    """A slip that gives a line, with the other wrong lines that it gives, and the right ones that it does not.

    `exact` tells whether it gives the line's digits, not only a band that holds them.
    """

    slip: Slip
    places: tuple[Place, ...]
    n_entries: int
    against: int
    evidence: float
    exact: bool
    named: bool = False


@dataclass(frozen=True)
class Search:
    """The search for slips on one calculation; the slips that are tried are kept for the next student.

    `pairs` tells whether two slips at once are sought, which takes ten times as long.
    """

    scene: Scene
    pairs: bool = True

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        return tuple(Candidate(self.scene, slip) for slip in all_slips(self.scene))

    @cached_property
    def right(self) -> Candidate:
        """The right method, as a slip that changes nothing."""
        return Candidate(self.scene, Slip("", ""))

    def diagnose(self, sheets: Sheets, wrong: Entries, unit: float) -> Iterator[Explained]:
        """Go through wrong lines in the order of calculation and say what gives them.

        Args:
            sheets: All numbers that the student gives, by place.
            wrong: Those of them to be explained.
            unit: Of the last digit of quantities that are not given.
        """
        start, unexplained = time.thread_time(), 0
        left = [place for place in self.scene.works if place in wrong]
        while left and unexplained < MOST_UNEXPLAINED:
            found = _Attempt(self, sheets, wrong, left, unit, start).explain(left[0], self.pairs and not unexplained)
            if found is None:
                unexplained += 1
            else:
                yield found
            done = {left[0], *(found.places if found else ())}
            left = [place for place in left if place not in done]

    def doubt(self, sheets: Sheets, lines: Entries, halves: Mapping[Place, np.ndarray]) -> Explained | None:
        """Give the slips that give the very digits of numbers that only a wide band lets pass.

        Args:
            lines: The numbers in doubt.
            halves: Half the band of each line: the wider, the less a number tells.
        """
        start, found, tried = time.thread_time(), [], 0
        right = Replay(self.scene, sheets)
        for place in lines:
            right.line(place)
        for candidate in self.candidates:
            if time.thread_time() - start > SINGLES:
                break
            if not candidate.touches(right):
                continue
            tried += 1
            if all(_gives(candidate, place, sheets[place]) for place in lines):
                found.append(candidate.slip)
        told = sum(float(np.log10(np.maximum(2 * halves[p] / sheets[p].units, 1))[e].sum()) for p, e in lines.items())
        return Explained(tuple(found), tuple(lines), True) if found and told > needed(tried) else None


def _gives(candidate: Candidate, place: Place, sheet: Sheet) -> bool:
    try:
        return fitting_digits(candidate.free.line(place), sheet)
    except NOT_THERE:
        return False


class _Attempt:
    """The search for what gives the first of some wrong lines, and others with it."""

    def __init__(
        self, search: Search, sheets: Sheets, wrong: Entries, left: Sequence[Place], unit: float, start: float
    ):
        self.search, self.scene, self.sheets, self.wrong = search, search.scene, sheets, wrong
        self.left, self.unit, self.start = left, unit, start
        self.right = Replay(self.scene, sheets)

    def explain(self, place: Place, with_pairs: bool) -> Explained | None:
        """Give the slips that give a line; pairs of them only where asked for, since they take long."""
        try:
            if fitting_digits(self.right.line(place), self.sheets[place]):
                return None  # it follows from numbers that are not carried on
        except NOT_THERE:
            return None
        near = [one for one in self.search.candidates if one.touches(self.right)]
        found = self._matches(place, near, SINGLES)
        for _, products in itertools.groupby(sorted(self._products(), key=_slug), key=_slug):
            found += self._matches(place, products, SINGLES)
        found += self._of_pen(place)
        if not found and with_pairs and self._evidence(dict.fromkeys(self.left, 0.0)) >= PAIRS_NEED:
            found = [match for match in self._matches(place, pairs(near), PAIRS, PAIRS_NEED) if match.named]
        return _best(found)

    def _products(self) -> Iterator[Candidate]:
        """Give the single products that lead to a line, where few lines lie between it and given ones."""
        places = [place for place in self.right.worked if place in self.scene.works and place != TOTAL]
        for place in places if len(places) <= NEAR_PLACES else ():
            for slip in product_slips(self.scene, place):
                yield Candidate(self.scene, slip)

    def _matches(
        self, place: Place, candidates: Iterable[Candidate], seconds: float, least: float = 0.0
    ) -> list[_Match]:
        """Give the slips of one kind that give a line; those count as tried that change its wrong numbers."""
        bare, found, tried = self._is_bare(), [], 0
        right, entries = self.right.line(place), self.wrong[place]
        for candidate in candidates:
            if time.thread_time() - self.start > seconds:
                break
            trial = Trial(candidate, self.sheets, self.unit, bare or seconds is SINGLES)
            width = trial.width(place)
            tried += width is not None or trial.moves(place, right, entries)
            if width is not None:
                found.append(self._match(place, width, trial))
        judged = [match._replace(named=match.evidence > needed(tried) and match.evidence >= least) for match in found]
        return [match for match in judged if match.named or match.exact]

    def _is_bare(self) -> bool:
        """Tell whether a line follows from the problem alone, without further numbers of the student."""
        return not any(place in self.sheets for place in self.right.read)

    def _match(self, place: Place, width: np.ndarray | float, trial: Trial) -> _Match:
        widths, against = {place: width}, 0
        for other in self.sheets:
            if other == place or other not in self.scene.works or other in self.wrong and other not in self.left:
                continue
            found = trial.width(other)
            if other in self.wrong:
                widths |= {other: found} if found is not None else {}
            else:
                against += found is None
        n_entries = sum(int(self.wrong[one].sum()) for one in widths)
        exact = not np.any(width)
        return _Match(trial.candidate.slip, tuple(widths), n_entries, against, self._evidence(widths), exact)

    def _evidence(self, widths: Mapping[Place, np.ndarray | float]) -> float:
        return sum(self._digits(place, width) for place, width in widths.items())

    def _digits(self, place: Place, width: np.ndarray | float) -> float:
        try:
            right = self.right.line(place)
        except NOT_THERE:
            right = np.zeros_like(self.sheets[place].numbers)
        count = digits if place[1] is None else digits_at_a_step
        return count(self.sheets[place], right, self.wrong[place], width)

    def _of_pen(self, place: Place) -> list[_Match]:
        """Give the slips of the pen that make a line's only wrong number of the right one."""
        entries, sheet = self.wrong[place], self.sheets[place]
        if entries.sum() != 1 or (number := _written(sheet, entries)) is None:
            return []
        found, possible = [], list(meant(number))
        evidence = digits(sheet, self.right.line(place), entries)
        for one in possible:
            trial = Trial(self.search.right, {**self.sheets, place: _corrected(sheet, entries, one.text)}, self.unit)
            if trial.width(place) is not None:
                named = evidence > needed(len(possible))
                found.append(_Match(Slip(one.slug, one.words), (place,), 1, 0, evidence, True, named))
        return found


def _slug(candidate: Candidate) -> str:
    return candidate.slip.slug


def _written(sheet: Sheet, entries: np.ndarray) -> str | None:
    """Give the text of the one number chosen; None where it was no decimal."""
    unit = float(sheet.units[entries][0])
    return f"{float(sheet.numbers[entries][0]):.{max(round(-math.log10(unit)), 0)}f}" if unit > FINEST else None


def _corrected(sheet: Sheet, entries: np.ndarray, text: str) -> Sheet:
    """Give a sheet with another number in the chosen place."""
    decimals, number = claimed_decimals(text)
    units = np.where(entries, 10.0**-decimals, sheet.units)
    return Sheet(np.where(entries, float(number), sheet.numbers), units)


def _best(found: Iterable[_Match]) -> Explained | None:
    """Give the slips that give most of the wrong numbers and fewest of the right ones otherwise."""
    found = list(found)
    if not found:
        return None
    most = max((match.n_entries, -match.against) for match in found)
    ties = [match for match in found if (match.n_entries, -match.against) == most]
    ties.sort(key=lambda match: not match.named)
    return Explained(_plainest([match.slip for match in ties]), ties[0].places, ties[0].named)


def _plainest(slips: Sequence[Slip]) -> tuple[Slip, ...]:
    """Leave out slips that do what another does, and more."""
    lines = [slip.lines.items() for slip in slips]
    return tuple(
        slip for slip, own in zip(slips, lines, strict=True) if not any(other < own for other in lines if other)
    )
