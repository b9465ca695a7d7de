"""A pass through a system: evaluate a case block by block.

Maps are computed for all steps at once, scans step by step. Forward and
backward systems run through the same code. `evaluate` is the one to read
first; `Repeated` carries out what it does again. reading.py has the
evaluators, generate.py writes code for a scan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

import numpy as np

from rnncalc.compute.arithmetic import Arithmetic, float64
from rnncalc.compute.case import Case
from rnncalc.compute.joint import joint_evaluator, joint_sums
from rnncalc.compute.ragged import join
from rnncalc.compute.reading import concrete_evaluator, one_step, steps_evaluator, steps_filler
from rnncalc.compute.steps import chunks, widest
from rnncalc.compute.storage import empty_sequence
from rnncalc.compute.values import Renewals, Share, Values
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
    values = _given(case)
    with np.errstate(all="ignore"):
        for block in case.blocks:
            _prepare(block, values, arithmetic)()
    return values


class Repeated:
    """A pass of sequences of one length, to be carried out again once its arrays have changed in place.

    `values` keep their arrays, those of the case among them. What reads the
    `given` quantities alone is computed again by `renew`, not by every `run`.

    Args:
        case: Its arrays are those that may change.
        places: Arrays that quantities without a time step are computed into.
        after: An earlier pass whose values the case has.
        wanted: The quantities that are asked for, None for all; others may be missing from `values`.
    """

    def __init__(
        self,
        case: Case,
        given: Collection[str],
        places: Mapping[str, np.ndarray] = MappingProxyType({}),
        after: Repeated | None = None,
        wanted: Collection[str] | None = None,
    ):
        shared = after.values.renewals.shared if after else {}
        asked = None if wanted is None else frozenset(wanted)
        renewals = Renewals([], [], shared, frozenset(given), asked)
        self.values = _given(case)._replace(renewals=renewals)
        self.values.singles.update(places)
        self.values.around.update(after.values.around if after else {})
        self._work: list[Run] = []
        self._rare: list[Run] = []
        with np.errstate(all="ignore"):
            joint, others = joint_sums(case)
            for block in others:
                self._add(_prepare(block, self.values, float64))
            for sums in joint:
                self._add(joint_evaluator(sums, self.values))

    def _add(self, run: Run) -> None:
        """Take in the next block, which has not been computed yet."""
        run()
        renewals = self.values.renewals
        self._work += [*renewals.work, run]
        self._rare += renewals.rare
        renewals.work.clear()  # what they hold on to would else hold on to them
        renewals.rare.clear()

    def renew(self) -> None:
        """Compute again what depends on the given quantities alone, after a change of these."""
        with np.errstate(all="ignore"):
            for run in self._rare:
                run()

    def run(self) -> None:
        """Carry the pass out again."""
        with np.errstate(all="ignore"):
            for run in self._work:
                run()


def _given(case: Case) -> Values:
    return Values(
        case,
        {name: array for name, array in case.sequences.items() if name not in case.system.defined},
        {**case.weights, **case.values},
        dict(case.initial),
        around={},
    )


def _prepare(block: Block, values: Values, arithmetic: Arithmetic) -> Run:
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
