"""Write numbers: rounded half-up on the shortest decimal that gives the float."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

_MEANINGFUL = 16  # significant decimal digits of a float64
_LARGE = 1e15  # from here on fixed notation would show digits that mean nothing


def write_number(value: float, decimals: int) -> str:
    """Write a computed number with the given decimals.

    >>> [write_number(v, 2) for v in (0.125, 2.675, -0.001, 1e20)], write_number(1.2e-7, 8)
    (['0.13', '2.68', '0.00', '1.00e+20'], '0.00000012')
    """
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if abs(value) >= _LARGE:
        return f"{value:.{min(decimals, _MEANINGFUL - 1)}e}"
    exact = Decimal(repr(value))
    meaningful = _MEANINGFUL - 1 - exact.adjusted() if value else decimals
    shown = exact.quantize(Decimal(1).scaleb(-min(decimals, max(meaningful, 0))), ROUND_HALF_UP)
    return f"{shown if shown else shown.copy_abs():f}" if decimals else str(int(shown))  # never 1.2E-7
