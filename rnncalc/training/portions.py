"""Very many sequences a portion at a time, so that what is computed of them has room."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.compute.case import Case
from rnncalc.training.batches import batch_of

MOST = 10**7  # numbers of all quantities of a portion, unless one sequence has more


def portions(case: Case) -> Iterator[Case]:
    """Give the sequences of a case, in their order, as cases that follow each other; few of them as they are."""
    size = max(MOST // numbers(case), 1)
    if case.n_sequences <= size:
        yield case
        return
    for start in range(0, case.n_sequences, size):
        yield batch_of(case, range(start, min(start + size, case.n_sequences)))


def numbers(case: Case) -> int:
    """Count the numbers of all quantities of one sequence, the weights left out."""
    total = 1
    for name, (rows, columns) in case.shapes.items():
        if name not in case.weights:
            total += rows * columns * case.lengths.get(case.system.letters.get(name, ""), 1)
    return total
