"""Which slip gives wrong numbers of an n-gram problem: the first wrong value first, single slips, then pairs.

`NgramSearch.diagnose` is the one to read first. The rules are those of the
search in networks; the number of slips tried counts what they give: two that
give the same digits are one chance to be hit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from rnncalc.checking.candidates import BAND_FROM
from rnncalc.checking.diagnosis import MOST_UNEXPLAINED, PAIRS, PAIRS_NEED, SINGLES, Explained
from rnncalc.checking.evidence import digits, fits_band, fitting_digits, near, needed
from rnncalc.checking.given import FINEST, Sheet
from rnncalc.checking.mistakes.ngram_slip import NgramSlip
from rnncalc.checking.mistakes.ngrams import all_ngram_slips
from rnncalc.checking.mistakes.written import meant
from rnncalc.checking.verdicts import claimed_decimals
from rnncalc.compute.intervals import Interval
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_working import SOURCES, TABLES, Working
from rnncalc.compute.ngrams import Ngrams

MOST_ENTRIES = 40_000  # of a table in which slips are sought

Sheets = Mapping[str, Sheet]


class Given(NamedTuple):
    """What a student gives by name, and what of it is to be explained.

    `telling` has the units by which digits count as evidence, `wrong` marks the
    wrong numbers, `texts` has their digits where a value has only one of them;
    `unit` is that of the last digit of what is not given.
    """

    sheets: Sheets
    telling: Sheets
    wrong: Mapping[str, np.ndarray]
    texts: Mapping[str, str]
    unit: float

    @property
    def known(self) -> dict[str, np.ndarray]:
        return {name: sheet.numbers for name, sheet in self.sheets.items()}

    @property
    def units(self) -> dict[str, float]:
        return {name: float(np.nanmin(sheet.units)) for name, sheet in self.sheets.items()}


class Candidate:
    """A slip; what it gives without any numbers of a student is worked out once."""

    def __init__(self, model: Ngrams, asked: Asked, slip: NgramSlip):
        self.model, self.asked, self.slip = model, asked, slip

    @cached_property
    def free(self) -> Working:
        return Working(self.model, self.asked, self.slip.method)

    def lines(self, working: Working, name: str, shape: tuple[int, ...]) -> Iterator[Interval]:
        """Give a value by each way to it, laid out as the slip lays it; nothing where its shape is another."""
        turned = name in TABLES and working.method.turned
        for line in working.lines(name):
            line = Interval(*(end.T for end in line)) if turned else line
            if line.shape == shape:
                yield line


class NgramSearch:
    """The search for slips on one problem; the slips that are tried are kept for the next student."""

    def __init__(self, model: Ngrams, asked: Asked):
        self.model, self.asked = model, asked

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        return tuple(Candidate(self.model, self.asked, slip) for slip in all_ngram_slips(self.model, self.asked))

    @cached_property
    def right(self) -> Candidate:
        """The right method, as a slip that changes nothing."""
        return Candidate(self.model, self.asked, NgramSlip("", "", {"undefined": math.nan}))

    def diagnose(self, given: Given) -> Iterator[Explained]:
        """Go through wrong values in the order of calculation and say what gives them."""
        start, unexplained = time.monotonic(), 0
        left = [name for name in SOURCES if name in given.wrong and given.sheets[name].numbers.size <= MOST_ENTRIES]
        while left and unexplained < MOST_UNEXPLAINED:
            found = _Attempt(self, given, left, start).explain(left[0])
            if found is None:
                unexplained += 1
            else:
                yield found
            done = {left[0], *(found.places if found else ())}
            left = [name for name in left if name not in done]

    def doubt(
        self, given: Given, lines: Mapping[str, np.ndarray], halves: Mapping[str, np.ndarray]
    ) -> Explained | None:
        """Give the slips that give the very digits of numbers that only a wide band lets pass.

        Args:
            lines: By name, which numbers are in doubt.
            halves: Half the band of each, laid out like the value.
        """
        found, outcomes = [], set()
        for candidate in self.candidates:
            fits = []
            for name in lines:
                sheet = given.sheets[name]
                values = [line.low for line in candidate.lines(candidate.free, name, sheet.numbers.shape)]
                outcomes.update(_outcome(value, sheet) for value in values)
                fits.append(any(_fits(value, sheet) for value in values))
            if all(fits):
                found.append(candidate.slip)
        told = sum(
            float(np.log10(2 * halves[name] / given.sheets[name].units)[mask].sum()) for name, mask in lines.items()
        )
        named = found and told > needed(len(outcomes))
        return Explained(tuple(found), tuple(lines), True) if named else None


@lru_cache(maxsize=1)
def search_of(model: Ngrams, asked: Asked) -> NgramSearch:
    """Give the search of a problem, the same for all its students."""
    return NgramSearch(model, asked)


def _outcome(value: np.ndarray, sheet: Sheet) -> bytes:
    """Give a value at the digits of the numbers given: what a slip leads to, as far as it can be told."""
    here = ~np.isnan(sheet.numbers)
    with np.errstate(all="ignore"):
        return np.round(value[here] / np.maximum(sheet.units[here], 1e-9)).tobytes()


def _fits(value: np.ndarray, sheet: Sheet) -> bool:
    with np.errstate(all="ignore"):
        return fitting_digits(value, sheet)


class _Match(NamedTuple):
    """A slip that gives a value, with the wrong ones that it gives, and the right ones that it does not."""

    slip: NgramSlip
    names: tuple[str, ...]
    n_entries: int
    against: int
    evidence: float
    named: bool = False


class _Trial:
    """A slip on a student's numbers, by the rules that judge the right method."""

    def __init__(self, candidate: Candidate, given: Given):
        self.candidate, self.given = candidate, given

    @cached_property
    def own(self) -> Working:
        one = self.candidate
        return Working(one.model, one.asked, one.slip.method, self.given.known)

    @cached_property
    def bands(self) -> Working:
        one, given = self.candidate, self.given
        return Working(one.model, one.asked, one.slip.method, given.known, given.unit, given.units)

    def values(self, name: str) -> Iterator[np.ndarray]:
        """Give the value by each way, from the problem alone and from the student's numbers."""
        shape = self.given.sheets[name].numbers.shape
        apart = self.given.sheets.keys() - {name}
        for working in (self.candidate.free, self.own) if apart else (self.candidate.free,):
            for line in self.candidate.lines(working, name, shape):
                yield line.low

    def width(self, name: str) -> np.ndarray | float | None:
        """Give how wide the slip leaves a value, 0 where it gives its digits; None where it does not give them."""
        sheet = self.given.sheets[name]
        values = list(self.values(name))
        if any(_fits(value, sheet) for value in values):
            return 0.0
        if not any(near(value, sheet, BAND_FROM) for value in values):
            return None
        here = ~np.isnan(sheet.numbers)
        for band in self.candidate.lines(self.bands, name, sheet.numbers.shape):
            if fits_band(band.low, band.high, sheet) and np.isfinite([band.low[here], band.high[here]]).all():
                return band.high - band.low
        return None


class _Attempt:
    """The search for what gives the first of some wrong values, and others with it."""

    def __init__(self, search: NgramSearch, given: Given, left: Sequence[str], start: float):
        self.search, self.given, self.left, self.start = search, given, left, start
        self.right = _Trial(search.right, given)

    def explain(self, name: str) -> Explained | None:
        if self.right.width(name) is not None:
            return None  # it follows from numbers that are not carried on
        found, close = self._matches(name, self.search.candidates, SINGLES)
        found += self._of_pen(name)
        if not found and self._evidence(dict.fromkeys(self.left, 0.0)) >= PAIRS_NEED:
            found, _ = self._matches(name, self._pairs(close), PAIRS, PAIRS_NEED)
            found = [match for match in found if match.named]  # some pair fits almost any few digits
        return _best(found)

    def _matches(
        self, name: str, candidates: Iterable[Candidate], seconds: float, least: float = 0.0
    ) -> tuple[list[_Match], list[Candidate]]:
        """Give the slips of one kind that give a value, and all that change it or another wrong one."""
        found, close, outcomes = [], [], set()
        sheet = self.given.sheets[name]
        right = {_outcome(value, sheet) for value in self.right.values(name)}
        for candidate in candidates:
            if time.monotonic() - self.start > seconds:
                break
            trial = _Trial(candidate, self.given)
            outcome = {_outcome(value, sheet) for value in trial.values(name)} - right
            if not outcome:
                continue
            close.append(candidate)
            outcomes |= outcome
            width = trial.width(name)
            if width is not None:
                found.append(self._match(name, width, trial))
        least = max(needed(len(outcomes)), least)
        return [match._replace(named=match.evidence > least) for match in found], close

    def _match(self, name: str, width: np.ndarray | float, trial: _Trial) -> _Match:
        widths, against = {name: width}, 0
        for other in self.given.sheets:
            if other == name or other not in SOURCES or other in self.given.wrong and other not in self.left:
                continue
            found = trial.width(other)
            if other in self.given.wrong:
                widths |= {other: found} if found is not None else {}
            else:
                against += found is None
        n_entries = sum(int(self.given.wrong[one].sum()) for one in widths)
        return _Match(trial.candidate.slip, tuple(widths), n_entries, against, self._evidence(widths))

    def _evidence(self, widths: Mapping[str, np.ndarray | float]) -> float:
        found = 0.0
        for name, width in widths.items():
            sheet = self.given.telling[name]
            right = next(self.right.values(name), np.zeros_like(sheet.numbers))
            found += digits(sheet, right, self.given.wrong[name], width)
        return found

    def _pairs(self, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
        """Go through pairs of slips that can be made at once, none of them twice."""
        for at, first in enumerate(candidates):
            for second in candidates[at + 1 :]:
                if first.slip.goes_with(second.slip):
                    yield Candidate(first.model, first.asked, first.slip.joined(second.slip))

    def _of_pen(self, name: str) -> list[_Match]:
        """Give the slips of the pen that make a value's only wrong number of the right one."""
        text, sheet, mask = self.given.texts.get(name), self.given.sheets[name], self.given.wrong[name]
        if text is None or claimed_decimals(text) is None:
            return []
        found, possible = [], list(meant(format(Decimal(text), "f")))
        evidence = self._evidence({name: 0.0})
        for one in possible:
            decimals, number = claimed_decimals(one.text)
            corrected = Sheet(
                np.where(mask, float(number), sheet.numbers), np.where(mask, max(10.0**-decimals, FINEST), sheet.units)
            )
            if any(_fits(value, corrected) for value in self.right.values(name)):
                named = evidence > needed(len(possible))
                found.append(_Match(NgramSlip(one.slug, one.words, {}), (name,), 1, 0, evidence, named))
        return found


def _best(found: Sequence[_Match]) -> Explained | None:
    """Give the slips that give most of the wrong numbers and fewest of the right ones otherwise."""
    if not found:
        return None
    most = max((match.n_entries, -match.against) for match in found)
    ties = [match for match in found if (match.n_entries, -match.against) == most]
    ties.sort(key=lambda match: not match.named)
    return Explained(tuple(match.slip for match in ties), ties[0].names, ties[0].named)
