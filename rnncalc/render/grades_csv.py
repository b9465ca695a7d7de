"""Grades as CSV for a spreadsheet, in which no text can be a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from rnncalc.render.clean import clean
from rnncalc.render.grades import first_words, note_words, write_points

if TYPE_CHECKING:
    from rnncalc.grades import Grade, Grades

_FORMULA = tuple("=+-@＝＋－＠")
_DECIMALS = 4


def grades_csv(grades: Grades) -> str:
    """Write one row for each submission: its points by question, or empty cells and a note that says why."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    own = ("student", "file", "points", "of", "counts", "first wrong", "slips", "note")
    questions = [str(question.key) for question in grades.questions]
    table.writerow([*own[:2], *(f"{key} (points)" if key in own else key for key in questions), *own[2:]])
    for row in grades.rows:
        table.writerow(_cells(row, grades))
    return out.getvalue()


def _cells(row: Grade, grades: Grades) -> list[str]:
    shares = row.shares or [None] * len(grades.questions)
    points = [
        None if share is None else share * question.points
        for share, question in zip(shares, grades.questions, strict=True)
    ]
    slips = "; ".join(row.marks.mistakes) if row.marks else ""
    words = [first_words(row), slips, "; ".join(note_words(row))]
    return [
        *map(_text, (row.student, row.file)),
        *map(_number, (*points, row.total)),
        _number(grades.possible),
        "yes" if row.counts else "no",
        *map(_text, words),
    ]


def _number(number: float | None) -> str:
    return "" if number is None else write_points(number, _DECIMALS)


def _text(text: str) -> str:
    """Write a text so that a spreadsheet takes it for one; its control characters are replaced.

    >>> [_text(text) for text in ("Ada", "=1+1", " @SUM(A1)", "-")]
    ['Ada', "'=1+1", "' @SUM(A1)", "'-"]
    """
    shown = clean(text)
    return f"'{shown}" if text[:1] in ("\t", "\r", "\n") or shown.lstrip().startswith(_FORMULA) else shown
