"""Print the gradient of a weight as a table of its addends by step, and their sum."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.compute.bptt import Gradients
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.render.addends import addends_at, use_at
from rnncalc.render.boxes import text_box
from rnncalc.render.drawing import Drawing
from rnncalc.render.forward import print_heading, print_trimmed
from rnncalc.render.steps import plain_row, render_rows


def print_gradient(
    console: Console, drawing: Drawing, gradients: Gradients, weight: str, parts: np.ndarray, steps: Collection[int]
) -> None:
    """Print ∂J/∂weight as a table of its addends by step and their sum."""
    values, name = gradients.values, adjoint_name(weight)
    summed = values.case.n_sequences > 1
    print_heading(console, f"∂J/∂{weight}" + (f", summed over {values.case.n_sequences} sequences" if summed else ""))
    if weight not in gradients.backward.sums:
        console.print(Text(f"0: the loss does not depend on {weight}."), soft_wrap=True)
        return
    rows = []
    timed = any(letter for _, letter in gradients.backward.sums[weight])
    own = [(part, part.contributions(weight)) for part in gradients.parts] or [(gradients, parts)]
    for number in range(1, len(parts) + 1) if timed or gradients.parts else ():
        for node, on, value, whose in addends_at(drawing, own, weight, number):
            if not timed or not steps or number in steps:
                boxes = on.symbols(node, console.width), on.numbers(node, console.width)
                label = (f"t = {number}" if timed else name) + whose
                rows.append(plain_row(label, *boxes, on.array_box(value, console.width)))
    if timed or len(rows) != 1:
        equation = next(e for e in values.case.system.equations if e.left.name == name)
        total = drawing.array_box(parts.sum(axis=0), console.width)
        once = not timed and not gradients.parts
        numbers = drawing.numbers(use_at(gradients, weight, 1, 1), console.width) if once else text_box("")
        rows.append(plain_row(name, drawing.symbols(equation.right, console.width), numbers, total))
    print_trimmed(console, render_rows(rows, console.width))
    if steps and timed:
        console.print(Text("The sum is over all steps; rows of other steps are left out.", style="dim"), soft_wrap=True)
