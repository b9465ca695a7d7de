"""The JSON document of `bptt`: gradients and adjoints beside the values of the forward pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from rnncalc.compute.blocks import pack
from rnncalc.compute.bptt import complete_adjoints
from rnncalc.compute.descent import Answered, given_inputs
from rnncalc.compute.nesting import nest_one, nest_steps
from rnncalc.compute.ragged import initial_places
from rnncalc.compute.values import Values
from rnncalc.language.writer import write_equation
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.render.report import forward_report, nested, number, pick_steps


def bptt_report(
    problem: Problem, values: Values, answered: Answered, weights: Collection[str], steps: Collection[int]
) -> dict:
    """Give the document of `bptt`.

    `gradients`, `clipped` and `updated` have the weights' shapes as the file
    writes them, `packed_gradients` those of its convention, `contributions` a
    level for the steps before; `adjoints` and `input_adjoints` are nested like
    values, `initial_adjoints` like one step.
    """
    chosen = [name for name in answered.totals if not weights or name in weights]
    batched = values.case.batched
    adjoints = complete_adjoints(values, answered.gradients)
    derived = answered.gradients.values
    found = {**derived.singles, **derived.sequences}
    report = forward_report(problem, values, (), steps) | {
        "command": "bptt",
        "equations": [write_equation(equation, "screen") for equation in derived.case.system.equations],
        "gradients": _by_weight(answered.totals, chosen, values),
        "contributions": {
            name: nested(pick_steps(answered.parts[name].reshape(-1, *values.case.written[name]), steps, 0))
            for name in chosen
        },
        "adjoints": {name: nested(_like_values(array, batched, steps)) for name, array in adjoints.items()},
        "initial_adjoints": {
            f"{name[1:]}({step})": nested(nest_one(array, batched))
            for (name, step), array in initial_places(derived).items()
            if name.startswith(adjoint_name(""))
        },
        "input_adjoints": {
            name: nested(_like_values(found[adjoint_name(name)], batched, steps))
            for name in given_inputs(values)
            if adjoint_name(name) in found
        },
    }
    published = problem.network.published
    if published and published.tensors and not weights:
        written = {name: answered.totals[name].reshape(values.case.written[name]) for name in chosen}
        packed = pack(published.tensors, written, published.recurrence.words)
        report["packed_gradients"] = {name: nested(array) for name, array in packed.items()}
    if answered.clipped is not None:
        report["clipped"] = _by_weight(answered.clipped, chosen, values)
    if answered.updated is not None:
        report["updated"] = _by_weight(answered.updated, chosen, values)
    if answered.comparison is not None:
        worst, weight, n_checked, n_entries = answered.comparison
        report["check"] = {"worst": number(worst), "weight": weight, "checked": n_checked, "entries": n_entries}
    return report


def _by_weight(arrays: Mapping[str, np.ndarray], chosen: Collection[str], values: Values) -> dict:
    return {name: nested(arrays[name].reshape(values.case.written[name])) for name in chosen}


def _like_values(array: np.ndarray, batched: bool, steps: Collection[int]) -> np.ndarray:
    if array.ndim == 3:
        return nest_one(array, batched)
    return pick_steps(nest_steps(array, batched), steps, 1 if batched else 0)
