"""Fit the arrays of a file to (steps, sequences, features)."""

from __future__ import annotations

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Span
from rnncalc.problem.lengths import Extent


def fit_sequence(name: str, array: np.ndarray, extent: Extent, place: Span) -> np.ndarray:
    """Give a sequence as (n_steps, n_sequences, n_features).

    Three levels are [sequence][time][feature], two [time][feature], one [time].
    """
    if array.ndim == 3:
        return array.transpose(1, 0, 2)
    if extent.n_sequences > 1:
        message = f"'{name}' is one sequence, other inputs have {extent.n_sequences}."
        raise refuse("batch-mismatch", place, message, f"Give '{name}' as [sequence][time][feature].")
    return array[:, None, None] if array.ndim == 1 else array[:, None, :]


def fit_single(name: str, array: np.ndarray, extent: Extent, place: Span) -> np.ndarray:
    """Give an input without a time step as (n_sequences, n_features)."""
    if array.ndim == 2:
        return array
    if array.ndim == 3:
        message = f"'{name}' has no time step; it is [sequence][feature] at most."
        raise refuse("too-many-levels", place, message, "Give one list for each sequence.")
    vector = array.reshape(1) if array.ndim == 0 else array
    return np.broadcast_to(vector, (extent.n_sequences, *vector.shape))
