"""Backpropagation through time: the derived system, evaluated on the values of a forward pass.

`backpropagate` is the one to read first. The backward pass is a Case like any
other and runs through evaluate().
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.ragged import added, join, join_arrays
from rnncalc.compute.reading import evaluate_steps
from rnncalc.compute.steps import spread
from rnncalc.compute.values import Share, Values
from rnncalc.language.nodes import Node, leaves
from rnncalc.recurrences.backward import ONE, Backward, adjoint_name, derive_backward
from rnncalc.recurrences.fuse import separate_losses
from rnncalc.recurrences.system import System


class Gradients(NamedTuple):
    """What a backward pass gives.

    `values` are the values of the derived system: adjoints as sequences under
    '∇h', of initial values as places, gradients of weights as singles '∇W'
    in the weight's own (rows, columns). Of a batch of unequal lengths, `parts`
    are the passes of each length, and `backward` is that of the longest.
    """

    backward: Backward
    values: Values
    parts: tuple[Gradients, ...] = ()

    def of(self, weight: str) -> np.ndarray:
        """Give ∂J/∂weight as (rows, columns); zero where the loss does not depend on it."""
        found = self.values.singles.get(adjoint_name(weight))
        return np.zeros(self.values.case.shapes[weight]) if found is None else found

    def contributions(self, weight: str) -> np.ndarray:
        """Give the addends of ∂J/∂weight by step, summed over the sequences: (n_steps, rows, columns).

        What is used after the last step, at no running step, counts to the last.
        """
        if self.parts:
            return added([part.contributions(weight) for part in self.parts])
        lengths, total = self.values.case.lengths, self.of(weight)
        running = [
            self._by_step(node, lengths[letter]) for node, letter in self.backward.sums.get(weight, ()) if letter
        ]
        found = added(running) if running else np.zeros((1, *total.shape))
        if any(not letter for _, letter in self.backward.sums.get(weight, ())):
            found[-1] += total - found.sum(axis=0)
        return found

    def _by_step(self, node: Node, n_steps: int) -> np.ndarray:
        with np.errstate(all="ignore"):
            found = evaluate_steps(node, range(1, n_steps + 1), self.values)
        return spread(found, (n_steps, self.values.case.n_sequences)).sum(axis=1)


def gradients_of(values: Values, starts: bool = True, inputs: Collection[str] = ()) -> Gradients:
    """Derive and evaluate the backward pass of a forward pass; the arguments are those of derive."""
    return for_each_length(values, lambda alone: backpropagate(alone, derive(alone.case, starts, inputs)))


def for_each_length(values: Values, run: Callable[[Values], Gradients]) -> Gradients:
    """Carry out a backward pass; of a batch of unequal lengths one for each length, put together.

    The derived systems differ, as terms are absent at other steps.
    """
    if not values.parts:
        return run(values)
    found = [run(share.values) for share in values.parts]
    longest = max(found, key=lambda gradients: sum(gradients.values.case.lengths.values()))
    shares = [Share(share.members, gradients.values) for share, gradients in zip(values.parts, found, strict=True)]
    return Gradients(longest.backward, join(backward_case(values, longest.backward), shares), tuple(found))


def derive(
    case: Case,
    starts: bool = True,
    inputs: Collection[str] = (),
    seed: Node = ONE,
    one_hot: Collection[str] | None = None,
) -> Backward:
    """Derive the backward system of a case for all its weights.

    Args:
        case: A case with a loss; of unequal lengths, the system is that of the longest.
        starts: Whether the adjoints of initial values are wanted too.
        inputs: Inputs whose adjoints are wanted.
        seed: The adjoint of the loss.
        one_hot: What sums to one, for data that may change; else those of the case tell.
    """
    places = [place for place in case.initial if place[0] in case.system.defined] if starts else ()
    given = {name: len(array) for name, array in case.sequences.items() if name in case.system.defined}
    known = case.known._replace(unit_sums=unit_sums(case) if one_hot is None else frozenset(one_hot))
    return derive_backward(case.system, known, case.loss, list(case.weights), places, inputs, given, seed)


def unit_sums(case: Case) -> frozenset[str]:
    """Name the given sequences and values whose entries sum to one everywhere: one-hot targets."""
    arrays = [*case.sequences.items(), *case.values.items(), *((name, a) for (name, _), a in case.initial.items())]
    others = {name for name, array in arrays if not np.all(array.sum(axis=(-2, -1)) == 1)}
    return frozenset(name for name, _ in arrays if name not in others and name not in case.system.defined)


def backpropagate(values: Values, backward: Backward, given: Mapping[str, np.ndarray] | None = None) -> Gradients:
    """Evaluate a derived system on the values of a forward pass.

    Args:
        values: The forward pass.
        backward: From derive.
        given: Further sequences that the derived system reads, such as a seed.
    """
    if values.parts:
        raise ValueError("unequal lengths have a backward system for each of them: see for_each_length")
    case = backward_case(values, backward)
    complete = replace(case, sequences={**case.sequences, **(given or {})})
    return Gradients(backward, evaluate(complete, arithmetic_of(*case.rounding)))


def backward_case(values: Values, backward: Backward) -> Case:
    """Make the case of a derived system: everything forward is given."""
    case = values.case
    return replace(
        case,
        system=backward.system,
        shapes=dict(case.shapes) | {adjoint_name(name): shape for name, shape in case.shapes.items()},
        values={name: array for name, array in values.singles.items() if name not in case.weights},
        sequences=dict(values.sequences),
        initial=dict(values.places),
        shared=frozenset(adjoint_name(name) for name in backward.parameters),
        loss=None,
    )


def complete_adjoints(values: Values, gradients: Gradients) -> dict[str, np.ndarray]:
    """Give the adjoint of every quantity, also of probabilities that the loss is taken together with.

    Shapes:
        each: (n_steps, n_sequences, rows, columns), without steps for a value that has none
    """
    case = values.case
    if gradients.parts:
        found = [complete_adjoints(s.values, part) for s, part in zip(values.parts, gradients.parts, strict=True)]
        return join_arrays(case, values.parts, found)
    found = _adjoints(gradients.values, case)
    separate = separate_losses(case.system)
    if separate.equations != case.system.equations:
        full = _adjoints(backpropagate(values, derive(replace(case, system=separate), starts=False)).values, case)
        found |= {name: full[name] for name in _probabilities(case, separate) if name in full}
    return {name: found[name] for name in case.system.defined if name in found}


def _adjoints(values: Values, case: Case) -> dict[str, np.ndarray]:
    found = {**values.singles, **values.sequences}
    return {name: found[adjoint_name(name)] for name in case.system.defined if adjoint_name(name) in found}


def _probabilities(case: Case, separate: System) -> set[str]:
    """Name what the separate losses read and the fused ones skip."""
    changed = [new for new, old in zip(separate.equations, case.system.equations, strict=True) if new != old]
    return {leaf.name for equation in changed for leaf in leaves(equation.right) if leaf.name in case.system.defined}


def loss_total(values: Values) -> float:
    """Give J, the sum of its terms over steps and sequences."""
    if values.parts:
        return sum(loss_total(share.values) for share in values.parts)
    name = values.case.loss
    return float((values.sequences if name in values.sequences else values.singles)[name].sum())
