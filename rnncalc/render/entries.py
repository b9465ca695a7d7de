"""Rows for the single entries of a result, each as its sum of products."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.compute.entries import expand_entry
from rnncalc.compute.trace import Line
from rnncalc.language.nodes import Name, Node, Number, Ref
from rnncalc.language.writer import write_leaf
from rnncalc.render.boxes import Box, text_box
from rnncalc.render.matrices import number_texts


def entry_rows(line: Line, drawing, width: int) -> Iterator[tuple[Box, Box, Box]]:
    """Give equation, numbers and value of every entry of a line's result."""
    values = drawing.values
    n_sequences, rows, columns = line.value.shape
    if rows * columns == 1 and n_sequences == 1:
        return
    batch = [p for p in range(n_sequences) if p not in drawing.ended]
    for p in batch if drawing.sequence is None else [drawing.sequence]:

        def number(leaf: Name | Ref, row: int, column: int, p: int = p) -> Node:
            value = values.of(leaf)
            texts = drawing.leaf_texts(leaf, value)
            cells = texts if texts.ndim == 2 else texts[p]
            return Number(str(cells[row, column]))

        shown = number_texts(line.value[p], None, drawing.decimals)
        for row in range(rows):
            for column in range(columns):
                expression = expand_entry(line.right, row, column, values, number)
                if expression is not None:
                    entry = ",".join(
                        str(i + 1) for i, n in ((row, rows), (column, columns)) if n > 1 or rows == columns
                    )
                    label = f"  {write_leaf(line.left, 'screen', drawing.notation)}[{entry}]"
                    label += f" [{drawing.number_of(p)}]" if n_sequences > 1 else ""
                    yield text_box(label), drawing.symbols(expression, width), text_box(str(shown[row, column]))
