"""Work places out as a student would: from the student's own numbers, with or without a slip.

What is not given is worked out from its own equation, as far back as needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rnncalc.checking.given import Sheet
from rnncalc.checking.line import all_places, compile_line, place_of
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.scene import Scene, Work
from rnncalc.checking.walk import Place
from rnncalc.compute.enclose import Enclosure
from rnncalc.compute.intervals import Interval, Rounding, point
from rnncalc.compute.trace import concrete
from rnncalc.compute.values import stack
from rnncalc.language.nodes import Name, Node, Ref

Compiled = dict[Place, Callable]


class Circular(ArithmeticError):
    """A place would have to be known before it is worked out."""


class Replay:
    """Works out places, each once.

    Args:
        scene: The right calculation.
        sheets: The student's own numbers by place, nan where there are none.
        slip: What is done in another way; None for the right method.
        compiled: The changed lines as functions, kept for the next replay of the same slip.
    """

    def __init__(
        self, scene: Scene, sheets: Mapping[Place, Sheet], slip: Slip | None = None, compiled: Compiled | None = None
    ):
        self.scene, self.sheets, self.slip = scene, sheets, slip
        self.compiled: Compiled = {} if compiled is None else compiled
        self.read = self._givens() | ({p: self._given(array) for p, array in slip.numbers.items()} if slip else {})
        self.worked = {}

    def at(self, place: Place):
        """Give what later lines start from: the student's own numbers, else the place worked out.

        Raises:
            Circular: it depends on itself.
            KeyError: there is no such place.
        """
        found = self.read.get(place)
        if found is None:
            if self.worked.get(place, 0) is None:
                raise Circular(place)
            found = self.read[place] = self._start(place)
        return found

    def _givens(self) -> dict:
        return dict(self.scene.given)

    def _start(self, place: Place):
        sheet = self.sheets.get(place)
        if sheet is None:
            return self.line(place)
        missing = np.isnan(sheet.numbers)
        return self._mixed(self.line(place), sheet.numbers, missing) if missing.any() else self._given(sheet.numbers)

    def line(self, place: Place):
        """Give what the line of a place comes to, from what was read."""
        if place in self.worked:
            if self.worked[place] is None:
                raise Circular(place)
            return self.worked[place]
        for earlier in self.scene.stages.get(place, ()):
            if earlier not in self.worked:
                self.at(earlier)
        self.worked[place] = None
        try:
            self.worked[place] = self._work_out(place)
        finally:
            if self.worked[place] is None:
                del self.worked[place]
        return self.worked[place]

    def _work_out(self, place: Place):
        if self.slip and place in self.slip.numbers:
            return self._given(self.slip.numbers[place])
        work = self.scene.works[place]
        changed = self.slip.lines.get(work.equation.left) if self.slip else None
        if changed is not None and self.slip.at in (None, place[1]):
            try:
                return self._evaluate(place, changed, work, self.compiled)
            except KeyError:  # the slip reads a place that is not there, such as x(0)
                pass
        return self._evaluate(place, work.equation.right, work, self.scene.evaluators)

    def _given(self, array: np.ndarray):
        return array

    def _mixed(self, value: np.ndarray, numbers: np.ndarray, missing: np.ndarray) -> np.ndarray:
        return np.where(missing, value, numbers)

    def _evaluate(self, place: Place, node: Node, work: Work, compiled: Compiled) -> np.ndarray:
        if place not in compiled:
            compiled[place] = compile_line(node, work.number, work.values)
        return self._spread(compiled[place](self.at), place)

    def _spread(self, value: np.ndarray, place: Place) -> np.ndarray:
        """Give a value the shape of its place, where a term that is absent left a single zero."""
        if value.shape[-2:] != (1, 1):
            return value
        return np.broadcast_to(value, (*value.shape[:-2], *self.scene.shape(place)))


class BandReplay(Replay):
    """Works out where the numbers of places may lie, rounded on the way to a `unit`."""

    def __init__(self, scene: Scene, sheets: Mapping[Place, Sheet], slip: Slip | None, unit: float):
        super().__init__(scene, sheets, slip)
        self.rounding = Rounding(unit)

    def _givens(self) -> dict:
        return {place: point(array) for place, array in self.scene.given.items()}

    def _given(self, array: np.ndarray) -> Interval:
        return point(array)

    def _mixed(self, value: Interval, numbers: np.ndarray, missing: np.ndarray) -> Interval:
        return Interval(*(np.where(missing, end, numbers) for end in value))

    def _evaluate(self, place: Place, node: Node, work: Work, compiled: Compiled) -> Interval:
        values = work.values

        def read(leaf: Name | Ref) -> Interval:
            if isinstance(leaf, Ref) and leaf.index.anchor == "all":
                steps = [self.at(one) for one in all_places(leaf, values)]
                return Interval(
                    *(stack(np.stack(ends), values.case.system.layout) for ends in zip(*steps, strict=True))
                )
            return self.at(place_of(leaf, values))

        enclosure = Enclosure(values, self.rounding, read, lambda part, step: concrete(part, step, values))
        found = enclosure.of(concrete(node, work.number, values))
        return Interval(*(self._spread(end, place) for end in found))
