"""Grade a folder of submissions for one problem: read all, judge each set of numbers once, give everyone a row.

`grade` is the one to read first; submissions.py reads, checking/credit.py
counts, grades.py holds the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from rnncalc.base.span import Source
from rnncalc.checking.check import Finding
from rnncalc.checking.credit import Question, count_verdicts, without_parts
from rnncalc.crew import Crew
from rnncalc.grades import Grade, Grades, Marks, Wrong, by_student, grade_of
from rnncalc.judging import Opened
from rnncalc.problem.bigram import Bigram
from rnncalc.problem.kinds import read_kind
from rnncalc.problem.points import DEFAULT
from rnncalc.problem.problem import Problem
from rnncalc.submissions import ITSELF, Reader, Submission, fault_words, files_of

READ_ALONE, JUDGED_ALONE = 400, 8  # so many are done before another process has started
MOST_NOTES = 8  # on one submission
MOST_WITH_PAIRS = 200  # submissions, above which two slips at once are not sought

Told = Callable[[str, int, int], None]  # what is done, how many of it, of how many


def grade(
    problem: Problem | Bigram, folder: str, jobs: int = 1, method_credit: float = 0.0, told: Told | None = None
) -> Grades:
    """Grade all submissions of a folder.

    Equal numbers under equal keys are judged once, whoever gives them.

    Args:
        jobs: Processes that read and judge; with 1 it is this one.
        method_credit: What a number counts that one named slip gives, from 0 to 1.
        told: Is told how far the work is.
    """
    told = told or (lambda words, done, total: None)
    files, others = files_of(folder)
    pairs = len(files) <= MOST_WITH_PAIRS
    reader = Reader(Opened(problem, pairs), folder)
    with Crew(reader, _reader, (problem.source, folder, pairs), jobs) as crew:
        work = crew.each(Reader.read, files, lambda done: told("read", done, len(files)), READ_ALONE)
        read = [found or _lost(file) for file, found in zip(files, work, strict=True)]
        submissions = [one for one in read if not one.skipped]
        questions = _questions(reader.opened, submissions)
        first = {one.digest: one.file for one in submissions if not (one.error or one.fault)}
        work = crew.each(
            partial(mark, questions=questions),
            list(first.values()),
            lambda done: told("judged", done, len(first)),
            JUDGED_ALONE,
        )
        marks = dict(zip(first, work, strict=True))
    rows = by_student(_row(one, marks, questions, method_credit) for one in submissions)
    others += [(one.file, one.skipped) for one in read if one.skipped not in ("", ITSELF)]
    given = not problem.questions and bool(questions)
    return Grades(problem.title, questions, rows, tuple(others), given, method_credit)


def _reader(source: Source, folder: str, pairs: bool) -> Reader:
    """Open a problem in another process."""
    return Reader(Opened(read_kind(source), pairs), folder)


def _lost(file: str) -> Submission:
    return Submission(file, file.rpartition(".")[0], fault="a fault of the program: the process that read it ended")


def _questions(opened: Opened, submissions: Iterable[Submission]) -> tuple[Question, ...]:
    """Give what the problem asks for; where it says nothing, what the submissions give."""
    asked = opened.problem.questions
    if asked:
        return tuple(opened.question(key, points) for key, points in asked.items())
    keys = dict.fromkeys(key for one in submissions for key in one.keys)
    return without_parts([opened.question(key, DEFAULT) for key in keys])


def mark(reader: Reader, file: str, questions: Sequence[Question]) -> Marks | str:
    """Judge one submission; a text says which fault of the program kept it from being judged."""
    try:
        findings = reader.opened.judge(reader.claims(file))
        return marks_of(findings, questions, reader.opened)
    except Exception as fault:
        return fault_words(fault)


def marks_of(findings: Sequence[Finding], questions: Sequence[Question], opened: Opened) -> Marks:
    """Gather what matters of findings: verdicts by question, the first wrong number, slips, what is missing."""
    verdicts = count_verdicts(questions, findings)
    slips = [finding for finding in findings if finding.verdict == "mistake"]
    wrong = [*slips, *(finding for finding in findings if finding.verdict in ("differs", "unreadable"))]
    first = None
    if wrong:
        one = wrong[0]
        named = str(opened.place(one)) if one.spot else str(one.key)
        first = Wrong(named, one.verdict, one.rule_without_key, one.mistakes if one.verdict == "mistake" else ())
    mistakes = tuple(dict.fromkeys(slug for finding in slips for slug in finding.mistakes))
    notes = [f"{one.key}: {one.judgement.rule}" for one in findings if one.verdict == "unreadable"]
    notes += _missing(questions, verdicts)
    more = [f"and {len(notes) - MOST_NOTES:,} more"] if len(notes) > MOST_NOTES else []
    return Marks(verdicts, first, mistakes, (*notes[:MOST_NOTES], *more))


def _missing(questions: Iterable[Question], verdicts: Iterable[Mapping[str, int]]) -> Iterable[str]:
    for question, counts in zip(questions, verdicts, strict=True):
        if number := counts.get("missing"):
            of = f" {number} of {len(question.spots)}" if number < len(question.spots) else ""
            yield f"{question.key}:{of} missing"


def _row(
    submission: Submission, marks: Mapping[bytes, Marks | str | None], questions: Sequence[Question], credit: float
) -> Grade:
    """Give one submission its row."""
    if submission.error or submission.fault:
        return Grade(submission.student, submission.file, error=submission.error, fault=submission.fault)
    found = marks[submission.digest]
    if isinstance(found, Marks):
        return grade_of(submission.student, submission.file, found, questions, credit)
    fault = found or "a fault of the program: the process that judged it ended"
    return Grade(submission.student, submission.file, fault=fault)
