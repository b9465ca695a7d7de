"""Where the numbers of nested answers stand in the values of a pass."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np

from rnncalc.checking.given import Sheet
from rnncalc.checking.walk import Place
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.nesting import nest_one, nest_steps
from rnncalc.compute.values import Values
from rnncalc.recurrences.backward import adjoint_name

TOTAL: Place = ("∎total", None)  # the loss of all steps and sequences


class Number(NamedTuple):
    """One number of an answer: which quantity, where in its nested values, what is given, to which unit."""

    name: str
    gradient: bool
    total: bool
    start: int | None
    spot: int
    given: float
    unit: float


class Places:
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

    def line(self, number: Number) -> tuple[Place, tuple[int, ...]] | None:
        """Give the line of a number and its entry there, of a total too; None where a number is of several lines."""
        if number.total:
            return TOTAL, (0, 0)
        of_loss = number.name == self.values.case.loss and not number.gradient
        return None if of_loss and self.values.case.n_sequences > 1 else self.find(number)


def sheets_of(numbers: Iterable[Number], places: Places) -> dict[Place, Sheet]:
    """Put numbers into the lines that they belong to."""
    sheets: dict[Place, Sheet] = {}
    for number in numbers:
        found = places.line(number)
        if found is None or not math.isfinite(number.given):
            continue
        place, entry = found
        if place not in sheets:
            shape = (1, 1) if place == TOTAL else places.array(number).shape
            shape = shape[1:] if len(shape) == 4 else shape
            sheets[place] = Sheet(np.full(shape, np.nan), np.full(shape, np.nan))
        sheets[place].numbers[entry], sheets[place].units[entry] = number.given, number.unit
    return sheets
