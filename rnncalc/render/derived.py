"""Print derived equations, each with the equations that it comes from."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rich.console import Console
from rich.text import Text

from rnncalc.language.nodes import Call, Equation, walk
from rnncalc.language.writer import Notation, write, write_equation
from rnncalc.recurrences.backward import NABLA, Backward
from rnncalc.recurrences.schedule import schedule
from rnncalc.recurrences.system import System
from rnncalc.render.boxes import beside, flow, text_box
from rnncalc.render.forward import print_heading, print_trimmed

_FUSED = ("softmax_cross_entropy", "sigmoid_cross_entropy")
KINKED = ("relu", "leaky_relu", "clip", "hard_sigmoid", "min", "max")

_SIGNS = {
    "step": "step(z) is 1 where z > 0, else 0.",
    "only_at": "[t = T]: the term is there at that step alone.",
    "part": "A[h]: the entries of A that belong to h, as h and x stand in [h, x].",
    "column_of": "A[:, t]: column t of A.",
    "sum_columns": "A 1: the sum of the columns of A.",
}


def print_backward_equations(
    console: Console, system: System, backward: Backward, notation: Notation, chosen: Collection[str] = ()
) -> None:
    """Print the equations derived from a system; of gradients the chosen ones, all where none is."""
    print_heading(console, "backward equations, ∇q = ∂J/∂q")
    ordered = [equation for block in schedule(backward.system) for equation in block.equations]
    equations = [e for e in ordered if not _left_out(e, backward, chosen)]
    if not equations:
        console.print(Text("The loss depends on no weight, so there is nothing to derive."), soft_wrap=True)
    width = max((len(write(e.left, "screen", notation)) for e in equations), default=0)
    for equation in equations:
        padding = " " * (width - len(write(equation.left, "screen", notation)))
        sources = ", ".join(write_equation(e, "screen", notation) for e in backward.origins[equation.left])
        text = f"  {padding}{write_equation(equation, 'screen', notation)}"
        source = f"from {sources}" if sources else ""
        if len(text) + 3 + len(source) <= console.width:
            console.print(Text.assemble(text, (f"   {source}" if source else "", "dim")), soft_wrap=True)
        else:
            console.print(Text(text), soft_wrap=True)
            pieces = [text_box(piece) for piece in re.split(r"(?<=, )(?=\S+ = )", source)]
            body = beside([text_box(" " * (width + 5)), flow(pieces, max(console.width - width - 5, 20))])
            print_trimmed(console, Text("\n".join(body.lines), style="dim"))
    for remark in [*_remarks(system, notation), *_notations(equations)]:
        console.print(Text(remark), soft_wrap=True)


def _left_out(equation: Equation, backward: Backward, chosen: Collection[str]) -> bool:
    name = equation.left.name.removeprefix(NABLA)
    return bool(chosen) and name in backward.parameters and name not in chosen


def _notations(equations: Sequence[Equation]) -> list[str]:
    """Explain the signs that only derived equations have."""
    used = {node.op for equation in equations for node in walk(equation.right) if isinstance(node, Call)}
    return [words for op, words in _SIGNS.items() if op in used]


def _remarks(system: System, notation: Notation) -> list[str]:
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
