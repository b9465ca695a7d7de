"""The JSON document of `audit`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rnncalc.checking.audit import Audit
from rnncalc.checking.outcome import Outcome
from rnncalc.checking.sharpen import Suggestion
from rnncalc.problem.problem import Problem
from rnncalc.render.changes import change_lines, change_words
from rnncalc.render.report import SCHEMA_VERSION, error_items

if TYPE_CHECKING:
    from rnncalc.auditing import Audited


def audit_report(audited: Iterable[Audited]) -> dict:
    """Give the document: by problem its questions, every slip that can be made, and the changes suggested."""
    several = list(audited)
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "audit",
        "problems": [_problem_item(one) for one in several if one.audit is not None],
        "skipped": [{"file": one.file, "reason": one.skipped} for one in several if one.skipped],
        "errors": [item for one in several if one.error for item in error_items(one.file, one.error)],
    }


def _problem_item(one: Audited) -> dict:
    found = one.audit
    return {
        "file": one.file,
        "title": one.problem.title,
        "sharpness": found.sharpness,
        "possible": len(found.possible),
        "told": len(found.possible) - len(found.undetected),
        "void": found.n_void,
        "questions": [
            {
                "key": str(question.key),
                "decimals": question.decimals,
                "told": found.told_by(question),
                "blind": dict(found.blind_to(question)),
            }
            for question in found.questions
        ],
        "slips": [_slip_item(outcome) for outcome in found.possible],
        "suggestions": [_suggestion_item(found, suggestion, one.problem) for suggestion in one.suggestions],
    }


def _slip_item(outcome: Outcome) -> dict:
    return {
        "mistake": outcome.slug,
        "words": outcome.words,
        "fate": outcome.fate,
        "told": [str(question.key) for question in outcome.told],
        "blind": [str(question.key) for question in outcome.blind],
        "decimals": outcome.decimals,
        "hidden_by": list(outcome.hidden_by),
    }


def _suggestion_item(found: Audit, suggestion: Suggestion, problem: Problem) -> dict:
    return {
        "changes": change_words(suggestion, problem),
        "lines": change_lines(suggestion, problem),
        "tells": len(suggestion.tells),
        "hides": len(suggestion.hides),
        "sharpness": suggestion.audit.sharpness,
    }
