"""Which mistakes a problem cannot tell from a right answer, and from how many decimals it could.

`audit` is the one to read first, `blind_slugs` the quick one for whoever draws
problems: both work from the problem alone, no answer is needed.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rnncalc.base.words import plural
from rnncalc.checking.course import Course, NotThere
from rnncalc.checking.exam import Exam, Tried
from rnncalc.checking.marking import Reading
from rnncalc.checking.outcome import Fate, Outcome
from rnncalc.checking.questions import Question, questions_of
from rnncalc.checking.reasons import Reasons
from rnncalc.checking.reconsider import MOST_NUMBERS
from rnncalc.checking.truth import Truth

MOST_LINES = 150_000  # that an audit works out
MOST_STEPS = 300  # of a sequence


class TooLarge(Exception):
    """A problem is too large to be audited; the message says what is too much."""


@dataclass(frozen=True, eq=False)
class Audit:
    """What became of every slip that can be made in a problem.

    Args:
        exam: Of a network, what was audited.
    """

    questions: tuple[Question, ...]
    outcomes: tuple[Outcome, ...]
    exam: Exam | None = None

    @property
    def possible(self) -> tuple[Outcome, ...]:
        """Those that change some number, if not of this problem then of one like it."""
        return tuple(outcome for outcome in self.outcomes if outcome.fate != "void")

    @property
    def undetected(self) -> tuple[Outcome, ...]:
        """Those that `check` counts right."""
        return tuple(outcome for outcome in self.possible if outcome.fate != "told")

    @property
    def n_void(self) -> int:
        return len(self.outcomes) - len(self.possible)

    @property
    def sharpness(self) -> float | None:
        """The share of slips that some question tells; None where none can be made."""
        return 1 - len(self.undetected) / len(self.possible) if self.possible else None

    def blind_to(self, question: Question) -> Counter[str]:
        """Count by slug the slips that leave the digits of a question right."""
        return Counter(outcome.slug for outcome in self.possible if question in outcome.blind)

    def told_by(self, question: Question) -> int:
        """Count the slips that change the digits of a question."""
        return sum(question in outcome.told for outcome in self.possible)

    @property
    def has_one_step(self) -> bool:
        return self.exam is not None and set(self.exam.truth.values.case.lengths.values()) <= {1}

    @property
    def starts_at_zero(self) -> bool:
        """Tell whether every initial value of what the equations define is zero."""
        if self.exam is None:
            return False
        case = self.exam.truth.values.case
        return not any(array.any() for (name, _), array in case.initial.items() if name in case.system.defined)


def audit(truth: Truth, decimals: int | None = None, only: Collection[str] = ()) -> Audit:
    """Apply every slip to a problem.

    Args:
        truth: With gradients, where the problem has a loss and asks for them or has no answers.
        decimals: Of all answers, in place of those that each of them shows.
        only: The slugs of slips to be tried; none for all.

    Raises:
        TooLarge: the problem has more than 200,000 numbers or 300 steps, or its slips lead through too many lines.
    """
    return audit_exam(exam_of(truth, decimals, only))


def exam_of(truth: Truth, decimals: int | None = None, only: Collection[str] = ()) -> Exam:
    """Give a problem as an exam; the arguments are those of `audit`.

    Raises:
        TooLarge: the problem has more than 200,000 numbers, or 300 steps.
    """
    if any(length > MOST_STEPS for length in truth.values.case.lengths.values()):
        raise TooLarge(f"it has more than {plural(MOST_STEPS, 'time step')}")
    n_numbers = sum(array.size for array in truth.values.sequences.values())
    if n_numbers > MOST_NUMBERS:
        raise TooLarge(f"it has more than {plural(MOST_NUMBERS, 'number')}")
    return Exam(truth, questions_of(truth, decimals), frozenset(only))


def audit_exam(exam: Exam) -> Audit:
    """Apply the slips of an exam.

    Raises:
        TooLarge: they lead through too many lines.
    """
    reasons = Reasons(exam)
    outcomes = _outcomes(exam, exam.tried, _read_all)
    return Audit(exam.questions, tuple(o if o.fate == "told" else reasons.explained(o) for o in outcomes), exam)


def audit_again(before: Audit, exam: Exam) -> Audit:
    """Apply the slips to the same problem with other numbers or decimals, to see which are told.

    What hides a slip is taken over, and the questions are gone through up to the
    first one that tells it.

    Raises:
        TooLarge: the slips lead through too many lines.
    """
    known = {outcome.tried.key: outcome for outcome in before.outcomes}
    compiled = {one.key: one.candidates for one in before.exam.tried}
    tried = [one._replace(candidates=compiled.get(one.key, one.candidates)) for one in exam.tried]

    def with_reason(outcome: Outcome) -> Outcome:
        old = known.get(outcome.tried.key)
        if outcome.fate == "told" or old is None:
            return outcome
        fate = "void" if old.fate == "void" else outcome.fate
        return outcome._replace(fate=fate, decimals=old.decimals, hidden_by=old.hidden_by)

    return Audit(exam.questions, tuple(map(with_reason, _outcomes(exam, tried, _read_until_told))), exam)


Readings = Mapping[Question, Reading]


def _outcomes(exam: Exam, tried: Iterable[Tried], read: Callable[[Exam, Tried, Course], Readings]) -> Iterator[Outcome]:
    """Say what becomes of each slip that can be made."""
    n_lines = 0
    for one in tried:
        course = exam.course(one)
        with contextlib.suppress(NotThere):
            yield _outcome(exam, one, course, read(exam, one, course))
        n_lines += course.n_lines
        if n_lines > MOST_LINES:
            raise TooLarge(f"its slips lead through more than {plural(MOST_LINES, 'line')}")


def _read_all(exam: Exam, one: Tried, course: Course) -> Readings:
    """Read every question; one that the slip leaves without numbers matters only if no other tells it."""
    found, missing = {}, None
    for question in one.questions:
        try:
            found[question] = exam.marking.read(question, course)
        except NotThere as reason:
            missing = reason
    if missing and "far" not in found.values():
        raise missing
    return found


def _read_until_told(exam: Exam, one: Tried, course: Course) -> Readings:
    found: dict[Question, Reading] = {}
    for question in one.questions:
        found[question] = exam.marking.read(question, course)
        if found[question] == "far":
            break
    return found


def _outcome(exam: Exam, one: Tried, course: Course, readings: Readings) -> Outcome:
    told = tuple(question for question, reading in readings.items() if reading != "same")
    blind = tuple(question for question, reading in readings.items() if reading == "same")
    hidden = told and "far" not in readings.values() and exam.marking.rounding_explains(course)
    fate: Fate = "blind" if not told else "rounding" if hidden else "told"
    return Outcome(*one.key[:2], fate, told, blind, tried=one)


def blind_slugs(truth: Truth, decimals: int | None = None) -> tuple[str, ...]:
    """Name the slips that give the right digits of all that a problem asks; quicker than an audit.

    What changes nothing whatever the numbers are is not named. A problem drawn
    at random is as sharp as another where it is blind to nothing that the other tells.
    """
    exam = exam_of(truth, decimals)
    reasons = Reasons(exam)
    blind = (one for one in exam.tried if exam.is_blind(one) and not reasons.is_void(one))
    return tuple(dict.fromkeys(one.slip.slug for one in blind))
