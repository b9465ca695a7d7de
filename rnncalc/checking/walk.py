"""Walk through a calculation line by line: where each number may lie, from the right values and from the student's own.

Each equation is enclosed twice: from earlier numbers that are right, and from
the student's own earlier numbers, right or wrong, which is what carrying an
error forward means.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.checking.given import Sheet
from rnncalc.compute.enclose import Enclosure
from rnncalc.compute.intervals import Interval, Rounding, point
from rnncalc.compute.trace import Line, concrete, trace
from rnncalc.compute.values import Values, stack
from rnncalc.language.nodes import Call, Name, Node, Ref, leaves

Place = tuple[str, int | None]

RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0)}


class Landing(NamedTuple):
    """Where the numbers of one line may lie.

    Shapes:
        all arrays: (n_sequences, rows, columns), of a gradient (rows, columns)
    """

    place: Place
    right: Interval
    own: Interval | None
    carried: tuple[Place, ...]
    dropped: str = ""


class Walk:
    """Goes through the lines of a pass and remembers what each quantity may be.

    Args:
        sheets: What the student gives, by quantity.
        unit: The unit of the last digit of quantities that are not given.
    """

    def __init__(self, sheets: Mapping[Hashable, Sheet], unit: float):
        self.sheets, self.unit = sheets, unit
        self.right: dict[Place, Interval] = {}
        self.own: dict[Place, Interval] = {}
        self.wrong: dict[Place, tuple[Place, ...]] = {}  # places that hold a carried error, with where it comes from

    def run(self, values: Values, descending: bool = False) -> Iterator[Landing]:
        """Go through a pass; a backward pass goes on with what is known of the forward one."""
        with np.errstate(all="ignore"):
            for step in trace(values, descending):
                for line in step.lines:
                    yield self._land(line, values)

    def _land(self, line: Line, values: Values) -> Landing:
        place = (line.left.name, self._step(line.left, values))
        given = self._given(place, values)
        unit = self.unit if given is None else np.nanmin(given.units, initial=self.unit)
        rounding = Rounding(float(unit))
        right = self._enclose(line.right, values, self.right, rounding, line.value.shape)
        carried = self._carried(line.right, values)
        own = self._enclose(line.right, values, self.own, rounding, line.value.shape) if carried else None
        dropped = self._remember(place, line, given, right, own, carried)
        return Landing(place, right, own, carried, dropped)

    def _enclose(self, node: Node, values: Values, known: Mapping, rounding: Rounding, shape: tuple) -> Interval:
        def read(leaf: Name | Ref) -> Interval:
            return self._read(leaf, values, known)

        enclosure = Enclosure(values, rounding, read, lambda part, step: concrete(part, step, values))
        found = enclosure.of(node)
        return found if found.shape == shape else Interval(*(np.broadcast_to(end, shape) for end in found))

    def _read(self, leaf: Name | Ref, values: Values, known: Mapping[Place, Interval]) -> Interval:
        if isinstance(leaf, Name):
            return known.get((leaf.name, None)) or point(values.of(leaf))
        if leaf.index.anchor != "all":
            return known.get((leaf.name, self._step(leaf, values))) or point(values.of(leaf))
        steps = [
            known.get((leaf.name, step)) or point(values.at(leaf.name, step))
            for step in range(1, values.case.n_steps(leaf.name) + 1)
        ]
        return Interval(*(stack(np.stack(ends), values.case.system.layout) for ends in zip(*steps, strict=True)))

    @staticmethod
    def _step(leaf: Name | Ref, values: Values) -> int | None:
        return values.step_of(leaf) if isinstance(leaf, Ref) else None

    def _given(self, place: Place, values: Values) -> Sheet | None:
        """Give the student's numbers of one line; None where there are none."""
        name, step = place
        sheet = self.sheets.get(place) or self.sheets.get(name)
        if sheet is None:
            return None
        if step is not None and place not in self.sheets:
            sheet = Sheet(sheet.numbers[step - 1], sheet.units[step - 1])
        return None if np.isnan(sheet.numbers).all() else sheet

    def _carried(self, node: Node, values: Values) -> tuple[Place, ...]:
        """Name the wrong numbers from which a line follows."""
        found: dict[Place, None] = {}
        for place in places_read(node, values):
            found |= dict.fromkeys(self.wrong.get(place, ()))
        return tuple(found)

    def _remember(
        self, place: Place, line: Line, given: Sheet | None, right: Interval, own: Interval | None, carried: tuple
    ) -> str:
        """Keep what later lines start from: given numbers where there are some, else where the line may lie."""
        self.right[place], self.own[place] = right, own or right
        if carried:
            self.wrong[place] = carried
        if given is None:
            return ""
        numbers, here = given.numbers, ~np.isnan(given.numbers)
        fits = here & holds(right, numbers, given.units)
        self.right[place] = Interval(*(np.where(fits, numbers, end) for end in right))
        if (here & ~fits).any():
            reason = _not_carried(line, numbers, here)
            if reason:
                return reason
            if own is None or not holds(own, numbers, given.units)[here].all():
                self.wrong[place] = (place,)
        self.own[place] = Interval(*(np.where(here, numbers, end) for end in own or right))
        return ""


def holds(interval: Interval, numbers: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Tell which numbers lie within an interval, whose ends allow for the rounding of the number itself."""
    slack = np.where(np.isnan(units), 0.0, units) * 1e-6
    return (numbers >= interval.low - slack) & (numbers <= interval.high + slack)


def _not_carried(line: Line, numbers: np.ndarray, here: np.ndarray) -> str:
    """Say why wrong numbers are not carried forward; '' where they are."""
    if not np.isfinite(numbers[here]).all():
        return "it is not finite"
    op = line.right.op if isinstance(line.right, Call) else ""
    low, high = RANGES.get(op, (-np.inf, np.inf))
    if (numbers[here] < low - 1e-9).any() or (numbers[here] > high + 1e-9).any():
        return f"{op} never takes it"
    if op == "softmax" and here.all() and abs(numbers.sum() / max(len(numbers), 1) - 1) > 0.02 * numbers[0].size:
        return "its entries do not add up to 1"
    if not numbers[here].any() and line.value[here].any():
        return "zeros make what follows trivial"
    return ""


def places_read(node: Node, values: Values) -> Iterator[Place]:
    """Go through the places that a concrete expression reads, of sums over time every step."""
    for leaf in leaves(node):
        if isinstance(leaf, Name):
            yield leaf.name, None
        elif leaf.index.anchor in ("start", "end"):
            yield leaf.name, values.step_of(leaf)
        else:
            for step in range(0, values.case.n_steps(leaf.name) + 2):
                yield leaf.name, step
