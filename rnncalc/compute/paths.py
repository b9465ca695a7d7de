"""The gradient as a sum over paths through time: from the loss at step j to a weight's use at step i.

Each term is ∂J/∂o(j) · ∂o(j)/∂h(j) · ∏ ∂h(k)/∂h(k−1) · ∂⁺h(i)/∂W. It is
found by sending back the loss of step j alone and looking at step i.
Source: activities on sequences, 3.1 to 3.4; Goodfellow et al. 2016, section 10.2.2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from rnncalc.compute.bptt import Gradients, backpropagate, derive
from rnncalc.compute.case import Case
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Index, Name, Ref
from rnncalc.recurrences.backward import Backward, adjoint_name


def seeded(case: Case, starts: bool = False, inputs: Collection[str] = ()) -> Backward:
    """Derive the backward system with the adjoint of the loss as a quantity of its own, ∇J."""
    name = adjoint_name(case.loss)
    if case.system.is_sequence(case.loss):
        return derive(case, starts, inputs, seed=Ref(name, Index("step", case.system.letters[case.loss])))
    return derive(case, starts, inputs, seed=Name(name))


def passes_by_loss_step(
    values: Values, starts: bool = False, inputs: Collection[str] = ()
) -> Iterator[tuple[int, Gradients]]:
    """Send back the loss of one step after the other; a loss without steps counts to the last."""
    case, backward = values.case, seeded(values.case, starts, inputs)
    name = adjoint_name(case.loss)
    if not case.system.is_sequence(case.loss):
        once = values.singles | {name: np.ones((1, 1))}
        yield max(case.lengths.values()), backpropagate(Values(case, values.sequences, once, values.places), backward)
        return
    n_steps = case.n_steps(case.loss)
    for step in range(1, n_steps + 1):
        seed = np.zeros((n_steps, case.n_sequences, 1, 1))
        seed[step - 1] = 1.0
        yield step, backpropagate(values, backward, {name: seed})


def path_terms(values: Values, weight: str) -> dict[tuple[int, int], np.ndarray]:
    """Give the term of each pair (i, j): the weight's use at step i, the loss at step j.

    Shapes:
        each: (rows, columns), summed over the sequences of a batch
    """
    terms = {}
    for j, gradients in passes_by_loss_step(values):
        for i, part in enumerate(gradients.contributions(weight), start=1):
            terms[i, j] = part
    return terms


def truncated(values: Values, k: int, starts: bool = False, inputs: Collection[str] = ()) -> Gradients:
    """Give the gradients when each output is sent back through at most k earlier steps.

    The adjoints at a step are then those of the outputs at most k steps away,
    added up; the gradients sum over them as ever.
    """
    full = backpropagate(values, derive(values.case, starts, inputs))
    sequences = _zeros(full.values.sequences)
    singles, places = _zeros(full.values.singles), _zeros(full.values.places)
    for j, found in passes_by_loss_step(values, starts, inputs):
        for name, total in sequences.items():
            total += near(found.values.sequences[name], j, k)
        for name, total in singles.items():
            weight = name.removeprefix(adjoint_name(""))
            parameter = weight in full.backward.parameters
            total += near(found.contributions(weight), j, k).sum(axis=0) if parameter else found.values.singles[name]
        for (name, step), total in places.items():
            read_at = min(max(step, 1), max(values.case.lengths.values()))  # an initial value counts where it is used
            total += found.values.places[name, step] if abs(j - read_at) <= k else 0
    return Gradients(
        full.backward,
        full.values._replace(
            sequences={**full.values.sequences, **sequences},
            singles={**full.values.singles, **singles},
            places={**full.values.places, **places},
        ),
    )


def _zeros(found: Mapping) -> dict:
    """Give zeros for every adjoint, keyed by its name or its (name, step)."""
    names = {key: key if isinstance(key, str) else key[0] for key in found}
    return {key: np.zeros_like(array) for key, array in found.items() if names[key].startswith(adjoint_name(""))}


def near(steps: np.ndarray, j: int, k: int) -> np.ndarray:
    """Keep what lies at most k steps from step j, zeros elsewhere."""
    found = np.zeros_like(steps)
    first, last = max(j - k, 1), min(j + k, len(steps))
    found[first - 1 : last] = steps[first - 1 : last]
    return found
