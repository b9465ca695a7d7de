"""The values of a pass in the nesting of the file: [time][feature], a level more for a batch."""

from __future__ import annotations

import numpy as np

from rnncalc.compute.orient import unoriented
from rnncalc.compute.ragged import added
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Ref, leaves


def sequence_values(values: Values, name: str) -> np.ndarray:
    """Give a sequence as [time][feature], or [sequence][time][feature] of a batch.

    A matrix-valued sequence has one level more.
    """
    return nest_steps(values.sequences[name], values.case.batched)


def single_values(values: Values, name: str) -> np.ndarray:
    """Give a value without a time step as [feature], or [sequence][feature] of a batch."""
    return nest_one(values.singles[name], values.case.batched)


def nest_steps(array: np.ndarray, batched: bool) -> np.ndarray:
    """Nest (n_steps, n_sequences, rows, columns) as a sequence of the file."""
    vectors = unoriented(array)
    return vectors.swapaxes(0, 1) if batched else vectors[:, 0]


def nest_one(array: np.ndarray, batched: bool) -> np.ndarray:
    """Nest (n_sequences, rows, columns) as a value of the file without a time step."""
    vectors = unoriented(array)
    return vectors if batched else vectors[0]


def loss_steps(values: Values) -> np.ndarray:
    """Give the loss terms of each step, summed over the batch; a loss after the last step counts to that."""
    name, case = values.case.loss, values.case
    if values.parts:
        return added([loss_steps(share.values) for share in values.parts])
    if case.system.is_sequence(name):
        return values.sequences[name].sum(axis=(1, 2, 3))
    last = [leaf for leaf in leaves(case.system.general[name].right) if isinstance(leaf, Ref)]
    steps = np.zeros(max((case.n_steps(leaf.name) for leaf in last), default=1))
    steps[-1] = values.singles[name].sum()
    return steps
