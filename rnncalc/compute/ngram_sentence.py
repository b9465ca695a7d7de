"""Cut the sentence whose likelihood is asked into factors, as a method reads it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncalc.compute.ngram_method import Asked, Method
from rnncalc.compute.ngrams import BOUNDARY, Ngrams


class NoValue(ArithmeticError):
    """A method does not lead to a value."""


def tokens_of(model: Ngrams, asked: Asked, method: Method) -> list[str]:
    """Give the words of the sentence, boundaries included.

    Raises:
        NoValue: no sentence is asked for.
    """
    if asked.sentence is None:
        raise NoValue
    start = asked.boundaries if method.start is None else method.start
    end = asked.boundaries if method.end is None else method.end
    words = method.words(list(asked.sentence))
    return [BOUNDARY] * (model.order - 1) * start + words + [BOUNDARY] * end


def spots_of(model: Ngrams, tokens: Sequence[str], exchanged: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Give word and context of each factor by number, each (n_factors,); -1 for a context that never occurs.

    Raises:
        NoValue: there is no factor, or the vocabulary lacks a word.
    """
    span = model.order - 1
    try:
        numbers = [model.number[word] for word in tokens]
    except KeyError:
        raise NoValue from None
    pairs = [(numbers[at], tuple(numbers[at - span : at])) for at in range(span, len(numbers))]
    if not pairs:
        raise NoValue
    if exchanged and span == 1:
        pairs = [(context[0], (word,)) for word, context in pairs]
    words, contexts = zip(*((word, model.context_number.get(context, -1)) for word, context in pairs), strict=True)
    return np.array(words), np.array(contexts)
