"""Fit the arrays of a file to (steps, sequences, features)."""

from __future__ import annotations

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.problem.grids import Grid
from rnncalc.problem.lengths import Extent


def fit_sequence(name: str, grid: Grid, extent: Extent, array: np.ndarray) -> np.ndarray:
    """Give a sequence as (n_steps, n_sequences, n_features).

    Three levels are [sequence][time][feature], two [time][feature], one [time].
    """
    if grid.levels == 3:
        return array.transpose(1, 0, 2)
    if extent.n_sequences > 1:
        raise refuse(
            "batch-mismatch",
            extent.keys.get(("inputs", name), grid.span),
            f"'{name}' is one sequence, other inputs have {extent.n_sequences}.",
            f"Give '{name}' as [sequence][time][feature].",
        )
    return array[:, None, None] if grid.levels == 1 else array[:, None, :]


def fit_single(name: str, grid: Grid, extent: Extent, array: np.ndarray) -> np.ndarray:
    """Give an input without a time step as (n_sequences, n_features)."""
    if grid.levels == 2:
        return array
    if grid.levels == 3:
        raise refuse("too-many-levels", grid.span, f"'{name}' has no time step; it is [sequence][feature] at most.")
    vector = array.reshape(1) if grid.levels == 0 else array
    return np.broadcast_to(vector, (extent.n_sequences, *vector.shape))
