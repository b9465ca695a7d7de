"""Print a forward pass: title, what was assumed, a table for each step, outputs and loss."""

from __future__ import annotations

from collections.abc import Collection

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from rich.text import Text

from rnncalc.compute.nesting import loss_steps
from rnncalc.compute.ragged import blank
from rnncalc.language.nodes import Name, leaves
from rnncalc.language.writer import write_leaf
from rnncalc.problem.problem import Problem
from rnncalc.render.assumptions import assumptions
from rnncalc.render.boxes import beside, flow, text_box
from rnncalc.render.clean import clean
from rnncalc.render.drawing import Drawing
from rnncalc.render.filling import ENDED, Detail
from rnncalc.render.heat_map import print_heat_maps
from rnncalc.render.matrices import matrix_box
from rnncalc.render.numbers import write_number
from rnncalc.render.steps import render_step
from rnncalc.render.unequal import headed_tables

_UNBOUNDED = 10_000  # the tables know the width themselves
_MOST_OUTPUTS = 50  # steps beyond which the closing list of outputs is left out


def print_forward(
    console: Console,
    problem: Problem,
    drawing: Drawing,
    detail: Detail,
    only: Collection[str],
    steps: Collection[int],
) -> None:
    """Print everything that the forward pass computes, or the chosen part of it."""
    print_head(console, problem)
    for heading, table in headed_tables(drawing, only, steps, "before the first step", "after the last step"):
        print_heading(console, heading)
        print_trimmed(console, render_step(table.step, table.filling, console.width, detail))
    if not steps:
        print_heat_maps(console, drawing.values, drawing.decimals, only)
    if not only and not steps:
        print_outputs(console, problem, drawing)


def print_heading(console: Console, words: str) -> None:
    """Print a heading with an empty line before it."""
    console.print()
    console.print(Text(words, style="bold underline"), soft_wrap=True)


def print_remark(console: Console, words: str) -> None:
    """Print a remark with an empty line before it."""
    console.print()
    console.print(Text(words, style="dim"), soft_wrap=True)


def print_trimmed(console: Console, renderable: RenderableType) -> None:
    """Print without the spaces that fill the ends of lines."""
    trimmed: list[Segment] = []
    for line in console.render_lines(renderable, console.options.update(width=_UNBOUNDED), pad=False):
        while line and not line[-1].text.strip():
            line.pop()
        if line:
            line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
        trimmed += [*line, Segment.line()]
    console.print(Segments(trimmed), end="", crop=False, no_wrap=True, overflow="ignore")


def print_head(console: Console, problem: Problem) -> None:
    """Print title and source, whole, and what was taken for granted."""
    for text, style in ((problem.title, "bold"), (problem.origin, "dim")):
        if text:
            console.print(Text(clean(text), style=style), soft_wrap=True)
    for remark in assumptions(problem):
        console.print(Text(remark))


def print_outputs(console: Console, problem: Problem, drawing: Drawing) -> None:
    """Print the outputs, which nothing reads any more, over all steps, and the loss."""
    values, system = drawing.values, problem.network.system
    read = {leaf.name for equation in system.equations for leaf in leaves(equation.right)}
    for name in system.defined:
        if name in read or not system.is_sequence(name) or not 1 < values.case.n_steps(name) <= _MOST_OUTPUTS:
            continue
        boxes = []
        ended = blank(values, name) if values.parts else None
        for step, value in enumerate(values.sequences[name], start=1):
            label = write_leaf(Name(name), "screen") + f"({step}) = "
            texts = drawing.leaf_texts(Name("\0"), value)
            if ended is not None:
                texts[ended[step - 1]] = ENDED
            shown = matrix_box(drawing.sheet(texts), console.width - len(label))
            boxes += [beside([text_box(label), shown]), text_box("   ")]
        console.print()
        print_trimmed(console, Text("\n".join(flow(boxes[:-1], console.width).lines)))
    if values.case.loss:
        print_loss(console, drawing)


def print_loss(console: Console, drawing: Drawing) -> None:
    """Print the total loss, as the sum of its steps where it has steps."""
    name, terms = drawing.values.case.loss, loss_steps(drawing.values)
    total = write_number(float(terms.sum()), drawing.decimals)
    console.print()
    if 1 < len(terms) <= _MOST_OUTPUTS:
        signs = ["", *["+ "] * (len(terms) - 1)]
        shown = [
            f"{sign}{write_number(float(term), drawing.decimals)} " for sign, term in zip(signs, terms, strict=True)
        ]
        body = flow([text_box(f"{name} = "), *map(text_box, shown), text_box(f"= {total}")], console.width)
        print_trimmed(console, Text("\n".join(body.lines)))
    else:
        console.print(Text(f"{name} = {total}"), soft_wrap=True)
