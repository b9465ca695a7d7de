"""Judge numbers of an n-gram problem again that differ by their digits: rounded early, or following from own numbers.

`review` is the one to read first. Values are gone through in the order of
calculation, each worked out from earlier numbers that are right, and from the
student's own, right or wrong.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.checking.given import FINEST, Sheet
from rnncalc.checking.reconsider import early, follows
from rnncalc.checking.verdicts import RIGHT as RIGHT_VERDICTS
from rnncalc.checking.verdicts import Judgement, claimed_decimals
from rnncalc.checking.walk import holds
from rnncalc.compute.intervals import Interval
from rnncalc.compute.ngram_method import FEWEST, RIGHT, Asked
from rnncalc.compute.ngram_sentence import NoValue
from rnncalc.compute.ngram_working import NOTHING, SOURCES, Working
from rnncalc.compute.ngrams import Ngrams

UNIT = 1e-4  # of what is not given, where nothing given tells another
MOST_FACTORS = 1_000  # of a sentence that is gone through again


class Number(NamedTuple):
    """One number of an answer: of which value, where in it as (word, context), as it is written, to which unit."""

    at: int
    name: str
    entry: tuple[int, ...]
    text: str
    given: float
    unit: float


class Review(NamedTuple):
    """What was found, and what it rests on.

    `judgements` are new ones by number, `halves` half the band of those let
    pass; `sheets` holds what is given by name, `unit` is that of the last digit
    of what is not given.
    """

    judgements: Mapping[Number, Judgement]
    halves: Mapping[Number, float]
    sheets: Mapping[str, Sheet]
    unit: float


def sheets_of(numbers: Iterable[Number], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Sheet]:
    """Lay numbers out like the values that they belong to."""
    sheets: dict[str, Sheet] = {}
    for number in numbers:
        if not math.isfinite(number.given):
            continue
        if number.name not in sheets:
            sheets[number.name] = Sheet(*(np.full(shapes[number.name], np.nan) for _ in range(2)))
        sheet = sheets[number.name]
        sheet.numbers[number.entry], sheet.units[number.entry] = number.given, number.unit
    return sheets


def review(
    model: Ngrams,
    asked: Asked,
    values: Mapping[str, np.ndarray],
    numbers: Sequence[Number],
    differing: Collection[Number],
) -> Review:
    """Go through all numbers of a file once more.

    Args:
        values: The right ones, tables as (words, contexts).
        differing: The numbers whose digits are not right.
    """
    sheets = sheets_of(numbers, {name: value.shape for name, value in values.items()})
    unit = max((one for number in numbers if FINEST < (one := _coarseness(number)) < 1), default=UNIT)
    walk, judgements, halves = _Walk(model, asked, sheets, unit), {}, {}
    for name in SOURCES:
        if name not in values:
            continue
        here = [number for number in numbers if number.name == name and math.isfinite(number.given)]
        landing, fits = walk.land(name), np.zeros(values[name].shape, bool)
        for number in here:
            true = float(values[name][number.entry])
            found = landing.judged(number, true) if number in differing and math.isfinite(true) else None
            if found is not None:
                judgements[number], halves[number] = found
            fits[number.entry] = number not in differing or found is not None and found[0].verdict in RIGHT_VERDICTS
        dropped = walk.leave(name, landing, fits, values[name])
        for number in here if dropped else ():
            if not fits[number.entry] and number not in judgements:
                words = f"not what it comes to, and not carried on: {dropped}"
                judgements[number] = Judgement("differs", words)
    return Review(judgements, halves, sheets, unit)


def _coarseness(number: Number) -> float:
    """Give to which unit the numbers are rounded that lead to one; the zeros in front of a product are not rounding."""
    claimed = claimed_decimals(number.text) if number.name == "likelihood" else None
    if claimed is None or not claimed[1]:
        return number.unit
    return max(number.unit, min(10.0 ** -len(claimed[1].as_tuple().digits), FEWEST))


class _Landing(NamedTuple):
    """Where a value may lie: from right numbers, and from wrong ones of the student with their names."""

    right: Sequence[Interval]
    carried: Sequence[tuple[Interval, tuple[str, ...]]]
    rounded: str  # the value that is given and right, from which it is worked out

    def judged(self, number: Number, true: float) -> tuple[Judgement, float] | None:
        """Judge a number, with half the band that it lies in; None where nothing new is known of it."""
        for line in self.right:
            low, high = line.low[number.entry], line.high[number.entry]
            if holds(Interval(low, high), np.array(number.given), np.array(number.unit)):
                half = float(high - low) / 2
                judgement = early(half, number.unit, true)
                if judgement.verdict == "rounded-early" and self.rounded:
                    judgement = judgement._replace(rule=f"{self.rounded} as it is rounded here can lead to it")
                return judgement, half
        for line, names in self.carried:
            ends = Interval(line.low[number.entry], line.high[number.entry])
            if holds(ends, np.array(number.given), np.array(number.unit)):
                return follows((name, None) for name in names), 0.0
        return None


class _Walk:
    """Goes through the values, and remembers from which numbers later ones are worked out."""

    def __init__(self, model: Ngrams, asked: Asked, sheets: Mapping[str, Sheet], unit: float):
        self.sheets = sheets
        self.units = {name: float(np.nanmin(sheet.units)) for name, sheet in sheets.items()}
        self.fitting: dict[str, np.ndarray] = {}
        self.own: dict[str, np.ndarray] = {}
        self.wrong: dict[str, tuple[str, ...]] = {}  # values that hold a carried error, with where it comes from

        def working(known: Mapping[str, np.ndarray], unit: float, spread: Mapping[str, float] = NOTHING) -> Working:
            return Working(model, asked, RIGHT, known, unit, self.units, spread)

        self.from_right, self.from_own = working(self.fitting, unit), working(self.own, unit)
        unrounded = {name: own / 2 for name, own in self.units.items() if name in ("likelihood", "log_likelihood")}
        self.behind_own = working(self.own, unit, unrounded)
        self.alone = {name: working({}, min(own, unit)) for name, own in self.units.items()}

    def land(self, name: str) -> _Landing:
        """Enclose a value, from earlier numbers and, to its own digits, from the problem alone."""
        if name not in self.sheets:
            return _Landing((), (), "")
        right = [*self.from_right.lines(name), *self.alone[name].lines(name)]
        given = [source for source in SOURCES[name] if source in self.fitting]
        return _Landing(right, list(self._carried(name)), given[0] if given else "")

    def _carried(self, name: str) -> Iterator[tuple[Interval, tuple[str, ...]]]:
        """Enclose a value from wrong numbers as written, and from what may stand behind their digits."""
        for source in SOURCES[name]:
            for working in (self.from_own, self.behind_own) if source in self.wrong else ():
                with contextlib.suppress(NoValue):
                    yield working.line(name, source), self.wrong[source]

    def leave(self, name: str, landing: _Landing, fits: np.ndarray, right: np.ndarray) -> str:
        """Keep what later values start from; say why wrong numbers are not carried forward, '' where they are."""
        carried = [names for source in SOURCES[name] if (names := self.wrong.get(source))]
        if carried:
            self.wrong[name] = carried[0]
        if name not in self.sheets:
            return ""
        numbers, units = self.sheets[name]
        here = ~np.isnan(numbers)
        self.fitting[name] = np.where(fits, numbers, np.nan)
        reason = _not_carried(name, numbers[here], right[here]) if (here & ~fits).any() else ""
        self.own[name] = np.where(fits if reason else here, numbers, np.nan)
        follow = any((holds(line, numbers, units) | ~here).all() for line, _ in landing.carried)
        if (here & ~fits).any() and not reason and not follow:
            self.wrong[name] = (name,)
        return reason


def _not_carried(name: str, numbers: np.ndarray, right: np.ndarray) -> str:
    """Say why wrong numbers lead to nothing that could be right; '' where they may."""
    if name in ("counts", "smoothed") and (numbers < 0).any():
        return "a count is never negative"
    if name in ("T", "likelihood"):
        if (numbers < 0).any() or (numbers > 1).any():
            return "a probability lies between 0 and 1"
        if np.isin(numbers, (0, 1)).all() and not np.isin(right, (0, 1)).all():
            return "zeros and ones make what follows trivial"
    if name == "log_likelihood" and (numbers > 0).any():
        return "the logarithm of a probability is never positive"
    return "zeros make what follows trivial" if not numbers.any() and right.any() else ""
