"""The likelihood of a sentence under an n-gram model, factor by factor, and sampling from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.compute.ngrams import BOUNDARY, Ngrams, UnknownWord


class Factor(NamedTuple):
    """One factor P(word | context); `times` of `total` is None where a table was given."""

    context: tuple[str, ...]
    word: str
    times: int | None
    total: int | None
    probability: float


class Likelihood(NamedTuple):
    """The product of one factor or more, from the first word on that has a whole context."""

    factors: tuple[Factor, ...]

    @property
    def product(self) -> float:
        return math.prod(factor.probability for factor in self.factors)

    @property
    def log(self) -> float:
        """The natural logarithm, in nats; also where the product underflows."""
        if any(factor.probability == 0 for factor in self.factors):
            return -math.inf
        return math.fsum(math.log(factor.probability) for factor in self.factors)

    @property
    def bits(self) -> float:
        return self.log / math.log(2)

    @property
    def perplexity(self) -> float:
        """exp(−log likelihood / number of factors)."""
        try:
            return math.exp(-self.log / len(self.factors))
        except OverflowError:
            return math.inf


def likelihood(model: Ngrams, sentence: Sequence[str], boundaries: bool = False) -> Likelihood:
    """Give the factors of a sentence.

    A context that never occurs has probability 1/|V| for every word where
    smoothing is on, and nan, 0/0, where it is not.

    Raises:
        UnknownWord: the vocabulary lacks a word.
    """
    span = model.order - 1
    words = [BOUNDARY] * span + list(sentence) + [BOUNDARY] if boundaries else list(sentence)
    check_words(model, words)
    factors = []
    for at in range(span, len(words)):
        context, word = tuple(words[at - span : at]), words[at]
        column = model.context_number.get(tuple(model.number[one] for one in context))
        factors.append(_factor(model, context, word, column))
    return Likelihood(tuple(factors))


def _unseen(model: Ngrams) -> np.ndarray:
    """Give what follows a context that no text has: every word alike, 0/0 without smoothing."""
    n_words = len(model.vocabulary)
    return np.full(n_words, 1 / n_words if model.add else math.nan)


def check_words(model: Ngrams, words: Sequence[str]) -> None:
    """Raise UnknownWord for the first word that the vocabulary lacks."""
    for word in words:
        if word not in model.number:
            raise UnknownWord(word)


def _factor(model: Ngrams, context: tuple[str, ...], word: str, column: int | None) -> Factor:
    if column is None:
        return Factor(context, word, 0, 0, float(_unseen(model)[0]))
    row = model.number[word]
    counted = (None, None) if model.counts is None else (model.count(column, row), int(model.totals[column]))
    return Factor(context, word, *counted, model.probability(column, row))


def sample(model: Ngrams, length: int, start: Sequence[str], seed: int) -> list[str]:
    """Draw words from a model until a boundary, the length or a context of which nothing is known is reached.

    Args:
        length: At most so many further words.
        start: The first words, at least order - 1 of them.
        seed: Of numpy's default_rng.

    Raises:
        UnknownWord: the vocabulary lacks a word of the start.
    """
    check_words(model, start)
    random = np.random.default_rng(seed)
    words = [model.number[word] for word in start]
    for _ in range(length):
        column = model.context_number.get(tuple(words[-(model.order - 1) :]))
        p = _unseen(model) if column is None else model.following(column)
        if np.isnan(p).any():
            break
        words.append(int(random.choice(len(p), p=p / p.sum())))  # a given table is rounded
        if model.vocabulary[words[-1]] == BOUNDARY:
            break
    return [model.vocabulary[word] for word in words]
