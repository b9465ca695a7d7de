"""N-gram models: how often each word follows each context, and with what probability.

Counts are kept for the contexts and words that occur together, so that memory
grows with their number, not with the square of the vocabulary.

Source: Jurafsky & Martin, "Speech and Language Processing", chapter 3; activities on sequences, 2.1.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

BOUNDARY = "<s>"  # stands before and after every sentence
LARGEST_CODE = 2**62
MOST_CONTEXTS = 1_000  # up to which contexts that never occur are listed too, where smoothing gives them a probability


class UnknownWord(Exception):
    """A word is not in the vocabulary; the message is the word."""


class Counts(NamedTuple):
    """What occurs: the context's number, the word's number, how often.

    Shapes:
        contexts, words, times: (n_pairs,), ordered by context, then word
    """

    contexts: np.ndarray
    words: np.ndarray
    times: np.ndarray


class Text(NamedTuple):
    """What was counted: the number of every word, sentence after sentence.

    Of each sentence the first words `before` and the last `after` are boundary symbols.

    Shapes:
        words: (n_words,), boundary symbols included
        lengths: (n_sentences,)
    """

    words: np.ndarray
    lengths: np.ndarray
    before: int
    after: int

    @property
    def n_words(self) -> int:
        """How many words there are without the boundary symbols."""
        return len(self.words) - (self.before + self.after) * len(self.lengths)


@dataclass(frozen=True, eq=False)
class Ngrams:
    """A model of the order n: P(word | the n - 1 words before).

    Shapes:
        contexts: (n_contexts, order - 1), word numbers, the latest last
        given: (n_words, n_contexts), probabilities where no text was counted
    """

    vocabulary: tuple[str, ...]
    order: int
    contexts: np.ndarray
    counts: Counts | None
    add: float = 0.0
    given: np.ndarray | None = None
    text: Text | None = None

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The place of each word in the vocabulary, from 0."""
        return MappingProxyType({word: at for at, word in enumerate(self.vocabulary)})

    @cached_property
    def context_number(self) -> Mapping[tuple[int, ...], int]:
        return MappingProxyType({tuple(row): at for at, row in enumerate(self.contexts.tolist())})

    @cached_property
    def totals(self) -> np.ndarray:
        """How often each context is followed by a word: (n_contexts,)."""
        return np.bincount(self.counts.contexts, self.counts.times, len(self.contexts))

    def sentences(self) -> list[list[str]]:
        """Give the sentences that were counted, without boundary symbols; none where a table is given."""
        if self.text is None:
            return []
        words = [self.vocabulary[number] for number in self.text.words.tolist()]
        ends = np.cumsum(self.text.lengths).tolist()
        before, after = self.text.before, self.text.after
        return [words[start + before : end - after] for start, end in itertools.pairwise([0, *ends])]

    def count(self, context: int, word: int) -> int:
        """Give how often a word follows a context."""
        first, last = np.searchsorted(self.counts.contexts, [context, context + 1])
        at = first + np.searchsorted(self.counts.words[first:last], word)
        return int(self.counts.times[at]) if at < last and self.counts.words[at] == word else 0

    def probability(self, context: int, word: int) -> float:
        """Give P(word | context); nan where an unsmoothed context never occurs."""
        if self.given is not None:
            return float(self.given[word, context])
        total = self.totals[context] + self.add * len(self.vocabulary)
        return (self.count(context, word) + self.add) / total if total else float("nan")

    def following(self, context: int) -> np.ndarray:
        """Give P(word | context) of every word, (n_words,), without laying the table out; nan for 0/0."""
        if self.given is not None:
            return self.given[:, context]
        first, last = np.searchsorted(self.counts.contexts, [context, context + 1])
        smoothed = np.full(len(self.vocabulary), self.add)
        smoothed[self.counts.words[first:last]] += self.counts.times[first:last]
        with np.errstate(invalid="ignore"):
            return smoothed / smoothed.sum()

    def dense_counts(self) -> np.ndarray:
        """Lay all counts out as (n_words, n_contexts)."""
        table = np.zeros((len(self.vocabulary), len(self.contexts)))
        table[self.counts.words, self.counts.contexts] = self.counts.times
        return table

    def table(self) -> np.ndarray:
        """Lay out T with T[i, j] = P(word i | context j): (n_words, n_contexts); nan for 0/0."""
        if self.given is not None:
            return self.given
        smoothed = self.dense_counts() + self.add
        with np.errstate(invalid="ignore"):
            return smoothed / smoothed.sum(axis=0)

    def likeliest(self, number: int) -> list[tuple[int, int, int, float]]:
        """List (context, word, count, probability) of the pairs that occur, the likeliest first."""
        if self.given is not None:
            order = np.argsort(-self.given, axis=None, kind="stable")[:number]
            return [
                (int(at % self.given.shape[1]), int(at // self.given.shape[1]), 0, float(self.given.flat[at]))
                for at in order
            ]
        contexts, words, times = self.counts
        p = (times + self.add) / (self.totals[contexts] + self.add * len(self.vocabulary))
        best = np.lexsort((-times, -p))[:number]
        return [(int(contexts[at]), int(words[at]), int(times[at]), float(p[at])) for at in best]


def count_ngrams(
    sentences: Sequence[Sequence[str]],
    order: int = 2,
    add: float = 0.0,
    vocabulary: Sequence[str] = (),
    boundaries: bool = False,
) -> Ngrams:
    """Count which words follow which contexts within sentences.

    Args:
        sentences: Lists of words.
        order: 2 for a bigram model, 3 for a trigram model.
        add: What smoothing adds to every count, 1 for Laplace.
        vocabulary: The words in their order; by default as they first appear.
        boundaries: Whether a symbol stands before and after every sentence.

    Raises:
        UnknownWord: a given vocabulary lacks a word.
    """
    if boundaries:
        sentences = [[BOUNDARY] * (order - 1) + list(words) + [BOUNDARY] for words in sentences]
    known = tuple(vocabulary) or tuple(dict.fromkeys(itertools.chain.from_iterable(sentences)))
    known = tuple(dict.fromkeys((*known, *((BOUNDARY,) if boundaries else ()))))
    numbers = {word: at for at, word in enumerate(known)}
    ids, lengths = _numbered(sentences, numbers)
    breaks = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.arange(max(len(ids) - order + 1, 0))
    starts = starts[breaks[starts] == breaks[starts + order - 1]] if len(starts) else starts
    before = (
        np.stack([ids[starts + shift] for shift in range(order - 1)], axis=1)
        if len(starts)
        else np.empty((0, order - 1), int)
    )
    contexts, which = _contexts(before, len(known), order, add)
    codes, times = np.unique(which * len(known) + ids[starts + order - 1], return_counts=True)
    counts = Counts(codes // len(known), codes % len(known), times)
    margins = (order - 1, 1) if boundaries else (0, 0)
    text = Text(ids.astype(np.min_scalar_type(len(known))), lengths, *margins)
    return Ngrams(known, order, contexts, counts, add, None, text)


def _numbered(sentences: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Give the number of every word, and how many each sentence has."""
    lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
    try:
        ids = np.fromiter(
            map(numbers.__getitem__, itertools.chain.from_iterable(sentences)), np.int64, int(lengths.sum())
        )
    except KeyError as error:
        raise UnknownWord(error.args[0]) from None
    return ids, lengths


def _contexts(before: np.ndarray, n_words: int, order: int, add: float) -> tuple[np.ndarray, np.ndarray]:
    """Give the contexts of a model, and the number of each one's context."""
    if order == 2:
        return np.arange(n_words)[:, None], before[:, 0]
    if add and n_words ** (order - 1) <= MOST_CONTEXTS:
        every = np.array(list(itertools.product(range(n_words), repeat=order - 1)))
        return every, before @ n_words ** np.arange(order - 2, -1, -1)
    codes = before[:, 0]
    for column in before.T[1:]:
        if codes.size and codes.max() >= LARGEST_CODE // n_words:
            codes = np.unique(codes, return_inverse=True)[1]  # their ranks keep their order
        codes = codes * n_words + column
    _, first, which = np.unique(codes, return_index=True, return_inverse=True)
    return before[first], which


def split_words(text: str, unit: str, lower: bool) -> list[str]:
    """Cut a text into words at white space, or into characters."""
    text = text.lower() if lower else text
    return text.split() if unit == "word" else list(text)
