"""The inverse column of the operation table: which pre-activation gives a wanted value.

Only activations that take every probability strictly between 0 and 1 are
here; `least` and `most` tell where 0 and 1 have no finite inverse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Inverse(NamedTuple):
    """An inverse function, its expression in p, and whether it is finite at 0 and at 1."""

    function: Callable[[np.ndarray], np.ndarray]
    formula: str
    at_zero: bool
    at_one: bool


INVERSES: dict[str, Inverse] = {
    "sigmoid": Inverse(lambda p: np.log(p / (1 - p)), "log(p / (1 - p))", False, False),
    "tanh": Inverse(np.arctanh, "log((1 + p) / (1 - p)) / 2", True, False),
    "softplus": Inverse(lambda p: np.log(np.expm1(p)), "log(exp(p) - 1)", False, True),
    "softmax": Inverse(np.log, "log(p)", False, True),
    "leaky_relu": Inverse(lambda p: p, "p", True, True),
    "relu": Inverse(lambda p: p, "p", True, True),
    "identity": Inverse(lambda p: p, "p", True, True),
}


class NoInverse(Exception):
    """An entry has no finite inverse; `place` is its (row, column) from 0, `value` what it is."""

    def __init__(self, place: tuple[int, int], value: float):
        super().__init__("0/0" if np.isnan(value) else f"{value:g}")
        self.place, self.value = place, value


def invert(table: np.ndarray, activation: str) -> np.ndarray:
    """Give σ⁻¹ of every entry of a table of probabilities.

    Raises:
        NoInverse: an entry is 0, 1 or 0/0 where the activation never gets there.
    """
    inverse = INVERSES[activation]
    wrong = ~((table > 0) | inverse.at_zero & (table == 0)) | ~((table < 1) | inverse.at_one & (table == 1))
    if wrong.any():
        row, column = map(int, np.argwhere(wrong)[0])
        raise NoInverse((row, column), float(table[row, column]))
    return inverse.function(table)
