"""Backpropagation of a worked solution: derived equations, adjoints from the last step on, gradients as sums."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rnncalc.compute.bptt import Gradients
from rnncalc.language.nodes import Name
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.recurrences.system import System
from rnncalc.render.addends import addends_at, use_at
from rnncalc.render.derivation import derived_equations, remarks
from rnncalc.render.document.asked import Asked
from rnncalc.render.document.blocks import Block, Equations, Heading, Line, Lines, Paragraph
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.computed import computed_lines, read_by, shown_array, sides
from rnncalc.render.filling import Filling
from rnncalc.render.unequal import headed_tables


def derivation(system: System, gradients: Gradients, choice: Choice) -> Iterator[Block]:
    """Give the derived equations, each with the equations that it comes from."""
    backward = gradients.backward
    equations = derived_equations(backward, choice.only & set(backward.parameters))
    yield Heading("Derivation")
    yield Paragraph("The adjoint ∇q of a quantity q is ∂J/∂q: the sum of what every equation that reads q sends back.")
    yield Equations(tuple((equation, backward.origins[equation.left]) for equation in equations))
    for remark in remarks(system, equations, choice.notation):
        yield Paragraph(remark)
    if gradients.parts:
        yield Paragraph("These are of the longest sequences; a shorter one may lack a term, or end at another step.")


def backward(filling: Filling, gradients: Gradients, choice: Choice, asked: Asked) -> Iterator[Block]:
    """Give adjoints and gradients, or the chosen part of them.

    Args:
        filling: Of the backward pass.
    """
    yield Heading("Backpropagation through time")
    parameters = gradients.backward.parameters
    yield from _adjoints(filling, parameters, choice, asked)
    for name in filling.values.case.weights:
        if not choice.only or name in choice.only:
            yield from _gradient(filling, gradients, name, choice, asked)


def _adjoints(filling: Filling, parameters: Collection[str], choice: Choice, asked: Asked) -> Iterator[Block]:
    weights = {adjoint_name(name) for name in parameters}
    chosen = {adjoint_name(name) for name in choice.only}
    names = [e.left.name for e in filling.values.case.system.equations if e.left.name not in weights]
    names = [name for name in names if not chosen or name in chosen]
    if not names:
        return
    tables = headed_tables(filling, names, choice.steps, "after the last step", "before the first step", True)
    for heading, table in tables:
        lines = [line for one in table.step.lines for line in computed_lines(one, table.filling, choice.detail)]
        yield Lines(heading, tuple(map(asked.marked, lines)), "backward")


def _gradient(filling: Filling, gradients: Gradients, weight: str, choice: Choice, asked: Asked) -> Iterator[Block]:
    """Give ∂J/∂weight as its sum over time, its addends below it."""
    values, left = gradients.values, Name(adjoint_name(weight))
    if weight not in gradients.backward.sums:
        yield Paragraph(f"∂J/∂{weight} is 0: the loss does not depend on {weight}.")
        return
    parts = gradients.contributions(weight)
    timed = any(letter for _, letter in gradients.backward.sums[weight])
    own = [(part, part.contributions(weight)) for part in gradients.parts] or [(gradients, parts)]
    details = []
    for number in range(1, len(parts) + 1) if timed or gradients.parts else ():
        for node, on, value, whose in addends_at(filling, own, weight, number):
            if not choice.steps or not timed or number in choice.steps:
                label = (f"t = {number}" if timed else "") + whose
                details.append(
                    Line(left, sides(node, on), shown_array(value, on), (left.name, number), read_by(node, on),
                         sign="+", note=label)
                )  # fmt: skip
    equation = next(e for e in values.case.system.equations if e.left.name == left.name)
    whole = sides(equation.right, filling)[:1]
    if not timed and not gradients.parts:
        whole = sides(use_at(gradients, weight, 1, 1), filling)
    reads = tuple(dict.fromkeys(place for line in details for place in line.reads))
    total = shown_array(parts.sum(axis=0), filling)
    line = Line(left, whole, total, (left.name, None), reads, details=tuple(details))
    summed = f", summed over {values.case.n_sequences} sequences" if values.case.n_sequences > 1 else ""
    yield Lines(f"∂J/∂{weight}{summed}", (asked.marked(line),), "backward")
    if choice.steps and timed:
        yield Paragraph("The sum is over all steps; addends of other steps are left out.")
