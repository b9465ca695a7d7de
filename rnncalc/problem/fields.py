"""The keys of a problem file: one row each, with the reader of its value.

The table is the format: an unknown key is whatever is not here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest
from rnncalc.compute.case import Rounding
from rnncalc.problem.answers import read_answers, read_misprints
from rnncalc.problem.equations import read_lines
from rnncalc.problem.loss import read_loss
from rnncalc.problem.numbers import is_integer
from rnncalc.problem.own_lengths import read_lengths
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Mapping, Scalar, Tree

MAX_DECIMALS = 15
MAX_LAYERS = 100


class Count(NamedTuple):
    """A whole number from 1, and where it stands."""

    number: int
    span: Span


class Field(NamedTuple):
    """One key: how its value is read, and what it is for; the words or the largest number that it may have."""

    name: str
    read: Callable[[Field, Tree], Any]
    about: str
    values: tuple[str, ...] = ()
    most: float = math.inf


def word(field: Field, node: Tree) -> Scalar:
    """Read a single word or text."""
    if not isinstance(node, Scalar):
        raise refuse("wrong-type", node.span, f"'{field.name}' is a text.", f"Write '{field.name}: …' in one line.")
    return node


def choice(field: Field, node: Tree) -> Scalar:
    """Read one of the values that the row names."""
    scalar = word(field, node)
    if field.values and scalar.text not in field.values:
        close = nearest(scalar.text, field.values)
        raise refuse(
            "unknown-value",
            scalar.span,
            f"'{field.name}' is {listing(field.values, 'or')}, not {quoted(scalar.text)}.",
            f"Did you mean '{close}'?" if close else f"Write '{field.name}: {field.values[0]}'.",
        )
    return scalar


def count(field: Field, node: Tree) -> Count:
    """Read a whole number from 1."""
    return Count(_whole(node, field.name, 1, field.most), node.span)


def _whole(node: Tree, name: str, least: int, most: float) -> int:
    if not isinstance(node, Scalar) or not is_integer(node.text) or not least <= int(node.text) <= most:
        end = f" to {most:,}" if most < math.inf else ""
        message = f"'{name}' is a whole number from {least}{end}."
        raise refuse("not-a-count", node.span, message, f"Write '{name}: {min(most, 3)}'.")
    return int(node.text)


def mapping(field: Field, node: Tree) -> Mapping:
    """Read name: value pairs, whose values are read later, when their meaning is known."""
    if not isinstance(node, Mapping):
        raise refuse(
            "wrong-type",
            node.span,
            f"'{field.name}' gives values by name.",
            f"Write '{field.name}:' and below it, indented, 'name: value'.",
        )
    return node


def steps(field: Field, node: Tree) -> dict[str, Count]:
    """Read `steps: 5` or `steps: {t: 5, i: 3}`."""
    if isinstance(node, Mapping):
        return {key.text: count(field, value)._replace(span=key.span) for key, value in node.pairs}
    return {"t": count(field, node)}


def rounding(field: Field, node: Tree) -> Rounding:
    """Read `rounding: {decimals: 2, intermediate: none | every-step}`."""
    found, collector = {"decimals": 4, "intermediate": "none"}, Collector()
    for key, value in mapping(field, node).pairs:
        with collector:
            if key.text == "decimals":
                found["decimals"] = _whole(value, "decimals", 0, MAX_DECIMALS)
            elif key.text == "intermediate":
                row = Field("intermediate", choice, "", ("none", "every-step"))
                found["intermediate"] = choice(row, value).text
            else:
                raise unknown_key(key, found, "rounding")
    collector.raise_if_any()
    return Rounding(found["decimals"], found["intermediate"] == "every-step")


def unknown_key(key: Scalar, known, where: str) -> RnncalcError:
    """Make the error for a key that has no row."""
    close = nearest(key.text, known)
    return refuse(
        "unknown-key",
        key.span,
        f"{quoted(key.text)} is no key of {where}.",
        f"Did you mean '{close}'?" if close else f"Its keys are {', '.join(known)}.",
    )


_ROWS = (
    Field("rnncalc", choice, "version of the format", ("1",)),
    Field("title", word, "shown above the result"),
    Field("source", word, "where the problem is published"),
    Field("recurrence", word, "a name of the catalogue"),
    Field("equations", lambda field, node: read_lines(node), "the equations themselves, one a line"),
    Field("layers", count, "number of hidden layers", most=MAX_LAYERS),
    Field("direction", choice, "in which order the steps run", ("forward", "reverse")),
    Field("bidirectional", choice, "a second copy in reverse, names ending in _fwd and _bwd", ("true", "false")),
    Field("merge", choice, "how the states of two directions become one", ("concat", "sum", "average", "product")),
    Field("convention", word, "whose packed weights and which form: pytorch, keras, onnx, …"),
    Field("variant", choice, "split or concatenated weights", ("split", "concat")),
    Field("bias", choice, "one bias, or one for each product", ("one", "two")),
    Field("reset", choice, "GRU: reset gate before or after the product", ("before", "after")),
    Field("update", choice, "GRU: what the update gate z weighs", ("takes-new", "keeps-old")),
    Field("peepholes", choice, "LSTM: whether the gates see the cell", ("none", "all")),
    Field("gates", choice, "LSTM: whether forgetting is what is not taken in", ("separate", "coupled")),
    Field("scores", choice, "attention: how states are compared", ("additive", "dot", "general")),
    Field("feed", choice, "decoder: what it reads of the step before", ("output", "target", "none")),
    Field("layout", choice, "vectors as columns or as rows", ("column", "row")),
    Field("activations", mapping, "functions by name: hidden, output, …"),
    Field("weights", mapping, "weights and biases by name"),
    Field("inputs", mapping, "input sequences by name"),
    Field("initial", mapping, "what each recurrence starts from"),
    Field("steps", steps, "number of steps, where no input gives it"),
    Field("lengths", lambda field, node: read_lengths(node), "number of steps of each sequence of a batch"),
    Field("targets", mapping, "target sequences by name"),
    Field("loss", lambda field, node: read_loss(node), "a loss by name, or an equation for J"),
    Field("rounding", rounding, "decimals shown; whether every step is rounded"),
    Field("answers", lambda field, node: read_answers(mapping(field, node)), "values that a solution gives"),
    Field("misprints", lambda field, node: read_misprints(mapping(field, node)), "answers known to be printed wrong"),
)
FIELDS: dict[str, Field] = {row.name: row for row in _ROWS}

# keys that settle the equations; where one cannot be read, nothing is said of the equations
CHOICES = ("variant", "bias", "reset", "update", "peepholes", "gates", "scores", "feed")
SHAPE = ("layers", "direction", "bidirectional", "merge")
STRUCTURE = ("recurrence", "equations", *SHAPE, "convention", *CHOICES, "layout", "activations", "loss")


def read_fields(tree: Mapping, collector: Collector) -> dict:
    """Read every key by its row, each fault into the collector."""
    found = {}
    for key, value in tree.pairs:
        with collector:
            if key.text not in FIELDS:
                raise unknown_key(key, FIELDS, "a problem")
            field = FIELDS[key.text]
            found[key.text] = field.read(field, value)
    return found
