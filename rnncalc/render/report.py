"""The JSON documents: one for each command, full precision, schema_version 1."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import numpy as np

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.checking.check import Finding
from rnncalc.compute.nesting import loss_steps, sequence_values, single_values
from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem

if TYPE_CHECKING:
    from rnncalc.judging import Judged

SCHEMA_VERSION = 1


def forward_report(problem: Problem, values: Values, only: Collection[str], steps: Collection[int]) -> dict:
    """Give the document of `forward`: values by name, loss, initial values taken as zero.

    Of a batch of unequal lengths also `lengths`; what is past a sequence's end is null.
    """
    system = values.case.system
    names = [name for name in problem.network.system.defined if not only or name in only]
    report = {
        "schema_version": SCHEMA_VERSION,
        "command": "forward",
        "title": problem.title,
        "values": {name: nested(_chosen(values, name, steps)) for name in names},
        "assumed": [f"{name}({step})" for name, step in problem.assumed],
        "dropped": list(problem.dropped),
    }
    if steps:
        report["steps"] = sorted(steps)
    if values.case.own_lengths:
        report["lengths"] = {letter: list(own) for letter, own in values.case.own_lengths.items()}
    if values.case.loss and (not only or values.case.loss in only):
        terms = loss_steps(values)
        chosen = pick_steps(terms, steps, 0) if system.is_sequence(values.case.loss) else terms
        report["loss"] = {"total": number(terms.sum()), "steps": nested(chosen)}
    return report


def _chosen(values: Values, name: str, steps: Collection[int]) -> np.ndarray:
    if not values.case.system.is_sequence(name):
        array = single_values(values, name)
        return (
            array if array.size > 1 else array.reshape(array.shape[:-1]) if values.case.batched else array.reshape(())
        )
    return pick_steps(sequence_values(values, name), steps, 1 if values.case.batched else 0)


def pick_steps(array: np.ndarray, steps: Collection[int], axis: int) -> np.ndarray:
    """Keep the chosen steps of an array, all where none is chosen."""
    if not steps:
        return array
    return array.take([step - 1 for step in sorted(steps) if step <= array.shape[axis]], axis=axis)


def check_report(judged: Iterable[Judged], student: bool = False) -> dict:
    """Give the document of `check`: one item for each number written; for students without any digit of the key."""
    judged = list(judged)
    answers = [finding_item(one, finding, student or one.hidden) for one in judged for finding in one.findings]
    errors = [item for one in judged if one.error for item in error_items(one.file, one.error)]
    return {"schema_version": SCHEMA_VERSION, "command": "check", "answers": answers, "errors": errors}


def error_items(file: str, error: RnncalcError) -> list[dict]:
    """Give the faults that kept a file from being read."""
    return [
        {
            "file": file,
            "line": fault.span.line,
            "slug": fault.slug,
            "message": fault.message,
            "remedy": fault.remedy,
        }
        for fault in error.diagnostics
    ]


def finding_item(judged: Judged, finding: Finding, hidden: bool) -> dict:
    """Give one number written, with its verdict; `hidden` leaves out what tells the right value."""
    return {
        "file": judged.file,
        "student": judged.student,
        "key": str(finding.key),
        "entry": list(finding.entry),
        "verdict": finding.verdict,
        "given": finding.given,
        "value": None if finding.value is None or hidden else number(finding.value),
        "line": finding.span.line,
        "mistake": finding.mistakes[0] if finding.mistakes else None,
        "mistakes": list(finding.mistakes),
        "possible": list(finding.possible),
        "remark": finding.remark,
        "rule": finding.rule_without_key if hidden else finding.judgement.rule,
        "equation": finding.equation,
        "misprint": None if hidden else finding.misprint,
        "right": finding.counts_as_right,
    }


def write_json(report: dict) -> str:
    """Write a document; what a file's name has that is no UTF-8 becomes a question mark."""
    return json.dumps(report, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace").decode("utf-8")


def nested(array: np.ndarray):
    """Give nested lists of numbers, None where a number is not finite."""
    if np.isfinite(array).all():
        return array.tolist()
    return _without_nonfinite(array.tolist())


def _without_nonfinite(value):
    if isinstance(value, list):
        return [_without_nonfinite(item) for item in value]
    return number(value)


def number(value: float) -> float | None:
    """Give a number, None where it is not finite."""
    return float(value) if math.isfinite(value) else None
