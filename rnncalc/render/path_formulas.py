"""The terms of a gradient over paths through time, as formulas: ∂J/∂o(2) · ∂o(2)/∂h(2) · ∂⁺h(2)/∂W."""

from __future__ import annotations

from typing import NamedTuple

from rnncalc.compute.jacobians import state_names
from rnncalc.language.nodes import Call, leaves, walk
from rnncalc.problem.problem import Problem


class Letters(NamedTuple):
    """The names along a path: loss, output, joint state, weight.

    `states` are those that the weight acts on, none for a weight of the
    output alone; `timed` tells whether the output has steps, `reverse`
    whether the state runs from T to 1.
    """

    loss: str = "J"
    output: str = "o"
    states: tuple[str, ...] = ("h",)
    weight: str = "W"
    timed: bool = True
    reverse: bool = False

    @property
    def state(self) -> str:
        return self.states[0] if len(self.states) == 1 else f"({', '.join(self.states)})"

    def output_at(self, j: int | str) -> str:
        return f"{self.output}({j})" if self.timed else self.output


def letters_of(problem: Problem, weight: str) -> Letters:
    """Take the names from a problem: its loss, what the loss compares, what the recurrence carries."""
    system, output = problem.case.system, _output(problem)
    reached = {weight}
    for _ in system.equations:
        reached |= {e.left.name for e in system.equations if any(leaf.name in reached for leaf in leaves(e.right))}
    states = tuple(name for name in state_names(problem.network.system) if name in reached)
    places = {anchor for name in states for anchor, _ in system.reads[name]}
    return Letters(problem.case.loss, output, states, weight, system.is_sequence(output), places == {"end"})


def _output(problem: Problem) -> str:
    """Name the quantity that the loss compares with its target."""
    equation = problem.case.system.general[problem.case.loss]
    for node in walk(equation.right):
        if isinstance(node, Call) and node.op.endswith("cross_entropy") and len(node.args) == 3:
            return next((leaf.name for leaf in leaves(node.args[2])), "o")
    defined = [leaf.name for leaf in leaves(equation.right) if leaf.name in problem.case.system.defined]
    return defined[0] if defined else "o"


def path_formula(letters: Letters, i: int | str, j: int | str) -> tuple[str, ...]:
    """Give the factors of one term, for the weight's use at step i and the loss at step j."""
    output, state = letters.output_at(j), letters.state
    factors = [f"∂{letters.loss}/∂{output}"]
    if not letters.states:
        return (*factors, f"∂⁺{output}/∂{letters.weight}")
    if letters.output not in letters.states:
        factors.append(f"∂{output}/∂{state}({j})")
    if isinstance(i, int):
        back = 1 if letters.reverse else -1
        factors += [f"∂{state}({k})/∂{state}({k + back})" for k in range(j, i, back)]
    else:
        factors.append(f"∏ ∂{state}(k)/∂{state}(k{'+' if letters.reverse else '-'}1)")
    return (*factors, f"∂⁺{state}({i})/∂{letters.weight}")


def pairs(letters: Letters, length: int) -> list[tuple[int, int]]:
    """List the pairs (i, j) that a path connects: i ≤ j, i ≥ j for a reverse recurrence.

    A weight of the output alone acts where the loss is; an output without
    steps counts to the last.
    """
    steps = range(1, length + 1)
    if not letters.states:
        return [(j, j) for j in (steps if letters.timed else steps[-1:])]
    if letters.reverse:
        return [(i, j) for j in steps for i in range(j, length + 1)]
    return [(i, j) for j in (steps if letters.timed else steps[-1:]) for i in range(j, 0, -1)]
