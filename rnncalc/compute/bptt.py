"""Backpropagation through time: the derived system, evaluated on the values of a forward pass.

`backpropagate` is the one to read first. The backward pass is a Case like any
other and runs through evaluate().
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.reading import evaluate_steps
from rnncalc.compute.values import Values
from rnncalc.recurrences.backward import Backward, adjoint_name, derive_backward


class Gradients(NamedTuple):
    """What a backward pass gives.

    `values` are the values of the derived system: adjoints as sequences under
    '∇h', of initial values as places, gradients of weights as singles '∇W'
    in the weight's own (rows, columns).
    """

    backward: Backward
    values: Values

    def of(self, weight: str) -> np.ndarray:
        """Give ∂J/∂weight as (rows, columns)."""
        return self.values.singles[adjoint_name(weight)]

    def contributions(self, weight: str) -> np.ndarray:
        """Give the addends of ∂J/∂weight by step, summed over the sequences: (n_steps, rows, columns).

        A weight used at no running step has a single addend.
        """
        steps = [
            evaluate_steps(node, range(1, self.values.case.lengths[letter] + 1), self.values).sum(axis=1)
            for node, letter in self.backward.sums[weight]
            if letter
        ]
        once = self.of(weight) - sum(part.sum(axis=0) for part in steps)
        if not steps:
            return self.of(weight)[None]
        longest = max(len(part) for part in steps)
        total = np.zeros((longest, *self.of(weight).shape))
        for part in steps:
            total[: len(part)] += part
        total[-1] += once
        return total


def derive(case: Case, starts: bool = True, inputs: Collection[str] = ()) -> Backward:
    """Derive the backward system of a case for all its weights.

    Args:
        case: A case with a loss.
        starts: Whether the adjoints of initial values are wanted too.
        inputs: Inputs whose adjoints are wanted.
    """
    places = [place for place in case.initial if place[0] in case.system.defined] if starts else ()
    given = {name: len(array) for name, array in case.sequences.items() if name in case.system.defined}
    known = case.known._replace(unit_sums=unit_sums(case))
    return derive_backward(case.system, known, case.loss, list(case.weights), places, inputs, given)


def unit_sums(case: Case) -> frozenset[str]:
    """Name the given sequences and values whose entries sum to one everywhere: one-hot targets."""
    arrays = {**case.sequences, **case.values}
    return frozenset(name for name, array in arrays.items() if np.all(array.sum(axis=(-2, -1)) == 1))


def backpropagate(values: Values, backward: Backward) -> Gradients:
    """Evaluate a derived system on the values of a forward pass.

    Source: the schedule of the derived system; reverse scans run from t = T to 1.
    """
    return Gradients(backward, evaluate(backward_case(values, backward)))


def backward_case(values: Values, backward: Backward) -> Case:
    """Make the case of a derived system: everything forward is given."""
    case = values.case
    shapes = dict(case.shapes) | {adjoint_name(name): shape for name, shape in case.shapes.items()}
    return replace(
        case,
        system=backward.system,
        shapes=shapes,
        values={name: array for name, array in values.singles.items() if name not in case.weights},
        sequences=dict(values.sequences),
        initial=dict(values.places),
        shared=frozenset(adjoint_name(name) for name in backward.parameters),
        loss=None,
    )


def loss_total(values: Values) -> float:
    """Give J, the sum of its terms over steps and sequences."""
    name = values.case.loss
    return float((values.sequences if name in values.sequences else values.singles)[name].sum())
