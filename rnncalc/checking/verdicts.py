"""Judge one number by the digits with which it was written.

No tolerance is involved: `0.90` claims two decimals, `0.9` one. Comparison is
in Decimal, the true value snapped to 12 significant digits first.
"""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import Literal, NamedTuple

from rnncalc.base.words import plural
from rnncalc.compute.arithmetic import SNAP, snap

Verdict = Literal[
    "exact",
    "last-digit",
    "rounded-early",
    "follows",
    "too-few-digits",
    "mistake",
    "misprint",
    "differs",
    "missing",
    "unreadable",
    "not-judged",
    "stale-misprint",
]

EXPRESSION_TOLERANCE = 1e-9  # relative; what a fraction or expression claims

RIGHT = frozenset({"exact", "last-digit", "rounded-early", "too-few-digits"})


class Judgement(NamedTuple):
    """A verdict and the rule that decided it, in words."""

    verdict: Verdict
    rule: str


def judge_number(text: str, given: float, value: float) -> Judgement:
    """Judge a number written as `text`, whose value is `given`, against the true `value`.

    >>> judge_number("0.12", 0.12, 0.125).verdict, judge_number("0.129", 0.129, 0.1299).verdict
    ('exact', 'last-digit')
    >>> judge_number("0.62", 0.62, 0.63).verdict
    'differs'
    """
    if not math.isfinite(value):
        return Judgement("not-judged", "the calculation overflows here")
    claimed = claimed_decimals(text)
    if claimed is None:
        if math.isclose(given, value, rel_tol=EXPRESSION_TOLERANCE, abs_tol=1e-15):
            return Judgement("exact", "the expression has this value")
        return Judgement("differs", "the expression has another value")
    decimals, written = claimed
    true, unit = snap(value), Decimal(1).scaleb(-decimals)
    with localcontext() as context:
        context.prec = 800
        half_up = true.quantize(unit, ROUND_HALF_UP)
        rounded = {half_up, true.quantize(unit, ROUND_HALF_EVEN)}
        if len(written.as_tuple().digits) > SNAP:  # all digits of the float, pasted
            rounded.add(Decimal(value).quantize(unit, ROUND_HALF_EVEN))
        if written in rounded:
            return Judgement("exact", f"the value rounds to it at {plural(max(decimals, 0), 'decimal')}")
        if written == true.quantize(unit, ROUND_DOWN):
            return Judgement("last-digit", "the value is cut off instead of rounded")
        if abs(true - half_up) * 2 == unit and abs(written - true) * 2 == unit:
            return Judgement("last-digit", "a tie, rounded the other way")
        apart = abs(written - true) / unit
    return Judgement("differs", f"{_units(apart)} of its last digit away")


def claimed_decimals(text: str) -> tuple[int, Decimal] | None:
    """Give the decimals that a number claims and its value; None for an expression."""
    try:
        written = Decimal(text)
    except ArithmeticError:
        return None
    return -written.as_tuple().exponent, written


def _units(apart: Decimal) -> str:
    shown = f"{apart:.1f}" if apart < 1000 else f"{apart:.0f}"
    return f"{shown} units"
