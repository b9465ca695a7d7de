"""The method of an n-gram problem, step by step: what is counted, divided, multiplied; a slip is another Method.

Functions of single numbers are expressions of the language; they read p, a
probability or likelihood, l, its logarithm, n, the number of factors, and r,
1/n.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncalc.compute.intervals import INTERVAL, Interval, Rounding, Unrounded
from rnncalc.compute.ngram_cells import Ratio, smoothed_share
from rnncalc.compute.ngrams import Ngrams

FEWEST = 0.01  # the coarsest that people round a factor or product to, beside its size


class Asked(NamedTuple):
    """What is asked of a model: how tables lie, whose likelihood, with which network."""

    orientation: str = "columns"
    sentence: tuple[str, ...] | None = None
    boundaries: bool = False
    activation: str = "sigmoid"


Combination = Callable[[Interval, Rounding | Unrounded], Interval]


def product(factors: Interval, rounding: Rounding | Unrounded) -> Interval:
    """Multiply (n_factors,) from left to right, each product rounded to as many digits as the last, two at least."""
    whole = Interval(*(np.array(end.prod()) for end in factors))
    if isinstance(rounding, Unrounded):
        return whole
    relative = min(rounding.unit / scale_of(whole.high), FEWEST)
    found = Interval(factors.low[0], factors.high[0])
    for low, high in zip(factors.low[1:], factors.high[1:], strict=True):
        unit = max(rounding.unit, relative * scale_of(found.high * high))
        found = INTERVAL["mul"](Rounding(unit), found, Interval(low, high))
    return found


def scale_of(size: float) -> float:
    """Give the power of ten above a number below 1; 1 for all others."""
    return 10.0 ** (math.floor(math.log10(size)) + 1) if 0 < size < 1 else 1.0


def total(factors: Interval, rounding: Rounding | Unrounded) -> Interval:
    return rounding.widen(Interval(*(np.array(end.sum()) for end in factors)))


class Method(NamedTuple):
    """How the values of an n-gram problem are found; the defaults are right, None stands for what is asked.

    `counted` gives the model to be used for the right one; `undefined` is what
    0/0 is taken for; `turned` lays tables out the other way; `exchanged` reads
    T[context, word]; `start` and `end` tell whether a boundary stands there;
    `dropped` is the number of a factor left out, from 0; `first` gives a factor
    for the first word alone, and `alone` for every word in place of T.
    """

    counted: Callable[[Ngrams], Ngrams] | None = None
    add: float | None = None
    ratio: Ratio = smoothed_share
    undefined: float = float("nan")
    turned: bool = False
    exchanged: bool = False
    words: Callable[[list[str]], list[str]] = list
    start: bool | None = None
    end: bool | None = None
    dropped: int | None = None
    first: Callable[[Ngrams, str], float] | None = None
    alone: Callable[[Ngrams, str], float] | None = None
    combined: Combination = product
    log: str = "log(p)"
    perplexity: tuple[str, str] = ("exp(-l / n)", "p ** (-r)")
    inverse: str | None = None


RIGHT = Method()
