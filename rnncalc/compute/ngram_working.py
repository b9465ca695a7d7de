"""Work out the values of an n-gram problem by name: by some Method, from some known numbers, rounded or not.

`Working.line` is the one to read first. Tables are (words, contexts) here,
however the problem lays them out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from rnncalc.compute.expressions import expression
from rnncalc.compute.intervals import Interval, Rounding, Unrounded, point
from rnncalc.compute.inverses import INVERSES
from rnncalc.compute.ngram_cells import Cells, Sizes, cells_at, cells_of
from rnncalc.compute.ngram_method import RIGHT, Asked, Method, product, scale_of
from rnncalc.compute.ngram_sentence import NoValue, spots_of, tokens_of
from rnncalc.compute.ngrams import Ngrams

SOURCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "counts": ("",),
        "smoothed": ("counts",),
        "T": ("smoothed",),
        "likelihood": ("T",),
        "log_likelihood": ("T", "likelihood"),
        "perplexity": ("log_likelihood", "likelihood"),
        "W": ("T",),
    }
)  # in the order of calculation, from which value each may be worked out, the usual one first
TABLES = ("counts", "smoothed", "T")
NOTHING: Mapping = MappingProxyType({})
EXACTLY = Unrounded()


class Working:
    """Works out values, each once.

    Args:
        known: Numbers that are taken as they are, by name, nan where there are none.
        unit: Of the last digit of values that are not given; 0 for no rounding.
        units: Of values that are given.
        spread: By how much the value behind a known number may lie beside it.
    """

    def __init__(
        self,
        model: Ngrams,
        asked: Asked,
        method: Method = RIGHT,
        known: Mapping[str, np.ndarray] = NOTHING,
        unit: float = 0.0,
        units: Mapping[str, float] = NOTHING,
        spread: Mapping[str, float] = NOTHING,
    ):
        self.asked, self.method, self.known, self.unit, self.units = asked, method, known, unit, units
        self.spread = spread
        self.model = model if method.counted is None else method.counted(model)
        if method.add is not None:
            self.model = replace(self.model, add=method.add)
        self.same = self.model.vocabulary == model.vocabulary and np.array_equal(self.model.contexts, model.contexts)
        self.found: dict[tuple[str, str], Interval] = {}

    def at(self, name: str) -> Interval:
        """Give what later values start from: known numbers, else the value worked out."""
        known = self._known(name)
        if known is None:
            return self.first(name)
        by, missing = self.spread.get(name, 0.0), np.isnan(known)
        if not missing.any():
            return Interval(known - by, known + by)
        low, high = self.first(name)
        return Interval(np.where(missing, low, known - by), np.where(missing, high, known + by))

    def first(self, name: str) -> Interval:
        """Give where a value lies by the first way that leads to it.

        Raises:
            NoValue: none does.
        """
        for source in SOURCES[name]:
            try:
                return self.line(name, source)
            except NoValue:
                continue
        raise NoValue(name)

    def line(self, name: str, source: str) -> Interval:
        """Give where a value lies, worked out from one of its SOURCES.

        Raises:
            NoValue: this method does not lead to it.
        """
        if (name, source) not in self.found:
            with np.errstate(all="ignore"):
                self.found[name, source] = _LINES[name](self, source)
        return self.found[name, source]

    def lines(self, name: str) -> list[Interval]:
        """Give where a value lies by each way to it."""
        found = []
        for source in SOURCES[name]:
            try:
                found.append(self.line(name, source))
            except NoValue:
                continue
        return found

    def _known(self, name: str) -> np.ndarray | None:
        found = self.known.get(name)
        return found if found is None or self.same or not found.ndim else None

    def _rounding(self, name: str, size: float = 1.0) -> Rounding | Unrounded:
        """Give the rounding of a value; one below 1 that is not given keeps as many digits, not decimals."""
        if not self.unit:
            return EXACTLY
        return Rounding(min(self.units.get(name, math.inf), self.unit * scale_of(size)))

    def _counts(self, source: str) -> Interval:
        if self.model.counts is None:
            raise NoValue
        return point(self.model.dense_counts())

    def _smoothed(self, source: str) -> Interval:
        return self._rounding("smoothed").widen(point(self.at("counts").low + self.model.add))

    def _table(self, source: str) -> Interval:
        if self.model.given is not None:
            return point(self.model.given)
        return self._divided(*cells_of(self.model, np.round(self.at("smoothed").low - self.model.add, 9)), "T")

    def _divided(self, cells: Cells, sizes: Sizes, name: str) -> Interval:
        numerator, denominator = np.broadcast_arrays(*self.method.ratio(cells, sizes))
        share = np.where((numerator == 0) & (denominator == 0), self.method.undefined, numerator / denominator)
        low, high = self._rounding(name).widen(point(share))
        return Interval(np.maximum(low, np.minimum(share, 0)), np.minimum(high, np.maximum(share, 1)))

    @cached_property
    def factors(self) -> Interval:
        """The factors of the sentence, (n_factors,)."""
        method, tokens = self.method, tokens_of(self.model, self.asked, self.method)
        if method.alone is not None:
            found = self._single([method.alone(self.model, word) for word in tokens])
        else:
            found = self._pairs(tokens)
        if method.dropped is not None:
            found = Interval(*(np.delete(end, [method.dropped]) for end in found))
        if method.first is not None:
            first = self._single([method.first(self.model, tokens[0])])
            found = Interval(*map(np.concatenate, zip(first, found, strict=True)))
        if not found.low.size:
            raise NoValue
        return found

    def _single(self, shares: list[float]) -> Interval:
        return self._rounding("T").widen(point(np.array(shares)))

    def _pairs(self, tokens: list[str]) -> Interval:
        words, contexts = spots_of(self.model, tokens, self.method.exchanged)
        seen = contexts >= 0
        if self.model.given is not None or any(self._known(name) is not None for name in TABLES):
            table = self.at("T")
            unseen = 1 / len(self.model.vocabulary) if self.model.add else self.method.undefined
            return Interval(*(np.where(seen, end[words, contexts], unseen) for end in table))
        return self._divided(*cells_at(self.model, words, contexts), "T")

    def _likelihood(self, source: str) -> Interval:
        factors = self.factors
        size = float(self.method.combined(factors, EXACTLY).high)
        return self.method.combined(factors, self._rounding("likelihood", size))

    def _log_likelihood(self, source: str) -> Interval:
        rounding, names = self._rounding("log_likelihood"), self._numbers()
        if source == "likelihood":
            return expression(self.method.log, rounding, {"p": self._positive_likelihood(), **names})
        if self.method.combined is not product:
            raise NoValue
        each = expression(self.method.log, rounding, {"p": self.factors, **names})
        return Interval(*(np.array(end.sum()) for end in each))

    def _perplexity(self, source: str) -> Interval:
        by_log, by_product = self.method.perplexity
        names, rounding = self._numbers(), self._rounding("perplexity")
        if source == "log_likelihood":
            return expression(by_log, rounding, {"l": self.at("log_likelihood"), **names})
        return expression(by_product, rounding, {"p": self._positive_likelihood(), **names})

    def _positive_likelihood(self) -> Interval:
        """Give a likelihood that has a logarithm: one that underflows or may be rounded to nothing has none."""
        found = self.at("likelihood")
        if not found.low > np.finfo(float).tiny:
            raise NoValue
        return found

    def _weights(self, source: str) -> Interval:
        table = self.at("T")
        formula = self.method.inverse or INVERSES[self.asked.activation].formula
        if self.method.exchanged and table.low.shape[0] == table.low.shape[1]:
            table = Interval(*(end.T for end in table))
        found = expression(formula, self._rounding("W"), {"p": table})
        return Interval(*(np.broadcast_to(end, table.low.shape) for end in found))

    def _numbers(self) -> dict[str, Interval]:
        n = self.factors.low.size
        return {"n": point(np.array(float(n))), "r": point(np.array(1 / n))}


_LINES = {
    "counts": Working._counts,
    "smoothed": Working._smoothed,
    "T": Working._table,
    "likelihood": Working._likelihood,
    "log_likelihood": Working._log_likelihood,
    "perplexity": Working._perplexity,
    "W": Working._weights,
}
