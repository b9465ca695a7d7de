"""Walk through a calculation whose sequences may differ in length: those of the same length together."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from rnncalc.checking.given import Sheet
from rnncalc.checking.walk import Landing, Place, Walk
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.intervals import Interval
from rnncalc.compute.values import Values

Landings = Mapping[Place, Landing]


def walk_parts(sheets: Mapping[Hashable, Sheet], unit: float, values: Values, gradients: Gradients | None) -> Landings:
    """Give where the numbers of every line may lie.

    Args:
        sheets: What the student gives, by line.
        unit: The unit of the last digit of quantities that are not given.
        values, gradients: The right ones.
    """
    if not values.parts:
        return _walked(Walk(sheets, unit), values, gradients)
    found = []
    for number, share in enumerate(values.parts):
        own = {place: part for place, sheet in sheets.items() if (part := share_of(sheet, share.members)) is not None}
        part = gradients.parts[number] if gradients else None
        found.append((share.members, _walked(Walk(own, unit), share.values, part)))
    return _joined(found, values.case.n_sequences)


def _walked(walk: Walk, values: Values, gradients: Gradients | None) -> Landings:
    passes = [walk.run(values), *([walk.run(gradients.values, True)] if gradients else [])]
    return {landing.place: landing for landing in itertools.chain(*passes)}


def share_of(sheet: Sheet, members: Sequence[int]) -> Sheet | None:
    """Give the numbers of some sequences (from 0); None where they are of all together."""
    if sheet.numbers.ndim != 3:
        return None
    return Sheet(sheet.numbers[list(members)], sheet.units[list(members)])


def _joined(found: list[tuple[Sequence[int], Landings]], n_sequences: int) -> Landings:
    """Put landings together: sequences beside each other, gradients of weights added up."""
    joined: dict[Place, Landing] = {}
    for place in dict.fromkeys(place for _, landings in found for place in landings):
        parts = [(members, landings[place]) for members, landings in found if place in landings]
        own = None
        if any(landing.own for _, landing in parts):
            own = _interval([(members, landing.own or landing.right) for members, landing in parts], n_sequences)
        carried = tuple(dict.fromkeys(one for _, landing in parts for one in landing.carried))
        dropped = next((landing.dropped for _, landing in parts if landing.dropped), "")
        right = _interval([(members, landing.right) for members, landing in parts], n_sequences)
        joined[place] = Landing(place, right, own, carried, dropped)
    return joined


def _interval(parts: list[tuple[Sequence[int], Interval]], n_sequences: int) -> Interval:
    first = parts[0][1]
    if first.low.ndim != 3:
        return Interval(sum(one.low for _, one in parts), sum(one.high for _, one in parts))
    low, high = (np.full((n_sequences, *first.low.shape[1:]), np.nan) for _ in range(2))
    for members, one in parts:
        low[list(members)], high[list(members)] = one.low, one.high
    return Interval(low, high)
