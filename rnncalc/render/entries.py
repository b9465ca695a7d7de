"""The single entries of a result, each as its sum of products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncalc.compute.entries import expand_entry
from rnncalc.compute.trace import Line
from rnncalc.language.nodes import Name, Node, Number, Ref
from rnncalc.render.filling import Filling
from rnncalc.render.matrices import number_texts

NO_FORM = "(no closed form of at most 400 characters)"


class Entry(NamedTuple):
    """One entry: its place as it is read, the sequence (from 0), its expression in numbers, its text.

    A closed form that is too long to be written is None.
    """

    place: str
    sequence: int
    expression: Node | None
    text: str


def entries(line: Line, filling: Filling) -> Iterator[Entry]:
    """Give every entry of a line's result that is an expression of single numbers."""
    values = filling.values
    n_sequences, rows, columns = line.value.shape
    if rows * columns == 1 and n_sequences == 1:
        return
    batch = [p for p in range(n_sequences) if p not in filling.ended]
    for p in batch if filling.sequence is None else [filling.sequence]:

        def number(leaf: Name | Ref, row: int, column: int, p: int = p) -> Node:
            value = values.of(leaf)
            texts = filling.leaf_texts(leaf, value)
            cells = texts if texts.ndim == 2 else texts[p]
            return Number(str(cells[row, column]))

        shown = number_texts(line.value[p], None, filling.decimals)
        for row in range(rows):
            for column in range(columns):
                expression = expand_entry(line.right, row, column, values, number)
                if expression is not None:
                    yield Entry(_place(row, column, line.value), p, expression, str(shown[row, column]))


def _place(row: int, column: int, value: np.ndarray) -> str:
    """Write where an entry stands, counted from 1; '' of a single number."""
    _, rows, columns = value.shape
    if rows == columns == 1:
        return ""
    return ",".join(str(i + 1) for i, n in ((row, rows), (column, columns)) if n > 1 or rows == columns)


def closed_entries(line: Line, filling: Filling) -> Iterator[Entry]:
    """Give the closed form of every entry of a line's result, where closed forms are wanted."""
    key = line.left.name, line.left.index.offset if isinstance(line.left, Ref) else None
    if filling.closed is None or key not in filling.closed:
        return
    batch = range(len(line.value)) if filling.sequence is None else [filling.sequence]
    for p in batch:
        shown = number_texts(line.value[p], None, filling.decimals)
        for row, column in np.ndindex(*line.value.shape[1:]):
            expression = filling.closed[key][p, row, column]
            yield Entry(_place(row, column, line.value), p, expression, str(shown[row, column]))
