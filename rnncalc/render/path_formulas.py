"""The terms of a gradient over paths through time, as formulas: ∂J/∂o(2) · ∂o(2)/∂h(2) · ∂⁺h(2)/∂W."""

from __future__ import annotations

from typing import NamedTuple

from rnncalc.compute.jacobians import state_names
from rnncalc.language.nodes import Call, leaves, walk
from rnncalc.problem.problem import Problem


class Letters(NamedTuple):
    """The names along a path: loss, output, joint state, weight; `through_state` tells whether W acts on the state."""

    loss: str = "J"
    output: str = "o"
    states: tuple[str, ...] = ("h",)
    weight: str = "W"
    through_state: bool = True

    @property
    def state(self) -> str:
        return self.states[0] if len(self.states) == 1 else f"({', '.join(self.states)})"


def letters_of(problem: Problem, weight: str) -> Letters:
    """Take the names from a problem: its loss, what the loss compares, what the recurrence carries."""
    system, loss = problem.case.system, problem.case.loss
    states = state_names(problem.network.system)
    output = _output(problem)
    reached = {weight}
    for _ in system.equations:
        reached |= {e.left.name for e in system.equations if any(leaf.name in reached for leaf in leaves(e.right))}
    return Letters(loss, output, states, weight, bool(reached & set(states)))


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
    loss, output, state = letters.loss, letters.output, letters.state
    factors = [f"∂{loss}/∂{output}({j})"]
    if not letters.through_state or not letters.states:
        return (*factors, f"∂⁺{output}({j})/∂{letters.weight}")
    if output not in letters.states:
        factors.append(f"∂{output}({j})/∂{state}({j})")
    if isinstance(i, int):
        factors += [f"∂{state}({k})/∂{state}({k - 1})" for k in range(j, i, -1)]
    else:
        factors.append(f"∏ ∂{state}(k)/∂{state}(k-1)")
    return (*factors, f"∂⁺{state}({i})/∂{letters.weight}")


def pairs(letters: Letters, length: int) -> list[tuple[int, int]]:
    """List the pairs i ≤ j of a forward recurrence; a weight of the output alone acts where the loss is."""
    if not letters.through_state or not letters.states:
        return [(j, j) for j in range(1, length + 1)]
    return [(i, j) for j in range(1, length + 1) for i in range(j, 0, -1)]
