"""Whether numbers are a value's digits."""

from __future__ import annotations

import numpy as np
import pytest

from rnncalc.checking.evidence import fitting_digits
from rnncalc.checking.given import Sheet


@pytest.mark.parametrize(
    ("value", "number", "fits"),
    [(0.125, 0.12, True), (0.125, 0.13, True), (0.129, 0.12, True), (0.131, 0.12, False), (0.12, np.nan, True)],
)
def test_rounded_or_cut_off(value, number, fits):
    assert fitting_digits(np.array([value]), Sheet(np.array([number]), np.array([0.01]))) is fits


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_no_number_is_the_digits_of_a_value_that_is_not_finite(value):
    with np.errstate(all="ignore"):
        assert not fitting_digits(np.array([value]), Sheet(np.array([0.5]), np.array([0.01])))
