"""Vectors of all steps and sequences side by side, (n, n_steps · n_sequences), as long products want them.

A repeated pass lays a sequence out so once, for all that multiply it.
"""

from __future__ import annotations

import numpy as np

from rnncalc.compute.storage import features_first
from rnncalc.compute.values import Values, kept
from rnncalc.language.nodes import Node, Ref

UNPACKED = 1_000_000  # multiplications up to which BLAS need not rearrange two matrices first
LEAST_COLUMNS = 200


def wide_sequence(vector: Node, steps: range, values: Values) -> np.ndarray | None:
    """View a sequence at steps of a repeated pass as (n, n_steps · n_sequences); None where it does not reach there."""
    if stored_vectors(vector, steps, values) is None:
        return None
    name, n_sequences, shared = vector.name, values.case.n_sequences, values.renewals.shared
    whole, start = values.around.get(name, (values.sequences[name], 1))
    if name not in shared:
        vectors = features_first(whole).swapaxes(0, 1)
        lies_so = vectors.flags.c_contiguous
        shared[name] = (vectors if lies_so else kept(lambda: vectors, values, vector)).reshape(len(vectors), -1)
    first, last = (step + vector.index.offset - start for step in (steps.start, steps.stop))
    return shared[name][:, first * n_sequences : last * n_sequences]


def stored_vectors(vector: Node, steps: range, values: Values) -> np.ndarray | None:
    """View a sequence at steps as (n, n_steps, n_sequences); None where it does not reach there."""
    if not isinstance(vector, Ref) or vector.index.anchor != "step":
        return None
    whole, start = values.around.get(vector.name, (values.sequences[vector.name], 1))
    first, last = (step + vector.index.offset - start for step in (steps.start, steps.stop))
    return None if first < 0 or last > len(whole) else features_first(whole)[first:last].swapaxes(0, 1)


def gram(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give Σ left rightᵀ over steps and sequences, in pieces that stay in the cache and need no rearranging.

    Shapes:
        left: (n, n_steps, n_sequences)
        right: (m, n_steps, n_sequences)
        result: (n, m)
    """
    n, n_steps, n_sequences = left.shape
    columns = UNPACKED // max(n * len(right), 1)
    if not LEAST_COLUMNS <= columns < n_steps * n_sequences:
        return left.reshape(n, -1) @ right.reshape(len(right), -1).T
    length = max(columns // n_sequences, 1)
    pieces = (slice(start, start + length) for start in range(0, n_steps, length))
    return sum(left[:, p].reshape(n, -1) @ right[:, p].reshape(len(right), -1).T for p in pieces)
