"""Memory for the sequences of a scan: features first, in one array, used again when nobody holds it any more.

Fresh memory is dear: the system clears every page at its first use, which for
a pass over 1,000 steps can take as long as the arithmetic.
"""

from __future__ import annotations

import weakref

import numpy as np

LARGE = 2**17  # numbers from which memory is worth keeping: 1 MiB
KEPT = 2**24  # numbers that are kept at most: 128 MiB

_free: dict[int, np.ndarray] = {}


def lend(size: int) -> np.ndarray:
    """Give an array of `size` numbers, not initialised; its memory is kept once no view of it is left."""
    if not LARGE <= size <= KEPT:
        return np.empty(size)
    fitting = (key for key, kept in list(_free.items()) if size <= kept.size <= 2 * size)
    found = (_free.pop(key, None) for key in fitting)  # another thread may have taken it
    memory = next((kept for kept in found if kept is not None), None)
    if memory is None:
        memory = np.empty(size)
    lent = np.frombuffer(memory.data, count=size)  # views of it hold on to it, not to `memory`
    weakref.finalize(lent, _take_back, memory).atexit = False
    return lent


def _take_back(memory: np.ndarray) -> None:
    _free[id(memory)] = memory
    while sum(kept.size for kept in list(_free.values())) > KEPT:
        _free.pop(next(iter(_free)), None)


def as_sequence(array: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """View vectors that lie features first, (n_steps, n, n_sequences), as a sequence (n_steps, n_sequences, *shape)."""
    turned = array.transpose(0, 2, 1)
    return turned[..., None] if shape[1] == 1 else turned[..., None, :]


def features_first(sequence: np.ndarray) -> np.ndarray:
    """View a sequence of vectors as (n_steps, n, n_sequences)."""
    vectors = sequence[..., 0] if sequence.shape[-1] == 1 else sequence[..., 0, :]
    return vectors.transpose(0, 2, 1)


def empty_sequence(n_steps: int, n_sequences: int, shape: tuple[int, int], wide: bool) -> np.ndarray:
    """Give an array (n_steps, n_sequences, *shape); vectors lie features first.

    For every step apart, as scans have them, or `wide`, the steps of each feature
    side by side, as products of all steps at once have them.
    """
    if 1 not in shape:
        return np.empty((n_steps, n_sequences, *shape))
    size = shape[0] * shape[1]
    if wide:
        return as_sequence(np.empty((size, n_steps, n_sequences)).swapaxes(0, 1), shape)
    return as_sequence(np.empty((n_steps, size, n_sequences)), shape)
