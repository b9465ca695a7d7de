"""Slips in turning counts into probabilities: the axis, the smoothing, what is divided by."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rnncalc.checking.mistakes.ngram_slip import NgramSlip
from rnncalc.compute.ngram_cells import Cells, Ratio, Sizes, cells_of
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngrams import Ngrams, count_ngrams

Denominator = Callable[[Cells, Sizes], np.ndarray | float]

OTHER_CONSTANTS = (1.0, 0.5, 0.1, 0.01, 2.0)


def rows_for_columns(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    """Take the other axis: in dividing, in counting, in laying out, in reading."""
    other = "rows" if asked.orientation == "columns" else "columns"
    one, axis = other[:-1], asked.orientation
    if model.counts is not None:

        def by_word(cells: Cells, sizes: Sizes):
            return cells.times + sizes.add, cells.after + sizes.add * sizes.n_contexts

        words = f"each {one} is divided by its sum, so that the {other} and not the {axis} add up to 1"
        yield NgramSlip("rows-for-columns", words, {"ratio": by_word})
    if model.order == 2:
        words = "word and word before are exchanged where the table is read"
        yield NgramSlip("rows-for-columns", words, {"exchanged": True})
    if model.text is not None and model.order == 2:
        words = f"the counts are laid out by {other}, and each {axis[:-1]} is divided by its sum"
        yield NgramSlip("rows-for-columns", words, {"counted": _backwards})
    if len(model.contexts) == len(model.vocabulary):
        yield NgramSlip("rows-for-columns", f"the table is laid out by {other}", {"turned": True})


def _backwards(model: Ngrams) -> Ngrams:
    """Count which word stands before which."""
    sentences = [words[::-1] for words in model.sentences()]
    return count_ngrams(sentences, 2, model.add, model.vocabulary, model.text.after > 0)


def no_smoothing(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if model.add:
        yield NgramSlip("no-smoothing", "nothing is added to the counts", {"add": 0.0})


def needless_smoothing(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if model.counts is not None and not model.add:
        yield NgramSlip("needless-smoothing", "1 is added to every count, though no smoothing is asked", {"add": 1.0})


def smoothing_constant(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    for constant in OTHER_CONSTANTS if model.add else ():
        if constant != model.add:
            words = f"{constant:g} is added to every count in place of {model.add:g}"
            yield NgramSlip("smoothing-constant", words, {"add": constant})


def added_after_dividing(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    """Divide the counts first, then smooth."""
    if not model.add:
        return

    def added(cells: Cells, sizes: Sizes):
        before = np.maximum(cells.before, 1)  # 0/0 is 0, so that k alone is left
        return cells.times + sizes.add * before, before

    def shared(cells: Cells, sizes: Sizes):
        numerator, denominator = added(cells, sizes)
        return numerator, denominator * (1 + sizes.add * sizes.n_words)

    words = f"the counts are divided by their sum first and {model.add:g} is added then"
    yield NgramSlip("added-after-dividing", words, {"ratio": added})
    words = f"{words}, and each {asked.orientation[:-1]} is divided by its sum once more"
    yield NgramSlip("added-after-dividing", words, {"ratio": shared})


def unsmoothed_numerator(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if model.add:

        def without(cells: Cells, sizes: Sizes):
            return cells.times, cells.before + sizes.add * sizes.n_words

        words = f"{_smoothing(model)} is added to the sums, but nothing to the counts"
        yield NgramSlip("unsmoothed-numerator", words, {"ratio": without})


def zeros_smoothed_only(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if not model.add:
        return

    def filled(cells: Cells, sizes: Sizes):
        return np.where(cells.times == 0, sizes.add, cells.times)

    def by_own_sums(cells: Cells, sizes: Sizes):
        return filled(cells, sizes), cells.before + sizes.add * (sizes.n_words - cells.kinds)

    def by_all(cells: Cells, sizes: Sizes):
        return filled(cells, sizes), cells.before + sizes.add * sizes.n_words

    words = f"{model.add:g} is put in place of the counts that are 0, and the others are left as they are"
    yield NgramSlip("zeros-smoothed-only", words, {"ratio": by_own_sums})
    yield NgramSlip(
        "zeros-smoothed-only", f"{words}, though {_smoothing(model)} is added to the sums", {"ratio": by_all}
    )


def wrong_denominator(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    for words, denominator in _denominators(model) if model.counts is not None else ():
        yield NgramSlip("wrong-denominator", f"the counts are divided by {words}", {"ratio": _over(denominator)})


def _denominators(model: Ngrams) -> Iterator[tuple[str, Denominator]]:
    """Give what may be divided by in place of sum + k · V, the usual first."""
    k, sizes, v = model.add, cells_of(model, None)[1], _smoothing(model)
    one = "the sum of the word before" if model.order == 2 else "the sum of the context"
    grams = "pairs" if model.order == 2 else f"{model.order}-grams"
    if k:
        yield f"{one} alone, without + {v}", lambda c, s: c.before
        if k != 1:
            yield f"{one} + V in place of {one} + {v}", lambda c, s: c.before + s.n_words
        yield f"{one} + {k:g} in place of {one} + {v}", lambda c, s: c.before + s.add
        for size, words in _other_sizes(sizes).items():
            yield f"{one} + {v} with V = {size:,}, {words}", _with_size(size)
        yield f"the number of all {grams} + {v}", lambda c, s: s.n_pairs + s.add * s.n_words
        yield f"the number of all {grams} + {v}²", lambda c, s: s.n_pairs + s.add * s.n_words**2
    yield f"the number of all {grams}", lambda c, s: s.n_pairs
    yield "V, the number of words in the vocabulary", lambda c, s: s.n_words
    if model.text is not None:
        yield "the number of words of the text", lambda c, s: s.n_text
        if k:
            yield f"the number of words of the text + {v}", lambda c, s: s.n_text + s.add * s.n_words
    if model.text is not None and model.order == 2:
        often = "how often the word before occurs, at the end of a sentence too"
        if k:
            yield f"{often}, + {v}", lambda c, s: c.occurs + s.add * s.n_words
        yield often, lambda c, s: c.occurs


def _over(denominator: Denominator) -> Ratio:
    return lambda cells, sizes: (cells.times + sizes.add, denominator(cells, sizes))


def _with_size(size: int) -> Denominator:
    return lambda cells, sizes: cells.before + sizes.add * size


def _other_sizes(sizes: Sizes) -> dict[int, str]:
    """Give what may be taken for the size of the vocabulary, with words for it."""
    found = {sizes.n_words - 1: "one word less", sizes.n_words + 1: "one word more"}
    found |= {sizes.n_kinds: "how many different ones occur", sizes.n_text: "the number of words of the text"}
    return {size: words for size, words in found.items() if size > 0 and size != sizes.n_words}


def not_divided(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if model.counts is not None:
        words = "the smoothed counts are not divided" if model.add else "the counts are not divided"
        yield NgramSlip("not-divided", words, {"ratio": lambda cells, sizes: (cells.times + sizes.add, np.ones(()))})


def _smoothing(model: Ngrams) -> str:
    return "V" if model.add == 1 else f"{model.add:g} · V"
