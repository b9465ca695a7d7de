"""The screen of `audit`: how sharp a problem is, which question is blind to what, what would tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.checking.audit import Audit
from rnncalc.checking.outcome import Outcome
from rnncalc.checking.questions import Question
from rnncalc.checking.sharpen import Suggestion
from rnncalc.problem.problem import Problem
from rnncalc.render.changes import change_lines, change_words
from rnncalc.render.clean import clean
from rnncalc.render.numbers import write_number

if TYPE_CHECKING:
    from rnncalc.auditing import Audited

MOST_WORDS = 3  # slips of one slug that are spelled out
LEAST_ROOM = 30  # cells beside a label, below which words go under it


def print_audit(console: Console, audited: Audited) -> None:
    """Print what an audit found in one file."""
    found, problem = audited.audit, audited.problem
    _print(console, clean(audited.file), style="bold")
    if problem.title:
        _print(console, clean(problem.title))
    _print(console, _figure(found), style="" if found.undetected else "green")
    if found.n_void:
        _print(console, _left_out(found), style="dim")
    console.print()
    _print_rows(console, {str(q.key): [_question_words(found, q)] for q in found.questions})
    for heading, outcomes in _headed(found):
        console.print()
        _print(console, heading, style="bold")
        _print_rows(console, dict(_by_slug(outcomes)))
    for at, suggestion in enumerate(audited.suggestions):
        console.print()
        _print_suggestion(console, found, suggestion, problem, at > 0)


def _figure(found: Audit) -> str:
    if found.sharpness is None:
        return "no slip of the table can be made in it"
    n_told, n_all = len(found.possible) - len(found.undetected), len(found.possible)
    return f"sharpness {shown_sharpness(found.sharpness)}: {n_told} of {plural(n_all, 'slip')} told"


def shown_sharpness(sharpness: float | None) -> str:
    """Write a sharpness with two decimals; 1.00 stands for nothing less."""
    if sharpness is None:
        return "–"
    return write_number(sharpness if sharpness == 1 else min(sharpness, 0.99), 2)


def _left_out(found: Audit) -> str:
    slips = "1 further slip changes" if found.n_void == 1 else f"{found.n_void} further slips change"
    step = " and the single time step" if found.has_one_step else ""
    return f"{slips} nothing whatever the numbers are, by the shapes{step}"


def _question_words(found: Audit, question: Question) -> str:
    n_told, blind = found.told_by(question), found.blind_to(question)
    shown = plural(question.decimals, "decimal")
    if not blind:
        return f"{shown}, tells all {n_told}"
    slugs = ", ".join(slug if n == 1 else f"{slug} ({n})" for slug, n in blind.items())
    return f"{shown}, tells {n_told} of {n_told + blind.total()}; blind to {slugs}"


def _headed(found: Audit) -> Iterator[tuple[str, Sequence[Outcome]]]:
    """Group the slips that are not told by what would tell them."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in found.undetected:
        groups.setdefault(_heading(outcome, found), []).append(outcome)
    yield from groups.items()


def _heading(outcome: Outcome, found: Audit) -> str:
    if outcome.fate == "rounding":
        told = "no decimals tell" if outcome.decimals is None else f"{plural(outcome.decimals, 'decimal')} would tell"
        return f"As near as honest rounding may come; {told}:"
    if outcome.decimals is not None:
        return f"Told by {plural(outcome.decimals, 'decimal')}:"
    if not outcome.hidden_by:
        return "Told by other numbers in several sections together:"
    if outcome.hidden_by == ("initial",) and found.starts_at_zero:
        return "Hidden by the zero initial state, whatever the other numbers are:"
    words = {"initial": "initial values", "inputs": "inputs", "weights": "weights", "targets": "targets"}
    return f"Told by other {' or '.join(words[section] for section in outcome.hidden_by)}:"


def _by_slug(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[str]]]:
    """Give the slips of each slug in words, the first few of many."""
    for slug in dict.fromkeys(outcome.slug for outcome in outcomes):
        words = [clean(outcome.words) for outcome in outcomes if outcome.slug == slug]
        more = len(words) - MOST_WORDS
        yield slug, words[:MOST_WORDS] + ([f"and {plural(more, 'other')}"] if more > 0 else [])


def _print_suggestion(console: Console, found: Audit, suggestion: Suggestion, problem: Problem, combined: bool) -> None:
    after = suggestion.audit
    lead, s = ("These changes together", "") if combined else ("This change", "s")
    told = f"tell{s} {len(suggestion.tells)} of the {len(found.undetected)}"
    hidden = f" and hide{s} {plural(len(suggestion.hides), 'other')}" if suggestion.hides else ""
    _print(console, f"{lead} {told}{hidden}: sharpness {shown_sharpness(after.sharpness)}", style="bold")
    for words in change_words(suggestion, problem):
        _print(console, clean(words), "  ")
    for line in change_lines(suggestion, problem):
        console.print(Text(f"    {clean(line)}"), soft_wrap=True)


def print_summary(console: Console, several: Sequence[Audited]) -> None:
    """Print a line for each of several files, and how many of them tell every slip."""
    rows = []
    for one in several:
        found = one.audit
        if found is not None:
            n_all = len(found.possible)
            rows.append((shown_sharpness(found.sharpness), f"{n_all - len(found.undetected)} of {n_all}", one.file))
        elif one.skipped:
            rows.append(("–", "not audited", one.file))
    widths = [max(len(row[at]) for row in rows) for at in (0, 1)]
    for sharpness, told, file in rows:
        console.print(Text(f"{sharpness:>{widths[0]}}  {told:>{widths[1]}}  {clean(file)}"), soft_wrap=True)
    audits = [one.audit for one in several if one.audit is not None]
    sharp = sum(not found.undetected for found in audits)
    _print(console, f"{plural(len(audits), 'problem')}, {sharp} of them with every slip told")


def _print_rows(console: Console, rows: Mapping[str, Sequence[str]]) -> None:
    """Print labels with lines of words beside them, or below where there is little room."""
    width = max(map(cell_len, rows), default=0) + 2
    beside = console.width - width - 2 >= LEAST_ROOM
    room = max(console.width - (width if beside else 2) - 2, 20)
    for label, words in rows.items():
        lines = [line.plain.rstrip() for one in words for line in Text(one).wrap(console, room)]
        if beside:
            padded = label + " " * (width - cell_len(label))
            lines = [f"  {padded if at == 0 else ' ' * width}{line}" for at, line in enumerate(lines)]
        else:
            lines = [f"  {label}", *(f"    {line}" for line in lines)]
        for line in lines:
            console.print(Text(line), soft_wrap=True)


def _print(console: Console, words: str, indent: str = "", style: str = "") -> None:
    for line in Text(words).wrap(console, max(console.width - len(indent), 20)):
        console.print(Text(indent + line.plain.rstrip(), style=style), soft_wrap=True)
