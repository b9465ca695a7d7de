"""Numbers of a file as closed forms: decimals by their digits, expressions such as 1/3 or 0.3*tanh(0.5)+0.1."""

from __future__ import annotations

from functools import lru_cache

import sympy

from rnncalc.base.span import Source
from rnncalc.compute.exact import exact_value, rational
from rnncalc.language.parser import parse_expression
from rnncalc.problem.numbers import SPACE, is_expression


@lru_cache(maxsize=10_000)
def exact_number(text: str) -> sympy.Expr:
    """Give the closed form of a number as a file writes it, which has been read before.

    >>> exact_number("0.30"), exact_number("1/3"), exact_number("2*tanh(0.5)")
    (3/10, 1/3, 2*tanh(1/2))
    """
    text = text.strip(SPACE)
    if not is_expression(text):
        return rational(text)
    return exact_value(parse_expression(Source("", text), 0, len(text)))
