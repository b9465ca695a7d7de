"""The screen of `grade`: a row for each submission, stacked where the terminal is narrow, and the summary below."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
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
_LEAST_WORDS = 28  # cells of the last column, below which words stand below their row
_GAP = 2


def print_grades(console: Console, grades: Grades, summary: Summary) -> None:
    """Print a row for each submission, and the summary; nothing is cut at any width."""
    print_lines(console, [clean(grades.title)])
    heads = [[str(question.key), write_points(question.points)] for question in grades.questions]
    heads.append(["points", write_points(grades.possible)])
    cells = [_points(row, grades) for row in grades.rows]
    names = max((cell_len(clean(row.student)) for row in grades.rows), default=0)
    widths = [min(max(names, len("student")), _MOST_NAME)]
    widths += [max(map(len, (*head, *(line[at] for line in cells)))) for at, head in enumerate(heads)]
    if sum(widths) + _GAP * (len(widths) - 1) <= console.width:
        _print_table(console, grades, heads, cells, widths)
    else:
        _print_stacked(console, grades, cells)
    console.print()
    print_lines(console, summary_lines(grades, summary))


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
    return clean("; ".join(filter(None, [first_words(row), *note_words(row)])))


def _print_table(
    console: Console,
    grades: Grades,
    heads: Sequence[Sequence[str]],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
) -> None:
    """Print a table; words stand in a last column where there is room for one, else below their row."""
    used = sum(widths) + _GAP * (len(widths) - 1)
    room = console.width - used - _GAP
    beside = room >= _LEAST_WORDS
    heading = "first wrong number, notes" if beside else ""
    console.print(Text(_line("student", [head[0] for head in heads], heading, widths)), soft_wrap=True)
    console.print(Text(_line("of", [head[1] for head in heads], "", widths)), soft_wrap=True)
    console.print(Text("─" * (console.width if beside else used)), soft_wrap=True)
    for row, line in zip(grades.rows, cells, strict=True):
        names = _folded(console, clean(row.student), widths[0])
        words = _folded(console, _words(row), room) if beside else []
        for at, (name, said) in enumerate(itertools.zip_longest(names, words, fillvalue="")):
            console.print(Text(_line(name, line if at == 0 else [""] * len(line), said, widths)), soft_wrap=True)
        if not beside and _words(row):
            print_lines(console, [f"  {_words(row)}"])


def _line(name: str, points: Sequence[str], words: str, widths: Sequence[int]) -> str:
    gap = " " * _GAP
    filled = gap.join(text.rjust(width) for text, width in zip(points, widths[1:], strict=True))
    return (name + " " * (widths[0] - cell_len(name)) + gap + filled + gap + words).rstrip()


def _print_stacked(console: Console, grades: Grades, cells: Sequence[Sequence[str]]) -> None:
    for row, (*each, total) in zip(grades.rows, cells, strict=True):
        of = f" of {write_points(grades.possible)}" if row.marks else ""
        print_lines(console, [f"{clean(row.student)}: {total}{of}"])
        if row.marks:
            questions = zip(grades.questions, each, strict=True)
            items = [f"{one.key} {text} of {write_points(one.points)}" for one, text in questions]
            print_lines(console, [f"  {line}" for line in _listed(items, console.width - 2)])
        if _words(row):
            print_lines(console, [f"  {_words(row)}"])


def print_lines(console: Console, texts: Iterable[str]) -> None:
    """Print texts, each over as many lines as it needs, all but the first of them indented."""
    for text in texts:
        first, *rest = _folded(console, text, console.width)
        more = _folded(console, text[len(first) :].strip(), max(console.width - 4, 8)) if rest else []
        for line in (first, *(" " * 4 + line for line in more)):
            console.print(Text(line), soft_wrap=True)


def _listed(items: Sequence[str], width: int) -> list[str]:
    """Put items beside each other with commas, as many as go into a line."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 3 <= width:
            lines[-1] += f", {item}"
        else:
            lines[-1:] = [*(f"{line}," for line in lines[-1:]), item]
    return lines


def _folded(console: Console, text: str, width: int) -> list[str]:
    if cell_len(text) <= width:
        return [text.rstrip()]
    return [line.plain.rstrip() for line in Text(text).wrap(console, width, overflow="fold")] or [""]
