"""Write numbers and arrays as Python: the digits of the file where they are a literal of the same value."""

from __future__ import annotations

import math
import re

import numpy as np

WIDTH = 110  # of a line; what is longer goes on several

_LITERAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_LONG = 15  # digits from which on a whole number may not be a float any more


def literal(value: float, text: object = None) -> str:
    """Write a number: as the file does if that is Python for the same value, else all of its digits.

    >>> literal(0.5, ".50"), literal(1 / 3, "1/3"), literal(7.0, "007"), literal(float("nan"))
    ('.50', '0.3333333333333333', '7.0', 'np.nan')
    """
    if not math.isfinite(value):
        return "np.nan" if math.isnan(value) else "np.inf" if value > 0 else "-np.inf"
    same = isinstance(text, str) and _LITERAL.fullmatch(text) and float(text) == value
    return text if same and not (text.isdigit() and len(text) > _LONG) else repr(float(value))


def array_source(values: np.ndarray, texts: np.ndarray | None = None, indent: str = "") -> str:
    """Write nested lists of numbers, `indent` being that of the line on which they begin."""
    if texts is None or texts.shape != values.shape:
        texts = np.full(values.shape, None, dtype=object)
    return _nested(values.tolist(), texts.tolist(), indent)


def _nested(values, texts, indent: str) -> str:
    if not isinstance(values, list):
        return literal(values, texts)
    inner = indent + "    "
    items = [_nested(value, text, inner) for value, text in zip(values, texts, strict=True)]
    line = f"[{', '.join(items)}]"
    if len(indent) + len(line) <= WIDTH and "\n" not in line:
        return line
    rows = _filled(items, inner) if not isinstance(values[0], list) else [f"{inner}{item}," for item in items]
    return "\n".join(["[", *rows, f"{indent}]"])


def _filled(items: list[str], indent: str) -> list[str]:
    """Put as many numbers on each line as fit."""
    lines = [indent]
    for item in items:
        if len(lines[-1]) + len(item) + 2 > WIDTH and lines[-1] != indent:
            lines[-1] = lines[-1].rstrip()
            lines.append(indent)
        lines[-1] += f"{item}, "
    return [line.rstrip() for line in lines]
