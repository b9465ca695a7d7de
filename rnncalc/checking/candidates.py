"""The slips that are tried on a calculation, each with what it gives at every place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rnncalc.checking.evidence import fits_band, fitting_digits, near
from rnncalc.checking.given import Sheet
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.replay import BandReplay, Circular, Compiled, Replay
from rnncalc.checking.scene import Scene
from rnncalc.checking.walk import Place

BAND_FROM = 300.0  # units within which a band is worth finding
NOT_THERE = (Circular, RecursionError, KeyError, IndexError, ValueError, OverflowError)

Sheets = Mapping[Place, Sheet]


@dataclass(frozen=True, eq=False)
class Candidate:
    """A slip on a calculation; what it gives without any numbers of a student is worked out once."""

    scene: Scene
    slip: Slip
    compiled: Compiled = field(default_factory=dict)

    @cached_property
    def free(self) -> Replay:
        """The slip on the problem alone, nothing rounded."""
        return Replay(self.scene, {}, self.slip, self.compiled)

    def touches(self, right: Replay) -> bool:
        """Tell whether the slip changes something that a calculation without it went through."""
        if any(place in right.read or place in right.worked for place in self.slip.numbers):
            return True
        works, lines = self.scene.works, self.slip.lines
        return any(place in works and works[place].equation.left in lines for place in right.worked)


class Trial:
    """A slip on a student's numbers, by the rules that judge the right method.

    Args:
        free: Whether the calculation from the problem alone counts beside that from the student's numbers.
    """

    def __init__(self, candidate: Candidate, sheets: Sheets, unit: float, free: bool = True):
        self.candidate, self.sheets, self.unit, self.free = candidate, sheets, unit, free
        self.own = Replay(candidate.scene, sheets, candidate.slip, candidate.compiled)
        self.bands: BandReplay | None = None

    def width(self, place: Place) -> np.ndarray | float | None:
        """Give how near the slip comes to a line, 0 where it gives its digits; None where it does not give them.

        Where rounding on the way must be allowed for, that is the width of the
        band, or of what lies as near to the slip's own value as the number given.
        """
        try:
            width = self._width(place, self.sheets[place])
            if width is not None:
                self.candidate.free.line(place)  # a slip that no one can carry out without the answer is none
            return width
        except NOT_THERE:
            return None

    def moves(self, place: Place, right: np.ndarray, entries: np.ndarray) -> bool:
        """Tell whether the slip changes some entries of a line by more than half a unit of their last digit."""
        try:
            apart = np.abs(self.own.line(place) - right)
        except NOT_THERE:
            return False
        return bool((apart > self.sheets[place].units / 2)[entries].any())

    def _width(self, place: Place, sheet: Sheet) -> np.ndarray | float | None:
        if self.free and fitting_digits(self.candidate.free.line(place), sheet):
            return 0.0
        value = self.own.line(place)
        if fitting_digits(value, sheet):
            return 0.0
        if not near(value, sheet, BAND_FROM):
            return None
        if self.bands is None:
            self.bands = BandReplay(self.candidate.scene, self.sheets, self.candidate.slip, self.unit)
        band = self.bands.line(place)
        if not fits_band(band.low, band.high, sheet):
            return None
        return np.fmin(band.high - band.low, 2 * np.abs(value - sheet.numbers) + sheet.units)
