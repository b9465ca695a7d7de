"""One slip on the numbers of a student, by the rules that judge the right method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.checking.candidates import BAND_FROM
from rnncalc.checking.evidence import fits_band, fitting_digits, near
from rnncalc.checking.given import Sheet
from rnncalc.checking.mistakes.ngram_slip import NgramSlip
from rnncalc.compute.intervals import Interval
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_working import TABLES, Working
from rnncalc.compute.ngrams import Ngrams

Sheets = Mapping[str, Sheet]


class Given(NamedTuple):
    """What a student gives by name, and what of it is to be explained.

    `telling` has the units by which digits count as evidence, `wrong` marks the
    wrong numbers, `following` those that follow from them; `texts` has the
    digits of values with one wrong number, `unit` is that of the last digit of
    what is not given.
    """

    sheets: Sheets
    telling: Sheets
    wrong: Mapping[str, np.ndarray]
    following: Mapping[str, np.ndarray]
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


def lines_of(working: Working, name: str, shape: tuple[int, ...]) -> Iterator[Interval]:
    """Give a value by each way to it, laid out as the method lays it; nothing where its shape is another."""
    turned = name in TABLES and working.method.turned
    for line in working.lines(name):
        line = Interval(*(end.T for end in line)) if turned else line
        if line.shape == shape:
            yield line


class Trial:
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
            for line in lines_of(working, name, shape):
                yield line.low

    def width(self, name: str) -> np.ndarray | float | None:
        """Give how wide the slip leaves a value, 0 where it gives its digits; None where it does not give them."""
        sheet = self.given.sheets[name]
        values = list(self.values(name))
        if any(fits(value, sheet) for value in values):
            return 0.0
        if not any(near(value, sheet, BAND_FROM) for value in values):
            return None
        here = ~np.isnan(sheet.numbers)
        for band in lines_of(self.bands, name, sheet.numbers.shape):
            if fits_band(band.low, band.high, sheet) and np.isfinite([band.low[here], band.high[here]]).all():
                return band.high - band.low
        return None


def fits(value: np.ndarray, sheet: Sheet) -> bool:
    """Tell whether numbers are a value's digits, of which none is where the value is not finite."""
    with np.errstate(all="ignore"):
        return fitting_digits(value, sheet)
