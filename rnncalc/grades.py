"""The result of grading a class: a row for each submission, and a summary of all."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.checking.credit import Question, credited


class Wrong(NamedTuple):
    """The first wrong number of a submission: which, its verdict and the rule behind it, the slips that give it."""

    key: str
    verdict: str
    rule: str
    mistakes: tuple[str, ...] = ()


class Marks(NamedTuple):
    """What judging a submission found; the same for equal numbers.

    `verdicts` counts numbers by verdict for each question, `mistakes` are all
    slips named, `notes` say what is missing or of another shape.
    """

    verdicts: tuple[Mapping[str, int], ...]
    first: Wrong | None = None
    mistakes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Grade(NamedTuple):
    """One submission: what each question and all together are worth, or why nothing could be graded.

    `shares` are from 0 to 1, one for each question, None where nothing of it
    could be judged; `total` is in points, None where the file could not be
    graded: `error` says why, or `fault` where the program failed. `others`
    are further files of the same student; of all of them one `counts`.
    """

    student: str
    file: str
    marks: Marks | None = None
    shares: tuple[float | None, ...] = ()
    total: float | None = None
    error: RnncalcError | None = None
    fault: str = ""
    others: tuple[str, ...] = ()
    counts: bool = False


class Grades(NamedTuple):
    """A class: questions, a row for each submission by name, and files that are none, with the reason.

    `given` tells that the questions are what the submissions give, as the problem names none; `method_credit` is what
    a number counts that one named slip gives.
    """

    title: str
    questions: tuple[Question, ...]
    rows: tuple[Grade, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    given: bool = False
    method_credit: float = 0.0

    @property
    def possible(self) -> float:
        """The points of all questions that can be judged."""
        return sum(question.points for question in self.questions if question.spots)


class Summary(NamedTuple):
    """What the rows that count have in common: totals in points, shares by question, slips by submissions."""

    counted: int
    mean: float | None
    median: float | None
    shares: tuple[float | None, ...]
    mistakes: Mapping[str, int]


def grade_of(student: str, file: str, marks: Marks, questions: Iterable[Question], method_credit: float) -> Grade:
    """Give the row of a submission that has been judged."""
    shares = tuple(credited(verdicts, method_credit) for verdicts in marks.verdicts)
    points = [question.points for question in questions]
    total = sum(share * worth for share, worth in zip(shares, points, strict=True) if share is not None)
    return Grade(student, file, marks, shares, float(total), counts=True)


def by_student(rows: Iterable[Grade]) -> tuple[Grade, ...]:
    """Sort rows by name; of several files of one student only the best counts, the first of equally good ones.

    The best one, so that a file under another's name can take nothing from them.
    """
    students: dict[str, list[Grade]] = {}
    for row in sorted(rows, key=lambda row: row.file):
        students.setdefault(_same(row.student), []).append(row)
    found = []
    for _, own in sorted(students.items()):
        best = max(own, key=lambda row: -1.0 if row.total is None else row.total)
        files = [row.file for row in own]
        found += [
            row._replace(counts=row is best and row.counts, others=tuple(file for file in files if file != row.file))
            for row in own
        ]
    return tuple(found)


def _same(student: str) -> str:
    """Give what spellings of one name have in common."""
    import unicodedata

    seen = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFKC", student))
    return " ".join(seen.casefold().split())


def summarise(grades: Grades) -> Summary:
    """Give mean and median, the mean share of each question, and how many submissions made which slip."""
    rows = [row for row in grades.rows if row.counts and row.marks is not None]
    totals = [row.total for row in rows if row.total is not None]
    shares = tuple(
        _mean([row.shares[at] for row in rows if row.shares[at] is not None]) for at in range(len(grades.questions))
    )
    mistakes = Counter(slug for row in rows for slug in row.marks.mistakes)
    ordered = dict(sorted(mistakes.items(), key=lambda item: (-item[1], item[0])))
    return Summary(len(rows), _mean(totals), statistics.median(totals) if totals else None, shares, ordered)


def _mean(numbers: list[float]) -> float | None:
    return statistics.fmean(numbers) if numbers else None
