"""A pass through a system: evaluate a case block by block.

Maps are computed for all steps at once, scans step by step. Forward and
backward systems run through the same code. `evaluate` is the one to read
first; reading.py has the evaluators.
"""

from __future__ import annotations

import numpy as np

from rnncalc.compute.arithmetic import Arithmetic, float64
from rnncalc.compute.case import Case
from rnncalc.compute.ragged import join
from rnncalc.compute.reading import chunks, evaluate_concrete, one_step, steps_evaluator, widest
from rnncalc.compute.values import Share, Values
from rnncalc.language.nodes import Equation, Name
from rnncalc.recurrences.general_steps import general_steps
from rnncalc.recurrences.schedule import Block

GENERATE_FROM = 40  # steps from which writing code for a scan pays


def evaluate(case: Case, arithmetic: Arithmetic = float64) -> Values:
    """Compute every quantity of a case at every step.

    Args:
        case: System, shapes, weights, inputs, initial values.
        arithmetic: Applied to each named quantity before it is used.

    Source: the schedule of recurrences/schedule.py; equations as in the file.
    """
    if case.own_lengths:
        return join(case, [Share(part.members, evaluate(part.case, arithmetic)) for part in case.parts])
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


def _once(equation: Equation, values: Values, arithmetic: Arithmetic) -> None:
    name, case = equation.left.name, values.case
    result = evaluate_concrete(equation.right, values)
    if name in case.shared:
        values.singles[name] = arithmetic(result.reshape(case.shapes[name]))
        return
    result = arithmetic(np.broadcast_to(result, (case.n_sequences, *case.shapes[name])))
    if isinstance(equation.left, Name):
        values.singles[name] = result
    else:
        values.places[name, values.step_of(equation.left)] = result


def _map(equation: Equation, values: Values, arithmetic: Arithmetic) -> None:
    name, case = equation.left.name, values.case
    n_steps = case.n_steps(name)
    evaluator, fixed = steps_evaluator(equation.right, values), _fixed_steps(name, values)
    target = np.empty((n_steps, case.n_sequences, *case.shapes[name]))
    for first, last in general_steps(case.system, name, n_steps, len(case.sequences.get(name, ()))):
        for steps in chunks(range(first, last + 1), widest(equation, values)):
            target[steps.start - 1 : steps.stop - 1] = arithmetic(evaluator(steps))
    for step, value in fixed.items():
        target[step - 1] = value
    values.sequences[name] = target


def _scan(block: Block, values: Values, arithmetic: Arithmetic) -> None:
    case, n_steps = values.case, values.case.lengths[block.letter]
    fixed = {equation.left.name: _fixed_steps(equation.left.name, values) for equation in block.equations}
    if arithmetic is float64 and n_steps >= GENERATE_FROM and not any(fixed.values()):
        from rnncalc.compute.generate import generate_scan

        if generate_scan(block, values):
            return
    for name in fixed:
        values.sequences[name] = np.zeros((n_steps, case.n_sequences, *case.shapes[name]))
    work = []
    for equation in block.equations:
        name = equation.left.name
        run = one_step(equation.right, _free_steps(fixed[name], n_steps), n_steps, set(fixed), values)
        work.append((values.sequences[name], run, fixed[name]))
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


def _free_steps(fixed: dict[int, np.ndarray], n_steps: int) -> range:
    """Give the range of steps from the first to the last that the general equation computes."""
    free = [step for step in range(1, n_steps + 1) if step not in fixed] if fixed else [1, n_steps]
    return range(free[0], free[-1] + 1) if free else range(1, 1)
