"""Print backpropagation through time: derived equations, adjoints from t = T to 1, gradients as sums."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.clip import joint_norm
from rnncalc.compute.descent import Answered
from rnncalc.compute.gradient_check import Comparison
from rnncalc.compute.trace import concrete, trace
from rnncalc.language.nodes import Call, Equation, Name, Node, walk
from rnncalc.language.writer import Notation, write, write_equation
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.backward import NABLA, Backward, adjoint_name
from rnncalc.recurrences.schedule import schedule
from rnncalc.render.boxes import Box, beside, flow, text_box
from rnncalc.render.drawing import Drawing
from rnncalc.render.forward import print_head, print_heading, print_remark, print_trimmed
from rnncalc.render.numbers import write_number
from rnncalc.render.steps import Detail, headed, plain_row, render_rows, render_step, select

AGREES = 1e-5  # a larger disagreement with central differences is said to be one

_FUSED = ("softmax_cross_entropy", "sigmoid_cross_entropy")
_KINKED = ("relu", "leaky_relu", "clip", "hard_sigmoid", "min", "max")


class Shown(NamedTuple):
    """Which part of a backward pass is printed, and how; empty collections mean all."""

    decimals: int
    notation: Notation
    detail: Detail
    weights: Collection[str]
    steps: Collection[int]
    symbolic: bool
    truncate: int | None


def print_bptt(console: Console, problem: Problem, answered: Answered, shown: Shown) -> None:
    """Print everything that a backward pass derives and computes, or the chosen part of it."""
    gradients = answered.gradients
    print_head(console, problem)
    print_backward_equations(console, problem, gradients.backward, shown.notation, shown.weights)
    if shown.symbolic:
        return
    drawing = Drawing(gradients.values, problem.texts, shown.decimals, shown.notation)
    if shown.truncate is None:
        print_adjoints(console, drawing, shown.detail, shown.steps, gradients.backward.parameters)
    else:
        words = f"Truncated: each output is sent back through at most {plural(shown.truncate, 'earlier step')}."
        print_remark(console, f"{words} An adjoint below adds up those of the outputs within reach.")
    names = [name for name in answered.parts if not shown.weights or name in shown.weights]
    for name in names:
        print_gradient(console, drawing, gradients, name, answered.parts[name], shown.steps)
    if answered.clipped is not None:
        before = f"clipped (‖g‖ = {write_number(joint_norm(answered.totals), shown.decimals)} before)"
        pair = (answered.totals, answered.clipped)
        boxes = {name: [drawing.array_box(arrays[name], console.width) for arrays in pair] for name in names}
        print_changes(console, before, boxes)
    if answered.updated is not None:
        given = {name: drawing.leaf_box(Name(name), console.width) for name in names}
        boxes = {name: [given[name], drawing.array_box(answered.updated[name], console.width)] for name in names}
        print_changes(console, "weights after one step", boxes)
    if answered.comparison is not None and answered.comparison.n_entries:
        print_comparison(console, answered.comparison, has_kinks(problem))
    elif problem.case.rounding.every_step:
        print_remark(console, "Every step is rounded, so that central differences would say nothing.")


def print_backward_equations(
    console: Console, problem: Problem, backward: Backward, notation: Notation, chosen: Collection[str]
) -> None:
    """Print the derived equations, each with the equations that it comes from."""
    print_heading(console, "backward equations, ∇q = ∂J/∂q")
    ordered = [equation for block in schedule(backward.system) for equation in block.equations]
    equations = [e for e in ordered if not _left_out(e, backward, chosen)]
    if not equations:
        console.print(Text("The loss depends on no weight, so there is nothing to derive."), soft_wrap=True)
    width = max((len(write(e.left, "screen", notation)) for e in equations), default=0)
    for equation in equations:
        padding = " " * (width - len(write(equation.left, "screen", notation)))
        sources = ", ".join(write_equation(e, "screen", notation) for e in backward.origins[equation.left])
        text, source = f"  {padding}{write_equation(equation, 'screen', notation)}", f"from {sources}"
        if len(text) + 3 + len(source) <= console.width:
            console.print(Text.assemble(text, "   ", (source, "dim")), soft_wrap=True)
        else:
            console.print(Text(text), soft_wrap=True)
            pieces = [text_box(piece) for piece in re.split(r"(?<=, )(?=\S+ = )", source)]
            body = beside([text_box(" " * (width + 5)), flow(pieces, max(console.width - width - 5, 20))])
            print_trimmed(console, Text("\n".join(body.lines), style="dim"))
    for remark in [*remarks(problem, notation), *_notations(equations)]:
        console.print(Text(remark), soft_wrap=True)


def _notations(equations: Sequence[Equation]) -> list[str]:
    """Explain the signs that only derived equations have."""
    used = {node.op for equation in equations for node in walk(equation.right) if isinstance(node, Call)}
    return [words for op, words in _SIGNS.items() if op in used]


_SIGNS = {
    "step": "step(z) is 1 where z > 0, else 0.",
    "only_at": "[t = T]: the term is there at that step alone.",
    "part": "A[h]: the entries of A that belong to h, as h and x stand in [h, x].",
    "column_of": "A[:, t]: column t of A.",
    "sum_columns": "A 1: the sum of the columns of A.",
}


def _left_out(equation: Equation, backward: Backward, chosen: Collection[str]) -> bool:
    name = equation.left.name.removeprefix(NABLA)
    return bool(chosen) and name in backward.parameters and name not in chosen


def remarks(problem: Problem, notation: Notation) -> list[str]:
    """Say what the derivation takes for granted."""
    found = []
    for equation in problem.case.system.equations:
        for node in walk(equation.right):
            if isinstance(node, Call) and node.op in _FUSED:
                p = write(node.args[2], "screen", notation)
                found.append(f"The loss and {p} are taken together: the loss sends its adjoint straight to the logits.")
            elif isinstance(node, Call) and node.op in _KINKED:
                found.append(f"The derivative of {node.op} at its kink is taken as 0.")
    return list(dict.fromkeys(found))


def print_adjoints(
    console: Console, drawing: Drawing, detail: Detail, steps: Collection[int], parameters: Collection[str]
) -> None:
    """Print every adjoint, from the last step to the first."""
    gradients = {adjoint_name(name) for name in parameters}
    names = [e.left.name for e in drawing.values.case.system.equations if e.left.name not in gradients]
    chosen = select(trace(drawing.values, descending=True), names, steps)
    for heading, step in headed(chosen, "after the last step", "before the first step"):
        print_heading(console, heading)
        print_trimmed(console, render_step(step, drawing, console.width, detail))


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
    for number, part in enumerate(parts if timed else (), start=1):
        node = _use_at(gradients, weight, number, len(parts))
        if node is not None and (not steps or number in steps):
            numbers = drawing.numbers(node, console.width)
            rows.append(
                plain_row(
                    f"t = {number}",
                    drawing.symbols(node, console.width),
                    numbers,
                    drawing.array_box(part, console.width),
                )
            )
    equation = next(e for e in values.case.system.equations if e.left.name == name)
    total = drawing.array_box(parts.sum(axis=0), console.width)
    numbers = text_box("") if timed else drawing.numbers(_use_at(gradients, weight, 1, 1), console.width)
    rows.append(plain_row(name, drawing.symbols(equation.right, console.width), numbers, total))
    print_trimmed(console, render_rows(rows, console.width))
    if steps and timed:
        console.print(Text("The sum is over all steps; rows of other steps are left out.", style="dim"), soft_wrap=True)


def _use_at(gradients: Gradients, weight: str, number: int, n_parts: int) -> Node | None:
    """Give the addend of a gradient at one step, its steps concrete."""
    values, total = gradients.values, None
    for node, letter in gradients.backward.sums[weight]:
        last = values.case.lengths[letter] if letter else n_parts
        if number > last or not letter and number != last:
            continue
        part = concrete(node, number, values)
        total = part if total is None else Call("add", (total, part))
    return total


def print_comparison(console: Console, comparison: Comparison, has_kinks: bool) -> None:
    """Print how far the gradients are from central differences."""
    entries = f"{comparison.n_checked} of {plural(comparison.n_entries, 'entry')}"
    console.print()
    if comparison.worst <= AGREES:
        text = f"Central differences agree: worst relative error {comparison.worst:.1e} ({entries})."
    else:
        text = (
            f"Central differences DISAGREE for {comparison.weight}: relative error {comparison.worst:.1e} ({entries})."
        )
        if has_kinks:
            text += " A value lies at the kink of a function, where the derivative jumps."
    console.print(Text(text), soft_wrap=True)


def print_changes(console: Console, heading: str, boxes: Mapping[str, Sequence[Box]]) -> None:
    """Print matrices before and after, such as gradients before and after clipping."""
    print_heading(console, heading)
    for name, (before, after) in boxes.items():
        body = flow([text_box(f"{name}: "), before, text_box("  →  "), after], console.width)
        print_trimmed(console, Text("\n".join((*body.lines, ""))))


def has_kinks(problem: Problem) -> bool:
    """Tell whether some function of the system has a kink."""
    nodes = (node for e in problem.case.system.equations for node in walk(e.right))
    return any(isinstance(node, Call) and node.op in _KINKED for node in nodes)
