"""Loss and gradient of mini-batch after mini-batch, by passes that are made once for each size."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.gradient_pass import GradientPass, Parameters
from rnncalc.training.portions import numbers

MOST = 3 * 10**7  # numbers of the quantities of a forward pass, in all passes that are kept


class Passes:
    """Runs cases of one system, of any number of steps and sequences.

    `gradient` is ∂J/∂weights in the order of `Parameters.flat`, of the last case that was run.
    """

    def __init__(self, parameters: Parameters, one_hot: Collection[str] = ()):
        self._parameters, self._one_hot = parameters, one_hot
        self._kept: dict[tuple, GradientPass] = {}  # those of the last use at the end
        self._sizes: dict[tuple, int] = {}
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
        key = (case.n_sequences, *sorted(case.lengths.items()))
        found = self._kept.pop(key, None)
        if found is None:
            self._sizes[key] = case.n_sequences * numbers(case)
            while self._kept and sum(map(self._sizes.get, self._kept)) + self._sizes[key] > MOST:
                self._kept.pop(next(iter(self._kept)))
            found = GradientPass(case, self._parameters, self._one_hot)
        else:
            found.refill(case)
        self._kept[key] = found
        return found
