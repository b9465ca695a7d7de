"""Judge every answer of a case, entry by entry, declared misprints included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncalc.base.span import Span
from rnncalc.checking.verdicts import RIGHT, Judgement, judge_number
from rnncalc.compute.answers import Answer, AnswerKey
from rnncalc.compute.bptt import Gradients, backpropagate, derive
from rnncalc.compute.descent import given_inputs
from rnncalc.compute.quantities import gradient_quantity, quantity
from rnncalc.compute.values import Values


class Finding(NamedTuple):
    """One number written, what it should be, and the verdict.

    `entry` counts from 1, the innermost number last; `value` is None where
    nothing could be compared; `misprint` is the declared reason.
    """

    key: AnswerKey
    entry: tuple[int, ...]
    given: str
    value: float | None
    judgement: Judgement
    span: Span
    misprint: str | None = None

    @property
    def verdict(self) -> str:
        return self.judgement.verdict

    @property
    def counts_as_right(self) -> bool:
        """Tell whether the finding leaves the exit status at 0."""
        if self.misprint is not None:
            return self.verdict == "differs"
        return self.verdict in RIGHT or self.verdict == "not-judged"


def check_answers(values: Values) -> list[Finding]:
    """Judge all answers of a case against its values."""
    claims = values.case.claims
    declared = {(key.name, key.step, key.entry, key.gradient): reason for key, (reason, _) in claims.misprints.items()}
    gradients = None
    if values.case.loss and any(answer.key.gradient for answer in claims.answers):
        gradients = backpropagate(values, derive(values.case, True, given_inputs(values)))
    findings = []
    used = set()
    for answer in claims.answers:
        for finding in _check_answer(answer, values, gradients):
            spot = _spot(finding, values)
            if spot in declared:
                used.add(spot)
                finding = _as_misprint(finding, declared[spot])
            findings.append(finding)
    for key, (reason, span) in claims.misprints.items():
        if (key.name, key.step, key.entry, key.gradient) not in used:
            words = "no answer of the file is this printed number"
            findings.append(Finding(key, key.entry, "", None, Judgement("stale-misprint", words), span, reason))
    return findings


def _as_misprint(finding: Finding, reason: str) -> Finding:
    judgement = finding.judgement
    if judgement.verdict in RIGHT:
        judgement = Judgement("stale-misprint", f"declared a misprint, but it is right: {judgement.rule}")
    return Finding(finding.key, finding.entry, finding.given, finding.value, judgement, finding.span, reason)


def _spot(finding: Finding, values: Values) -> tuple:
    """Give the step and entry that a finding speaks of, however its answer was nested."""
    key, entry = finding.key, finding.entry
    step = key.step
    if step is None and not key.gradient and values.case.system.is_sequence(key.name):
        position = 1 if values.case.batched else 0
        if len(entry) > position:
            step = entry[position]
            entry = entry[:position] + entry[position + 1 :]
    if not entry and not key.gradient and key.name != values.case.loss:
        entry = (1,)
    return key.name, step, key.entry or entry, key.gradient


def _true_value(values: Values, gradients: Gradients | None, key: AnswerKey) -> np.ndarray | str:
    if not key.gradient:
        return quantity(values, key)
    return "the file gives no loss" if gradients is None else gradient_quantity(values, gradients, key)


def _check_answer(answer: Answer, values: Values, gradients: Gradients | None) -> Iterator[Finding]:
    key = answer.key
    true = _true_value(values, gradients, key)
    if isinstance(true, str):
        yield from _all(answer, Judgement("not-judged", true))
        return
    expected = _fitting(true, answer.values.shape)
    if expected is None:
        yield from _all(answer, Judgement("unreadable", _wrong_shape(true, answer)))
        return
    for place, index in enumerate(np.ndindex(answer.values.shape)):
        text, given, value = answer.texts[index], float(answer.values[index]), float(expected[index])
        entry = key.entry or tuple(number + 1 for number in index)
        yield Finding(key, entry, text, value, judge_number(text, given, value), answer.spans[place])


def _fitting(true: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """Give the true values in the shape of the answer, where a level of one entry may be left out."""
    if true.shape == shape:
        return true
    if true.ndim == len(shape) + 1 and true.shape[-1] == 1 and true.shape[:-1] == shape:
        return true[..., 0]
    if true.size == 1 and int(np.prod(shape)) == 1:
        return true.reshape(shape)
    return None


def _wrong_shape(true: np.ndarray, answer: Answer) -> str:
    def words(shape: tuple[int, ...]) -> str:
        return " × ".join(str(n) for n in shape) if shape else "a single number"

    return f"the answer is {words(answer.values.shape)}, the quantity is {words(true.shape)}"


def _all(answer: Answer, judgement: Judgement) -> Iterator[Finding]:
    yield Finding(answer.key, (), "", None, judgement, answer.span)
