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

from rnncalc.checking.bigram_trial import Candidate, Given, Trial, fits, lines_of
from rnncalc.checking.diagnosis import MOST_UNEXPLAINED, PAIRS, PAIRS_NEED, SINGLES, Explained
from rnncalc.checking.evidence import digits, needed
from rnncalc.checking.given import FINEST, Sheet
from rnncalc.checking.mistakes.ngram_slip import NgramSlip
from rnncalc.checking.mistakes.ngrams import all_ngram_slips
from rnncalc.checking.mistakes.written import meant
from rnncalc.checking.verdicts import claimed_decimals
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_working import SOURCES
from rnncalc.compute.ngrams import Ngrams

MOST_ENTRIES = 40_000  # of a table in which slips are sought
ALONE = frozenset(
    "smoothing-constant added-after-dividing unsmoothed-numerator zeros-smoothed-only not-divided dropped-factor "
    "wrong-root wrong-inverse wrong-activation".split()
)  # rare or many, so that they are left out of pairs


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
        told = sum(
            float(np.log10(2 * halves[name] / given.sheets[name].units)[mask].sum()) for name, mask in lines.items()
        )
        if told <= needed(1):
            return None
        near = [one for one in self.candidates if any(one.slip.touches(name) for name in lines)]
        found = tuple(one.slip for one in near if all(_gives(one, name, given.sheets[name]) for name in lines))
        return Explained(found, tuple(lines), True) if found and told > needed(len(near)) else None


@lru_cache(maxsize=1)
def search_of(model: Ngrams, asked: Asked) -> NgramSearch:
    """Give the search of a problem, the same for all its students."""
    return NgramSearch(model, asked)


def _gives(candidate: Candidate, name: str, sheet: Sheet) -> bool:
    return any(fits(line.low, sheet) for line in lines_of(candidate.free, name, sheet.numbers.shape))


def _outcome(value: np.ndarray, sheet: Sheet) -> bytes:
    """Give a value at the digits of the numbers given: what a slip leads to, as far as it can be told."""
    here = ~np.isnan(sheet.numbers)
    with np.errstate(all="ignore"):
        return np.round(value[here] / np.maximum(sheet.units[here], 1e-9)).tobytes()


class _Match(NamedTuple):
    """A slip that gives a value, with the wrong ones that it gives, and how many it reaches without giving them."""

    slip: NgramSlip
    names: tuple[str, ...]
    n_entries: int
    against: int
    evidence: float
    named: bool = False


class _Attempt:
    """The search for what gives the first of some wrong values, and others with it."""

    def __init__(self, search: NgramSearch, given: Given, left: Sequence[str], start: float):
        self.search, self.given, self.left, self.start = search, given, left, start
        self.right = Trial(search.right, given)

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
            if not candidate.slip.touches(name):
                continue
            trial = Trial(candidate, self.given)
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

    def _match(self, name: str, width: np.ndarray | float, trial: Trial) -> _Match:
        widths, against = {name: width}, 0
        for other in self.given.sheets:
            if other == name or other not in SOURCES or not trial.candidate.slip.touches(other):
                continue
            found = trial.width(other)
            if found is None:
                against += other not in self.left
            elif other in self.left:
                widths[other] = found
        n_entries = sum(int(self.given.wrong[one].sum()) for one in widths)
        evidence = max(self._evidence(widths), self._of_following(trial.candidate))
        return _Match(trial.candidate.slip, tuple(widths), n_entries, against, evidence)

    def _evidence(self, widths: Mapping[str, np.ndarray | float]) -> float:
        return sum(self._digits(name, self.given.wrong[name], width) for name, width in widths.items())

    def _of_following(self, candidate: Candidate) -> float:
        """Give the most digits in which a slip agrees with one value that follows from wrong ones.

        They say the same once more, so that they do not add up.
        """
        found = [0.0]
        for name, mask in self.given.following.items():
            if _gives(candidate, name, self.given.sheets[name]):
                found.append(self._digits(name, mask, 0.0))
        return max(found)

    def _digits(self, name: str, mask: np.ndarray, width: np.ndarray | float) -> float:
        sheet = self.given.telling[name]
        right = next(self.right.values(name), np.zeros_like(sheet.numbers))
        return digits(sheet, right, _different(sheet.numbers, right, mask), width)

    def _pairs(self, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
        """Go through pairs of slips that can be made at once, none of them twice."""
        several = [one for one in candidates if one.slip.slug not in ALONE]
        for at, first in enumerate(several):
            for second in several[at + 1 :]:
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
            if any(fits(value, corrected) for value in self.right.values(name)):
                named = evidence > needed(len(possible))
                found.append(_Match(NgramSlip(one.slug, one.words, {}), (name,), 1, 0, evidence, named))
        return found


def _different(numbers: np.ndarray, right: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Mark one each of the entries in which the same number stands for the same right one, as one slip gives them."""
    pairs = np.column_stack([numbers[mask], np.round(right[mask], 12)])
    marked = np.zeros(mask.shape, bool)
    marked.flat[np.flatnonzero(mask)[np.unique(pairs, axis=0, return_index=True)[1]]] = True
    return marked


def _best(found: Sequence[_Match]) -> Explained | None:
    """Give the slips that give most of the wrong numbers and fewest of the right ones otherwise."""
    if not found:
        return None
    most = max((match.n_entries, -match.against) for match in found)
    ties = [match for match in found if (match.n_entries, -match.against) == most]
    ties.sort(key=lambda match: not match.named)
    return Explained(tuple(match.slip for match in ties), ties[0].names, ties[0].named)
