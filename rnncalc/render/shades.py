"""Shades for weights between 0 and 1."""

from __future__ import annotations

import math

SHADES = " ░▒▓█"


def shade(weight: float) -> str:
    """Give a sign for a weight between 0 and 1, darker for more."""
    return "·" if math.isnan(weight) else SHADES[min(int(weight * len(SHADES)), len(SHADES) - 1)]
