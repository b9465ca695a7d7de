"""Which mistakes an n-gram problem cannot tell from a right answer; audit.py does it for networks.

A slip that leaves the numbers asked right is set beside the same slip in other
texts of the same words: what stays right there too is none of this problem.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from rnncalc.base.span import Source, whole
from rnncalc.checking.audit import Audit, TooLarge
from rnncalc.checking.bigram import check_bigram
from rnncalc.checking.bigram_search import MOST_ENTRIES
from rnncalc.checking.marking import has_digits, unit_of
from rnncalc.checking.mistakes.ngram_texts import MOST_WORDS
from rnncalc.checking.mistakes.ngrams import ngram_slips
from rnncalc.checking.outcome import Outcome
from rnncalc.checking.questions import MOST_DECIMALS, Question, decimals_of
from rnncalc.compute.answers import Answer, AnswerKey, Claims
from rnncalc.compute.arithmetic import rounded
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_values import named_values
from rnncalc.compute.ngram_working import TABLES
from rnncalc.compute.ngrams import Ngrams, count_ngrams

N_TEXTS = 3  # others that a slip is tried in
FAR = 20.0  # units, and a fifth of the value: beyond both, no rounding explains a difference
HERE = whole(Source("<audit>", ""))

Values = Mapping[str, np.ndarray]


def audit_ngrams(
    model: Ngrams,
    asked: Asked,
    claims: Claims,
    shown: int,
    decimals: int | None = None,
    only: Collection[str] = (),
) -> Audit:
    """Apply every slip to an n-gram problem; without answers, all its values count as asked.

    Args:
        shown: The decimals that the problem shows.
        decimals: Of all answers, in place of those that each of them shows.
        only: The slugs of slips to be tried; none for all.

    Raises:
        TooLarge: the table has more than 40,000 entries, or the text more than 20,000 words.
    """
    if len(model.vocabulary) * len(model.contexts) > MOST_ENTRIES:
        raise TooLarge(f"its table has more than {MOST_ENTRIES:,} entries")
    if model.text is not None and len(model.text.words) > MOST_WORDS:
        raise TooLarge(f"its text has more than {MOST_WORDS:,} words")
    exam = _Exam(model, asked, claims, shown, decimals)
    slips = [(slip, values) for slip, values in ngram_slips(model, asked) if not only or slip.slug in only]
    outcomes = (exam.outcome(slip.slug, slip.words, values) for slip, values in slips)
    return Audit(exam.questions, tuple(outcome for outcome in outcomes if outcome is not None))


class _Exam:
    """An n-gram problem with its questions."""

    def __init__(self, model: Ngrams, asked: Asked, claims: Claims, shown: int, decimals: int | None):
        self.model, self.asked = model, asked
        self.right = named_values(model, asked)
        keys = {answer.key: self._decimals(answer, shown) for answer in claims.answers}
        keys = keys or {AnswerKey(name): shown for name in self.right}
        self.questions = tuple(
            Question(key, own if decimals is None else decimals, ())
            for key, own in keys.items()
            if _picked(self.right, key) is not None
        )

    def _decimals(self, answer: Answer, shown: int) -> int:
        return decimals_of(answer, _picked(self.right, answer.key), shown)

    def outcome(self, slug: str, words: str, values: Values) -> Outcome | None:
        """Say what becomes of a slip; None where nothing that is asked has to do with it."""
        read = {q: self._shows(q, values, q.decimals) for q in self.questions if _picked(values, q.key) is not None}
        told = tuple(question for question, same in read.items() if not same)
        concerned = self._changing.get(_kind(slug, words), frozenset())
        blind = tuple(question for question, same in read.items() if same and question.key.name in concerned)
        if told:
            if self._passes(values):
                return Outcome(slug, words, "rounding", told, blind, self._telling(values))
            return Outcome(slug, words, "told", told, blind)
        if not blind:
            return None
        if (decimals := self._telling(values)) is not None:
            return Outcome(slug, words, "blind", (), blind, decimals)
        if all(_equal(_picked(values, one.key), _picked(self.right, one.key)) for one in blind):
            return Outcome(slug, words, "blind", (), blind, None, ("text",))
        return None  # a whole table may lie either way

    def _shows(self, question: Question, values: Values, decimals: int) -> bool:
        """Tell whether a slip leads to the digits of the right answer; a whole table may lie the other way round."""
        true, found = (_picked(every, question.key) for every in (self.right, values))
        if question.key.name in TABLES and not question.key.entry and _same_digits(found, true.T, decimals):
            return True
        return _same_digits(found, true, decimals)

    def _passes(self, values: Values, least: int = 0) -> bool:
        """Tell whether `check` counts everything right that a student would write."""
        answers = []
        for question in self.questions:
            true, decimals = _picked(self.right, question.key), max(question.decimals, least)
            found = _picked({**self.right, **values}, question.key)
            if found is None or found.shape != true.shape or not np.isfinite(found).all():
                return False
            if question.key.name in values and not self._shows(question, values, decimals):
                apart = np.abs(found - true)
                if (apart > np.maximum(FAR * unit_of(decimals), np.abs(true) / 5)).any():
                    return False
            given = rounded(decimals)(found)
            texts = np.array([f"{number:.{decimals}f}" for number in given.flat], dtype=object).reshape(given.shape)
            answers.append(Answer(question.key, texts, given, (HERE,) * given.size, HERE))
        return all(one.counts_as_right for one in check_bigram(self.model, self.asked, Claims(tuple(answers))))

    def _telling(self, values: Values) -> int | None:
        """Give the decimals from which `check` tells a slip."""
        first = min(question.decimals for question in self.questions) + 1
        return next((n for n in range(first, MOST_DECIMALS + 1) if not self._passes(values, n)), None)

    @cached_property
    def _changing(self) -> dict[tuple[str, str], frozenset[str]]:
        """The values that each kind of slip changes in other texts."""
        found: dict[tuple[str, str], frozenset[str]] = {}
        for draw in range(N_TEXTS):
            other = other_text(self.model, draw)
            right = named_values(other, self.asked)
            for slip, values in ngram_slips(other, self.asked):
                names = frozenset(name for name in right if name in values and not _equal(values[name], right[name]))
                kind = _kind(slip.slug, slip.words)
                found[kind] = found.get(kind, frozenset()) | names
        return found


def _kind(slug: str, words: str) -> tuple[str, str]:
    """Name a slip in other texts too, where the numbers in its words are other ones."""
    return slug, re.sub(r"\d+(\.\d+)?", "#", words)


def other_text(model: Ngrams, draw: int) -> Ngrams:
    """Give a model of other texts of the same words, as long as the first; the same `draw` gives the same one."""
    rng = np.random.default_rng(draw)
    if model.given is not None:
        table = rng.uniform(0.1, 0.9, model.given.shape)
        return replace(model, given=table / table.sum(axis=0))
    before = model.sentences()
    words = list(dict.fromkeys(word for sentence in before for word in sentence))
    sentences = [[words[k] for k in rng.integers(len(words), size=len(sentence))] for sentence in before]
    return count_ngrams(sentences, model.order, model.add, model.vocabulary, model.text.after > 0)


def _picked(values: Values, key: AnswerKey) -> np.ndarray | None:
    """Give what a key asks for; None where there is no such value or entry."""
    found = None if key.step is not None or key.gradient else values.get(key.name)
    for number in key.entry if found is not None else ():
        if np.ndim(found) == 0 or number > len(found):
            return None
        found = found[number - 1]
    return None if found is None else np.asarray(found, dtype=float)


def _same_digits(found: np.ndarray, true: np.ndarray, decimals: int) -> bool:
    if found.shape != true.shape:
        return False
    pairs = zip(rounded(decimals)(found).flat, true.flat, strict=True)
    return all(np.isnan(right) or np.isfinite(own) and has_digits(own, right, decimals) for own, right in pairs)


def _equal(found: np.ndarray, true: np.ndarray) -> bool:
    """Tell whether two values are the same wherever the right one is a number."""
    if np.shape(found) != np.shape(true):
        return False
    return bool((np.isclose(found, true, rtol=1e-9, atol=1e-12, equal_nan=True) | np.isnan(true)).all())
