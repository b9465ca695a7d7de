"""The screen of `grade`: a row for each submission, stacked where the terminal is narrow, and the summary below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.render.clean import clean
from rnncalc.render.numbers import write_number

if TYPE_CHECKING:
    from rnncalc.grades import Grade, Grades, Summary

NOTHING = "–"
_MOST_NAME = 30  # cells of the column of names, in which a longer name goes on below itself
_LEAST_WORDS = 28  # cells of the last column, below which rows are stacked
_GAP = 2


def print_grades(console: Console, grades: Grades, summary: Summary) -> None:
    """Print a table of all rows, and the summary; nothing is cut at any width."""
    names = max((cell_len(clean(row.student)) for row in grades.rows), default=0)
    names = min(max(names, len("student")), _MOST_NAME)
    heads = [[str(question.key), write_points(question.points)] for question in grades.questions]
    heads.append(["points", write_points(grades.possible)])
    cells = [_points(row, grades) for row in grades.rows]
    widths = [max(map(len, (*head, *(line[at] for line in cells)))) for at, head in enumerate(heads)]
    words = console.width - names - sum(widths) - _GAP * (len(widths) + 1)
    for line in _wrapped(console, clean(grades.title), 0):
        console.print(line, soft_wrap=True)
    if words >= _LEAST_WORDS:
        _print_table(console, grades, heads, cells, (names, *widths, words))
    else:
        _print_stacked(console, grades, cells)
    console.print()
    for text in summary_lines(grades, summary):
        for line in _wrapped(console, text, 2):
            console.print(line, soft_wrap=True)


def write_points(points: float | None, decimals: int = 2) -> str:
    """Write points without needless zeros."""
    if points is None:
        return NOTHING
    text = write_number(points, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def first_words(row: Grade) -> str:
    """Name the first wrong number with the slip that gives it, or with its verdict."""
    first = row.marks.first if row.marks else None
    return f"{first.key}: {' or '.join(first.mistakes) or first.verdict}" if first else ""


def note_words(row: Grade) -> list[str]:
    """Say why a submission is not graded, what it lacks, and whether it counts."""
    notes = [*row.marks.notes] if row.marks else [f"not graded: {reason(row)}"]
    if row.others:
        what = f"the best of {len(row.others) + 1} files" if row.counts else "does not count"
        notes.append(f"{row.file}: {what}")
    return notes


def reason(row: Grade) -> str:
    """Say in one line why a submission could not be graded."""
    if row.error is None:
        return row.fault
    first, *more = row.error.diagnostics
    place = f"line {first.span.line}: " if first.span.source.text else ""
    return f"{place}{first.slug}: {first.message}" + (f" (and {plural(len(more), 'further fault')})" if more else "")


def summary_lines(grades: Grades, summary: Summary) -> Iterator[str]:
    """Give the summary: how many, mean and median, the mean of each question, slips by how many made them."""
    graded = sum(row.marks is not None for row in grades.rows)
    counts = {
        "not graded": len(grades.rows) - graded,
        "beside a better one of the same student": graded - summary.counted,
    }
    less = [f"{number:,} {words}" for words, number in counts.items() if number]
    yield ", ".join([plural(len(grades.rows), "submission"), *less])
    if grades.given:
        yield "The problem has no answers and no points: what is asked for is what submissions give, 1 point each."
    if unjudged := [str(question.key) for question in grades.questions if not question.spots]:
        yield f"Nothing to judge, so no points: {', '.join(unjudged)}"
    if summary.mean is not None:
        possible = write_points(grades.possible)
        yield f"mean {write_points(summary.mean)} of {possible}, median {write_points(summary.median)}"
        shares = zip(grades.questions, summary.shares, strict=True)
        by_question = [f"{one.key} {write_number(100 * share, 0)} %" for one, share in shares if share is not None]
        yield f"mean by question: {', '.join(by_question)}"
    if grades.method_credit:
        yield f"a number that one named slip gives counts {write_points(grades.method_credit)}"
    if summary.mistakes:
        slips = ", ".join(f"{slug} {number:,}" for slug, number in summary.mistakes.items())
        yield f"slips, and how many made them: {slips}"


def _points(row: Grade, grades: Grades) -> list[str]:
    if row.marks is None:
        return [NOTHING] * (len(grades.questions) + 1)
    shares = zip(row.shares, grades.questions, strict=True)
    points = [None if share is None else share * question.points for share, question in shares]
    return [write_points(number) for number in (*points, row.total)]


def _words(row: Grade) -> str:
    first = first_words(row) if not row.marks or not row.marks.first or row.marks.first.verdict != "unreadable" else ""
    return clean("; ".join(filter(None, [first, *note_words(row)])))


def _print_table(
    console: Console,
    grades: Grades,
    heads: Sequence[Sequence[str]],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
) -> None:
    names, words = widths[0], widths[-1]
    console.print(_line("student", [head[0] for head in heads], "first wrong number, and what is missing", widths))
    console.print(_line("of", [head[1] for head in heads], "", widths))
    console.print("─" * min(console.width, sum(widths) + _GAP * (len(widths) - 1)))
    for row, line in zip(grades.rows, cells, strict=True):
        left = _folded(console, clean(row.student), names)
        right = _folded(console, _words(row), words)
        for at in range(max(len(left), len(right))):
            name = left[at] if at < len(left) else ""
            said = right[at] if at < len(right) else ""
            console.print(_line(name, line if at == 0 else [""] * len(line), said, widths), soft_wrap=True)


def _line(name: str, points: Sequence[str], words: str, widths: Sequence[int]) -> str:
    gap = " " * _GAP
    filled = gap.join(text.rjust(width) for text, width in zip(points, widths[1:-1], strict=True))
    return (name + " " * (widths[0] - cell_len(name)) + gap + filled + gap + words).rstrip()


def _print_stacked(console: Console, grades: Grades, cells: Sequence[Sequence[str]]) -> None:
    possible = write_points(grades.possible)
    for row, line in zip(grades.rows, cells, strict=True):
        points = f"{line[-1]} of {possible}" if row.marks else NOTHING
        console.print(*_wrapped(console, f"{clean(row.student)}: {points}", 4), sep="\n", soft_wrap=True)
        each = [
            f"{question.key} {text} of {write_points(question.points)}"
            for question, text in zip(grades.questions, line, strict=False)
        ]
        for text in (", ".join(each) if row.marks else "", _words(row)):
            if text:
                console.print(*_wrapped(console, f"  {text}", 4), sep="\n", soft_wrap=True)


def _wrapped(console: Console, text: str, indent: int) -> list[Text]:
    """Break a text into lines, all but the first of them indented."""
    first, *rest = _folded(console, text, console.width) or [""]
    if not rest:
        return [Text(first)]
    more = _folded(console, text[len(first) :].strip(), max(console.width - indent, 8))
    return [Text(first), *(Text(" " * indent + line) for line in more)]


def _folded(console: Console, text: str, width: int) -> list[str]:
    return [line.plain.rstrip() for line in Text(text).wrap(console, width, overflow="fold")]
