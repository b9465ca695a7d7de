"""Read a given table of probabilities, and see that it is one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.words import plural
from rnncalc.compute.ngrams import Ngrams
from rnncalc.problem.grids import Grid

EXACT = 1e-9


def read_table(grid: Grid, vocabulary: Sequence[str], orientation: str) -> tuple[Ngrams, np.ndarray | None]:
    """Give the model of a table, and its digits, both as (words, contexts).

    Raises:
        RnncalcError: slugs `shape-mismatch`, `not-a-probability`, `sums-not-one`.
    """
    table = grid.array
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        message = f"The table is {'×'.join(map(str, table.shape)) or 'a number'}."
        raise refuse("shape-mismatch", grid.span, message, "Give a row and a column for each word.")
    if vocabulary and len(vocabulary) != len(table):
        message = f"The table has {plural(len(table), 'row')}, the vocabulary {plural(len(vocabulary), 'word')}."
        raise refuse("shape-mismatch", grid.span, message, "Give a row and a column for each word.")
    outside = np.argwhere((table < 0) | (table > 1))
    if len(outside):
        row, column = map(int, outside[0])
        message = f"Entry {row + 1},{column + 1} is {table[row, column]:g}; a probability lies between 0 and 1."
        place = grid.spans[row * len(table) + column] if grid.spans else grid.span
        raise refuse("not-a-probability", place, message, "Correct it.")
    _check_sums(grid, orientation)
    names = tuple(vocabulary) or tuple(str(number) for number in range(1, len(table) + 1))
    turned = orientation == "rows"
    texts = None if grid.texts is None else grid.texts.T if turned else grid.texts
    laid = table.T if turned else table
    return Ngrams(names, 2, np.arange(len(table))[:, None], None, 0.0, laid), texts


def _check_sums(grid: Grid, orientation: str) -> None:
    axis = 0 if orientation == "columns" else 1
    slack = EXACT + len(grid.array) * _half_unit(grid)
    off = np.abs(grid.array.sum(axis=axis) - 1) > slack
    if not off.any():
        return
    noun = orientation[:-1]
    first = int(np.flatnonzero(off)[0])
    message = f"{noun.capitalize()} {first + 1} sums to {grid.array.sum(axis=axis)[first]:.6g}, not to 1."
    other = "rows" if orientation == "columns" else "columns"
    if (np.abs(grid.array.sum(axis=1 - axis) - 1) <= slack).all():
        remedy = f"The {other} do sum to 1: write 'orientation: {other}'."
    else:
        remedy = "Correct the table; the probabilities after one word add up to 1."
    raise refuse("sums-not-one", grid.span, message, remedy)


def _half_unit(grid: Grid) -> float:
    """Give half a unit of the last digit to which a table is rounded; with fewer than two decimals it is exact."""
    texts = () if grid.texts is None else grid.texts.flat
    decimals = [len(text.partition(".")[2]) for text in texts if text.replace(".", "", 1).isdigit()]
    return 0.5 * 10.0 ** -max(decimals) if max(decimals, default=0) > 1 else 0.0
