"""Judge the answers of an n-gram problem: T, counts, likelihood, the weights of its network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rnncalc.base.words import listing
from rnncalc.checking.bigram_look import look_again_at_ngrams
from rnncalc.checking.bigram_review import Number
from rnncalc.checking.check import Finding, as_a_whole, as_misprint, fitting, wrong_shape
from rnncalc.checking.given import coarsest_unit
from rnncalc.checking.second_look import Look
from rnncalc.checking.verdicts import Judgement, judge_number
from rnncalc.compute.answers import Answer, AnswerKey, Claims
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_values import laid, named_values
from rnncalc.compute.ngram_working import TABLES
from rnncalc.compute.ngrams import Ngrams

_NO_SENTENCE, _NO_NETWORK = " without 'sentence'", ", since some σ⁻¹ is not finite or the table is too large"
_WITHOUT = dict.fromkeys(("likelihood", "log_likelihood", "perplexity"), _NO_SENTENCE)
_WITHOUT |= dict.fromkeys(("W", "V", "b", "C"), _NO_NETWORK)
_UNDEFINED = Judgement("not-judged", "the probability is 0/0")


def check_bigram(model: Ngrams, asked: Asked, claims: Claims) -> list[Finding]:
    """Judge all answers; a table that is right the other way round is right, with a remark."""
    values, findings, used = named_values(model, asked), [], set()
    for finding in _looked_at_again(model, asked, values, claims):
        spot = _spot(finding)
        if spot in claims.misprints:
            used.add(spot)
            finding = as_misprint(finding, claims.misprints[spot][0])
        findings.append(finding)
    for key, (reason, span) in claims.misprints.items():
        if key not in used:
            words = "no answer of the file is this printed number"
            findings.append(Finding(key, key.entry, "", None, Judgement("stale-misprint", words), span, span, reason))
    return findings


def _spot(finding: Finding) -> AnswerKey:
    return AnswerKey(finding.key.name, None, finding.entry)


def _looked_at_again(
    model: Ngrams, asked: Asked, values: Mapping[str, np.ndarray], claims: Claims
) -> Iterator[Finding]:
    """Judge all answers by their digits, and what differs by them once more, from where it may come."""
    placed: list[tuple[Finding, Number | None]] = []
    for answer in claims.answers:
        found, turned = _check_answer(answer, values, asked)
        unit = coarsest_unit(answer)
        for at, finding in enumerate(found):
            number = None
            if finding.value is not None:
                entry = _place(finding.entry, values[finding.key.name].shape)
                turn = finding.key.name in TABLES and (asked.orientation == "rows") != turned
                where, given = entry[::-1] if turn else entry, float(answer.values.flat[at])
                number = Number(len(placed), finding.key.name, where, finding.given, given, unit)
            placed.append((finding, number))
    numbers = [number for _, number in placed if number is not None]
    differing = {number for finding, number in placed if number is not None and finding.verdict == "differs"}
    known = {number for finding, number in placed if number is not None and _spot(finding) in claims.misprints}
    right = {name: laid(v, asked.orientation) if name in TABLES else np.asarray(v) for name, v in values.items()}
    looks = look_again_at_ngrams(model, asked, right, numbers, differing, known) if differing else {}
    for finding, number in placed:
        look = looks.get(number, Look())
        judgement = look.judgement or finding.judgement
        remark = look.remark or finding.remark
        yield finding._replace(judgement=judgement, mistakes=look.mistakes, remark=remark)


def _place(entry: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Give the place in a value of an entry counted from 1, of which levels of one entry may be left out."""
    if int(np.prod(shape)) == 1:
        return (0,) * len(shape)
    return tuple(number - 1 for number in entry) + (0,) * (len(shape) - len(entry))


def _check_answer(answer: Answer, values: Mapping[str, np.ndarray], asked: Asked) -> tuple[Sequence[Finding], bool]:
    """Judge an answer by its digits; tell whether its table lies the other way round."""
    key = answer.key
    if key.name not in values:
        reason = _WITHOUT.get(key.name, "")
        there = f"there are {listing(values)}" if values else "the table is too large"
        return [as_a_whole(answer, Judgement("unreadable", f"there is no '{key.name}'{reason}; {there}"))], False
    if key.step is not None or key.gradient:
        words = "an n-gram model has no steps and no gradients"
        return [as_a_whole(answer, Judgement("unreadable", words))], False
    as_asked = _judged(answer, values[key.name])
    if key.name in TABLES and not key.entry and not all(finding.counts_as_right for finding in as_asked):
        other = _judged(answer, values[key.name].T)
        if all(finding.counts_as_right for finding in other):
            remark = (
                f"laid out by {'columns' if asked.orientation == 'rows' else 'rows'}, "
                f"where the problem says {asked.orientation}; right in that way"
            )
            return [finding._replace(remark=remark) for finding in other], True
    return as_asked, False


def _judged(answer: Answer, whole: np.ndarray) -> list[Finding]:
    key, true = answer.key, np.asarray(whole)
    numbers = numbered(key, true)
    if numbers is None:
        return [as_a_whole(answer, Judgement("unreadable", f"there is no entry {','.join(map(str, key.entry))}"))]
    true = np.asarray(true.ravel()[numbers])
    expected, spots = fitting(true, answer.values.shape), fitting(numbers, answer.values.shape)
    if expected is None:
        return [as_a_whole(answer, Judgement("unreadable", wrong_shape(true, answer)))]
    findings = []
    for place, index in enumerate(np.ndindex(answer.values.shape)):
        text, given, value = answer.texts[index], float(answer.values[index]), float(expected[index])
        judgement = _UNDEFINED if np.isnan(value) else judge_number(text, given, value)
        entry = key.entry + (tuple(number + 1 for number in index) if true.ndim else ())
        spot = (key.name, int(spots[index]))
        findings.append(Finding(key, entry, text, value, judgement, answer.spans[place], answer.span, spot=spot))
    return findings


def numbered(key: AnswerKey, whole: np.ndarray) -> np.ndarray | None:
    """Give the places, in a table laid flat, of the entries that a key names; None where it has no such entry."""
    numbers = np.arange(whole.size).reshape(whole.shape)
    for number in key.entry:
        if numbers.ndim == 0 or not 1 <= number <= len(numbers):
            return None
        numbers = numbers[number - 1]
    return numbers
