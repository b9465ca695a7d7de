"""The smallest change that lets a problem tell mistakes that it cannot tell yet.

`sharpen` is the one to read first. Changes are tried one at a time, on the
slips that are not told; the best are then audited anew, so that what is said
of them holds.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from rnncalc.checking.audit import Audit, TooLarge, audit_again
from rnncalc.checking.changes import MORE_DECIMALS, Change, entries, starts
from rnncalc.checking.exam import Exam
from rnncalc.checking.outcome import Outcome
from rnncalc.checking.questions import MOST_DECIMALS
from rnncalc.checking.redraw import Section
from rnncalc.language.nodes import leaves

MOST_LINES = 32_000  # that the tries of one search work out
TRUTH_LINES = 200  # lines that take as long as the right values of a changed problem
MOST_TRIES, LEAST_TRIES = 60, 8  # of one kind of change
CLEAR = 4.0  # units from which no rounding of a step or two explains a difference
MOST_AUDITED = 2  # changes of each round, the most promising ones
MOST_CHANGES = 3  # that are combined
ENTRIES: tuple[Section, ...] = ("weights", "inputs", "targets")  # of which single entries are changed


@dataclass(frozen=True, eq=False)
class Suggestion:
    """Changes that, made together, tell more of the slips.

    `tells` are the slips told that were not, `hides` those that were told and
    are not any more, `audit` the problem with the changes.
    """

    changes: tuple[Change, ...]
    tells: tuple[Outcome, ...]
    hides: tuple[Outcome, ...]
    audit: Audit

    @property
    def gain(self) -> int:
        return len(self.tells) - len(self.hides)


def sharpen(found: Audit) -> tuple[Suggestion, ...]:
    """Suggest how to make a problem sharper: the best single change, and a combination that tells more.

    Of changes that tell the same number of slips, the first counts: a decimal,
    a state to start from, an entry.
    """
    single = _best(found, found, ())
    if single is None:
        return ()
    together = single
    while together.audit.undetected and len(together.changes) < MOST_CHANGES:
        more = _best(found, together.audit, together.changes)
        if more is None or more.gain <= together.gain:
            break
        together = more
    return (single,) if together is single else (single, together)


def _best(found: Audit, sofar: Audit, changes: tuple[Change, ...]) -> Suggestion | None:
    """Give the best of further changes to a problem that has some already, None where none tells more."""
    best, tries = None, sorted(_promising(sofar), key=lambda one: -one.n_told)
    for change, _ in tries[:MOST_AUDITED]:
        with contextlib.suppress(TooLarge):
            after = audit_again(found, _changed(sofar.exam, change))
            one = Suggestion((*changes, change), *_compared(found, after), after)
            if one.gain > (best.gain if best else 0):
                best = one
    return best


def _changed(exam: Exam, change: Change) -> Exam:
    if change is MORE_DECIMALS:
        questions = tuple(replace(q, decimals=min(q.decimals + 1, MOST_DECIMALS)) for q in exam.questions)
        return replace(exam, questions=questions)
    return exam.with_numbers(change.on(exam.truth.values.case))


def _compared(before: Audit, after: Audit) -> tuple[tuple[Outcome, ...], tuple[Outcome, ...]]:
    """Give the slips that are told now, and those that are not any more, or are new and not told."""
    known = {outcome.tried.key for outcome in before.undetected}
    still = {outcome.tried.key for outcome in after.undetected}
    told = {outcome.tried.key for outcome in after.outcomes if outcome.fate == "told"}
    tells = tuple(outcome for outcome in before.undetected if outcome.tried.key in told)
    void = {outcome.tried.key for outcome in before.outcomes if outcome.fate == "void"}
    hides = tuple(o for o in after.undetected if o.tried.key in still - known - void)
    return tells, hides


class _Try(NamedTuple):
    """A change, and how many of the slips it seems to tell."""

    change: Change
    n_told: int


def _promising(audit: Audit) -> Iterator[_Try]:
    """Give of each kind of change the one that seems to tell most of the slips that are not told."""
    undetected, exam = audit.undetected, audit.exam
    one_more = min(question.decimals for question in exam.questions) + 1
    if near := sum(outcome.decimals is not None for outcome in undetected):
        yield _Try(MORE_DECIMALS, sum(o.decimals is not None and o.decimals <= one_more for o in undetected) or near)
    hidden = [outcome for outcome in undetected if outcome.decimals is None or outcome.fate == "rounding"]
    case = exam.truth.values.case
    sections = {section for outcome in undetected for section in outcome.hidden_by}
    kinds: list[Iterable[Change]] = [starts(case)] if "initial" in sections else []
    kinds += [entries(case, section, _read_by(hidden)) for section in ENTRIES if section in sections]
    for changes in kinds:
        best = _most_telling(exam, undetected, changes, len(kinds))
        if best.n_told:
            yield best


def _most_telling(exam: Exam, undetected: Sequence[Outcome], changes: Iterable[Change], n_kinds: int) -> _Try:
    """Give the change of one kind with which most slips lead to clearly other numbers."""
    lines = TRUTH_LINES + len(undetected) * sum(len(stage.order) for stage in exam.stages)
    n_tries = min(max(MOST_LINES // (lines * n_kinds), LEAST_TRIES), MOST_TRIES)
    best = _Try(MORE_DECIMALS, 0)
    for change in itertools.islice(changes, n_tries):
        changed = _changed(exam, change)
        n_told = sum(changed.differs(outcome.tried, CLEAR) for outcome in undetected)
        if n_told > best.n_told:
            best = _Try(change, n_told)
        if n_told == len(undetected):
            break
    return best


def _read_by(outcomes: Iterable[Outcome]) -> set[str]:
    """Name the quantities that the changed lines of some slips read."""
    return {leaf.name for outcome in outcomes for node in outcome.tried.slip.lines.values() for leaf in leaves(node)}
