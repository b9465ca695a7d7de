"""Vectors of all steps and sequences side by side, (n, n_steps · n_sequences), as long products want them.

A repeated pass lays a sequence out so once, for all that multiply it.
"""

from __future__ import annotations

import numpy as np

from rnncalc.compute.storage import features_first
from rnncalc.compute.values import Values, kept
from rnncalc.language.nodes import Call, Node, Ref

UNPACKED = 1_000_000  # multiplications up to which BLAS need not rearrange two matrices first
LEAST_COLUMNS = 200


def untransposed(vector: Node) -> Node:
    """Give a vector as it is before it is transposed: side by side its entries lie the same."""
    while isinstance(vector, Call) and vector.op == "transpose":
        (vector,) = vector.args
    return vector


def wide_sequence(vector: Node, steps: range, values: Values) -> np.ndarray | None:
    """View a sequence at steps of a repeated pass as (n, n_steps · n_sequences); None where it does not reach there."""
    if (found := _stored(vector, steps, values)) is None:
        return None
    (whole, part), name, shared = found, vector.name, values.renewals.shared
    if name not in shared:
        vectors = whole.swapaxes(0, 1)
        lies_so = vectors.flags.c_contiguous
        shared[name] = (vectors if lies_so else kept(lambda: vectors, values, vector)).reshape(len(vectors), -1)
    n_sequences = values.case.n_sequences
    return shared[name][:, part.start * n_sequences : part.stop * n_sequences]


def stored_vectors(vector: Node, steps: range, values: Values) -> np.ndarray | None:
    """View a sequence at steps as (n, n_steps, n_sequences); None where it does not reach there."""
    if (found := _stored(vector, steps, values)) is None:
        return None
    whole, part = found
    return whole[part].swapaxes(0, 1)


def _stored(vector: Node, steps: range, values: Values) -> tuple[np.ndarray, slice] | None:
    """Give a sequence as it is kept, features first, and which part of it the steps are; None where it ends before."""
    if not isinstance(vector, Ref) or vector.index.anchor != "step":
        return None
    whole, start = values.around.get(vector.name, (values.sequences[vector.name], 1))
    first, last = (step + vector.index.offset - start for step in (steps.start, steps.stop))
    return None if first < 0 or last > len(whole) else (features_first(whole), slice(first, last))


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
