"""Number makers: full(3, 4, 0.1), eye(2), uniform(2, 3, -1, 1, seed) and the like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Source, Span
from rnncalc.language.nodes import Call, Name
from rnncalc.language.parser import parse_expression
from rnncalc.problem.numbers import is_integer, read_number
from rnncalc.problem.yaml_tree import Scalar

MAX_ENTRIES = 10**8


def _full(rows: int, columns: int, value: float) -> np.ndarray:
    return np.full((rows, columns), value)


def _linspace(first: float, last: float, rows: int, columns: int) -> np.ndarray:
    return np.linspace(first, last, rows * columns).reshape(rows, columns)


def _uniform(rows: int, columns: int, low: float, high: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(low, high, (rows, columns))


def _normal(rows: int, columns: int, mean: float, sd: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, sd, (rows, columns))


# name: (function, its arguments in words; a word in CAPITALS is a whole number)
MAKERS: dict[str, tuple[Callable[..., np.ndarray], str]] = {
    "full": (_full, "ROWS, COLUMNS, value"),
    "zeros": (lambda rows, columns: np.zeros((rows, columns)), "ROWS, COLUMNS"),
    "ones": (lambda rows, columns: np.ones((rows, columns)), "ROWS, COLUMNS"),
    "eye": (lambda n: np.eye(n), "N"),
    "linspace": (_linspace, "first, last, ROWS, COLUMNS"),
    "uniform": (_uniform, "ROWS, COLUMNS, low, high, SEED"),
    "normal": (_normal, "ROWS, COLUMNS, mean, sd, SEED"),
    "logit": (None, "NAME of another weight"),
}


def logit_target(text: str) -> str | None:
    """Give T of `logit(T)`, whose value the weights' reader looks up; None for any other text."""
    inner = text.strip().removeprefix("logit")
    if inner == text.strip():
        return None
    return inner.strip().removeprefix("(").removesuffix(")").strip()


def make(name: str, scalar: Scalar) -> tuple[np.ndarray, np.ndarray | None]:
    """Carry out a maker: the array and, where each entry has one, the text to show.

    Raises:
        RnncalcError: slugs `wrong-argument-count`, `bad-maker`.
    """
    function, words = MAKERS[name]
    if function is None:
        raise refuse("bad-maker", scalar.span, f"'{scalar.text}' works for weights alone.")
    call = parse_expression(Source("<maker>", scalar.text))
    wanted = words.split(", ")
    if not isinstance(call, Call) or len(call.args) != len(wanted):
        raise refuse("wrong-argument-count", scalar.span, f"'{name}' is written {name}({words.lower()}).")
    arguments = []
    for word, arg in zip(wanted, call.args, strict=True):
        text = arg.span.text
        if word.isupper() and (isinstance(arg, Name) or not is_integer(text)):
            raise refuse("bad-maker", scalar.span, f"{word.lower()} of '{name}' is a whole number, not '{text}'.")
        span = scalar.span if scalar.span.text != scalar.text else _inside(scalar, arg.span)
        arguments.append(int(text) if word.isupper() else read_number(Scalar(text, span)))
    sizes = [value for word, value in zip(wanted, arguments, strict=True) if word in ("ROWS", "COLUMNS", "N")]
    if min(sizes) < 1 or np.prod([float(size) for size in sizes]) > MAX_ENTRIES:
        raise refuse("bad-maker", scalar.span, f"'{scalar.text}' would have no or too many entries.")
    array = function(*arguments)
    return array, _texts(name, array, call)


def _inside(scalar: Scalar, span: Span) -> Span:
    start = scalar.span.start
    return Span(scalar.span.source, start + span.start, start + span.end)


def _texts(name: str, array: np.ndarray, call: Call) -> np.ndarray | None:
    if name == "full":
        return np.full(array.shape, call.args[2].span.text, dtype=object)
    if name in ("zeros", "ones", "eye"):
        return np.where(array == 1, "1", "0").astype(object)
    return None
