"""Closed forms of SymPy as expressions of the language, so that every format writes them as it writes equations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import sympy

from rnncalc.compute.exact import TOO_LONG, sigmoid, tanh
from rnncalc.language.nodes import Call, Node, Number
from rnncalc.language.writer import write

MOST_CHARACTERS = 400  # of a closed form that is shown and used further on
MOST_PARTS = 200  # beyond which it is not even written, to see how long it is
MOST_PLACES = 12  # decimals of a number that is written as a decimal fraction

_UNWRITTEN = (sympy.I, sympy.pi, sympy.oo, -sympy.oo, sympy.zoo, sympy.Abs)  # of logarithms and roots of what has none
FUNCTIONS = {tanh: "tanh", sigmoid: "sigmoid", sympy.exp: "exp", sympy.log: "log"}


def is_too_long(expression: sympy.Expr) -> bool:
    """Tell whether a closed form is too long to be shown, or is no real number of the operations that are written."""
    if _parts(expression) > MOST_PARTS or expression.has(*_UNWRITTEN):
        return True
    return len(write(form(expression), "screen")) > MOST_CHARACTERS


@lru_cache(maxsize=100_000)
def _parts(expression: sympy.Expr) -> int:
    return 1 + sum(map(_parts, expression.args))


def form(expression: sympy.Expr) -> Node | None:
    """Give a closed form as an expression of the language, products with `chain`; None where it is too long.

    >>> from rnncalc.compute.exact import rational
    >>> write(form(rational("0.3") * tanh(rational("0.5")) + rational("0.1")), "screen")
    '0.3 · tanh(0.5) + 0.1'
    """
    if expression is TOO_LONG:
        return None
    if isinstance(expression, sympy.Rational):
        return _number(expression)
    if expression == sympy.E:
        return Call("exp", (Number("1"),))
    if isinstance(expression, sympy.Add):
        number, rest = expression.as_coeff_Add()  # the number comes last
        return _added([*sympy.Add.make_args(rest), *([number] if number else [])])
    if isinstance(expression, sympy.Mul):
        return _multiplied(expression)
    if isinstance(expression, sympy.Pow):
        return _power(*expression.args)
    return Call(FUNCTIONS[expression.func], tuple(map(form, expression.args)))


def _number(number: sympy.Rational) -> Node:
    """Write a rational as a decimal fraction where that is exact and short, else as p/q."""
    text = _decimal(number)
    if text is not None:
        return Number(text)
    sign, p = number.p < 0, Number(str(abs(number.p)))
    quotient = Call("div", (p, Number(str(number.q))))
    return Call("neg", (quotient,)) if sign else quotient


def _decimal(number: sympy.Rational) -> str | None:
    rest, twos, fives = int(number.q), 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > MOST_PLACES:
        return None
    return f"{Decimal(int(number.p) * 10**places // int(number.q)).scaleb(-places):f}"


def _added(terms: Sequence[sympy.Expr]) -> Node:
    found = form(terms[0])
    for term in terms[1:]:
        negative = term.as_coeff_Mul()[0] < 0
        found = Call("sub" if negative else "add", (found, form(-term if negative else term)))
    return found


def _multiplied(product: sympy.Mul) -> Node:
    """Write sign, coefficient and factors; what has a negative power goes below the line."""
    coefficient, rest = product.as_coeff_Mul()
    above, below = [], []
    size = abs(coefficient)
    if _decimal(size) is not None:
        above += [_number(size)] if size != 1 else []
    else:
        above += [Number(str(size.p))] if size.p != 1 else []
        below.append(Number(str(size.q)))
    for factor in sympy.Mul.make_args(rest) if isinstance(rest, sympy.Mul) else (rest,):
        power = factor.args[1] if isinstance(factor, sympy.Pow) else sympy.Integer(1)
        (below if power.is_negative else above).append(form(1 / factor if power.is_negative else factor))
    found = _chained(above or [Number("1")])
    if below:
        found = Call("div", (found, _chained(below)))
    return Call("neg", (found,)) if coefficient < 0 else found


def _chained(factors: Sequence[Node]) -> Node:
    found = factors[0]
    for factor in factors[1:]:
        found = Call("chain", (found, factor))
    return found


def _power(base: sympy.Expr, exponent: sympy.Expr) -> Node:
    if exponent == sympy.Rational(1, 2):
        return Call("sqrt", (form(base),))
    if exponent.is_negative:
        return Call("div", (Number("1"), form(1 / sympy.Pow(base, exponent))))
    return Call("pow", (form(base), form(exponent)))
