"""The keys of a bigram problem and of its section `bigram:`, one row each."""

from __future__ import annotations

import math

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.compute.inverses import INVERSES
from rnncalc.problem.fields import FIELDS, Field, choice, count, mapping, read_rows, texts, unknown_key, word
from rnncalc.problem.grids import read_grid
from rnncalc.problem.numbers import is_integer, read_number
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Mapping, Scalar, Tree

MAX_ORDER = 6


def smoothing(field: Field, node: Tree) -> float:
    """Read none, laplace, or what is added to every count."""
    scalar = word(field, node)
    if scalar.text in ("none", "laplace"):
        return float(scalar.text == "laplace")
    try:
        number = float(read_number(scalar))
    except RnncalcError:
        number = math.nan
    if not 0 <= number < math.inf:
        message = f"'smoothing' is none, laplace or a number from 0, not {quoted(scalar.text)}."
        raise refuse("unknown-value", scalar.span, message, "Write 'smoothing: laplace', which adds 1 to every count.")
    return number


def order(field: Field, node: Tree) -> int:
    """Read a whole number from 2."""
    if not isinstance(node, Scalar) or not is_integer(node.text) or not 2 <= int(node.text) <= field.most:
        message = f"'order' is a whole number from 2 to {field.most}."
        raise refuse("not-a-count", node.span, message, "Write 'order: 2' for a bigram model.")
    return int(node.text)


_SECTION = (
    Field("text", word, "the text itself"),
    Field("sentences", texts, "sentences, each on its own", kind="texts"),
    Field("file", word, "a text file beside the problem"),
    Field(
        "table",
        lambda field, node: read_grid(node, 2, "'table'"),
        "probabilities, where no text is counted",
        kind="table",
    ),
    Field("vocabulary", texts, "the words in their order", kind="texts"),
    Field("unit", choice, "what is counted", ("word", "character")),
    Field("case", choice, "whether capital letters are kept", ("kept", "lower")),
    Field("boundaries", choice, "a symbol before and after every sentence", ("true", "false")),
    Field("order", order, "2 for a bigram model, 3 for a trigram model", most=MAX_ORDER, kind="order"),
    Field("smoothing", smoothing, "none, laplace, or what is added to every count", kind="smoothing"),
    Field("orientation", choice, "whether a column or a row is the word before", ("columns", "rows")),
    Field("sentence", word, "whose likelihood is asked"),
    Field("activation", choice, "of the network that behaves like the model", tuple(INVERSES)),
    Field("top", count, "how many pairs are listed where the table is too large to print", most=10_000, kind="count"),
)
SECTION: dict[str, Field] = {row.name: row for row in _SECTION}


def section(field: Field, node: Tree) -> dict[str, tuple[object, Span]]:
    """Read `bigram:`: each value with the place of its key."""
    found, collector = {}, Collector()
    for key, value in mapping(field, node).pairs:
        with collector:
            if key.text not in SECTION:
                raise unknown_key(key, SECTION, "'bigram'")
            row = SECTION[key.text]
            found[key.text] = (row.read(row, value), key.span)
    collector.raise_if_any()
    return found


KEYS: dict[str, Field] = {
    "bigram": Field("bigram", section, "the text or table of an n-gram model", kind="section"),
    **{name: FIELDS[name] for name in ("rnncalc", "title", "source", "rounding", "answers", "points", "misprints")},
}


def read_keys(tree: Mapping, collector: Collector) -> dict:
    """Read every key of a bigram problem by its row."""
    return read_rows(tree, KEYS, "a bigram problem", collector)
