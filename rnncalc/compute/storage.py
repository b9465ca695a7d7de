"""Memory for the sequences of a scan: one array for all, used again when nobody holds it any more.

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
