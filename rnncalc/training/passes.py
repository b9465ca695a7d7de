"""Loss and gradient of mini-batch after mini-batch, by passes that are made once for each size."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.gradient_pass import GradientPass, Parameters

KEPT = 12  # passes of different sizes that are kept; each holds its arrays


class Passes:
    """Runs cases of one system, of any number of steps and sequences.

    `gradient` is ∂J/∂weights in the order of `Parameters.flat`, of the last case that was run.
    """

    def __init__(self, parameters: Parameters, one_hot: Collection[str] = ()):
        self._parameters, self._one_hot = parameters, one_hot
        self._kept: dict[tuple, GradientPass] = {}
        self.gradient = np.zeros_like(parameters.flat)

    def run(self, case: Case) -> float:
        """Compute the loss and its gradient; sequences of unequal lengths in parts of one length each."""
        if not case.own_lengths:
            ready = self.ready(case)
            loss = ready.run()
            self.gradient = ready.gradient
            return loss
        gradient, total = np.zeros_like(self._parameters.flat), 0.0
        for part in case.parts:
            ready = self.ready(part.case)
            total += ready.run()
            gradient += ready.gradient
        self.gradient = gradient
        return total

    def ready(self, case: Case) -> GradientPass:
        """Give the pass for a case, filled with its data."""
        size = (case.n_sequences, *sorted(case.lengths.items()))
        found = self._kept.pop(size, None)
        if found is None:
            found = GradientPass(case, self._parameters, self._one_hot)
            while len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
        else:
            found.refill(case)
        self._kept[size] = found
        return found
