"""Networks of the catalogue with random numbers, for tests of training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from compute.cases import Numbers, draw_numbers, equations_of
from compute.differences import loss_case

from rnncalc.compute.case import Case
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import ONCE, Arrangement, expand

LOSS = "J[t] = sum((y[t] - d[t]) ** 2)"
SOFTMAX = {"output": "softmax"}
CLASSES = "J[t] = cross_entropy(y[t], d[t])"


def network(
    name: str,
    arranged: Arrangement = ONCE,
    loss: str = LOSS,
    n_steps: int = 5,
    own: tuple[int, ...] = (3, 5, 1, 3),
    activations: Mapping[str, str] | None = None,
    **chosen: str,
) -> Case:
    """Build a case of a catalogue entry with a loss, of as many sequences as it has lengths; past an end stands nan."""
    recurrence = expand(read_entry(name), chosen, arranged)
    numbers = draw_numbers(recurrence, 5, n_steps, len(own))
    rng = np.random.default_rng(6)
    n_y = max((len(numbers.weights[w]) for w in ("c", "b_y") if w in numbers.weights), default=2)
    d = rng.uniform(0, 1, (len(own), n_steps, n_y))
    if "cross_entropy" in loss:
        d = np.eye(n_y)[rng.integers(n_y, size=(len(own), n_steps))]
    text = [*recurrence.equations, *equations_of(loss)]
    inputs = {**numbers.inputs, "d": d}
    case = loss_case(text, replace(numbers, inputs=inputs), recurrence.entry.activations | (activations or {}))
    return unequal(case, own) if len(set(own)) > 1 else case


def unequal(case: Case, own: tuple[int, ...]) -> Case:
    sequences = {name: array.copy() for name, array in case.sequences.items()}
    for array in sequences.values():
        for p, n_steps in enumerate(own):
            array[n_steps:, p] = np.nan
    return replace(case, own_lengths={"t": own}, sequences=sequences)


def drawn_case(text: str, weights: Mapping, inputs: Mapping, seed: int = 3) -> Case:
    """Build a case of some equations, every start zero; shapes as Numbers wants them."""
    rng = np.random.default_rng(seed)
    numbers = Numbers(
        {name: rng.uniform(-0.8, 0.8, shape) for name, shape in weights.items()},
        {name: rng.uniform(-0.8, 0.8, shape) for name, shape in inputs.items()},
    )
    return loss_case(text, numbers)
