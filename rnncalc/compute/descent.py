"""One backward pass with everything that is asked of it: truncated, clipped, a step of descent, checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.compute.bptt import Gradients, for_each_length, gradients_of
from rnncalc.compute.clip import CLIPPING, descend
from rnncalc.compute.gradient_check import Comparison, compare_with_differences
from rnncalc.compute.paths import truncated
from rnncalc.compute.values import Values


class Request(NamedTuple):
    """What is asked of a backward pass.

    `truncate` is the number of earlier steps that each output is sent back
    through, `clip` the size at which gradients are clipped, `rate` that of a
    step of gradient descent; None leaves each of them out.
    """

    starts: bool = False
    inputs: bool = False
    truncate: int | None = None
    clip: float | None = None
    clip_by: str = "limit"
    rate: float | None = None


class Answered(NamedTuple):
    """The backward pass asked for.

    Shapes:
        parts[weight]: (n_steps, rows, columns), the addends by step
        totals, clipped, updated: (rows, columns) by weight
    """

    gradients: Gradients
    parts: Mapping[str, np.ndarray]
    totals: Mapping[str, np.ndarray]
    clipped: Mapping[str, np.ndarray] | None
    updated: Mapping[str, np.ndarray] | None
    comparison: Comparison | None


def answer(values: Values, request: Request) -> Answered:
    """Carry out a backward pass on the values of a forward pass."""
    inputs = given_inputs(values) if request.inputs else ()
    if (k := request.truncate) is None:
        gradients = gradients_of(values, request.starts, inputs)
    else:
        gradients = for_each_length(values, lambda alone: truncated(alone, k, request.starts, inputs))
    weights = list(values.case.weights)
    parts = {weight: gradients.contributions(weight) for weight in weights}
    totals = {weight: gradients.of(weight) for weight in weights}
    comparable = request.truncate is None and not values.case.rounding.every_step
    comparison = compare_with_differences(values.case, gradients) if comparable else None
    clipped = CLIPPING[request.clip_by](totals, request.clip) if request.clip is not None else None
    used = totals if clipped is None else clipped
    updated = descend(values.case.weights, used, request.rate) if request.rate is not None else None
    return Answered(gradients, parts, totals, clipped, updated, comparison)


def given_inputs(values: Values) -> Collection[str]:
    """Name the inputs of a case that its equations read, targets left out."""
    case = values.case
    names = (*case.system.given_sequences, *(name for name in case.system.given_values if name in case.values))
    return [name for name in names if name not in case.targets]
