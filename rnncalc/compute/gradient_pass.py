"""Loss and gradients of a case, again and again, while weights and data change in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from rnncalc.compute.bptt import gradients_of, loss_total
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate


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
    """A forward and a backward pass, ready to be carried out again.

    `gradient` is ∂J/∂weights in the order of `Parameters.flat`, filled in by `run`.
    """

    def __init__(self, case: Case, parameters: Parameters, unit_sums: Collection[str] = ()):
        self.case = replace(case, weights=parameters.views)
        self.gradient = np.zeros_like(parameters.flat)
        self.gradients = views_of(self.gradient, parameters.views)

    def refill(self, case: Case) -> None:
        """Take the data of another case of the same sizes."""
        self.case = replace(case, weights=self.case.weights)

    def run(self) -> float:
        """Compute the loss and, into `gradient`, its gradient."""
        values = evaluate(self.case)
        found = gradients_of(values, starts=False)
        for name, array in self.gradients.items():
            array[...] = found.of(name)
        return loss_total(values)
