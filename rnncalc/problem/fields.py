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
from rnncalc.problem.numbers import is_integer, read_number
from rnncalc.problem.own_lengths import read_lengths
from rnncalc.problem.places import quoted
from rnncalc.problem.points import read_points
from rnncalc.problem.variants import read_variants
from rnncalc.problem.yaml_tree import Items, Mapping, Scalar, Tree

MAX_DECIMALS = 15
MAX_LAYERS = 100


class Count(NamedTuple):
    """A whole number from 1, and where it stands."""

    number: int
    span: Span


class Share(NamedTuple):
    """A number from 0 and below 1, and where it stands."""

    number: float
    span: Span


class Field(NamedTuple):
    """One key: how its value is read, and what it is for; the words or the largest number that it may have.

    `kind` says what the value looks like, by a name that schema.py knows.
    """

    name: str
    read: Callable[[Field, Tree], Any]
    about: str
    values: tuple[str, ...] = ()
    most: float = math.inf
    kind: str = "text"


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


def texts(field: Field, node: Tree) -> tuple[Scalar, ...]:
    """Read a list of words or texts; what stands there is a word, also no, on, null and 1e3."""
    if isinstance(node, Scalar):
        return (node,)
    if not isinstance(node, Items) or any(not isinstance(item, Scalar) for item in node.items) or not node.items:
        message = f"'{field.name}' is a list of texts."
        raise refuse("wrong-type", node.span, message, f"Write '{field.name}: [one, two]'.")
    return node.items


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
    collector = Collector()
    found = read_rows(mapping(field, node), ROUNDING, "rounding", collector)
    collector.raise_if_any()
    every_step = "intermediate" in found and found["intermediate"].text == "every-step"
    return Rounding(found.get("decimals", Rounding().decimals), every_step)


def decimals(field: Field, node: Tree) -> int:
    """Read a whole number from 0."""
    return _whole(node, field.name, 0, field.most)


def share(field: Field, node: Tree) -> Share:
    """Read a number from 0 and below 1."""
    scalar = word(field, node)
    number = read_number(scalar)
    if not 0 <= number < 1:
        message = f"'{field.name}' is a number from 0 and below 1, not {quoted(scalar.text)}."
        raise refuse("unknown-value", scalar.span, message, f"Write '{field.name}: 0.5'.")
    return Share(number, scalar.span)


def unknown_key(key: Scalar, known, where: str) -> RnncalcError:
    """Make the error for a key that has no row."""
    close = nearest(key.text, known)
    return refuse(
        "unknown-key",
        key.span,
        f"{quoted(key.text)} is no key of {where}.",
        f"Did you mean '{close}'?" if close else f"Its keys are {', '.join(known)}.",
    )


ROUNDING: dict[str, Field] = {
    "decimals": Field("decimals", decimals, "how many are shown", most=MAX_DECIMALS, kind="decimals"),
    "intermediate": Field("intermediate", choice, "what is rounded before it is used", ("none", "every-step")),
}


_ROWS = (
    Field("rnncalc", choice, "version of the format", ("1",)),
    Field("title", word, "shown above the result"),
    Field("source", word, "where the problem is published"),
    Field("recurrence", word, "a name of the catalogue", kind="recurrence"),
    Field("equations", lambda field, node: read_lines(node), "the equations themselves, one a line", kind="equations"),
    Field("layers", count, "number of hidden layers", most=MAX_LAYERS, kind="count"),
    Field("direction", choice, "in which order the steps run", ("forward", "reverse")),
    Field("bidirectional", choice, "a second copy in reverse, names ending in _fwd and _bwd", ("true", "false")),
    Field("merge", choice, "how the states of two directions become one", ("concat", "sum", "average", "product")),
    Field("outputs", choice, "an answer at every step, or once after the last", ("every", "last")),
    Field("embedding", choice, "whether the input is class ids w, looked up in a table E", ("true", "false")),
    Field(
        "dropout",
        share,
        "share of a state that training drops on the way to the next layer and to the output",
        kind="share",
    ),
    Field("convention", word, "whose packed weights and which form: pytorch, keras, onnx, …", kind="convention"),
    Field("variant", choice, "split or concatenated weights", ("split", "concat")),
    Field("bias", choice, "one bias, or one for each product", ("one", "two")),
    Field("reset", choice, "GRU: reset gate before or after the product", ("before", "after")),
    Field("update", choice, "GRU: what the update gate z weighs", ("takes-new", "keeps-old")),
    Field("peepholes", choice, "LSTM: whether the gates see the cell", ("none", "all")),
    Field("gates", choice, "LSTM: whether forgetting is what is not taken in", ("separate", "coupled")),
    Field("scores", choice, "attention: how states are compared", ("additive", "dot", "general")),
    Field("feed", choice, "decoder: what it reads of the step before", ("output", "target", "none")),
    Field("layout", choice, "vectors as columns or as rows", ("column", "row")),
    Field("activations", mapping, "functions by name: hidden, output, …", kind="texts by name"),
    Field("weights", mapping, "weights and biases by name", kind="arrays"),
    Field("inputs", mapping, "input sequences by name", kind="arrays"),
    Field("initial", mapping, "what each recurrence starts from", kind="arrays"),
    Field("steps", steps, "number of steps, where no input gives it", kind="counts"),
    Field(
        "lengths", lambda field, node: read_lengths(node), "number of steps of each sequence of a batch", kind="lengths"
    ),
    Field("targets", mapping, "target sequences by name", kind="arrays"),
    Field("loss", lambda field, node: read_loss(node), "a loss by name, or an equation for J", kind="loss"),
    Field("labels", texts, "names of the output's classes, in their order", kind="texts"),
    Field("vocabulary", mapping, "what the ids or one-hot entries of the input stand for", kind="vocabulary"),
    Field("training", mapping, "how the network learns: data, initial weights, optimiser", kind="training"),
    Field("hidden", choice, "whether students see no digit of the key", ("true", "false")),
    Field("rounding", rounding, "decimals shown; whether every step is rounded", kind="rounding"),
    Field(
        "answers",
        lambda field, node: read_answers(mapping(field, node)),
        "values that a solution gives",
        kind="answers",
    ),
    Field(
        "points",
        lambda field, node: read_points(mapping(field, node)),
        "what each answer is worth in 'rnncalc grade', 1 unless said",
        kind="points",
    ),
    Field(
        "misprints",
        lambda field, node: read_misprints(mapping(field, node)),
        "answers known to be printed wrong",
        kind="reasons",
    ),
    Field(
        "variants",
        lambda field, node: read_variants(mapping(field, node)),
        "ranges by name, from which 'rnncalc variant' draws the numbers again",
        kind="ranges",
    ),
)
FIELDS: dict[str, Field] = {row.name: row for row in _ROWS}

# keys that settle the equations; where one cannot be read, nothing is said of the equations
CHOICES = ("variant", "bias", "reset", "update", "peepholes", "gates", "scores", "feed")
SHAPE = ("layers", "direction", "bidirectional", "merge", "outputs", "embedding", "dropout")
STRUCTURE = ("recurrence", "equations", *SHAPE, "convention", *CHOICES, "layout", "activations", "loss")


def read_fields(tree: Mapping, collector: Collector) -> dict:
    """Read every key of a problem by its row, each fault into the collector."""
    return read_rows(tree, FIELDS, "a problem", collector)


def read_rows(tree: Mapping, rows: dict[str, Field], where: str, collector: Collector) -> dict:
    """Read every key by its row of a table, each fault into the collector."""
    found = {}
    for key, value in tree.pairs:
        with collector:
            if key.text not in rows:
                raise unknown_key(key, rows, where)
            found[key.text] = rows[key.text].read(rows[key.text], value)
    return found
