"""Matrices that are put together of weights side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.compute.values import Values


class Block(NamedTuple):
    """Where a weight stands in a matrix, and with which sign."""

    rows: slice
    columns: slice
    sign: str
    evaluate: Callable[[], np.ndarray]


def filled(shape: tuple[int, int], blocks: Sequence[Block], values: Values) -> np.ndarray:
    """Make a matrix of blocks, those at one place added up; of a repeated pass it is filled again each time."""
    matrix = np.zeros(shape)
    places: dict[tuple[int, int], list[Block]] = {}
    for block in blocks:
        places.setdefault((block.rows.start, block.columns.start), []).append(block)
    first = [(matrix[b.rows, b.columns], _COPIES[b.sign], b.evaluate) for b, *_ in places.values()]
    more = [(matrix[b.rows, b.columns], _ADDS[b.sign], b.evaluate) for _, *rest in places.values() for b in rest]

    def fill() -> None:
        for target, copy, evaluate in first:
            copy(evaluate(), target)
        for target, add, evaluate in more:
            add(target, evaluate(), target)

    fill()
    if values.renewals is not None:
        values.renewals.work.append(fill)
    return matrix


_COPIES = {"+": np.positive, "-": np.negative}
_ADDS = {"+": np.add, "-": np.subtract}
