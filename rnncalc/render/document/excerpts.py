"""Parts of a worked solution, each on its own: what is given, the forward pass, the backward pass, verdicts."""

from __future__ import annotations

from collections.abc import Iterable

from rnncalc.checking.check import Finding
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem
from rnncalc.render.document.asked import asked_of
from rnncalc.render.document.backward import backward
from rnncalc.render.document.blocks import Block, Grid, Paragraph, Section
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.forward import forward
from rnncalc.render.document.statement import statement
from rnncalc.render.filling import Filling

MOST_STEPS = 20  # that an excerpt shows
MOST_FINDINGS = 500


def given_section(problem: Problem) -> Section:
    """Give the equations of a problem, and its numbers."""
    from rnncalc.compute.arithmetic import arithmetic_of
    from rnncalc.compute.evaluate import evaluate

    values = evaluate(problem.case, arithmetic_of(*problem.case.rounding))
    return _section(problem, statement(problem, _filling(problem, values)))


def forward_section(problem: Problem, values: Values) -> Section:
    """Give the lines of a forward pass, of a long one those of the first steps."""
    choice, more = _first_steps(problem)
    blocks = forward(_filling(problem, values), choice, asked_of(problem.case, True))
    return _section(problem, (*blocks, *more))


def backward_section(problem: Problem, gradients: Gradients) -> Section:
    """Give the lines of a backward pass, of a long one those of the first steps."""
    choice, more = _first_steps(problem)
    blocks = backward(_filling(problem, gradients.values), gradients, choice, asked_of(problem.case, True))
    return _section(problem, (*blocks, *more))


def findings_section(findings: Iterable[Finding], hidden: bool = False) -> Section:
    """Give a table of verdicts, a row for each number; of a hidden key nothing from which it could be found."""
    found = list(findings)
    rows = tuple(
        (
            f"{finding.key._replace(entry=finding.entry)}",
            (
                finding.given,
                finding.verdict,
                finding.misprint or (finding.rule_without_key if hidden else finding.judgement.rule),
            ),
        )
        for finding in found[:MOST_FINDINGS]
    )
    n_right = sum(finding.counts_as_right for finding in found)
    blocks: list[Block] = [Grid("", "answer", ("given", "verdict", "rule"), rows)] if rows else []
    return Section("", "", (Paragraph(f"{n_right} of {len(found)} numbers count as right."), *blocks))


def _filling(problem: Problem, values: Values) -> Filling:
    return Filling(values, problem.texts, problem.case.rounding.decimals)


def _first_steps(problem: Problem) -> tuple[Choice, tuple[Block, ...]]:
    if problem.n_steps <= MOST_STEPS:
        return Choice(), ()
    words = f"The first {MOST_STEPS} of {problem.n_steps:,} steps are shown."
    return Choice(steps=frozenset(range(1, MOST_STEPS + 1))), (Paragraph(words),)


def _section(problem: Problem, blocks: Iterable[Block]) -> Section:
    return Section(problem.title or problem.source.name, "", tuple(blocks), problem.source.name)
