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
from rnncalc.problem.network import Network
from rnncalc.problem.own_lengths import OwnLengths, check_count
from rnncalc.problem.roles import roles_of
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


def divide(
    whole: Sequences, share: float, seed: list[int], network: Network, place: Span
) -> tuple[Sequences, Sequences]:
    """Draw a share of the sequences; give the others, and these, both in the order in which they stand.

    Raises:
        RnncalcError: slug `batch-mismatch`, where there are too few.
    """
    n_sequences = count_sequences(whole.data, network.stated)
    for own in whole.lengths.values():
        check_count(own, n_sequences)
    held = max(1, round(share * n_sequences))
    if held >= n_sequences:
        message = f"Of {plural(n_sequences, 'sequence')} no part can be held out."
        raise refuse("batch-mismatch", place, message, "Give more sequences, or a test of its own.")
    order = np.random.default_rng(seed).permutation(n_sequences)
    return tuple(_chosen(whole, np.sort(part), n_sequences, network) for part in (order[held:], order[:held]))


def _is_batch(name: str, grid: Grid, system: System) -> bool:
    return grid.levels == (3 if system.is_sequence(name) else 2)


def _chosen(whole: Sequences, chosen: np.ndarray, n_sequences: int, network: Network) -> Sequences:
    """Give some of the sequences, as long as the longest of them."""
    data, system, everywhere = whole.data, network.stated, roles_of(network).everywhere
    lengths, shorter = {}, {}
    for letter, own in whole.lengths.items():
        numbers, spans = (tuple(part[p] for p in chosen) for part in (own.numbers, own.spans))
        lengths[letter] = own._replace(numbers=numbers, spans=spans)
        shorter[letter] = max(own.numbers) - max(numbers)

    def taken(grid: Grid, less: int = 0) -> Grid:
        def cut(array: np.ndarray) -> np.ndarray:
            return array[chosen][:, : array.shape[1] - less] if less else array[chosen]

        if len(np.atleast_1d(grid.array)) != n_sequences:
            return grid
        return grid._replace(array=cut(grid.array), texts=None if grid.texts is None else cut(grid.texts))

    def less(name: str, steps: bool) -> int:
        return shorter.get(system.letters.get(name) or next(iter(shorter), ""), 0) if steps else 0

    inputs = {n: taken(g, less(n, g.levels == 3)) if _is_batch(n, g, system) else g for n, g in data.inputs.items()}
    targets = {
        name: taken(grid, less(name, grid.levels == 3 or grid.levels == 2 and everywhere))
        for name, grid in data.targets.items()
    }
    initial = {name: taken(grid) if grid.levels == 2 else grid for name, grid in data.initial.items()}
    texts = tuple(whole.texts[p] for p in chosen) if whole.texts else ()
    return Sequences(data._replace(inputs=inputs, targets=targets, initial=initial), lengths, texts)
