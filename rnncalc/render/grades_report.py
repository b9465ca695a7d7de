"""The JSON document of `grade`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnncalc.render.grades import reason
from rnncalc.render.report import SCHEMA_VERSION, error_items

if TYPE_CHECKING:
    from rnncalc.grades import Grade, Grades, Summary


def grades_report(grades: Grades, summary: Summary) -> dict:
    """Give the document: questions, an item for each submission, the summary, what could not be read."""
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "grade",
        "title": grades.title,
        "method_credit": grades.method_credit,
        "questions": [
            {"key": str(one.key), "points": one.points, "numbers": len(one.spots)} for one in grades.questions
        ],
        "submissions": [_item(row, grades) for row in grades.rows],
        "summary": {
            "submissions": len(grades.rows),
            "counted": summary.counted,
            "of": grades.possible,
            "mean": summary.mean,
            "median": summary.median,
            "questions": [
                {"key": str(one.key), "share": share}
                for one, share in zip(grades.questions, summary.shares, strict=True)
            ],
            "mistakes": dict(summary.mistakes),
        },
        "skipped": [{"file": file, "reason": why} for file, why in grades.skipped],
        "errors": [item for row in grades.rows if row.error for item in error_items(row.file, row.error)],
    }


def _item(row: Grade, grades: Grades) -> dict:
    first = row.marks.first if row.marks else None
    return {
        "student": row.student,
        "file": row.file,
        "points": row.total,
        "questions": _questions(row, grades),
        "first": first
        and {"key": first.key, "verdict": first.verdict, "rule": first.rule, "mistakes": list(first.mistakes)},
        "mistakes": list(row.marks.mistakes) if row.marks else [],
        "notes": list(row.marks.notes) if row.marks else [],
        "reason": None if row.marks else reason(row),
        "counts": row.counts,
        "others": list(row.others),
    }


def _questions(row: Grade, grades: Grades) -> list[dict]:
    if row.marks is None:
        return []
    found = zip(grades.questions, row.shares, row.marks.verdicts, strict=True)
    return [
        {
            "key": str(question.key),
            "share": share,
            "points": None if share is None else share * question.points,
            "verdicts": dict(verdicts),
        }
        for question, share, verdicts in found
    ]
