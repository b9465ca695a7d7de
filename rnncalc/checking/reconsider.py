"""Judge again what differs by its digits: rounded early, following from an own earlier number, or too few digits.

`reconsider` is the one to read first; walk.py finds where each number may lie.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.words import plural
from rnncalc.checking.given import FINEST, Sheet
from rnncalc.checking.verdicts import Judgement
from rnncalc.checking.walk import Landing, Place, holds
from rnncalc.checking.walk_parts import walk_parts
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.intervals import Interval
from rnncalc.compute.nesting import nest_one, nest_steps
from rnncalc.compute.values import Values
from rnncalc.recurrences.backward import adjoint_name

MOST_NUMBERS = 200_000  # of a pass that is walked through
WIDE = 10  # units: a band below that can always tell


class Number(NamedTuple):
    """One number of an answer: which quantity, where in its nested values, what is given, to which unit."""

    name: str
    gradient: bool
    total: bool
    start: int | None
    spot: int
    given: float
    unit: float


def reconsider(
    numbers: Iterable[Number], values: Values, gradients: Gradients | None, decimals: int
) -> dict[Number, Judgement]:
    """Give new judgements for numbers of which all that are given are known.

    Args:
        numbers: All numbers of a file, right ones too: later lines start from them.
        values, gradients: The right ones.
        decimals: Of quantities that the file does not give.
    """
    numbers = list(numbers)
    if sum(array.size for array in values.sequences.values()) > MOST_NUMBERS:
        return {}
    places = _Places(values, gradients)
    sheets = _sheets(numbers, places)
    units = [number.unit for number in numbers if FINEST < number.unit < 1]
    unit = max(units, default=10.0**-decimals)
    landings = walk_parts(sheets, unit, values, gradients)
    return {number: found for number in numbers if (found := _judged(number, places, landings, unit)) is not None}


class _Places:
    """Knows where in the values of a pass the numbers of nested answers stand."""

    def __init__(self, values: Values, gradients: Gradients | None):
        self.values, self.gradients = values, gradients
        self.orders: dict[Hashable, np.ndarray] = {}

    def name(self, number: Number) -> str:
        return adjoint_name(number.name) if number.gradient else number.name

    def array(self, number: Number) -> np.ndarray | None:
        """Give the values of the quantity that a number belongs to."""
        source = self.gradients.values if number.gradient and self.gradients else self.values
        name = self.name(number)
        if number.start is not None:
            return source.places.get((name, number.start))
        return source.sequences.get(name, source.singles.get(name))

    def find(self, number: Number) -> tuple[Place, tuple[int, ...]] | None:
        """Give the line of a number and its entry there."""
        array = self.array(number)
        if array is None or number.total:
            return None
        key = (self.name(number), number.start)
        if key not in self.orders:
            self.orders[key] = self._order(number, array)
        order = self.orders[key]
        if number.spot >= order.size:
            return None
        index = tuple(int(i) for i in np.unravel_index(order.flat[number.spot], array.shape))
        if array.ndim == 4:
            return (key[0], index[0] + 1), index[1:]
        return key, index

    def _order(self, number: Number, array: np.ndarray) -> np.ndarray:
        """Give the flat place of each number of the nested values."""
        counted, batched = np.arange(array.size).reshape(array.shape), self.values.case.batched
        if array.ndim == 2:  # the gradient of a weight
            return counted
        if number.name == self.values.case.loss and array.ndim == 4:
            return counted.reshape(len(counted), -1)[:, 0]
        return nest_steps(counted, batched) if array.ndim == 4 else nest_one(counted, batched)


def _sheets(numbers: list[Number], places: _Places) -> dict[Hashable, Sheet]:
    sheets: dict[Hashable, Sheet] = {}
    for number in numbers:
        found = places.find(number)
        if found is None or not math.isfinite(number.given):
            continue
        place, entry = found
        if place not in sheets:
            shape = places.array(number).shape
            shape = shape[1:] if len(shape) == 4 else shape
            sheets[place] = Sheet(np.full(shape, np.nan), np.full(shape, np.nan))
        sheets[place].numbers[entry], sheets[place].units[entry] = number.given, number.unit
    return sheets


def _judged(number: Number, places: _Places, landings: Mapping[Place, Landing], unit: float) -> Judgement | None:
    if number.total or number.name == places.values.case.loss and not number.gradient:
        losses = places.array(number)
        true = np.nansum(losses[number.spot] if losses.ndim == 4 and not number.total else losses)
        return _of_total(number, landings, unit, float(true))
    found = places.find(number)
    if found is None or (landing := landings.get(found[0])) is None:
        return None
    (_, step), entry = found
    if _holds(landing.right, entry, number):
        array = places.array(number)
        true = array[(step - 1, *entry)] if array.ndim == 4 else array[entry]
        half = float(landing.right.high[entry] - landing.right.low[entry]) / 2
        return _early(half, number, float(true))
    if landing.own is not None and _holds(landing.own, entry, number):
        return Judgement("follows", _follows(landing.carried))
    if landing.dropped:
        return Judgement("differs", f"not what the line gives, and not carried on: {landing.dropped}")
    return None


def _of_total(number: Number, landings: Mapping[Place, Landing], unit: float, true: float) -> Judgement | None:
    """Judge a loss, of one step or in total: the sum over steps and sequences, each where it may lie."""
    own = (lambda step: True) if number.total else (lambda step: step in (None, number.spot + 1))
    steps = [landing for (name, step), landing in landings.items() if name == number.name and own(step)]
    if not steps:
        return None
    if _between(number, [landing.right for landing in steps], unit):
        low, high = _added([landing.right for landing in steps])
        return _early((high - low) / 2 + unit, number, true)
    carried = tuple(dict.fromkeys(place for landing in steps for place in landing.carried))
    if carried and _between(number, [landing.own or landing.right for landing in steps], unit):
        return Judgement("follows", _follows(carried))
    return None


def _between(number: Number, bands: list[Interval], unit: float) -> bool:
    low, high = _added(bands)
    return low - unit <= number.given <= high + unit


def _added(bands: list[Interval]) -> tuple[float, ...]:
    return tuple(sum(float(np.nansum(end)) for end in ends) for ends in zip(*bands, strict=True))


def _holds(band: Interval, entry: tuple[int, ...], number: Number) -> bool:
    ends = Interval(band.low[entry], band.high[entry])
    return bool(holds(ends, np.array(number.given), np.array(number.unit)))


def _early(half: float, number: Number, true: float) -> Judgement:
    """Grant early rounding, or say that so few digits cannot tell right from wrong; `half` is half the band."""
    if half > max(WIDE * number.unit, abs(true) / 2):
        decimals = round(-math.log10(number.unit))
        more = math.ceil(math.log10(half / max(abs(true) / 20, number.unit))) if math.isfinite(half) else 2
        words = f"{plural(decimals, 'decimal')} cannot tell right from wrong here; {decimals + max(more, 1)} could"
        return Judgement("too-few-digits", words)
    return Judgement("rounded-early", _early_words(number.unit))


def _early_words(unit: float) -> str:
    return f"rounding every step to {plural(round(-math.log10(unit)), 'decimal')} can lead to it"


def _follows(places: Iterable[Place]) -> str:
    shown = [name + (f"({step})" if step is not None else "") for name, step in places]
    return f"what follows from {', '.join(shown[:4])}{', …' if len(shown) > 4 else ''} as given"
