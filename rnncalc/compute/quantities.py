"""Pick the quantity that an answer's key names, in the nesting of the file."""

from __future__ import annotations

import numpy as np

from rnncalc.compute.answers import AnswerKey
from rnncalc.compute.bptt import Gradients, complete_adjoints
from rnncalc.compute.orient import unoriented
from rnncalc.compute.values import Values
from rnncalc.recurrences.backward import adjoint_name


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
    """Give the true value of what a key of the forward pass names, or the reason why there is none."""
    case = values.case
    if key.name == case.loss:
        steps = loss_steps(values)
        if key.step is None:
            return steps.sum()
        return _step(steps, key.step, 0)
    if not case.system.is_sequence(key.name):
        if key.step is not None:
            return f"'{key.name}' has no time step"
        return _entry(single_values(values, key.name), key.entry)
    return _chosen(sequence_values(values, key.name), key, case.batched)


def gradient_quantity(values: Values, gradients: Gradients, key: AnswerKey) -> np.ndarray | str:
    """Give the true value of a gradient or adjoint: grad(W), grad(h), grad(h(2)), grad(h(0))."""
    case = values.case
    if key.name in case.weights:
        return _entry(gradients.of(key.name).reshape(case.written[key.name]), key.entry)
    place = gradients.values.places.get((adjoint_name(key.name), key.step))
    if place is not None:
        return _entry(_by_sequence(place, case.batched), key.entry)
    if key.name in case.system.defined and not case.system.is_sequence(key.name):
        single = gradients.values.singles.get(adjoint_name(key.name))
        return (
            "the loss does not depend on it"
            if single is None
            else _entry(_by_sequence(single, case.batched), key.entry)
        )
    found = complete_adjoints(values, gradients).get(key.name)
    if found is None:
        found = gradients.values.sequences.get(adjoint_name(key.name))
    if found is None:
        return "the loss does not depend on it"
    vectors = unoriented(found)
    return _chosen(vectors.swapaxes(0, 1) if case.batched else vectors[:, 0], key, case.batched)


def _by_sequence(array: np.ndarray, batched: bool) -> np.ndarray:
    vectors = unoriented(array)
    return vectors if batched else vectors[0]


def _chosen(found: np.ndarray | str, key: AnswerKey, batched: bool) -> np.ndarray | str:
    if key.step is not None:
        found = _step(found, key.step, 1 if batched else 0)
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
