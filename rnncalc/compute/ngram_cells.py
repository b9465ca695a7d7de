"""Counts of pairs with all that they may be divided by; which of it is right is one function of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncalc.compute.ngrams import Ngrams


class Cells(NamedTuple):
    """Counts of pairs of a context and a word, and what belongs to each pair.

    Shapes:
        all arrays broadcast to (n_words, n_contexts) of a table, or to (n_factors,)

    `times` tells how often the word follows the context, `before` how often
    the context is followed by a word, `occurs` how often it occurs at all,
    `after` how often the word follows one, `kinds` how many words follow it.
    """

    times: np.ndarray
    before: np.ndarray
    occurs: np.ndarray
    after: np.ndarray
    kinds: np.ndarray


class Sizes(NamedTuple):
    """What is added to every count, and how many words, contexts, pairs, different pairs, words of text there are."""

    add: float
    n_words: int
    n_contexts: int
    n_pairs: float
    n_kinds: int
    n_text: int


Ratio = Callable[[Cells, Sizes], tuple[np.ndarray, np.ndarray]]


def smoothed_share(cells: Cells, sizes: Sizes) -> tuple[np.ndarray, np.ndarray]:
    """Give numerator and denominator of (count + k) / (sum + k V)."""
    return cells.times + sizes.add, cells.before + sizes.add * sizes.n_words


def cells_of(model: Ngrams, times: np.ndarray | None) -> tuple[Cells, Sizes]:
    """Lay out what belongs to each pair, columns (n_words, 1) and rows (1, n_contexts), and the sizes.

    Args:
        times: Counts, (n_words, n_contexts), in place of the model's own; None leaves them out.
    """
    n_words, n_contexts = len(model.vocabulary), len(model.contexts)
    if times is None:
        contexts, words, each = model.counts
        before, kinds = model.totals, np.bincount(contexts, minlength=n_contexts)
        after = np.bincount(words, each, n_words)
        shown = np.zeros(())
    else:
        before, after, kinds, shown = times.sum(axis=0), times.sum(axis=1), (times > 0).sum(axis=0), times
    occurs = before + _at_ends(model)
    cells = Cells(shown, *(part[None, :] for part in (before, occurs)), after[:, None], kinds[None, :])
    n_text = 0 if model.text is None else model.text.n_words
    return cells, Sizes(model.add, n_words, n_contexts, float(before.sum()), int(kinds.sum()), n_text)


def cells_at(model: Ngrams, words: np.ndarray, contexts: np.ndarray) -> tuple[Cells, Sizes]:
    """Give what belongs to some pairs, without laying a table out.

    Shapes:
        words, contexts: (n_pairs,), numbers; the context -1 never occurs
    """
    seen = contexts >= 0
    spots = zip(contexts.tolist(), words.tolist(), strict=True)
    times = [model.count(context, word) if context >= 0 else 0 for context, word in spots]
    cells, sizes = cells_of(model, None)
    before, occurs, kinds = (
        np.where(seen, part.ravel()[contexts], 0) for part in (cells.before, cells.occurs, cells.kinds)
    )
    return Cells(np.array(times), before, occurs, cells.after.ravel()[words], kinds), sizes


def _at_ends(model: Ngrams) -> np.ndarray:
    """Count how often each context of one word ends a sentence, so that no word follows it."""
    if model.text is None or model.order > 2:
        return np.zeros(len(model.contexts), int)
    ends = np.cumsum(model.text.lengths)[model.text.lengths > 0] - 1
    return np.bincount(model.text.words[ends], minlength=len(model.contexts))
