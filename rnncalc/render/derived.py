"""Print derived equations, each with the equations that it comes from."""

from __future__ import annotations

import re
from collections.abc import Collection

from rich.console import Console
from rich.text import Text

from rnncalc.language.writer import Notation, write, write_equation
from rnncalc.recurrences.backward import Backward
from rnncalc.recurrences.system import System
from rnncalc.render.boxes import beside, flow, text_box
from rnncalc.render.derivation import derived_equations, remarks
from rnncalc.render.forward import print_heading, print_trimmed


def print_backward_equations(
    console: Console, system: System, backward: Backward, notation: Notation, chosen: Collection[str] = ()
) -> None:
    """Print the equations derived from a system; of gradients the chosen ones, all where none is."""
    print_heading(console, "backward equations, ∇q = ∂J/∂q")
    equations = derived_equations(backward, chosen)
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
    for remark in remarks(system, equations, notation):
        console.print(Text(remark), soft_wrap=True)
