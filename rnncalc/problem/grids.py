"""Read arrays: numbers, lists of numbers, lists of lists, as a Grid.

A Grid keeps the text of every number beside its value, since the digits of a
file are shown as written and those of an answer claim a precision.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.problem.makers import MAKERS, make
from rnncalc.problem.numbers import SPACE, read_number
from rnncalc.problem.yaml_tree import Items, Mapping, Scalar, Tree

_LEVELS = {0: "a number", 1: "a list of numbers", 2: "a list of lists", 3: "lists of lists of lists"}


class Grid(NamedTuple):
    """An array as a file gives it.

    Shapes:
        array, texts: as many levels as the file has, 0 for a single number;
            texts is None where the numbers were not written one by one.
    """

    array: np.ndarray
    texts: np.ndarray | None
    span: Span
    spans: tuple[Span, ...] = ()

    @property
    def levels(self) -> int:
        return self.array.ndim


def read_grid(node: Tree, most_levels: int, what: str) -> Grid:
    """Read a number, nested lists or a maker such as full(2, 3, 0.1).

    Raises:
        RnncalcError: slugs `ragged-matrix`, `too-many-levels`, `empty-list`,
            `unquoted-maker`, and those of read_number and make.
    """
    if isinstance(node, Scalar) and (maker := _maker_name(node)):
        array, texts = make(maker, node)
        return Grid(array, texts, node.span)
    scalars: list[Scalar] = []
    ragged, collector = Collector(), Collector()
    shape = _shape(node, scalars, most_levels, what, ragged)
    values = []
    for scalar in scalars:
        with collector:
            values.append(read_number(scalar))
    collector.raise_if_any()  # a missing comma makes a row shorter: what a number lacks is said first
    ragged.raise_if_any()
    texts = np.array([scalar.text.strip(SPACE) for scalar in scalars], dtype=object).reshape(shape)
    return Grid(np.array(values, dtype=float).reshape(shape), texts, node.span, tuple(s.span for s in scalars))


def _maker_name(node: Scalar) -> str | None:
    match = re.match(r"([a-z_]+)\s*\(", node.text) if "(" in node.text else None
    if match is None or match[1] not in MAKERS:
        return None
    if node.text.count("(") > node.text.count(")"):
        raise refuse(
            "unquoted-maker",
            node.span,
            f"Inside brackets YAML cuts '{match[1]}(…)' at its commas.",
            f"Put it in quotes, \"{match[1]}(…)\", or write it after 'name: ' on a line of its own.",
        )
    return match[1]


def _shape(
    node: Tree, scalars: list[Scalar], most: int, what: str, ragged: Collector, level: int = 0
) -> tuple[int, ...]:
    """Collect the scalars of nested lists in order and give the common shape."""
    if isinstance(node, Scalar):
        scalars.append(node)
        return ()
    if isinstance(node, Mapping):
        raise refuse(
            "not-a-number", node.span, f"Here is a mapping; {what} is made of numbers.", "Write lists: [[1, 2]]."
        )
    if level == most:
        message = f"{what} is at most {_LEVELS[most]}; here begins a further level of lists."
        raise refuse("too-many-levels", node.span, message, "Take one pair of brackets away.")
    if not node.items:
        raise refuse("empty-list", node.span, "Here is an empty list.", "Write at least one number.")
    for item in node.items:
        if isinstance(item, Scalar):
            _maker_name(item)
    shapes = [_shape(item, scalars, most, what, ragged, level + 1) for item in node.items]
    with ragged:
        for number, (shape, item) in enumerate(zip(shapes, node.items, strict=True), start=1):
            if shape != shapes[0]:
                raise _ragged(node, number, shape, shapes[0], item)
    return (len(shapes), *shapes[0])


def _ragged(node: Items, number: int, shape: tuple, first: tuple, item: Tree):
    first_span = node.items[0].span
    if len(shape) != len(first):
        message = f"Item {number} is {_LEVELS[len(shape)]}, item 1 is {_LEVELS[len(first)]}."
    else:
        message = f"Row {number} has {_entries(shape)}, row 1 has {_entries(first)}."
    return refuse(
        "ragged-matrix", item.span, message, "Give every row the same number of entries.", Note(first_span, "row 1")
    )


def _entries(shape: tuple) -> str:
    return entries(shape[0]) if len(shape) == 1 else "×".join(map(str, shape))


def entries(count: int) -> str:
    """Write '1 entry', '3 entries'."""
    return "1 entry" if count == 1 else f"{count:,} entries"
