"""Find out which weight's gradient grew before learning diverged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np

from rnncalc.training.history import Divergence


def divergence_of(gradients: Sequence[Mapping[str, np.ndarray]], iteration: int) -> Divergence:
    """Name the weight whose gradient grew most in the last two iterations that were finite.

    Args:
        gradients: Those of the last iterations, by weight; at least the last three, if there were so many.
        iteration: The first after them, whose loss is not finite.
    """
    known = list(gradients)
    while known and not all(np.isfinite(array).all() for array in known[-1].values()):
        known.pop()  # a gradient that has spoilt the weights, so that the next loss was not finite
        iteration -= 1
    norms = [{name: float(np.linalg.norm(array)) for name, array in found.items()} for found in known[-2:]]
    if not norms:
        return Divergence(iteration, "", nan, nan)
    before, after = norms[0] if len(norms) == 2 else {}, norms[-1]
    weight = max(after, key=lambda name: after[name] / before[name] if before.get(name) else after[name])
    return Divergence(iteration, weight, before.get(weight, nan), after[weight])
