"""Verdicts, one sentence a line: which number, given how, is judged how."""

from __future__ import annotations

import math
import random
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest

from rnncalc.checking.verdicts import claimed_decimals, judge_number


def verdict(value: float, text: str) -> str:
    return judge_number(text, float(text), value).verdict


SENTENCES = """
    0.125      as 0.125    is exact
    0.125      as 0.13     is exact       # a tie, half up
    0.125      as 0.12     is exact       # a tie, half even
    0.135      as 0.14     is exact
    0.135      as 0.13     is last-digit  # a tie, the other neighbour
    -0.125     as -0.12    is exact
    -0.125     as -0.13    is exact
    -0.135     as -0.13    is last-digit
    2.675      as 2.68     is exact       # what float formatting gets wrong
    2.675      as 2.67     is last-digit
    1.005      as 1.01     is exact
    1.005      as 1.00     is exact
    0.1259     as 0.13     is exact
    0.1259     as 0.12     is last-digit  # cut off
    -0.129     as -0.12    is last-digit
    -0.129     as -0.13    is exact
    0.121      as 0.13     is differs     # rounded up where it should not
    0.1201     as 0.13     is differs
    -0.121     as -0.13    is differs
    0.63       as 0.62     is differs     # one unit off, and not a rounding of it
    0.62       as 0.63     is differs
    0.9        as 0.90     is exact       # two decimals claimed, and right
    0.9049     as 0.90     is exact
    0.9051     as 0.90     is last-digit
    0.9051     as 0.9      is exact       # one decimal claimed
    0.95       as 0.9      is last-digit
    0.95       as 1.0      is exact
    0.995      as 1.00     is exact
    0.995      as 0.99     is last-digit
    0.9949     as 0.99     is exact
    0.99951    as 0.9995   is exact
    0.3333333  as 0.33     is exact
    0.3333333  as 0.34     is differs
    0.6666667  as 0.66     is last-digit
    0          as -0.0000  is exact
    -0.00001   as 0.0000   is exact
    -0.00001   as -0.0000  is exact
    0.00001    as -0.0000  is exact
    0.00001    as 0        is exact
    0          as 0.00     is exact
    0.00006    as 0.0000   is last-digit
    0.00006    as 0.0001   is exact
    5          as 5        is exact
    5.4        as 5        is exact
    5.5        as 5        is last-digit
    4.5        as 4        is exact       # half even
    4.5        as 5        is exact       # half up
    -2.5       as -2       is exact
    -2.5       as -3       is exact
    -2.5       as 3        is differs
    0.5        as .5       is exact
    0.5        as +0.5     is exact
    5          as 5.       is exact
    0.001      as 1e-3     is exact
    1234       as 1.2e3    is exact       # two digits claimed
    1250       as 1.2e3    is exact
    1251       as 1.2e3    is last-digit
    1251       as 1.3e3    is exact
    1234       as 1.1e3    is differs
    1e300      as 1e300    is exact
    1e-300     as 0.00     is exact
    0.1        as 0.1000000000 is exact
    0.46211715726001 as 0.46211715726 is exact
    0.4621     as -0.4621  is differs
    0.0990     as 0.9900   is differs
    0.54       as 0.45     is differs
    100.4      as 100      is exact
"""
ROWS = [line.split("#")[0].split() for line in SENTENCES.strip().splitlines()]


@pytest.mark.parametrize("value, text, expected", [(row[0], row[2], row[4]) for row in ROWS])
def test_sentence(value, text, expected):
    assert verdict(float(value), text) == expected


@pytest.mark.parametrize(
    "value, text",
    [(0.1 + 0.2, "0.3"), (0.1 + 0.2, "0.30"), (0.125 - 1e-16, "0.13"), (0.57 * 100, "57"), (1.1 * 3, "3.3")],
)
def test_the_last_bits_of_a_float_do_not_count(value, text):
    assert verdict(value, text) == "exact"


@pytest.mark.parametrize("digits", [13, 14, 15, 16, 17])
def test_all_digits_of_the_value_itself_are_right(digits):
    """A student may paste what numpy prints; our own JSON has all digits too."""
    for value in (1 / 3, 0.1, 2 / 3, math.tanh(0.5), 0.1 + 0.2, 1234567.890123456, 1e15 / 7, -math.pi):
        text = f"{value:.{digits}g}"
        assert verdict(value, text) == "exact", text


@pytest.mark.parametrize("decimals", range(9))
def test_every_honest_rounding_is_exact(decimals):
    rng = random.Random(decimals)
    unit = Decimal(1).scaleb(-decimals)
    for _ in range(100):
        value = round(rng.uniform(-10, 10), rng.choice((2, 3, 9, 11)))
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN):
            text = str(Decimal(repr(value)).quantize(unit, rounding))
            assert verdict(value, text) == "exact", (value, text)


@pytest.mark.parametrize("decimals", range(9))
def test_two_units_off_always_differs(decimals):
    rng = random.Random(decimals)
    unit = Decimal(1).scaleb(-decimals)
    for _ in range(100):
        value = rng.uniform(-10, 10)
        text = str(Decimal(repr(value)).quantize(unit) + rng.choice((-2, 2)) * unit)
        assert verdict(value, text) == "differs", (value, text)


@pytest.mark.parametrize(
    "given, value, expected",
    [
        (1 / 3, 0.3333333333333, "exact"),
        (1 / 3, 0.33333333, "differs"),
        (0.5 + 4e-10, 0.5, "exact"),
        (0.5 + 6e-10, 0.5, "differs"),
        (1e6 + 4e-4, 1e6, "exact"),
        (0.0, 0.0, "exact"),
        (1e-17, 0.0, "exact"),
        (-1 / 3, 1 / 3, "differs"),
    ],
)
def test_a_fraction_claims_one_part_in_a_thousand_million(given, value, expected):
    assert judge_number("an expression", given, value).verdict == expected


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("text", ["0.5", "1e308", "1/3"])
def test_what_overflows_is_not_judged(value, text):
    found = judge_number(text, 0.5, value)
    assert found.verdict == "not-judged" and "overflows" in found.rule


@pytest.mark.parametrize(
    "text, decimals",
    [("0.90", 2), ("0.9", 1), ("1", 0), ("1.", 0), ("-0.0000", 4), ("1e-3", 3), ("1.50e-3", 5), ("2e3", -3)],
)
def test_decimals_claimed(text, decimals):
    assert claimed_decimals(text)[0] == decimals


@pytest.mark.parametrize("text", ["1/3", "tanh(0.5)", "0.3*2", "", "0,5"])
def test_an_expression_claims_no_decimals(text):
    assert claimed_decimals(text) is None


@pytest.mark.parametrize(
    "value, text, words",
    [
        (0.125, "0.13", "rounds to it at 2 decimals"),
        (0.12, "0.1", "rounds to it at 1 decimal"),
        (0.129, "0.12", "cut off"),
        (0.135, "0.13", "cut off"),
        (0.63, "0.62", "1.0 units of its last digit away"),
        (0.635, "0.62", "1.5 units of its last digit away"),
    ],
)
def test_the_rule_that_decided_is_named(value, text, words):
    rule = judge_number(text, float(text), value).rule
    assert words in rule
    assert "1 decimals" not in rule
