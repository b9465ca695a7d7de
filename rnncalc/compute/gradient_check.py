"""Hold derived gradients against central differences of the loss."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.compute.bptt import Gradients, loss_total
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate

STEP = 6e-6  # near the cube root of the float's precision, where the error of a central difference is least
NOISE = 1e6 * np.finfo(float).eps / STEP  # times |J|: a gradient below this is lost in the rounding of J
MOST_ENTRIES = 300  # of all weights together; of larger networks a fixed random choice is checked


class Comparison(NamedTuple):
    """The worst disagreement: relative to the largest entry of the weight's gradient."""

    worst: float
    weight: str
    n_checked: int
    n_entries: int


def compare_with_differences(case: Case, gradients: Gradients) -> Comparison:
    """Compare every entry of every gradient with (J(w + ε) − J(w − ε)) / 2ε.

    Source: e.g. Goodfellow, Bengio & Courville 2016, section 11.5.
    """
    weights = {name: np.array(array, dtype=float) for name, array in case.weights.items()}
    moving = replace(case, weights=weights)
    spots = [(name, index) for name in weights for index in np.ndindex(weights[name].shape)]
    chosen = spots
    if len(spots) > MOST_ENTRIES:
        picked = np.random.default_rng(0).choice(len(spots), MOST_ENTRIES, replace=False)
        chosen = [spots[i] for i in sorted(picked)]
    worst, where = 0.0, ""
    noise = NOISE * max(abs(loss_total(evaluate(case))), 1e-3)
    for name, index in chosen:
        difference = _difference(moving, weights[name], index)
        found = gradients.of(name)
        scale = max(float(np.abs(found).max()), abs(difference), noise)
        error = abs(difference - float(found[index])) / scale
        if error > worst or (np.isnan(error) and not np.isnan(worst)):  # nan is the worst of all
            worst, where = error, name
    return Comparison(worst, where, len(chosen), len(spots))


def _difference(case: Case, weight: np.ndarray, index: tuple[int, int]) -> float:
    """Give the central difference of the loss with respect to one entry, changed in place."""
    kept = weight[index]
    weight[index] = kept + STEP
    above = loss_total(evaluate(case))
    weight[index] = kept - STEP
    below = loss_total(evaluate(case))
    weight[index] = kept
    return (above - below) / (2 * STEP)
