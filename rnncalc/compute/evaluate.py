"""The forward pass: evaluate a case block by block.

Maps are computed for all steps at once. In a scan everything that does not
depend on the recurrence is computed for all steps first, and only the rest
runs step by step. `evaluate` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.compute.arithmetic import Arithmetic, float64
from rnncalc.compute.case import Case
from rnncalc.compute.interpreter import Evaluator, compile_node
from rnncalc.language.nodes import Equation, Name, Node, Ref, leaves
from rnncalc.recurrences.schedule import Block


class Values(NamedTuple):
    """What a forward pass gives.

    Shapes:
        sequences[name]: (n_steps, n_sequences, rows, columns)
        singles[name]: (n_sequences, rows, columns), or (rows, columns) of a weight
        places[name, step]: (n_sequences, rows, columns) outside the steps 1…T
    """

    case: Case
    sequences: Mapping[str, np.ndarray]
    singles: Mapping[str, np.ndarray]
    places: Mapping[tuple[str, int], np.ndarray]

    def step_of(self, leaf: Ref) -> int:
        """Give the number of the step that a reference at the start or end means."""
        if leaf.index.anchor == "end":
            return self.case.n_steps(leaf.name) + leaf.index.offset
        return leaf.index.offset

    def at(self, name: str, step: int) -> np.ndarray:
        """Give (n_sequences, rows, columns) of a sequence at a step, 0 and T+1 included."""
        if (name, step) in self.places:
            return self.places[name, step]
        return self.sequences[name][step - 1]

    def of(self, leaf: Name | Ref) -> np.ndarray:
        """Give the value of a leaf that names one place, or the whole sequence."""
        if isinstance(leaf, Name):
            return self.singles[leaf.name]
        if leaf.index.anchor == "all":
            return stack(self.sequences[leaf.name], self.case.system.layout)
        return self.at(leaf.name, self.step_of(leaf))


def stack(sequence: np.ndarray, layout: str) -> np.ndarray:
    """Give h[:]: one column a step (P, n, T), in row layout one row a step (P, T, n)."""
    if layout == "column":
        return sequence[..., 0].transpose(1, 2, 0)
    return sequence[:, :, 0, :].transpose(1, 0, 2)


def evaluate(case: Case, arithmetic: Arithmetic = float64) -> Values:
    """Compute every quantity of a case at every step.

    Args:
        case: System, shapes, weights, inputs, initial values.
        arithmetic: Applied to each named quantity before it is used.

    Source: the schedule of recurrences/schedule.py; equations as in the file.
    """
    values = Values(
        case,
        {name: array for name, array in case.sequences.items() if name not in case.system.defined},
        {**case.weights, **case.values},
        dict(case.initial),
    )
    with np.errstate(all="ignore"):
        for block in case.blocks:
            if block.direction == "once":
                _once(block.equations[0], values, arithmetic)
            elif block.direction == "map":
                _map(block.equations[0], values, arithmetic)
            else:
                _scan(block, values, arithmetic)
    return values


def evaluate_concrete(node: Node, values: Values) -> np.ndarray:
    """Evaluate an expression whose time steps are all concrete: h[1], h[T], h[:]."""

    def read(part: Node) -> Evaluator | None:
        if not isinstance(part, Name | Ref):
            return None
        value = values.of(part)
        return lambda step: value

    return compile_node(node, values.case.known, read)(None)


def _once(equation: Equation, values: Values, arithmetic: Arithmetic) -> None:
    name = equation.left.name
    result = evaluate_concrete(equation.right, values)
    result = arithmetic(np.broadcast_to(result, (values.case.n_sequences, *values.case.shapes[name])))
    if isinstance(equation.left, Name):
        values.singles[name] = result
    else:
        values.places[name, values.step_of(equation.left)] = result


def _map(equation: Equation, values: Values, arithmetic: Arithmetic) -> None:
    name, case = equation.left.name, values.case
    result = arithmetic(_all_steps(equation.right, case.n_steps(name), values))
    shape = (case.n_steps(name), case.n_sequences, *case.shapes[name])
    fixed = _fixed_steps(name, values)
    values.sequences[name] = np.broadcast_to(result, shape)
    if fixed:
        values.sequences[name] = values.sequences[name].copy()
        for step, value in fixed.items():
            values.sequences[name][step - 1] = value


def _scan(block: Block, values: Values, arithmetic: Arithmetic) -> None:
    case, n_steps = values.case, values.case.lengths[block.letter]
    fixed = {}
    for equation in block.equations:
        name = equation.left.name
        fixed[name] = _fixed_steps(name, values)
        values.sequences[name] = np.zeros((n_steps, case.n_sequences, *case.shapes[name]))
    work = [
        (values.sequences[e.left.name], _one_step(e.right, n_steps, set(fixed), values), fixed[e.left.name])
        for e in block.equations
    ]
    steps = range(1, n_steps + 1)
    for step in steps if block.direction == "forward" else reversed(steps):
        for target, run, given in work:
            target[step - 1] = given[step] if step in given else arithmetic(run(step))


def _fixed_steps(name: str, values: Values) -> dict[int, np.ndarray]:
    """Give the steps within 1…T whose value does not come from the general equation."""
    n_steps = values.case.n_steps(name)
    given = values.case.sequences.get(name, ())
    fixed = {step: value for step, value in enumerate(given, start=1) if step <= n_steps}
    return fixed | {step: v for (other, step), v in values.places.items() if other == name and 1 <= step <= n_steps}


def _all_steps(node: Node, n_steps: int, values: Values) -> np.ndarray:
    """Evaluate an expression for the steps 1…n_steps at once."""

    def read(part: Node) -> Evaluator | None:
        if not isinstance(part, Name | Ref):
            return None
        if isinstance(part, Ref) and part.index.anchor == "step":
            value = shifted(part.name, part.index.offset, n_steps, values)
        else:
            value = values.of(part)
        return lambda step: value

    return compile_node(node, values.case.known, read)(None)


def shifted(name: str, offset: int, n_steps: int, values: Values) -> np.ndarray:
    """Give a sequence read `offset` steps away, for the steps 1…n_steps: (n_steps, n_sequences, …)."""
    sequence = values.sequences[name]
    if offset == 0:
        return sequence[:n_steps]
    first, last = 1 + offset, n_steps + offset
    before = [values.at(name, step) for step in range(first, min(1, last + 1))]
    inside = sequence[max(first, 1) - 1 : max(min(last, len(sequence)), 0)]
    after = [values.at(name, step) for step in range(max(len(sequence) + 1, first), last + 1)]
    parts = [np.array(before)] * bool(before) + [inside] + [np.array(after)] * bool(after)
    return np.concatenate(parts)


def _one_step(node: Node, n_steps: int, members: set[str], values: Values) -> Evaluator:
    """Give the evaluator of one step of a scan; parts outside the recurrence are computed beforehand."""

    def read(part: Node) -> Evaluator | None:
        reads = list(leaves(part))
        if not any(leaf.name in members for leaf in reads):
            if any(isinstance(leaf, Ref) and leaf.index.anchor == "step" for leaf in reads):
                steps = _all_steps(part, n_steps, values)
                return lambda step: steps[step - 1]
            value = evaluate_concrete(part, values)
            return lambda step: value
        if isinstance(part, Ref):
            name, offset, sequence, places = part.name, part.index.offset, values.sequences[part.name], values.places
            if offset == 0:
                return lambda step: sequence[step - 1]
            return lambda step: sequence[at - 1] if 1 <= (at := step + offset) <= n_steps else places[name, at]
        return None

    return compile_node(node, values.case.known, read)
