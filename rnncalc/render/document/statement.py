"""The statement of a problem: what is given, in the file's own digits, the equations, what is taken for granted."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.language.nodes import Index, Name, Ref
from rnncalc.problem.problem import Problem
from rnncalc.render.assumptions import assumptions
from rnncalc.render.document.blocks import Block, Equations, Given, Heading, Math, Paragraph
from rnncalc.render.document.computed import shown
from rnncalc.render.filling import Filling

Items = tuple[tuple[Name | Ref, Math], ...]


def statement(problem: Problem, filling: Filling) -> Iterator[Block]:
    """Give the blocks before the solution.

    Args:
        filling: Of the forward pass.
    """
    case = problem.case
    inputs = [name for name in case.sequences if name not in case.targets]
    values = [name for name in case.values if name not in case.targets]
    yield Heading("Given")
    for words, items in (
        ("Weights", _singles(case.weights, filling)),
        ("Inputs", (*_singles(values, filling), *_steps(inputs, filling))),
        ("Initial values", _starts(problem, filling)),
        ("Targets", (*_singles([n for n in case.values if n in case.targets], filling), *_steps(
            [n for n in case.sequences if n in case.targets], filling))),
    ):  # fmt: skip
        if items:
            yield Heading(words, 2)
            yield Given(items)
    yield Heading("Equations")
    yield Equations(tuple((equation, ()) for equation in case.system.equations))
    for remark in assumptions(problem):
        yield Paragraph(remark)
    if not case.rounding.every_step:
        yield Paragraph(f"Numbers are worked out in full and shown with {filling.decimals} decimals.")


def _singles(names, filling: Filling) -> Items:
    return tuple(_item(Name(name), filling) for name in names)


def _steps(names, filling: Filling) -> Items:
    """Give every step of sequences that the file gives; of a defined one its given first steps."""
    case = filling.values.case
    return tuple(
        _item(Ref(name, Index("start", "", step)), filling)
        for name in names
        for step in range(1, len(case.sequences[name]) + 1)
    )


def _starts(problem: Problem, filling: Filling) -> Items:
    """Give the initial values, those taken as zero left out."""
    places = [place for place in problem.case.initial if place not in problem.assumed]
    return tuple(_item(Ref(name, Index("start", "", step)), filling) for name, step in places)


def _item(leaf: Name | Ref, filling: Filling) -> tuple[Name | Ref, Math]:
    return leaf, shown(filling.sheet(filling.leaf_texts(leaf, filling.values.of(leaf))))
