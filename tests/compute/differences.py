"""Central differences of the loss, by a loop of their own, to hold derived gradients against."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import numpy as np
from compute.cases import Numbers, case_of, equations_of, with_starts

from rnncalc.compute.bptt import Gradients, backpropagate, derive
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.recurrences.fuse import fuse_losses

STEP = 6e-6


def loss_case(
    equations, numbers: Numbers, activations: Mapping[str, str] | None = None, layout: str = "column", **lengths: int
) -> Case:
    """Build the case of equations that define J; what is called d is a target."""
    lines = equations_of(equations) if isinstance(equations, str) else list(equations)
    case = case_of(lines, numbers, activations, layout, **lengths)
    return replace(case, loss="J", system=fuse_losses(case.system), targets=frozenset({"d"} & {*numbers.inputs}))


def drawn(text: str, weights: Mapping[str, tuple], inputs: Mapping[str, tuple], seed: int = 0, **lengths: int) -> Case:
    """Build a column case with random numbers; shapes as Numbers wants them, initial values other than zero."""
    rng = np.random.default_rng(seed)
    numbers = Numbers(
        {name: rng.uniform(-0.8, 0.8, shape) for name, shape in weights.items()},
        {name: rng.uniform(-0.8, 0.8, shape) for name, shape in inputs.items()},
    )
    return loss_case(text, with_starts(equations_of(text), numbers, {}, rng, **lengths), **lengths)


def gradients_of(case: Case, inputs: Collection[str] = ()) -> Gradients:
    return backpropagate(evaluate(case), derive(case, True, inputs))


def total(case: Case) -> float:
    """Give J summed over steps and sequences."""
    values = evaluate(case)
    return float((values.sequences["J"] if "J" in values.sequences else values.singles["J"]).sum())


def arrays_of(case: Case, gradients: Gradients, inputs: Collection[str]) -> Iterator[tuple[str, object, np.ndarray]]:
    """Go through every array of the case that can move: its section, its key, its gradient."""
    for name in case.weights:
        yield "weights", name, gradients.of(name)
    for name, step in case.initial:
        if name in case.system.defined:
            zero = np.zeros(case.initial[name, step].shape)
            yield "initial", (name, step), gradients.values.places.get((adjoint_name(name), step), zero)
    for name in inputs:
        if name in case.sequences:
            yield "sequences", name, gradients.values.sequences[adjoint_name(name)]
        else:
            yield "values", name, gradients.values.singles[adjoint_name(name)]


def moved(case: Case, section: str, key: object, by: np.ndarray) -> float:
    arrays = dict(getattr(case, section))
    arrays[key] = arrays[key] + by
    return total(replace(case, **{section: arrays}))


def assert_gradients(case: Case, inputs: Collection[str] = (), every: bool = False, tolerance: float = 1e-6) -> None:
    """Hold all gradients against differences: along a random direction each, or entry by entry."""
    rng = np.random.default_rng(7)
    for section, key, found in arrays_of(case, gradients_of(case, inputs), inputs):
        shape = getattr(case, section)[key].shape
        assert found.shape == shape, key
        assert np.isfinite(found).all(), key
        for direction in np.eye(found.size).reshape(-1, *shape) if every else [rng.uniform(-1, 1, shape)]:
            step = STEP * direction
            wanted = (moved(case, section, key, step) - moved(case, section, key, -step)) / (2 * STEP)
            scale = max(abs(wanted), float(np.abs(found).max()), 1e-3)
            error = abs(float((found * direction).sum()) - wanted) / scale
            assert error <= tolerance, f"{section} {key}: off by {error:.1e}"
