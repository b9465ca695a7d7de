"""One pass of a problem as a document: what `forward` and `bptt` show, for other formats than the screen."""

from __future__ import annotations

from rnncalc.compute.bptt import Gradients
from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem
from rnncalc.render.document.asked import asked_of
from rnncalc.render.document.backward import backward, derivation
from rnncalc.render.document.blocks import Block, Document, Section
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.forward import forward
from rnncalc.render.document.statement import statement
from rnncalc.render.filling import Filling


def forward_document(problem: Problem, values: Values, choice: Choice) -> Document:
    """Give the statement of a problem and its forward pass."""
    filling = _filling(problem, values, choice)
    asked = asked_of(problem.case, choice.misprints)
    return _document(problem, [*statement(problem, filling), *forward(filling, choice, asked)])


def bptt_document(problem: Problem, gradients: Gradients, choice: Choice, symbolic: bool = False) -> Document:
    """Give the derived equations and, unless only these are wanted, the adjoints and the gradients."""
    derived = derivation(problem.case.system, gradients, choice)
    if symbolic:
        return _document(problem, list(derived))
    filling = _filling(problem, gradients.values, choice)
    asked = asked_of(problem.case, choice.misprints)
    return _document(problem, [*derived, *backward(filling, gradients, choice, asked)])


def _filling(problem: Problem, values: Values, choice: Choice) -> Filling:
    return Filling(values, problem.texts, choice.shown_decimals(problem.case.rounding.decimals), choice.notation)


def _document(problem: Problem, blocks: list[Block]) -> Document:
    title = problem.title or problem.source.name
    return Document(title, "", "", (Section(title, problem.origin, tuple(blocks), problem.source.name),))
