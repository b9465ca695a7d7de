"""Read a number: its value, and the text as written, which claims a precision.

YAML 1.2 numbers, and expressions such as 1/3 or 0.3*tanh(0.5)+0.1; ASCII
alone. Everything that is nearly a number is refused with what to write.
"""

from __future__ import annotations

import math
import re

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Source
from rnncalc.problem.yaml_tree import Scalar

MAX_DIGITS = 400

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ONE = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_SEVERAL = re.compile(rf"{_ONE}(?:\s+{_ONE})+")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_MAKERS = ("full", "zeros", "ones", "eye", "linspace", "uniform", "normal", "logit")


def read_number(scalar: Scalar) -> float:
    """Give the value of a number or number expression.

    Raises:
        RnncalcError: slugs `missing-comma`, `decimal-comma`, `typographic-minus`,
            `not-finite`, `percent-sign`, `too-many-digits`, `not-a-number`, and
            those of the expression language.
    """
    text = scalar.text.strip()
    if PLAIN.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise refuse(
                "too-many-digits",
                scalar.span,
                f"This number has {len(text):,} characters; at most {MAX_DIGITS} are read.",
            )
        return _finite(float(text), scalar)
    _refuse_nearly(text, scalar)
    return _finite(_expression_value(text, scalar), scalar)


def is_integer(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}", text.strip()) is not None


def is_expression(text: str) -> bool:
    """Tell whether a number is written as an expression, which claims no number of decimals."""
    return PLAIN.fullmatch(text.strip()) is None


def _finite(value: float, scalar: Scalar) -> float:
    if not math.isfinite(value):
        raise refuse("not-finite", scalar.span, f"'{scalar.text}' is no finite number.", "Write a finite number.")
    return value


def _refuse_nearly(text: str, scalar: Scalar) -> None:
    span = scalar.span
    if not text or text in ("~", "null"):
        raise refuse("not-a-number", span, "Here is no number.", "Write a number, such as 0.5.")
    if _SEVERAL.fullmatch(text):
        raise refuse("missing-comma", span, f"'{text}' is more than one number.", f"Write '{', '.join(text.split())}'.")
    if _COMMA.fullmatch(text):
        raise refuse("decimal-comma", span, f"'{text}' has a decimal comma.", f"Write '{text.replace(',', '.')}'.")
    if re.search("[−‐‑‒–—]", text):
        fixed = re.sub("[−‐‑‒–—]", "-", text)
        raise refuse(
            "typographic-minus",
            span,
            f"'{text}' has a minus sign that is not the one of the keyboard.",
            f"Write '{fixed}'.",
        )
    if text.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        raise refuse("not-finite", span, f"'{text}' is no finite number.", "Write a finite number.")
    if text.endswith("%") and PLAIN.fullmatch(text[:-1].strip()):
        value = float(text[:-1]) / 100
        raise refuse("percent-sign", span, f"'{text}' has a percent sign.", f"Write '{value:g}'.")
    if "_" in text and PLAIN.fullmatch(text.replace("_", "")):
        raise refuse("not-a-number", span, f"'{text}' has '_' in it.", f"Write '{text.replace('_', '')}'.")
    if not text.isascii():
        raise refuse("not-a-number", span, f"'{text}' has characters that no number has.", "Write ASCII digits.")
    if text.startswith(_MAKERS):
        raise refuse(
            "not-a-number",
            span,
            f"'{text}' stands where a single number is expected.",
            "A maker such as full(2, 3, 0.1) takes the place of the whole matrix; inside {} or [] put it in quotes.",
        )


def _expression_value(text: str, scalar: Scalar) -> float:
    import numpy as np

    from rnncalc.compute.functions import FORWARD
    from rnncalc.language.nodes import Call, Number, walk
    from rnncalc.language.operations import OPERATIONS
    from rnncalc.language.parser import parse_expression

    in_place = scalar.span.text == scalar.text
    source, start, end = (
        (scalar.span.source, scalar.span.start, scalar.span.end)
        if in_place
        else (Source("<number>", text), 0, len(text))
    )
    try:
        node = parse_expression(source, start, end)
    except RnncalcError as error:
        if re.search(r"[()*/+]|[0-9]\s*-", text):
            raise
        raise refuse("not-a-number", scalar.span, f"'{text}' is no number.", "Write a number, such as 0.5.") from error

    def value(here) -> float:
        if isinstance(here, Number):
            return here.value
        with np.errstate(all="ignore"):
            result = FORWARD[here.op](*(np.full((1, 1), value(arg)) for arg in here.args))
        return float(result[0, 0])

    for part in walk(node):
        span = part.span if in_place else scalar.span
        if isinstance(part, Call):
            row = OPERATIONS.get(part.op)
            if row is None or row.kind not in ("same", "broadcast") or part.op in ("next", "softmax", "log_softmax"):
                raise refuse("not-a-number", span, f"'{part.op}' has no meaning in a number.")
            if not row.arity[0] <= len(part.args) <= row.arity[1]:
                raise refuse("wrong-argument-count", span, f"'{part.op}' is given {len(part.args)} arguments.")
        elif not isinstance(part, Number):
            raise refuse("not-a-number", span, f"'{span.text}' is no number.", "Write a number, such as 0.5.")
    return value(node)
