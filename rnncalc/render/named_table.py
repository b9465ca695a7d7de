"""A table of numbers with names of rows and columns, cut into groups of columns that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from rich.cells import cell_len
from rich.text import Text


def named_table(
    rows: Sequence[str], columns: Sequence[str], cells: np.ndarray, corner: str, width: int
) -> Iterator[Text]:
    """Give the lines of a table.

    Args:
        rows: The names of the rows as they are shown.
        columns: Those of the columns.
        cells: Texts, (rows, columns).
        corner: What stands above the rows' names.
        width: Cells of a line.
    """
    label = max(cell_len(corner), *map(cell_len, rows))
    widths = [max(cell_len(title), *map(cell_len, cells[:, at])) for at, title in enumerate(columns)]
    first = 0
    while first < len(columns):
        last, used = first, label
        while last < len(columns) and (last == first or used + 2 + widths[last] <= width):
            used += 2 + widths[last]
            last += 1
        if first:
            yield Text("")
        yield Text(_line(corner, label, columns[first:last], widths[first:last]), style="bold")
        for head, line in zip(rows, cells, strict=True):
            yield Text(_line(head, label, line[first:last], widths[first:last]))
        first = last


def _line(head: str, label: int, texts: Iterable[str], widths: Sequence[int]) -> str:
    """Fill a line, each text right-aligned; wide signs count two cells."""
    filled = ["  " + " " * (width - cell_len(text)) + text for text, width in zip(texts, widths, strict=True)]
    return (head + " " * (label - cell_len(head)) + "".join(filled)).rstrip()
