"""The single entries of a result, each as its sum of products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rnncalc.compute.entries import expand_entry
from rnncalc.compute.trace import Line
from rnncalc.language.nodes import Name, Node, Number, Ref
from rnncalc.render.filling import Filling
from rnncalc.render.matrices import number_texts


class Entry(NamedTuple):
    """One entry: its place as it is read, the sequence (from 0), its expression in numbers, its text."""

    place: str
    sequence: int
    expression: Node
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
                    counted = ((row, rows), (column, columns))
                    place = ",".join(str(i + 1) for i, n in counted if n > 1 or rows == columns)
                    yield Entry(place, p, expression, str(shown[row, column]))
