"""Pick the quantity that an answer's key names, in the nesting of the file."""

from __future__ import annotations

import numpy as np

from rnncalc.compute.answers import AnswerKey
from rnncalc.compute.orient import unoriented
from rnncalc.compute.values import Values


def sequence_values(values: Values, name: str) -> np.ndarray:
    """Give a sequence as [time][feature], or [sequence][time][feature] of a batch.

    A matrix-valued sequence has one level more.
    """
    array = unoriented(values.sequences[name])
    return array.swapaxes(0, 1) if values.case.batched else array[:, 0]


def single_values(values: Values, name: str) -> np.ndarray:
    """Give a value without a time step as [feature], or [sequence][feature] of a batch."""
    array = unoriented(values.singles[name])
    return array if values.case.batched else array[0]


def loss_steps(values: Values) -> np.ndarray:
    """Give the loss terms of each step, summed over the batch; one term where the loss has no step."""
    name = values.case.loss
    if values.case.system.is_sequence(name):
        return values.sequences[name].sum(axis=(1, 2, 3))
    return values.singles[name].sum().reshape(1)


def quantity(values: Values, key: AnswerKey) -> np.ndarray | str:
    """Give the true value of what a key names, or the reason why there is none."""
    case = values.case
    if key.gradient:
        return "gradients are not computed by the forward pass"
    if key.name == case.loss:
        steps = loss_steps(values)
        if key.step is None:
            return steps.sum()
        return _step(steps, key.step, 0)
    if not case.system.is_sequence(key.name):
        if key.step is not None:
            return f"'{key.name}' has no time step"
        return _entry(single_values(values, key.name), key.entry)
    found = sequence_values(values, key.name)
    if key.step is not None:
        found = _step(found, key.step, 1 if case.batched else 0)
    return found if isinstance(found, str) else _entry(found, key.entry)


def _step(array: np.ndarray, step: int, axis: int) -> np.ndarray | str:
    if not 1 <= step <= array.shape[axis]:
        return f"there is no step {step}; the last is {array.shape[axis]}"
    return array.take(step - 1, axis=axis)


def _entry(array: np.ndarray, entry: tuple[int, ...]) -> np.ndarray | str:
    for number in entry:
        if array.ndim == 0 or not 1 <= number <= array.shape[0]:
            return f"there is no entry {list(entry)}"
        array = array[number - 1]
    return array
