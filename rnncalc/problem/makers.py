"""Number makers: full(3, 4, 0.1), eye(2), uniform(2, 3, -1, 1, seed) and the like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.language.nodes import Call, Name, Node
from rnncalc.language.writer import write
from rnncalc.problem.nearly import refuse_nearly
from rnncalc.problem.numbers import SPACE, is_integer, value_of
from rnncalc.problem.places import parse_scalar, place_of, quoted
from rnncalc.problem.yaml_tree import Scalar

MAX_ENTRIES = 10**8


class Maker(NamedTuple):
    """One row of the table: `words` are the arguments, a whole number in CAPITALS; `needs` what they must be."""

    words: str
    function: Callable[..., np.ndarray]
    needs: str = ""


def _linspace(first: float, last: float, rows: int, columns: int) -> np.ndarray:
    return np.linspace(first, last, rows * columns).reshape(rows, columns)


def _uniform(rows: int, columns: int, low: float, high: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(low, high, (rows, columns))


def _normal(rows: int, columns: int, mean: float, sd: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, sd, (rows, columns))


MAKERS = {
    "full": Maker("ROWS, COLUMNS, value", lambda rows, columns, value: np.full((rows, columns), value)),
    "zeros": Maker("ROWS, COLUMNS", lambda rows, columns: np.zeros((rows, columns))),
    "ones": Maker("ROWS, COLUMNS", lambda rows, columns: np.ones((rows, columns))),
    "eye": Maker("N", np.eye),
    "linspace": Maker("first, last, ROWS, COLUMNS", _linspace),
    "uniform": Maker("ROWS, COLUMNS, low, high, SEED", _uniform, "low must not be above high"),
    "normal": Maker("ROWS, COLUMNS, mean, sd, SEED", _normal, "sd must not be negative"),
}


def logit_target(text: str) -> str | None:
    """Give T of `logit(T)`, whose value the weights' reader looks up; None for any other text."""
    match = re.fullmatch(r"logit\s*\((.*)\)", text.strip(SPACE))
    return match[1].strip(SPACE) if match else None


def make(name: str, scalar: Scalar) -> tuple[np.ndarray, np.ndarray | None]:
    """Carry out a maker: the array and, where each entry has one, the text to show.

    Raises:
        RnncalcError: slugs `wrong-argument-count`, `bad-maker`.
    """
    maker, call, shown = MAKERS[name], parse_scalar(scalar), quoted(scalar.text)
    words = maker.words.split(", ")
    if not isinstance(call, Call) or call.op != name or len(call.args) != len(words):
        written = f"{name}({maker.words.lower()})"
        raise refuse("wrong-argument-count", scalar.span, f"{shown} is no '{written}'.", f"Write '{written}'.")
    values = [_argument(name, word, arg, scalar) for word, arg in zip(words, call.args, strict=True)]
    sizes = [value for word, value in zip(words, values, strict=True) if word in ("ROWS", "COLUMNS", "N")]
    rows, columns = sizes[0], sizes[-1]
    if not 1 <= rows * columns <= MAX_ENTRIES:
        raise refuse(
            "bad-maker",
            scalar.span,
            f"{shown} would have {rows * columns:,} entries.",
            f"Give sizes from 1, with at most {MAX_ENTRIES:,} entries in all.",
        )
    array = _carried_out(maker, values)
    if array is None:
        needs = f"{maker.needs}, and all numbers finite" if maker.needs else "all numbers must be finite"
        raise refuse("bad-maker", scalar.span, f"{shown} makes no finite numbers.", f"In '{name}' {needs}.")
    return array, _texts(name, array, call)


def _argument(name: str, word: str, arg: Node, scalar: Scalar) -> float | int:
    text, place = arg.span.text, place_of(arg.span, scalar)
    if not word.isupper():
        refuse_nearly(text, place)
        return value_of(arg, scalar)
    if isinstance(arg, Name) or not is_integer(text):
        message = f"{word.lower()} of '{name}' is a whole number, not {quoted(text)}."
        raise refuse("bad-maker", place, message, f"Write '{name}({MAKERS[name].words.lower()})'.")
    return int(text)


def _carried_out(maker: Maker, values: list) -> np.ndarray | None:
    try:
        with np.errstate(all="ignore"):
            array = maker.function(*values)
    except (ValueError, OverflowError):  # what numpy says of a negative spread, of a range beyond its numbers
        return None
    return array if np.isfinite(array).all() else None


def _texts(name: str, array: np.ndarray, call: Call) -> np.ndarray | None:
    if name == "full":
        return np.broadcast_to(np.array(write(call.args[2]), dtype=object), array.shape)
    if name in ("zeros", "ones", "eye"):
        return np.array(["0", "1"], dtype=object)[array.astype(np.int8)]
    return None
