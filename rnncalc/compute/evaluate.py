"""A pass through a system: evaluate a case block by block.

Maps are computed for all steps at once, scans step by step. Forward and
backward systems run through the same code. `evaluate` is the one to read
first; repeated.py carries out again what it does. reading.py has the
evaluators, generate.py writes code for a scan.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncalc.compute.arithmetic import Arithmetic, float64
from rnncalc.compute.case import Case
from rnncalc.compute.ragged import join
from rnncalc.compute.reading import concrete_evaluator, one_step, steps_evaluator, steps_filler
from rnncalc.compute.steps import chunks, widest
from rnncalc.compute.storage import empty_sequence
from rnncalc.compute.values import Share, Values
from rnncalc.language.nodes import Equation, Name, Ref
from rnncalc.recurrences.general_steps import general_steps
from rnncalc.recurrences.schedule import Block

Run = Callable[[], None]

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
    values = given_values(case)
    with np.errstate(all="ignore"):
        for block in case.blocks:
            prepare(block, values, arithmetic)()
    return values


def given_values(case: Case) -> Values:
    """Give what a case has before anything is computed."""
    return Values(
        case,
        {name: array for name, array in case.sequences.items() if name not in case.system.defined},
        {**case.weights, **case.values},
        dict(case.initial),
        around={},
    )


def prepare(block: Block, values: Values, arithmetic: Arithmetic) -> Run:
    """Give the function that computes a block; what it reads has been computed already."""
    if block.direction == "once":
        return _once(block.equations[0], values, arithmetic)
    if block.direction == "map":
        return _map(block.equations[0], values, arithmetic)
    return _scan(block, values, arithmetic)


def _once(equation: Equation, values: Values, arithmetic: Arithmetic) -> Run:
    name, case = equation.left.name, values.case
    compute, shape = concrete_evaluator(equation.right, values), case.shapes[name]
    if name in case.shared:
        return lambda: _put(values.singles, name, arithmetic(compute().reshape(shape)), values)
    shape = (case.n_sequences, *shape)
    single = isinstance(equation.left, Name)
    store, key = (values.singles, name) if single else (values.places, (name, values.step_of(equation.left)))

    def run() -> None:
        result = compute()
        _put(store, key, arithmetic(result if result.shape == shape else np.broadcast_to(result, shape)), values)

    return run


def _put(store: dict, key: object, array: np.ndarray, values: Values) -> None:
    """Keep what was computed; of a repeated pass in the array that is there."""
    if values.renewals is None:
        store[key] = array
    elif key in store:
        np.copyto(store[key], array)
    else:
        store[key] = np.array(array)


def _map(equation: Equation, values: Values, arithmetic: Arithmetic) -> Run:
    name, case = equation.left.name, values.case
    n_steps = case.n_steps(name)
    fixed = _fixed_steps(name, values)
    if values.renewals is not None and not fixed and _is_copy(equation, values):
        values.sequences[name] = values.sequences[equation.right.name]
        return lambda: None
    values.sequences[name] = target = empty_sequence(
        n_steps, case.n_sequences, case.shapes[name], values.renewals is not None
    )
    ranges = general_steps(case.system, name, n_steps, len(case.sequences.get(name, ())))
    pieces = [steps for a, b in ranges for steps in chunks(range(a, b + 1), widest(equation, values))]

    if arithmetic is float64:
        fill = steps_filler(equation.right, values)
    else:
        evaluate_at = steps_evaluator(equation.right, values)

        def fill(steps: range, part: np.ndarray) -> None:
            part[...] = arithmetic(evaluate_at(steps))

    parts = [(steps, target[steps.start - 1 : steps.stop - 1]) for steps in pieces]

    def run() -> None:
        for steps, part in parts:
            fill(steps, part)
        for step, value in fixed.items():
            target[step - 1] = value

    return run


def _is_copy(equation: Equation, values: Values) -> bool:
    """Tell whether a quantity is another one, as the output of an identity is."""
    left, right, shapes = equation.left, equation.right, values.case.shapes
    return isinstance(right, Ref) and right.index == left.index and shapes[right.name] == shapes[left.name]


def _scan(block: Block, values: Values, arithmetic: Arithmetic) -> Run:
    case, n_steps = values.case, values.case.lengths[block.letter]
    fixed = {equation.left.name: _fixed_steps(equation.left.name, values) for equation in block.equations}
    pays = n_steps >= GENERATE_FROM or values.renewals is not None
    if arithmetic is float64 and pays and not any(fixed.values()):
        from rnncalc.compute.generate import generate_scan

        if (generated := generate_scan(block, values)) is not None:
            return generated
    for name in fixed:
        values.sequences[name] = np.zeros((n_steps, case.n_sequences, *case.shapes[name]))
    work = []
    for equation in block.equations:
        name = equation.left.name
        compute = one_step(equation.right, _free_steps(fixed[name], n_steps), n_steps, set(fixed), values)
        work.append((values.sequences[name], compute, fixed[name]))
    steps = range(1, n_steps + 1)

    def run() -> None:
        for step in steps if block.direction == "forward" else reversed(steps):
            for target, compute, given in work:
                target[step - 1] = given[step] if step in given else arithmetic(compute(step))

    return run


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
