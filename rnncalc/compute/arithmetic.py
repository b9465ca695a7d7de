"""Arithmetic as a parameter: what happens to each named quantity before it is used."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

Arithmetic = Callable[[np.ndarray], np.ndarray]

WHOLE = 2.0**53  # from here on a float has no decimals to round
SNAP = 12  # significant digits that a float is trusted to have, so that 0.125 computed is a tie


def float64(value: np.ndarray) -> np.ndarray:
    """Keep every quantity as it is."""
    return value


def arithmetic_of(decimals: int, every_step: bool) -> Arithmetic:
    """Give the arithmetic that a file asks for."""
    return rounded(decimals) if every_step else float64


def rounded(decimals: int) -> Arithmetic:
    """Round every named quantity as one does by hand: ties away from zero.

    >>> rounded(2)(np.array([0.125, -2.675]))
    array([ 0.13, -2.68])
    """
    unit = Decimal(1).scaleb(-decimals)

    def round_one(number: float) -> float:
        if not np.isfinite(number) or abs(number) >= WHOLE:
            return number
        return float(snap(number).quantize(unit, ROUND_HALF_UP)) + 0.0

    def arithmetic(value: np.ndarray) -> np.ndarray:
        return np.array([round_one(number) for number in value.ravel().tolist()]).reshape(value.shape)

    return arithmetic


def snap(number: float) -> Decimal:
    """Give a float as the decimal with 12 significant digits that it stands for."""
    return Decimal(f"{number:.{SNAP}g}")
