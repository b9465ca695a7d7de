"""Arithmetic as a parameter: rounding as one does by hand."""

from __future__ import annotations

import math
from decimal import Decimal
from random import Random

import numpy as np
import pytest

from rnncalc.compute.arithmetic import float64, rounded, snap


def rounded_one(number: float, decimals: int) -> float:
    return rounded(decimals)(np.array([[number]])).item()


@pytest.mark.parametrize(
    ("number", "decimals", "result"),
    [
        (0.125, 2, 0.13),
        (-0.125, 2, -0.13),
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (0.1 + 0.2, 1, 0.3),
        (0.045, 2, 0.05),
        (0.0449, 2, 0.04),
        (0.5, 0, 1),
        (-1.5, 0, -2),
        (2.5, 0, 3),
        (0.9999, 2, 1),
        (12.3456, 4, 12.3456),
        (1e-9, 4, 0),
        (3, 15, 3),
        (99.995, 2, 100),
    ],
)
def test_half_away_from_zero(number, decimals, result):
    """DESIGN 3: ties away from zero; 6: 0.125 shows 0.13, 2.675 shows 2.68."""
    assert rounded_one(number, decimals) == result


@pytest.mark.parametrize(
    ("product", "decimals", "result"),
    [(0.35 * 0.1, 2, 0.04), (1.15 * 3, 1, 3.5), (-1.15 * 3, 1, -3.5), (0.57 * 0.5, 2, 0.29)],
)
def test_a_computed_tie_is_a_tie(product, decimals, result):
    """1.15 * 3 is 3.45 for whoever calculates by hand, though the float lies just below it."""
    assert abs(Decimal(product)) < abs(snap(product))
    assert rounded_one(product, decimals) == result


@pytest.mark.parametrize("number", [-0.0, -0.001, -1e-300])
def test_no_negative_zero(number):
    result = rounded_one(number, 2)
    assert (result, math.copysign(1, result)) == (0, 1)


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_stays(number):
    result = rounded_one(number, 2)
    assert result == number or math.isnan(number) and math.isnan(result)


@pytest.mark.parametrize("number", [1e23, 2.7e43, -1e300])
@pytest.mark.parametrize("decimals", [0, 6])
def test_a_large_whole_number_stays(number, decimals):
    """An exploding network reaches such numbers; rounding to decimals does not change a whole number."""
    assert rounded_one(number, decimals) == number


def test_rounding_moves_by_half_a_unit_at_most():
    rng = Random(1)
    for _ in range(500):
        decimals, size = rng.randint(0, 8), 10 ** rng.randint(-4, 3)
        number = rng.uniform(-size, size)
        moved = abs(Decimal(rounded_one(number, decimals)) - Decimal(number))
        assert moved <= Decimal("0.5000001") * Decimal(10) ** -decimals, (number, decimals)
        assert Decimal(repr(rounded_one(number, decimals))).normalize().as_tuple().exponent >= -decimals


def test_shapes_stay():
    array = np.arange(24.0).reshape(2, 3, 4, 1) / 7
    result = rounded(1)(array)
    assert result.shape == array.shape
    assert result[1, 2, 3, 0] == 3.3
    assert rounded(1)(np.empty((0, 2, 3, 1))).shape == (0, 2, 3, 1)


def test_the_given_array_stays():
    array = np.array([[1 / 3]])
    rounded(2)(array)
    assert array.item() == 1 / 3
    assert float64(array) is array


@pytest.mark.parametrize(
    ("number", "decimal"),
    [(0.1 + 0.2, "0.3"), (1 / 3, "0.333333333333"), (2.675, "2.675"), (-1e-20, "-1E-20"), (5.0, "5")],
)
def test_floats_are_trusted_to_twelve_digits(number, decimal):
    """CONTRACT D1: the true value is snapped to 12 significant digits first."""
    assert snap(number) == Decimal(decimal)
