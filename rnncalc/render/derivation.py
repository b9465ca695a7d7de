"""A derived system as it is read: its equations in the order of calculation, and what goes without saying."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rnncalc.language.nodes import Call, Equation, walk
from rnncalc.language.writer import Notation, write
from rnncalc.recurrences.backward import NABLA, Backward
from rnncalc.recurrences.schedule import schedule
from rnncalc.recurrences.system import System

_FUSED = ("softmax_cross_entropy", "sigmoid_cross_entropy")
KINKED = ("relu", "leaky_relu", "clip", "hard_sigmoid", "min", "max")

_SIGNS = {
    "step": "step(z) is 1 where z > 0, else 0.",
    "only_at": "[t = T]: the term is there at that step alone.",
    "part": "A[h]: the entries of A that belong to h, as h and x stand in [h, x].",
    "column_of": "A[:, t]: column t of A.",
    "sum_columns": "A 1: the sum of the columns of A.",
}


def derived_equations(backward: Backward, chosen: Collection[str] = ()) -> list[Equation]:
    """List derived equations as they are evaluated; of gradients the chosen ones, all where none is."""
    ordered = [equation for block in schedule(backward.system) for equation in block.equations]
    return [e for e in ordered if not _left_out(e, backward, chosen)]


def remarks(system: System, equations: Sequence[Equation], notation: Notation) -> list[str]:
    """Say what a derivation takes for granted, and explain the signs that its equations have."""
    return [*_granted(system, notation), *_signs(equations)]


def _left_out(equation: Equation, backward: Backward, chosen: Collection[str]) -> bool:
    name = equation.left.name.removeprefix(NABLA)
    return bool(chosen) and name in backward.parameters and name not in chosen


def _signs(equations: Sequence[Equation]) -> list[str]:
    """Explain the signs that only derived equations have."""
    used = {node.op for equation in equations for node in walk(equation.right) if isinstance(node, Call)}
    return [words for op, words in _SIGNS.items() if op in used]


def _granted(system: System, notation: Notation) -> list[str]:
    """Say what the derivation takes for granted."""
    found = []
    for equation in system.equations:
        for node in walk(equation.right):
            if isinstance(node, Call) and node.op in _FUSED:
                p = write(node.args[2], "screen", notation)
                found.append(f"The loss and {p} are taken together: the loss sends its adjoint straight to the logits.")
            elif isinstance(node, Call) and node.op in KINKED:
                found.append(f"The derivative of {node.op} at its kink is taken as 0.")
    return list(dict.fromkeys(found))
