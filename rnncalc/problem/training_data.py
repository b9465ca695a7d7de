"""Sequences to learn from, as every source of data gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Span
from rnncalc.problem.vocabulary import Vocabulary

MAX_ENTRIES = 10**8  # sequences × steps × features
MOST_WRITTEN = 100_000  # whole numbers that are shown without decimals


class TrainingData(NamedTuple):
    """Sequences by name, all filled up to the steps of the longest; `own` has the steps of each where they differ.

    `texts` are what was encoded, `labels` the names of classes; `classes` is
    the number of classes that a target of indices has, where it is known.

    Shapes:
        arrays[name]: (n_sequences, n_steps, n_features); of a target also (n_sequences, n_steps)
            of class indices, (n_sequences,) of the class of each sequence
    """

    arrays: Mapping[str, np.ndarray]
    own: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    vocabulary: Vocabulary | None = None
    labels: tuple[str, ...] = ()
    classes: int | None = None


def filled(parts: Sequence[np.ndarray], place: Span) -> tuple[np.ndarray, tuple[int, ...]]:
    """Put sequences into one array, zero past the end of each, with the steps of each where they differ.

    Raises:
        RnncalcError: slug `too-large`.
    """
    lengths = tuple(map(len, parts))
    shape = (len(parts), max(lengths), *parts[0].shape[1:])
    check_size(shape, place)
    if len(set(lengths)) == 1:
        return np.array(parts, dtype=float), ()
    whole = np.zeros(shape)
    for row, part in zip(whole, parts, strict=True):
        row[: len(part)] = part
    return whole, lengths


def check_size(shape: Sequence[int], place: Span) -> None:
    """Refuse data with more numbers than memory should hold.

    Raises:
        RnncalcError: slug `too-large`.
    """
    if np.prod(shape, dtype=float) > MAX_ENTRIES:
        words = " × ".join(f"{size:,}" for size in shape)
        message = f"The data would have {words} numbers, more than {MAX_ENTRIES:,}."
        remedy = "Use fewer or shorter sequences; of texts, write 'length: …' or give ids to an embedding."
        raise refuse("too-large", place, message, remedy)


def pieces(part: np.ndarray, size: int) -> list[np.ndarray]:
    """Cut a long sequence into pieces of `size` steps, of which the last may be shorter."""
    return [part[start : start + size] for start in range(0, len(part), size)]


def written(array: np.ndarray) -> np.ndarray | None:
    """Give the digits of whole numbers, as a file would write them; None for other numbers, and for very many."""
    if array.size > MOST_WRITTEN or (array != np.floor(array)).any() or np.abs(array).max(initial=0) >= MOST_WRITTEN:
        return None
    return array.astype(int).astype(str).astype(object)
