"""Lay arrays out as the case wants them: rows and columns last, by the layout."""

from __future__ import annotations

import numpy as np

from rnncalc.language.kinds import Layout


def weight_array(array: np.ndarray, layout: Layout) -> np.ndarray:
    """Give a weight as (rows, columns); an unmarked vector lies as the layout says."""
    if array.ndim == 0:
        return array.reshape(1, 1)
    return oriented(array, layout) if array.ndim == 1 else array


def oriented(vectors: np.ndarray, layout: Layout) -> np.ndarray:
    """Give (…, n) as columns (…, n, 1), or in row layout as rows (…, 1, n)."""
    return vectors[..., None] if layout == "column" else vectors[..., None, :]


def unoriented(array: np.ndarray) -> np.ndarray:
    """Give (…, n) of columns or rows, (…, rows, columns) of matrices."""
    if array.shape[-1] == 1:
        return array[..., 0]
    return array[..., 0, :] if array.shape[-2] == 1 else array
