"""What answers are worth: every number of a question is an equal share of it.

`credited` is the one to read first. A right number counts whole, and so does
one that follows from an own earlier number: the method is right. What a named
slip gives counts as much as the instructor says. What cannot be judged is
left out; everything else, missing numbers too, counts nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.checking.bigram import numbered
from rnncalc.checking.check import Finding
from rnncalc.checking.truth import Truth
from rnncalc.checking.verdicts import RIGHT
from rnncalc.compute.answers import AnswerKey
from rnncalc.compute.quantities import NoQuantity, past_end, pick

_WORTH = {"not-judged": 3, **dict.fromkeys(RIGHT, 3), "follows": 2, "mistake": 1}  # in order; all others 0


class Question(NamedTuple):
    """Something that is asked for: its points, and which numbers of a quantity are judged for it.

    `quantity` and `spots` are those of findings; a question without spots cannot be judged.
    """

    key: AnswerKey
    points: float
    quantity: Hashable
    spots: frozenset[int]


def question_of(key: AnswerKey, points: float, truth: Truth) -> Question:
    """Find the numbers that a key asks for: those that have a finite value, before the end of their sequence."""
    whole = truth.whole(key)
    try:
        numbers = None if whole is None else truth.numbered(key, whole)
    except NoQuantity:
        numbers = None
    if numbers is None:
        return Question(key, points, None, frozenset())
    judged = np.isfinite(pick(np.asarray(whole), key, truth.values))
    if (ended := past_end(truth.values, key)) is not None:
        judged &= ~ended.ravel()[numbers]
    return Question(key, points, truth.of(key), frozenset(np.asarray(numbers)[judged].tolist()))


def bigram_question(key: AnswerKey, points: float, values: Mapping[str, np.ndarray]) -> Question:
    """Find the entries that a key asks for in the values of an n-gram model: those that are not 0/0."""
    whole = values.get(key.name)
    numbers = None if whole is None or key.step is not None or key.gradient else numbered(key, np.asarray(whole))
    if numbers is None:
        return Question(key, points, None, frozenset())
    judged = ~np.isnan(np.asarray(whole).ravel()[numbers])
    return Question(key, points, key.name, frozenset(np.asarray(numbers)[judged].tolist()))


def without_parts(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Leave out questions without a number, and those about a part of another one: y(2) beside y."""
    kept: list[Question] = []
    for question in sorted(questions, key=lambda one: -len(one.spots)):
        if question.spots and not any(
            question.quantity == other.quantity and question.spots <= other.spots for other in kept
        ):
            kept.append(question)
    return tuple(question for question in questions if question in kept)


def count_verdicts(questions: Iterable[Question], findings: Iterable[Finding]) -> tuple[dict[str, int], ...]:
    """Count for each question its numbers by verdict; one that is given twice counts by the worse of the two."""
    given: dict[Hashable, str] = {}
    unreadable = set()
    for finding in findings:
        if finding.spot is None:
            unreadable |= {(finding.key.name, finding.key.gradient)} if finding.verdict == "unreadable" else set()
        elif _WORTH.get(finding.verdict, 0) <= _WORTH.get(given.get(finding.spot, "exact"), 0):
            given[finding.spot] = finding.verdict
    counts = []
    for question in questions:
        other = "unreadable" if (question.key.name, question.key.gradient) in unreadable else "missing"
        counts.append(dict(Counter(given.get((question.quantity, spot), other) for spot in question.spots)))
    return tuple(counts)


def credited(verdicts: Mapping[str, int], method_credit: float) -> float | None:
    """Give the share of a question that numbers with these verdicts are worth; None where none was judged.

    Args:
        method_credit: What a number counts that one named slip gives, from 0 to 1.

    >>> credited({"exact": 1, "follows": 1, "mistake": 1, "missing": 1}, 0.5)
    0.625
    """
    credits = {**dict.fromkeys(RIGHT, 1.0), "follows": 1.0, "mistake": method_credit}
    judged = sum(number for verdict, number in verdicts.items() if verdict != "not-judged")
    earned = sum(number * credits.get(verdict, 0.0) for verdict, number in verdicts.items())
    return earned / judged if judged else None
