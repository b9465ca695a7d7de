"""Divide sequences: those to learn from, and those held out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.problem.data import Data
from rnncalc.problem.grids import Grid
from rnncalc.problem.own_lengths import OwnLengths
from rnncalc.recurrences.system import System


class Sequences(NamedTuple):
    """The numbers of some sequences, their own lengths, and the texts that they encode."""

    data: Data
    lengths: Mapping[str, OwnLengths]
    texts: tuple[str, ...] = ()


def count_sequences(data: Data, system: System) -> int:
    """Give the number of sequences of a batch, 1 without one."""
    sizes = [grid.array.shape[0] for name, grid in data.inputs.items() if _is_batch(name, grid, system)]
    return sizes[0] if sizes else 1


def divide(whole: Sequences, share: float, seed: list[int], system: System, place: Span) -> tuple[Sequences, Sequences]:
    """Draw a share of the sequences; give the others, and these, both in the order in which they stand.

    Raises:
        RnncalcError: slug `batch-mismatch`, where there are too few.
    """
    n_sequences = count_sequences(whole.data, system)
    held = max(1, round(share * n_sequences))
    if held >= n_sequences:
        message = f"Of {plural(n_sequences, 'sequence')} no part can be held out."
        raise refuse("batch-mismatch", place, message, "Give more sequences, or a test of its own.")
    order = np.random.default_rng(seed).permutation(n_sequences)
    return tuple(_chosen(whole, np.sort(part), n_sequences, system) for part in (order[held:], order[:held]))


def _is_batch(name: str, grid: Grid, system: System) -> bool:
    return grid.levels == (3 if system.is_sequence(name) else 2)


def _chosen(whole: Sequences, chosen: np.ndarray, n_sequences: int, system: System) -> Sequences:
    data = whole.data
    lengths = {
        letter: own._replace(numbers=tuple(own.numbers[p] for p in chosen), spans=tuple(own.spans[p] for p in chosen))
        for letter, own in whole.lengths.items()
    }

    def taken(grid: Grid) -> Grid:
        return grid._replace(array=grid.array[chosen], texts=None if grid.texts is None else grid.texts[chosen])

    inputs = {name: taken(grid) if _is_batch(name, grid, system) else grid for name, grid in data.inputs.items()}
    targets = {name: taken(g) if g.array.shape[:1] == (n_sequences,) else g for name, g in data.targets.items()}
    initial = {
        name: taken(g) if g.levels == 2 and len(g.array) == n_sequences else g for name, g in data.initial.items()
    }
    texts = tuple(whole.texts[p] for p in chosen) if whole.texts else ()
    return Sequences(data._replace(inputs=inputs, targets=targets, initial=initial), lengths, texts)
