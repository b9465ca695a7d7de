"""Print the gradient of a weight as a table of its addends by step, and their sum."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.compute.bptt import Gradients
from rnncalc.compute.trace import concrete
from rnncalc.language.nodes import Call, Node
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.render.boxes import text_box
from rnncalc.render.drawing import Drawing
from rnncalc.render.forward import print_heading, print_trimmed
from rnncalc.render.steps import plain_row, render_rows
from rnncalc.render.unequal import alike, among, own_drawing


class Addend(NamedTuple):
    """What the use of a weight at one step adds: the formula, how it is drawn, the value; `whose` where not of all."""

    node: Node
    drawing: Drawing
    value: np.ndarray
    whose: str = ""


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
        for node, on, value, whose in _addends(drawing, own, weight, number):
            if not timed or not steps or number in steps:
                boxes = on.symbols(node, console.width), on.numbers(node, console.width)
                label = (f"t = {number}" if timed else name) + whose
                rows.append(plain_row(label, *boxes, on.array_box(value, console.width)))
    if timed or len(rows) != 1:
        equation = next(e for e in values.case.system.equations if e.left.name == name)
        total = drawing.array_box(parts.sum(axis=0), console.width)
        once = not timed and not gradients.parts
        numbers = drawing.numbers(_use_at(gradients, weight, 1, 1), console.width) if once else text_box("")
        rows.append(plain_row(name, drawing.symbols(equation.right, console.width), numbers, total))
    print_trimmed(console, render_rows(rows, console.width))
    if steps and timed:
        console.print(Text("The sum is over all steps; rows of other steps are left out.", style="dim"), soft_wrap=True)


def _addends(
    drawing: Drawing, own: Sequence[tuple[Gradients, np.ndarray]], weight: str, number: int
) -> Iterator[Addend]:
    """Give what is added at a step: by all sequences, or by those of each length where the formula is not the same."""
    nodes = [_use_at(gradients, weight, number, len(parts)) for gradients, parts in own]
    if not (shares := drawing.values.parts):
        if nodes[0] is not None:
            yield Addend(nodes[0], drawing, own[0][1][number - 1])
        return
    found = [
        (share, node, parts[number - 1])
        for share, node, (_, parts) in zip(shares, nodes, own, strict=True)
        if node is not None
    ]
    if found and alike(drawing.values, [(share, (node,)) for share, node, _ in found]):
        together = among(drawing, [share for share, *_ in found])
        yield Addend(found[0][1], together, sum(value for *_, value in found))
        return
    for share, node, value in found:
        numbers = ", ".join(str(p + 1) for p in share.members)
        yield Addend(node, own_drawing(drawing, share), value, f" [{numbers}]")


def _use_at(gradients: Gradients, weight: str, number: int, n_parts: int) -> Node | None:
    """Give the addend of a gradient at one step, its steps concrete."""
    values, total = gradients.values, None
    for node, letter in gradients.backward.sums.get(weight, ()):
        last = values.case.lengths[letter] if letter else n_parts
        if number > last or not letter and number != last:
            continue
        part = concrete(node, number, values)
        total = part if total is None else Call("add", (total, part))
    return total
