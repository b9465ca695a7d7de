"""Turn problems into a worked solution, once for every format. `document_of` is the one to read first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.bptt import Gradients, gradients_of
from rnncalc.compute.descent import given_inputs
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem
from rnncalc.render.document.asked import asked_of
from rnncalc.render.document.backward import backward, derivation
from rnncalc.render.document.blocks import Block, Document, Paragraph, Section
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.forward import forward
from rnncalc.render.document.paths import paths
from rnncalc.render.document.picture import picture
from rnncalc.render.document.statement import statement
from rnncalc.render.filling import Filling

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram


def document_of(
    problems: Iterable[Problem | Bigram],
    choice: Choice = Choice(),  # noqa: B008 (frozen)
    title: str = "",
    course: str = "",
    date: str = "",
) -> Document:
    """Give the worked solutions of problems as one document; without a title, that of its only problem.

    Raises:
        RnncalcError: slug `no-adjoint`, where a function of a problem with a loss has no derivative.
    """
    sections = tuple(section_of(problem, choice) for problem in problems)
    if not title:
        title = sections[0].title if len(sections) == 1 else "Worked solutions"
    return Document(title, course, date, sections)


def section_of(problem: Problem | Bigram, choice: Choice = Choice()) -> Section:  # noqa: B008 (frozen)
    """Give the worked solution of one problem: forward always, backward where there is a loss."""
    name = problem.source.name
    if not isinstance(problem, Problem):
        from rnncalc.render.document.ngrams import ngram_blocks

        return Section(problem.title or name, problem.origin, tuple(ngram_blocks(problem, choice)), name)
    return Section(problem.title or name, problem.origin, tuple(_network_blocks(problem, choice)), name)


def _network_blocks(problem: Problem, choice: Choice) -> Iterator[Block]:
    values = evaluate(problem.case, arithmetic_of(*problem.case.rounding))
    decimals = choice.shown_decimals(problem.case.rounding.decimals)
    filling = Filling(values, problem.texts, decimals, choice.notation)
    if choice.exact:
        from rnncalc.render.closed import closed_forms

        filling = replace(filling, closed=closed_forms(problem, values))
    asked = asked_of(problem.case, choice.misprints)
    finite = problem.case.loss is not None and choice.backward and _is_finite(values)
    gradients = _gradients(problem, values) if finite else None
    yield from statement(problem, filling)
    if not choice.only and not choice.steps:
        yield picture(filling, gradients)
    yield from forward(filling, choice, asked)
    if gradients is None:
        if problem.case.loss and choice.backward:
            yield Paragraph("The loss is not finite, so there are no gradients.")
        return
    if choice.derive:
        yield from derivation(problem.case.system, gradients, choice)
    back = Filling(gradients.values, problem.texts, decimals, choice.notation)
    yield from backward(back, gradients, choice, asked)
    for weight in choice.paths:
        yield from paths(problem, values, back, gradients, weight)


def _gradients(problem: Problem, values: Values) -> Gradients:
    """Carry out the backward pass, with the adjoints of inputs and initial values that answers ask for."""
    wanted = {(answer.key.name, answer.key.step) for answer in problem.case.claims.answers if answer.key.gradient}
    starts = any(place in problem.case.initial for place in wanted)
    inputs = [name for name in given_inputs(values) if name in {name for name, _ in wanted}]
    return gradients_of(values, starts, inputs)


def _is_finite(values: Values) -> bool:
    name, system = values.case.loss, values.case.system
    for alone in [share.values for share in values.parts] or [values]:
        if not np.isfinite((alone.sequences if system.is_sequence(name) else alone.singles)[name]).all():
            return False
    return True
