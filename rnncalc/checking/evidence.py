"""How much the digits given can tell: whether numbers fit a calculation, and whether they could fit by chance.

A slip is named only if the digits that it explains exceed log₁₀ of the number
of slips tried by three: one random number in a thousand is then named at most.
"""

from __future__ import annotations

import math

import numpy as np

from rnncalc.checking.given import FINEST, Sheet
from rnncalc.checking.verdicts import EXPRESSION_TOLERANCE

MARGIN = 3.0  # digits beyond the number of slips tried


def fitting_digits(value: np.ndarray, sheet: Sheet) -> bool:
    """Tell whether all numbers given are a value's digits: rounded, or cut off toward zero.

    Shapes:
        value: like the sheet's numbers
    """
    numbers, units = sheet
    apart = np.abs(value - numbers)
    noise = np.where(units <= FINEST, EXPRESSION_TOLERANCE, 1e-12) * np.abs(value)
    rounded = apart <= units / 2 + noise
    cut_off = (apart < units * (1 - 1e-9)) & (np.abs(value) >= np.abs(numbers)) & (value * numbers >= 0)
    return bool(((rounded | cut_off) & np.isfinite(value) | np.isnan(numbers)).all())


def fits_band(low: np.ndarray, high: np.ndarray, sheet: Sheet) -> bool:
    """Tell whether all numbers given lie within an interval, whose ends allow for their own rounding."""
    numbers, units = sheet
    slack = units * 1e-6
    return bool((((numbers >= low - slack) & (numbers <= high + slack)) | np.isnan(numbers)).all())


def near(value: np.ndarray, sheet: Sheet, units: float) -> bool:
    """Tell whether all numbers given are within so many units of a value that a band is worth finding."""
    apart = np.abs(value - sheet.numbers)
    return bool(((apart <= units * np.maximum(sheet.units, 1e-9)) | np.isnan(sheet.numbers)).all())


def digits(sheet: Sheet, right: np.ndarray, entries: np.ndarray, width: np.ndarray | float = 0.0) -> float:
    """Count the digits of the entries chosen, less those that a band of this width leaves open.

    A number small beside the right one tells as much as that: 0.00 for 0.99 are two digits.
    """
    return float(_told(sheet, right, entries, width).sum())


def digits_at_a_step(sheet: Sheet, right: np.ndarray, entries: np.ndarray, width: np.ndarray | float = 0.0) -> float:
    """Count the digits of entries at one step, where all may hang on a single number that is not given.

    They do where all are wrong by one factor, as V ∇u(t) is where ∇u(t) has one entry: they tell as much as one.
    """
    told = _told(sheet, right, entries, width)
    return float(told.max(initial=0.0) if _by_one_factor(sheet, right, entries) else told.sum())


def _told(sheet: Sheet, right: np.ndarray, entries: np.ndarray, width: np.ndarray | float) -> np.ndarray:
    with np.errstate(all="ignore"):
        largest = np.maximum(np.abs(sheet.numbers), np.abs(right)) / sheet.units
        each = np.floor(np.log10(np.maximum(largest, 1)) + 1e-9) + (largest >= 1)
        open_ = np.log10(np.maximum(width / sheet.units, 1))
    return np.maximum(each - open_, 0)[entries]


def _by_one_factor(sheet: Sheet, right: np.ndarray, entries: np.ndarray) -> bool:
    """Tell whether several numbers are one multiple of the right ones, within their digits."""
    given, true, unit = sheet.numbers[entries], np.broadcast_to(right, entries.shape)[entries], sheet.units[entries]
    if given.size < 2 or not np.abs(true).max():
        return False
    factor = given[np.abs(true).argmax()] / true[np.abs(true).argmax()]
    slack = unit * (1 + np.abs(true) / np.abs(true).max())
    return bool((np.abs(given - factor * true) <= slack).all())


def needed(n_tried: int) -> float:
    """Give the digits that a slip must explain to be named, where so many were tried."""
    return MARGIN + math.log10(max(n_tried, 1))
