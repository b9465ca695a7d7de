"""Judge every answer of a case, entry by entry, declared misprints included."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.base.span import Span
from rnncalc.checking.given import coarsest_unit
from rnncalc.checking.reconsider import Number, reconsider
from rnncalc.checking.verdicts import RIGHT, Judgement, judge_number
from rnncalc.compute.answers import Answer, AnswerKey
from rnncalc.compute.bptt import Gradients, complete_adjoints, gradients_of
from rnncalc.compute.descent import given_inputs
from rnncalc.compute.quantities import NoQuantity, is_place, past_end, pick, whole_gradient, whole_quantity
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Equation
from rnncalc.language.writer import write_equation
from rnncalc.recurrences.backward import adjoint_name


class Finding(NamedTuple):
    """One number written, what it should be, and the verdict.

    `entry` counts from 1, the innermost number last; `value` is None where
    nothing could be compared; `misprint` is the declared reason; `answer` is
    the place of the answer that the number belongs to; `remark` is worth saying
    though the number is right; `equation` is the line that a wrong number belongs to;
    `mistakes` are the slugs of the slips that give the number.
    """

    key: AnswerKey
    entry: tuple[int, ...]
    given: str
    value: float | None
    judgement: Judgement
    span: Span
    answer: Span
    misprint: str | None = None
    remark: str = ""
    equation: str = ""
    mistakes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        return self.judgement.verdict

    @property
    def rule_without_key(self) -> str:
        """The rule that decided, without anything from which the right value could be found."""
        return "not what the equation gives" if self.verdict == "differs" else self.judgement.rule

    @property
    def counts_as_right(self) -> bool:
        """Tell whether the finding leaves the exit status at 0."""
        if self.misprint is not None:
            return self.verdict in ("differs", "follows", "misprint")
        return self.verdict in RIGHT or self.verdict == "not-judged"


def check_answers(values: Values, gradients: Gradients | None = None) -> list[Finding]:
    """Judge all answers of a case against its values.

    Args:
        values: The forward pass; its case holds the answers.
        gradients: The backward pass, where it is known already.
    """
    claims = values.case.claims
    truth = _Truth(values, gradients or asked_gradients(values))
    declared = {truth.spot(key): (key, reason, span) for key, (reason, span) in claims.misprints.items()}
    findings, used = [], set()
    for answer in _reconsidered(claims.answers, truth):
        for finding, spot in answer:
            if spot in declared:
                used.add(spot)
                finding = as_misprint(finding, declared[spot][1])
            findings.append(finding)
    for spot, (key, reason, span) in declared.items():
        if spot not in used:
            words = "no answer of the file is this printed number"
            findings.append(Finding(key, key.entry, "", None, Judgement("stale-misprint", words), span, span, reason))
    return findings


def _reconsidered(answers: Sequence[Answer], truth: _Truth) -> list[list[tuple[Finding, Hashable]]]:
    """Judge all answers by their digits, and what differs once more, from where it may come."""
    found = [list(_check_answer(answer, truth)) for answer in answers]
    if not any(finding.verdict == "differs" for answer in found for finding, _ in answer):
        return found
    numbers = {}
    for answer, pairs in zip(answers, found, strict=True):
        unit = coarsest_unit(answer)
        for at, (finding, spot) in enumerate(pairs):
            if isinstance(spot, tuple) and finding.value is not None:
                numbers[id(pairs), at] = Number(*spot[0], spot[1], float(answer.values.flat[at]), unit)
    rounding = truth.values.case.rounding
    try:
        again = reconsider(numbers.values(), truth.values, truth.gradients, rounding.decimals)
    except (ArithmeticError, ValueError, IndexError, KeyError) as error:  # said, never silent
        words = f"not the right digits, and carrying on from it failed ({type(error).__name__})"
        again = {number: Judgement("differs", words) for number in numbers.values()}
    return [
        [
            (_judged_again(finding, again.get(numbers.get((id(pairs), at))), truth), spot)
            for at, (finding, spot) in enumerate(pairs)
        ]
        for pairs in found
    ]


def _judged_again(finding: Finding, judgement: Judgement | None, truth: _Truth) -> Finding:
    if finding.verdict != "differs":
        return finding
    equation = truth.equation(finding.key)
    shown = write_equation(equation, "screen") if equation else ""
    return finding._replace(judgement=judgement or finding.judgement, equation=shown)


def asked_gradients(values: Values) -> Gradients | None:
    """Give the backward pass, if some answer is about a gradient and there is a loss."""
    claims = values.case.claims
    asked = any(key.gradient for key in (*claims.misprints, *(answer.key for answer in claims.answers)))
    if values.case.loss is None or not asked:
        return None
    return gradients_of(values, True, given_inputs(values))


@dataclass(frozen=True)
class _Truth:
    """The true values, and a number for each place in them, so that two keys of one place are known as such."""

    values: Values
    gradients: Gradients | None

    @cached_property
    def adjoints(self) -> Mapping[str, np.ndarray]:
        return complete_adjoints(self.values, self.gradients)

    def equation(self, key: AnswerKey) -> Equation | None:
        """Give the line that a key is about."""
        if not key.gradient:
            return self.values.case.system.general.get(key.name)
        return self.gradients.backward.system.general.get(adjoint_name(key.name)) if self.gradients else None

    def whole(self, key: AnswerKey) -> np.ndarray | None:
        if not key.gradient:
            return whole_quantity(self.values, key)
        if self.gradients is None:
            return None
        adjoints = {} if key.name in self.values.case.weights else self.adjoints
        return whole_gradient(self.values, self.gradients, adjoints, key)

    def numbered(self, key: AnswerKey, whole: np.ndarray) -> np.ndarray:
        return pick(np.arange(np.size(whole)).reshape(np.shape(whole)), key, self.values)

    def of(self, key: AnswerKey) -> Hashable:
        """Name the quantity as a whole, as keys of several spellings may speak of it."""
        total = key.name == self.values.case.loss and key.step is None
        return key.name, key.gradient, total, key.step if is_place(key, self.values) else None

    def spot(self, key: AnswerKey) -> Hashable:
        """Give the single place that a key names; the key itself where it is not one place."""
        whole = self.whole(key)
        try:
            numbers = None if whole is None else self.numbered(key, whole)
        except NoQuantity:
            numbers = None
        return key if numbers is None or numbers.size != 1 else (self.of(key), int(numbers.flat[0]))


def _check_answer(answer: Answer, truth: _Truth) -> Iterator[tuple[Finding, Hashable]]:
    key, shape = answer.key, answer.values.shape
    whole = truth.whole(key)
    if whole is None:
        reason = "the loss does not depend on it" if truth.gradients else "the file gives no loss"
        yield as_a_whole(answer, Judgement("not-judged", reason)), None
        return
    try:
        true, numbers = pick(np.asarray(whole), key, truth.values), truth.numbered(key, whole)
    except NoQuantity as reason:
        yield as_a_whole(answer, Judgement("unreadable", str(reason))), None
        return
    expected, spots = fitting(true, shape), fitting(numbers, shape)
    ended = past_end(truth.values, key)
    if expected is None:
        yield as_a_whole(answer, Judgement("unreadable", wrong_shape(true, answer))), None
        return
    for place, index in enumerate(np.ndindex(shape)):
        text, given, value = answer.texts[index], float(answer.values[index]), float(expected[index])
        entry = key.entry + (tuple(number + 1 for number in index) if true.ndim else ())
        judgement = _ENDED if ended is not None and ended.flat[spots[index]] else judge_number(text, given, value)
        finding = Finding(key, entry, text, value, judgement, answer.spans[place], answer.span)
        yield finding, (truth.of(key), int(spots[index]))


_ENDED = Judgement("not-judged", "the sequence has ended before this step")


def as_a_whole(answer: Answer, judgement: Judgement) -> Finding:
    """Give one finding for an answer of which no single number can be judged."""
    return Finding(answer.key, (), "", None, judgement, answer.span, answer.span)


def as_misprint(finding: Finding, reason: str) -> Finding:
    """Give the finding of a number that is declared to be misprinted."""
    judgement = finding.judgement
    if judgement.verdict in RIGHT:
        judgement = Judgement("stale-misprint", f"declared a misprint, but it is right: {judgement.rule}")
    return finding._replace(judgement=judgement, misprint=reason)


def fitting(true: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """Give the true values in the shape of the answer, where a level of one entry may be left out."""
    if true.shape == shape:
        return true
    if true.ndim == len(shape) + 1 and true.shape[-1] == 1 and true.shape[:-1] == shape:
        return true[..., 0]
    if true.size == 1 and int(np.prod(shape)) == 1:
        return true.reshape(shape)
    return None


def wrong_shape(true: np.ndarray, answer: Answer) -> str:
    """Say that an answer and its quantity differ in shape."""

    def words(shape: tuple[int, ...]) -> str:
        return " × ".join(str(n) for n in shape) if shape else "a single number"

    return f"the answer is {words(answer.values.shape)}, the quantity is {words(true.shape)}"
