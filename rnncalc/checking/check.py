"""Judge every answer of a case, entry by entry, declared misprints included."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.base.span import Span
from rnncalc.checking.given import coarsest_unit
from rnncalc.checking.layout import Number
from rnncalc.checking.second_look import Look, look_again
from rnncalc.checking.truth import Truth, asks_gradients, truth_of
from rnncalc.checking.verdicts import RIGHT, Judgement, judge_number
from rnncalc.compute.answers import Answer, AnswerKey, Claims
from rnncalc.compute.bptt import Gradients
from rnncalc.compute.quantities import NoQuantity, past_end, pick
from rnncalc.compute.values import Values
from rnncalc.language.writer import write_equation


class Finding(NamedTuple):
    """One number written, what it should be, and the verdict.

    `entry` counts from 1, the innermost number last; `value` is None where
    nothing could be compared; `misprint` is the declared reason; `answer` is
    the place of the answer that the number belongs to; `remark` is worth saying
    though the number is right; `equation` is the line that a wrong number belongs to;
    `mistakes` are the slugs of the slips that give the number, `possible` those
    that fit it where the digits are too few to name one; `spot` names its place
    in the true values, by which two spellings of one number are known as such,
    None where it has none.
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
    possible: tuple[str, ...] = ()
    spot: tuple[Hashable, int] | None = None

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
            return self.verdict in ("differs", "follows", "mistake", "misprint")
        return self.verdict in RIGHT or self.verdict == "not-judged"


def check_answers(values: Values, gradients: Gradients | None = None) -> list[Finding]:
    """Judge all answers of a case against its values.

    Args:
        values: The forward pass; its case holds the answers.
        gradients: The backward pass, where it is known already.
    """
    claims = values.case.claims
    return judge_claims(claims, Truth(values, gradients) if gradients else truth_of(values, asks_gradients(claims)))


def judge_claims(claims: Claims, truth: Truth) -> list[Finding]:
    """Judge all answers of a file, declared misprints included."""
    declared = {truth.spot(key): (key, reason, span) for key, (reason, span) in claims.misprints.items()}
    found = [list(_check_answer(answer, truth)) for answer in claims.answers]
    findings, used = [], set()
    for finding in _looked_at_again(found, claims.answers, truth, declared):
        if finding.spot in declared:
            used.add(finding.spot)
            finding = as_misprint(finding, declared[finding.spot][1])
        findings.append(finding)
    for spot, (key, reason, span) in declared.items():
        if spot not in used:
            words = "no answer of the file is this printed number"
            findings.append(Finding(key, key.entry, "", None, Judgement("stale-misprint", words), span, span, reason))
    return findings


def _looked_at_again(
    found: Sequence[Sequence[Finding]], answers: Sequence[Answer], truth: Truth, declared: Collection[Hashable]
) -> list[Finding]:
    """Judge what differs by its digits once more, from where it may come."""
    if not any(finding.verdict == "differs" for finding in itertools.chain(*found)):
        return [*itertools.chain(*found)]
    placed: list[tuple[Finding, Number | None]] = []
    for answer, findings in zip(answers, found, strict=True):
        unit = coarsest_unit(answer)
        for at, finding in enumerate(findings):
            number = None
            if finding.spot is not None:
                quantity, index = finding.spot
                number = Number(*quantity, index, float(answer.values.flat[at]), unit)
            placed.append((finding, number))
    numbers = [number for _, number in placed if number is not None]
    known = {number for finding, number in placed if finding.spot in declared}
    differing = [number for finding, number in placed if number is not None and finding.verdict == "differs"]
    try:
        looks = look_again(numbers, differing, known, truth)
    except (ArithmeticError, ValueError, IndexError, KeyError) as error:  # said, never silent
        words = f"not the right digits, and carrying on from it failed ({type(error).__name__})"
        looks = dict.fromkeys(differing, Look(Judgement("differs", words)))
    lines = {key: _line(key, truth) for key in {finding.key for finding, _ in placed if finding.verdict == "differs"}}
    return [
        _judged_again(finding, looks.get(number, Look()), lines[finding.key])
        if finding.verdict == "differs"
        else finding
        for finding, number in placed
    ]


def _line(key: AnswerKey, truth: Truth) -> str:
    """Write the equation that a key is about."""
    equation = truth.equation(key)
    return write_equation(equation, "screen") if equation else ""


def _judged_again(finding: Finding, look: Look, equation: str) -> Finding:
    seen = look._replace(judgement=look.judgement or finding.judgement)
    return finding._replace(equation=equation, **seen._asdict())


def _check_answer(answer: Answer, truth: Truth) -> Iterator[Finding]:
    key, shape = answer.key, answer.values.shape
    whole = truth.whole(key)
    if whole is None:
        reason = "the loss does not depend on it" if truth.gradients else "the file gives no loss"
        yield as_a_whole(answer, Judgement("not-judged", reason))
        return
    try:
        true, numbers = pick(np.asarray(whole), key, truth.values), truth.numbered(key, whole)
    except NoQuantity as reason:
        yield as_a_whole(answer, Judgement("unreadable", str(reason)))
        return
    expected, spots = fitting(true, shape), fitting(numbers, shape)
    ended = past_end(truth.values, key)
    if expected is None:
        yield as_a_whole(answer, Judgement("unreadable", wrong_shape(true, answer)))
        return
    for place, index in enumerate(np.ndindex(shape)):
        text, given, value = answer.texts[index], float(answer.values[index]), float(expected[index])
        entry = key.entry + (tuple(number + 1 for number in index) if true.ndim else ())
        judgement = _ENDED if ended is not None and ended.flat[spots[index]] else judge_number(text, given, value)
        spot = (truth.of(key), int(spots[index]))
        yield Finding(key, entry, text, value, judgement, answer.spans[place], answer.span, spot=spot)


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
