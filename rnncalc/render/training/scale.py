"""Axes: from a number to a place between 0 and 1, and the numbers that are written beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_DECADES = 2.0  # beyond which positive numbers get a logarithmic axis


class Scale(NamedTuple):
    """The axis from `low` to `high`, linear or logarithmic."""

    low: float
    high: float
    logarithmic: bool = False

    def places(self, numbers: np.ndarray) -> np.ndarray:
        """Give where numbers stand: 0 at the low end, 1 at the high end."""
        if self.logarithmic:
            return (np.log10(numbers) - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))
        return (np.asarray(numbers, dtype=float) - self.low) / (self.high - self.low)

    def ticks(self, most: int) -> list[float]:
        """Give round numbers of the axis, at most so many."""
        return _decades(self, most) if self.logarithmic else _round_numbers(self, most)


def scale_of(numbers: np.ndarray, may_be_logarithmic: bool = False) -> Scale:
    """Give the axis on which all finite numbers have room.

    It is logarithmic where it may be, the numbers are positive and span more
    than two decades.
    """
    finite = numbers[np.isfinite(numbers)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if may_be_logarithmic and low > 0 and math.log10(high / low) > _DECADES:
        return Scale(low, high, True)
    if high - low <= 1e-12 * max(abs(low), abs(high)):  # a constant: some room around it
        room = abs(low) / 10 or 1.0
        return Scale(low - room, high + room)
    return Scale(low, high)


def _round_numbers(scale: Scale, most: int) -> list[float]:
    """Give multiples of 1, 2 or 5 times a power of ten."""
    rough = (scale.high - scale.low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10, 20) if m * power >= rough * (1 - 1e-9))
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    return [float(f"{n * step:.12g}") for n in range(first, last + 1)][:most] or [scale.low]


def _decades(scale: Scale, most: int) -> list[float]:
    """Give powers of ten, every second or third of them where there are many."""
    first = math.ceil(math.log10(scale.low) - 1e-9)
    last = math.floor(math.log10(scale.high) + 1e-9)
    apart = max(math.ceil((last - first + 1) / most), 1)
    return [10.0**n for n in range(last, first - 1, -apart)][::-1]


def tick_texts(ticks: Sequence[float]) -> list[str]:
    """Write the numbers of an axis, with as many decimals as tell them apart.

    >>> tick_texts([0, 0.5, 1]), tick_texts([0.001, 0.1, 10]), tick_texts([0, 5000, 10000])
    (['0.0', '0.5', '1.0'], ['0.001', '0.1', '10'], ['0', '5,000', '10,000'])
    """
    sizes = [abs(tick) for tick in ticks if tick]
    if not sizes or max(sizes) >= 1e7 or min(sizes) < 1e-4:
        return [f"{tick:g}" for tick in ticks]
    gaps = np.diff(ticks).tolist()
    if gaps and max(gaps) > 2 * min(gaps):  # decades: each has decimals of its own
        return [f"{tick:,.0f}" if tick >= 1 else f"{tick:g}" for tick in ticks]
    decimals = next(n for n in range(13) if all(abs(round(tick, n) - tick) < 1e-12 * max(sizes) for tick in ticks))
    return [f"{tick:,.{decimals}f}" for tick in ticks]
