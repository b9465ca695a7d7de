"""Loss and gradients of a case, again and again, while weights and data change in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from rnncalc.compute.bptt import backward_case, derive
from rnncalc.compute.case import Case
from rnncalc.compute.repeated import Repeated
from rnncalc.compute.storage import empty_sequence
from rnncalc.recurrences.backward import adjoint_name


class Parameters:
    """The weights of a case in one vector, and each as a view of it.

    An optimiser changes `flat` in place; whatever holds the views sees it.

    Shapes:
        flat: (n,)
        views[name]: (rows, columns)
    """

    def __init__(self, weights: Mapping[str, np.ndarray]):
        self.flat = np.concatenate([np.ravel(array) for array in weights.values()]) if weights else np.empty(0)
        self.views: dict[str, np.ndarray] = views_of(self.flat, weights)


def views_of(flat: np.ndarray, like: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Cut a vector into arrays of the shapes of others, one after another."""
    found, start = {}, 0
    for name, array in like.items():
        found[name] = flat[start : start + array.size].reshape(array.shape)
        start += array.size
    return found


class GradientPass:
    """A forward and a backward pass of sequences of one length, ready to be carried out again.

    `gradient` is ∂J/∂weights in the order of `Parameters.flat`, filled in by
    `run`. `one_hot` names the sequences and values whose entries always sum to
    one, in the data of any refill.
    """

    def __init__(self, case: Case, parameters: Parameters, one_hot: Collection[str] | None = None):
        self.gradient = np.zeros_like(parameters.flat)
        gradients = views_of(self.gradient, parameters.views)
        given = {*case.sequences, *case.values} - {*case.system.defined}  # of some, the first steps are given
        self._forward = Repeated(replace(_copied(case), weights=parameters.views), given)
        values = self._forward.values
        backward = derive(values.case, starts=False, one_hot=one_hot)
        places = {adjoint_name(name): array for name, array in gradients.items()}
        self._backward = Repeated(backward_case(values, backward), given, places, self._forward, wanted=places)
        store = values.sequences if case.loss in values.sequences else values.singles
        self._loss = store[case.loss]

    def refill(self, case: Case) -> None:
        """Take the data of another case of the same sizes."""
        mine = self._forward.values.case
        for own, others in ((mine.sequences, case.sequences), (mine.values, case.values), (mine.initial, case.initial)):
            for key, array in others.items():
                np.copyto(own[key], array)
        self._forward.renew()
        self._backward.renew()

    def run(self) -> float:
        """Compute the loss and, into `gradient`, its gradient."""
        self._forward.run()
        self._backward.run()
        return float(self._loss.sum())


def _copied(case: Case) -> Case:
    """Give a case with arrays of its own, which can be refilled."""
    sequences = {}
    for name, array in case.sequences.items():
        sequences[name] = empty_sequence(*array.shape[:2], array.shape[2:], wide=True)
        np.copyto(sequences[name], array)
    values = {name: array.copy() for name, array in case.values.items()}
    initial = {place: array.copy() for place, array in case.initial.items()}
    return replace(case, sequences=sequences, values=values, initial=initial)
