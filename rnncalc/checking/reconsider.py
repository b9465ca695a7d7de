"""Judge again what differs by its digits: rounded early, following from an own earlier number, or too few digits.

`reconsider` is the one to read first; walk.py finds where each number may lie.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.words import plural
from rnncalc.checking.given import FINEST, Sheet
from rnncalc.checking.layout import Number, Places, sheets_of
from rnncalc.checking.verdicts import Judgement
from rnncalc.checking.walk import Landing, Place, holds
from rnncalc.checking.walk_parts import walk_parts
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.intervals import Interval
from rnncalc.compute.values import Values

MOST_NUMBERS = 200_000  # of a pass that is walked through
WIDE = 10  # units: a band below that can always tell


class Review(NamedTuple):
    """What a second look at numbers found: new judgements, and what they rest on.

    `sheets` is what the student gives by line, `landings` where each line may
    lie, `unit` that of the last digit of what is not given.
    """

    judgements: Mapping[Number, Judgement]
    sheets: Mapping[Place, Sheet]
    landings: Mapping[Place, Landing]
    unit: float


def reconsider(numbers: Iterable[Number], values: Values, gradients: Gradients | None, decimals: int) -> Review | None:
    """Give new judgements for numbers of which all that are given are known; None where they are too many.

    Args:
        numbers: All numbers of a file, right ones too: later lines start from them.
        values, gradients: The right ones.
        decimals: Of quantities that the file does not give.
    """
    numbers = list(numbers)
    if sum(array.size for array in values.sequences.values()) > MOST_NUMBERS:
        return None
    places = Places(values, gradients)
    sheets = sheets_of(numbers, places)
    units = [number.unit for number in numbers if FINEST < number.unit < 1]
    unit = max(units, default=10.0**-decimals)
    landings = walk_parts(sheets, unit, values, gradients)
    again = {number: found for number in numbers if (found := _judged(number, places, landings, unit)) is not None}
    return Review(again, sheets, landings, unit)


def _judged(number: Number, places: Places, landings: Mapping[Place, Landing], unit: float) -> Judgement | None:
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
        return early(half, number.unit, float(true))
    if landing.own is not None and _holds(landing.own, entry, number):
        return follows(landing.carried)
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
        return early((high - low) / 2 + unit, number.unit, true)
    carried = tuple(dict.fromkeys(place for landing in steps for place in landing.carried))
    if carried and _between(number, [landing.own or landing.right for landing in steps], unit):
        return follows(carried)
    return None


def _between(number: Number, bands: list[Interval], unit: float) -> bool:
    low, high = _added(bands)
    return low - unit <= number.given <= high + unit


def _added(bands: list[Interval]) -> tuple[float, ...]:
    return tuple(sum(float(np.nansum(end)) for end in ends) for ends in zip(*bands, strict=True))


def _holds(band: Interval, entry: tuple[int, ...], number: Number) -> bool:
    ends = Interval(band.low[entry], band.high[entry])
    return bool(holds(ends, np.array(number.given), np.array(number.unit)))


def early(half: float, unit: float, true: float) -> Judgement:
    """Grant early rounding, or say that so few digits cannot tell right from wrong; `half` is half the band."""
    if half > max(WIDE * unit, abs(true) / 2):
        decimals = round(-math.log10(unit))
        more = math.ceil(math.log10(half / max(abs(true) / 20, unit))) if math.isfinite(half) else 2
        words = f"{plural(decimals, 'decimal')} cannot tell right from wrong here; {decimals + max(more, 1)} could"
        return Judgement("too-few-digits", words)
    return Judgement(
        "rounded-early", f"rounding every step to {plural(round(-math.log10(unit)), 'decimal')} can lead to it"
    )


def follows(places: Iterable[Place]) -> Judgement:
    """Say from which wrong numbers of the student a number follows."""
    shown = [name + (f"({step})" if step is not None else "") for name, step in places]
    more = ", …" if len(shown) > 4 else ""
    return Judgement("follows", f"what follows from {', '.join(shown[:4])}{more} as given")
