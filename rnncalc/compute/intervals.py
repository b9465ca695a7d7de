"""The interval column of the operation table: where an honest hand calculation may land.

Every product, sum or function value may lie up to one unit of the last digit
shown from its value, which covers rounding half up, half to even and cutting
off; a result that needs no more decimals than shown is exact. Arguments are
Interval pairs of arrays (…, rows, columns).

Source: Moore 1966, "Interval Analysis"; measured bands in the design notes of the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import numpy as np

from rnncalc.compute.functions import FORWARD

EXACT = 1e-12  # relative: a float that stands for a decimal


class Interval(NamedTuple):
    """Lower and upper ends, of one shape."""

    low: np.ndarray
    high: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.low)


def point(value: np.ndarray) -> Interval:
    """Give the interval of one value."""
    return Interval(value, value)


def hull(*parts: Interval) -> Interval:
    """Give the smallest interval that holds all."""
    lows, highs = zip(*parts, strict=True)
    return Interval(np.minimum.reduce(np.broadcast_arrays(*lows)), np.maximum.reduce(np.broadcast_arrays(*highs)))


class Rounding(NamedTuple):
    """Widens results by one unit of the last digit shown."""

    unit: float

    def widen(self, x: Interval) -> Interval:
        """Let a result be rounded, where it needs more decimals than are shown."""
        scaled = np.where(np.isfinite(x.low), x.low, 0.5) / self.unit
        exact = (x.low == x.high) & (np.abs(scaled - np.round(scaled)) <= EXACT * np.maximum(1, np.abs(scaled)))
        by = np.where(exact, 0.0, self.unit)
        return Interval(x.low - by, x.high + by)


class Unrounded:
    """The rounding of a calculation that does not round."""

    unit = 0.0

    def widen(self, x: Interval) -> Interval:
        return x


def times(a: Interval, b: Interval) -> Interval:
    """The product, not rounded; 0 · ∞ is 0."""
    ends = [x * y for x in _ends(a) for y in _ends(b)]
    low = reduce(np.minimum, ends)
    if np.isnan(low).any():
        ends = [np.where(np.isnan(end), 0.0, end) for end in ends]
        low = reduce(np.minimum, ends)
    return Interval(low, reduce(np.maximum, ends))


def _ends(a: Interval) -> tuple[np.ndarray, ...]:
    """Give the ends of an interval, that of a point once."""
    return (a.low,) if a.low is a.high else a


def plus(a: Interval, b: Interval) -> Interval:
    """The sum, not rounded."""
    return Interval(a.low + b.low, a.high + b.high)


def negative(a: Interval) -> Interval:
    return Interval(-a.high, -a.low)


def over(a: Interval, b: Interval) -> Interval:
    """The quotient, not rounded; unbounded where the divisor may be 0."""
    through = (b.low <= 0) & (b.high >= 0)
    safe = Interval(np.where(through, 1.0, b.low), np.where(through, 1.0, b.high))
    ends = np.broadcast_arrays(*(x / y for x in a for y in safe))
    low, high = np.minimum.reduce(ends), np.maximum.reduce(ends)
    return Interval(np.where(through, -np.inf, low), np.where(through, np.inf, high))


def total(a: Interval) -> Interval:
    """The sum of all entries, not rounded."""
    return Interval(a.low.sum(axis=(-2, -1), keepdims=True), a.high.sum(axis=(-2, -1), keepdims=True))


def products(a: Interval, b: Interval, rounding: Rounding) -> Interval:
    """A matrix product as the sum of its rounded products, the sum itself not rounded."""
    left = Interval(*(end[..., :, :, None] for end in a))
    right = Interval(*(end[..., None, :, :] for end in b))
    each = rounding.widen(times(left, right))
    return Interval(each.low.sum(axis=-2), each.high.sum(axis=-2))


def _rising(name: str, low: float = -np.inf, high: float = np.inf) -> Callable[..., Interval]:
    """Make the row of a function that rises with its first argument, its values clipped to a range."""
    function = FORWARD[name]

    def row(rounding: Rounding, a: Interval, *fixed: Interval) -> Interval:
        further = [argument.low for argument in fixed]
        found = rounding.widen(Interval(function(a.low, *further), function(a.high, *further)))
        return Interval(np.clip(found.low, low, high), np.clip(found.high, low, high))

    return row


def _kept(name: str) -> Callable[..., Interval]:
    """Make the row of a rising function whose values need no further decimals."""
    function = FORWARD[name]

    def row(rounding: Rounding, *arguments: Interval) -> Interval:
        return Interval(function(*(a.low for a in arguments)), function(*(a.high for a in arguments)))

    return row


def _sampled(name: str) -> Callable[..., Interval]:
    """Make the row of a slope, which may jump where its argument crosses a kink: both sides belong to it."""
    function = FORWARD[name]

    def row(rounding: Rounding, a: Interval, *fixed: Interval) -> Interval:
        further = [argument.low for argument in fixed]
        middle = (np.maximum(a.low, -1e300) + np.minimum(a.high, 1e300)) / 2
        return rounding.widen(hull(*(point(function(at, *further)) for at in (a.low, middle, a.high))))

    return row


def _softmax(rounding: Rounding, z: Interval) -> Interval:
    """The union of the plain calculation and the one shifted by the largest; numerator and sum go together."""
    axis = -2 if z.shape[-2] > 1 else -1
    largest = Interval(z.low.max(axis=axis, keepdims=True), z.high.max(axis=axis, keepdims=True))
    shifted = plus(z, negative(largest))
    shifted = Interval(np.minimum(shifted.low, 0), np.minimum(shifted.high, 0))
    found = hull(_shares(rounding, z, axis), _shares(rounding, shifted, axis))
    return Interval(np.clip(found.low, 0, 1), np.clip(found.high, 0, 1))


def _shares(rounding: Rounding, z: Interval, axis: int) -> Interval:
    powers = rounding.widen(Interval(np.exp(z.low), np.exp(z.high)))
    powers = Interval(np.maximum(powers.low, 0), powers.high)
    sums = rounding.widen(Interval(powers.low.sum(axis=axis, keepdims=True), powers.high.sum(axis=axis, keepdims=True)))
    least = powers.low / (powers.low + (sums.high - powers.high))
    most = powers.high / (powers.high + np.maximum(sums.low - powers.low, 0))
    empty = sums.low <= 0
    found = Interval(np.where(empty | np.isnan(least), 0.0, least), np.where(empty | np.isnan(most), 1.0, most))
    return rounding.widen(found)


def _log(rounding: Rounding, a: Interval) -> Interval:
    return rounding.widen(Interval(np.log(np.maximum(a.low, 0)), np.log(np.maximum(a.high, 0))))


def _cross_entropy(rounding: Rounding, p: Interval, d: Interval) -> Interval:
    terms = negative(rounding.widen(times(d, _log(rounding, p))))
    nothing = (d.low == 0) & (d.high == 0)
    terms = Interval(np.where(nothing, 0.0, terms.low), np.where(nothing, 0.0, terms.high))
    return rounding.widen(total(terms))


def _binary_cross_entropy(rounding: Rounding, p: Interval, d: Interval) -> Interval:
    one = point(np.ones((1, 1)))
    rest = [rounding.widen(plus(one, negative(x))) for x in (p, d)]
    return rounding.widen(plus(_cross_entropy(rounding, p, d), _cross_entropy(rounding, *rest)))


def _power(rounding: Rounding, a: Interval, b: Interval) -> Interval:
    low, high = FORWARD["pow"](a.low, b.low), FORWARD["pow"](a.high, b.low)
    found = Interval(np.minimum(low, high), np.maximum(low, high))
    even = (b.low == np.round(b.low)) & (b.low % 2 == 0) & (b.low > 0)
    through = (a.low < 0) & (a.high > 0) & even
    return rounding.widen(Interval(np.where(through, 0.0, found.low), found.high))


def _norm(rounding: Rounding, a: Interval) -> Interval:
    squares = total(_power(rounding, a, point(np.full((1, 1), 2.0))))
    return rounding.widen(Interval(np.sqrt(np.maximum(squares.low, 0)), np.sqrt(np.maximum(squares.high, 0))))


def _ratio(rounding: Rounding, a: Interval, b: Interval) -> Interval:
    found = rounding.widen(over(a, b))
    nothing = (a.low == 0) & (a.high == 0)
    return Interval(np.where(nothing, 0.0, found.low), np.where(nothing, 0.0, found.high))


def _moved(name: str) -> Callable[..., Interval]:
    """Make the row of an operation that only moves entries about; all but its first argument tell where to."""
    function = FORWARD[name]

    def row(rounding: Rounding, a: Interval, *others: Interval) -> Interval:
        return Interval(function(a.low, *(o.low for o in others)), function(a.high, *(o.low for o in others)))

    return row


INTERVAL: dict[str, Callable[..., Interval]] = {
    "add": lambda r, a, b: r.widen(plus(a, b)),
    "sub": lambda r, a, b: r.widen(plus(a, negative(b))),
    "neg": lambda r, a: negative(a),
    "mul": lambda r, a, b: r.widen(times(a, b)),
    "div": lambda r, a, b: r.widen(over(a, b)),
    "matmul": lambda r, a, b: r.widen(products(a, b, r)),
    "pow": _power,
    "transpose": lambda r, a: Interval(np.swapaxes(a.low, -1, -2), np.swapaxes(a.high, -1, -2)),
    "entry": _moved("entry"),
    "tanh": _rising("tanh", -1, 1),
    "sigmoid": _rising("sigmoid", 0, 1),
    "relu": _kept("relu"),
    "leaky_relu": _rising("leaky_relu"),
    "elu": _rising("elu"),
    "softplus": _rising("softplus", 0),
    "hard_sigmoid": _rising("hard_sigmoid", 0, 1),
    "identity": _kept("identity"),
    "exp": _rising("exp", 0),
    "log": _log,
    "sqrt": lambda r, a: r.widen(Interval(np.sqrt(np.maximum(a.low, 0)), np.sqrt(np.maximum(a.high, 0)))),
    "clip": _moved("clip"),
    "min": _kept("min"),
    "max": _kept("max"),
    "softmax": _softmax,
    "log_softmax": lambda r, z: _log(r, _softmax(r, z)),
    "dropout": lambda r, a, p: a,
    "sum": lambda r, a: r.widen(total(a)),
    "dot": lambda r, a, b: r.widen(total(r.widen(times(a, b)))),
    "norm": _norm,
    "cross_entropy": _cross_entropy,
    "binary_cross_entropy": _binary_cross_entropy,
    "softmax_cross_entropy": lambda r, z, d, p: _cross_entropy(r, p, d),
    "sigmoid_cross_entropy": lambda r, z, d, p: _binary_cross_entropy(r, p, d),
    "step": _sampled("step"),
    "leaky_relu_slope": _sampled("leaky_relu_slope"),
    "elu_slope": _sampled("elu_slope"),
    "hard_sigmoid_slope": _sampled("hard_sigmoid_slope"),
    "within": _sampled("within"),
    "ratio": _ratio,
    "unit": _moved("unit"),
    "part": _moved("part"),
    "scatter": _moved("scatter"),
    "spread": _moved("spread"),
    "sum_columns": lambda r, a: r.widen(
        Interval(a.low.sum(axis=-1, keepdims=True), a.high.sum(axis=-1, keepdims=True))
    ),
    "sum_rows": lambda r, a: r.widen(Interval(a.low.sum(axis=-2, keepdims=True), a.high.sum(axis=-2, keepdims=True))),
}
