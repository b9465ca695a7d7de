"""Print backpropagation through time: derived equations, adjoints from t = T to 1, gradients as sums."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.compute.clip import joint_norm
from rnncalc.compute.descent import Answered
from rnncalc.compute.gradient_check import Comparison
from rnncalc.language.nodes import Call, Name, walk
from rnncalc.language.writer import Notation, write_equation
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.backward import Backward, adjoint_name
from rnncalc.render.boxes import Box, flow, text_box
from rnncalc.render.derivation import KINKED
from rnncalc.render.derived import print_backward_equations
from rnncalc.render.drawing import Drawing
from rnncalc.render.filling import Detail
from rnncalc.render.forward import print_head, print_heading, print_remark, print_trimmed
from rnncalc.render.gradients import print_gradient
from rnncalc.render.numbers import write_number
from rnncalc.render.steps import render_step
from rnncalc.render.unequal import headed_tables

AGREES = 1e-5  # a larger disagreement with central differences is said to be one


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
    print_backward_equations(console, problem.case.system, gradients.backward, shown.notation, shown.weights)
    if len({_written(part.backward) for part in gradients.parts}) > 1:
        words = "These are of the longest sequences; a shorter one may lack a term, or end at another step."
        console.print(Text(words))
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


def _written(backward: Backward) -> tuple[str, ...]:
    return tuple(write_equation(equation, "screen") for equation in backward.system.equations)


def print_adjoints(
    console: Console, drawing: Drawing, detail: Detail, steps: Collection[int], parameters: Collection[str]
) -> None:
    """Print every adjoint, from the last step to the first."""
    gradients = {adjoint_name(name) for name in parameters}
    names = [e.left.name for e in drawing.values.case.system.equations if e.left.name not in gradients]
    tables = headed_tables(drawing, names, steps, "after the last step", "before the first step", descending=True)
    for heading, table in tables:
        print_heading(console, heading)
        print_trimmed(console, render_step(table.step, table.filling, console.width, detail))


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
    return any(isinstance(node, Call) and node.op in KINKED for node in nodes)
