"""Read a number: its value, and the text as written, which claims a precision.

YAML 1.2 numbers, and expressions such as 1/3 or 0.3*tanh(0.5)+0.1; ASCII
alone. What is nearly a number is explained in nearly.py.
"""

from __future__ import annotations

import math
import re

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.language.nodes import Call, Node, Number, walk
from rnncalc.language.tokens import MAX_DIGITS
from rnncalc.problem.nearly import PLAIN, refuse_nearly
from rnncalc.problem.places import parse_scalar, place_of, quoted
from rnncalc.problem.yaml_tree import Scalar

SPACE = " \t\n"


def read_number(scalar: Scalar) -> float:
    """Give the value of a number or number expression.

    Raises:
        RnncalcError: slugs `not-finite`, `too-many-digits`, `not-a-number`,
            those of refuse_nearly and of the expression language.
    """
    text = scalar.text.strip(SPACE)
    if PLAIN.fullmatch(text):
        return _plain_value(text, scalar.span)
    refuse_nearly(text, scalar.span)
    try:
        node = parse_scalar(scalar)
    except RnncalcError as error:
        if re.search(r"[()*/+]|[0-9]\s*-", text):
            raise
        raise _no_number(text, scalar.span) from error
    return value_of(node, scalar)


def value_of(node: Node, scalar: Scalar) -> float:
    """Give the value of a number expression that has been read from a scalar."""
    for part in walk(node):
        _check_part(part, place_of(part.span, scalar))
    value = _value(node)
    if not math.isfinite(value):
        raise _not_finite(node.span.text, place_of(node.span, scalar))
    return value


def _plain_value(text: str, span: Span) -> float:
    """Give the value of a plain number, unless it has too many digits or is too large for one."""
    if len(text) > MAX_DIGITS:
        raise refuse(
            "too-many-digits",
            span,
            f"This number has {len(text):,} characters; at most {MAX_DIGITS} are read.",
            "Write at most 17 digits; more do not change the value.",
        )
    value = float(text)
    if not math.isfinite(value):
        raise _not_finite(text, span)
    return value


def is_integer(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}", text.strip(SPACE)) is not None


def is_expression(text: str) -> bool:
    """Tell whether a number is written as an expression, which claims no number of decimals."""
    return PLAIN.fullmatch(text.strip(SPACE)) is None


def _not_finite(text: str, span: Span) -> RnncalcError:
    return refuse("not-finite", span, f"{quoted(text)} is no finite number.", "Write a finite number.")


def _check_part(part: Node, span: Span) -> None:
    """Refuse what has no meaning in a number: names, operations that no single number has."""
    from rnncalc.language.operations import OPERATIONS

    if isinstance(part, Number):
        return
    if not isinstance(part, Call):
        raise _no_number(part.span.text, span)
    row = OPERATIONS.get(part.op)
    if (
        row is None
        or row.derived
        or row.kind not in ("same", "broadcast")
        or part.op in ("next", "softmax", "log_softmax")
    ):
        raise refuse(
            "not-a-number",
            span,
            f"{quoted(part.op)} has no meaning in a number.",
            "Write numbers, + - * / ** and functions such as exp, log, sqrt, tanh.",
        )
    least, most = row.arity
    if not least <= len(part.args) <= most:
        wanted = plural(least, "argument") if least == most else f"{least} to {most} arguments"
        message = f"'{part.op}' takes {wanted}; here {'is' if len(part.args) == 1 else 'are'} {len(part.args)}."
        raise refuse("wrong-argument-count", span, message, f"Give '{part.op}' {wanted}.")


def _no_number(text: str, span: Span) -> RnncalcError:
    return refuse("not-a-number", span, f"{quoted(text)} is no number.", "Write a number, such as 0.5.")


def _value(node: Node) -> float:
    import numpy as np

    from rnncalc.compute.functions import FORWARD

    if isinstance(node, Number):
        return node.value
    with np.errstate(all="ignore"):
        return float(FORWARD[node.op](*(np.full((1, 1), _value(arg)) for arg in node.args))[0, 0])
