"""Pick the quantity that an answer's key names, in the nesting of the file."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.compute.answers import AnswerKey
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.nesting import loss_steps, nest_one, nest_steps, sequence_values, single_values
from rnncalc.compute.ragged import blank
from rnncalc.compute.values import Values
from rnncalc.recurrences.backward import adjoint_name


class NoQuantity(Exception):
    """A key names nothing: there is no such step or entry; the message says why."""


def whole_quantity(values: Values, key: AnswerKey) -> np.ndarray:
    """Give all of a quantity of the forward pass that a key speaks of: every step and entry."""
    if key.name == values.case.loss:
        steps = loss_steps(values)
        return steps.sum() if key.step is None else steps
    if values.case.system.is_sequence(key.name):
        return sequence_values(values, key.name)
    return single_values(values, key.name)


def whole_gradient(
    values: Values, gradients: Gradients, adjoints: Mapping[str, np.ndarray], key: AnswerKey
) -> np.ndarray | None:
    """Give all of a gradient or adjoint, grad(W), grad(h), grad(h(0)); None where the loss does not depend on it.

    `adjoints` are those of complete_adjoints.
    """
    case, name = values.case, adjoint_name(key.name)
    if key.name in case.weights:
        return gradients.of(key.name).reshape(case.written[key.name])
    if (name, key.step) in gradients.values.places:
        return nest_one(gradients.values.places[name, key.step], case.batched)
    given = gradients.values.sequences.get(name, gradients.values.singles.get(name))
    found = adjoints.get(key.name, given)
    if found is None:
        return None
    return (nest_steps if case.system.is_sequence(key.name) else nest_one)(found, case.batched)


def pick(array: np.ndarray, key: AnswerKey, values: Values) -> np.ndarray:
    """Give the step and entry of a quantity that a key names.

    y[2] of a batch is the second sequence, as long as it is.

    Raises:
        NoQuantity: there is no such step or entry.
    """
    case = values.case
    if key.step is not None and not is_place(key, values):
        if not case.system.is_sequence(key.name):
            raise NoQuantity(f"'{key.name}' has no time step")
        array = _step(array, key.step, 1 if case.batched and key.name != case.loss else 0)
    for number in key.entry:
        if array.ndim == 0 or not 1 <= number <= array.shape[0]:
            raise NoQuantity(f"there is no entry {','.join(map(str, key.entry))}")
        array = array[number - 1]
    if key.step is None and len(key.entry) == 1 and key.name != case.loss and case.system.is_sequence(key.name):
        own = case.own_lengths.get(case.system.letters[key.name])
        return array[: own[key.entry[0] - 1]] if own else array
    return array


def past_end(values: Values, key: AnswerKey) -> np.ndarray | None:
    """Tell for all of a quantity of a batch of unequal lengths where its sequences have ended, else None."""
    case = values.case
    if not case.own_lengths or key.name == case.loss or key.name in case.weights:
        return None
    if is_place(key, values):
        return nest_one(blank(values, key.name, key.step), case.batched)
    nest = nest_steps if case.system.is_sequence(key.name) else nest_one
    return nest(blank(values, key.name), case.batched)


def is_place(key: AnswerKey, values: Values) -> bool:
    """Tell whether a key names the adjoint of an initial value, such as grad(h(0))."""
    return key.gradient and (key.name, key.step) in values.places


def _step(array: np.ndarray, step: int, axis: int) -> np.ndarray:
    if not 1 <= step <= array.shape[axis]:
        raise NoQuantity(f"there is no step {step}; the steps are 1 to {array.shape[axis]}")
    return array.take(step - 1, axis=axis)
