"""Slips in counting a text and in cutting the sentence whose likelihood is asked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from rnncalc.checking.mistakes.ngram_slip import NgramSlip
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngrams import BOUNDARY, Counts, Ngrams, count_ngrams

MOST_WORDS = 20_000  # of a text that is counted anew for a slip

Sentences = Sequence[Sequence[str]]


def _again(rewrite: Callable[[Sentences], Sentences], boundaries: bool | None = None) -> Callable[[Ngrams], Ngrams]:
    """Make what counts a text anew after a rewrite of its sentences; the vocabulary is kept."""

    @lru_cache(maxsize=1)  # a slip is tried on one problem, in many pairs
    def count(model: Ngrams) -> Ngrams:
        padded = model.text.after > 0 if boundaries is None else boundaries
        return count_ngrams(rewrite(model.sentences()), model.order, model.add, model.vocabulary, padded)

    return count


def _is_counted(model: Ngrams) -> bool:
    return model.text is not None and len(model.text.words) <= MOST_WORDS


def boundary_crossing(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    """Count pairs of the end of one sentence and the start of the next."""
    if not _is_counted(model) or len(model.text.lengths) < 2:
        return
    if not asked.boundaries:
        words = "the last word of a sentence and the first of the next are counted as a pair"
        yield NgramSlip("boundary-crossing", words, {"counted": _again(lambda s: [[*itertools.chain(*s)]])})
        return
    words = f"the {BOUNDARY} after a sentence and the {BOUNDARY} before the next are counted as a pair"
    join = [BOUNDARY] * model.order

    def with_doubled(sentences: Sentences) -> Sentences:
        return [[*sentences[0], *itertools.chain(*([*join, *words] for words in sentences[1:]))]]

    yield NgramSlip("boundary-crossing", words, {"counted": _again(with_doubled)})


def boundary_forgotten(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if not asked.boundaries:
        return
    ends = (("before", {"start": False}), ("after", {"end": False}), ("around", {"start": False, "end": False}))
    for where, changes in ends if asked.sentence else ():
        yield NgramSlip("boundary-forgotten", f"no {BOUNDARY} stands {where} the sentence asked for", changes)
    if _is_counted(model):
        counted = _again(lambda sentences: sentences, False)
        words = f"no {BOUNDARY} stands around the sentences of the text"
        yield NgramSlip("boundary-forgotten", words, {"counted": counted})
        words = f"no {BOUNDARY} stands around any sentence"
        yield NgramSlip("boundary-forgotten", words, {"counted": counted, "start": False, "end": False})

        def without(model: Ngrams) -> Ngrams:
            known = [word for word in model.vocabulary if word != BOUNDARY]
            return count_ngrams(model.sentences(), model.order, model.add, known)

        if model.add:
            words = f"{words}, and the vocabulary is one word smaller"
            yield NgramSlip("boundary-forgotten", words, {"counted": without, "start": False, "end": False})


def needless_boundary(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if asked.boundaries or not _is_counted(model) or BOUNDARY in model.vocabulary or not asked.sentence:
        return
    words = f"a {BOUNDARY} stands before and after every sentence, though none is asked"
    counted = _again(lambda sentences: sentences, True)
    yield NgramSlip("needless-boundary", words, {"counted": counted, "start": True, "end": True})


def wrapped_around(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if _is_counted(model) and not asked.boundaries and model.order == 2:
        words = "the first word is counted as following the last, as if the text were a ring"
        ring = _again(lambda sentences: [[*one, *one[:1]] for one in sentences])
        yield NgramSlip("wrapped-around", words, {"counted": ring})


def disjoint_pairs(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if _is_counted(model) and model.order == 2:

        def cut(model: Ngrams) -> Ngrams:
            padded = [[BOUNDARY, *one, BOUNDARY] if asked.boundaries else one for one in model.sentences()]
            pairs = [one[at : at + 2] for one in padded for at in range(0, len(one) - 1, 2)]
            return count_ngrams(pairs, 2, model.add, model.vocabulary)

        words = "the text is cut into pairs, so that every word stands in one pair alone"
        yield NgramSlip("disjoint-pairs", words, {"counted": cut})


def repeats_ignored(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    """Count a pair that occurs several times once."""
    if model.counts is not None and (model.counts.times > 1).any():

        def once(model: Ngrams) -> Ngrams:
            contexts, words, times = model.counts
            return replace(model, counts=Counts(contexts, words, np.ones_like(times)))

        yield NgramSlip("repeats-ignored", "a pair that occurs several times is counted once", {"counted": once})


def case_folded(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    folded = {word.lower() for word in model.vocabulary}
    if _is_counted(model) and len(folded) < len(model.vocabulary):

        def fold(model: Ngrams) -> Ngrams:
            sentences = [[word.lower() for word in one] for one in model.sentences()]
            return count_ngrams(sentences, model.order, model.add, (), asked.boundaries)

        words = "capital and small letters are taken as the same"
        changes = {"counted": fold, "words": lambda sentence: [word.lower() for word in sentence]}
        yield NgramSlip("case-folded", words, changes)


def spaces_dropped(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if _is_counted(model) and " " in model.vocabulary:

        def drop(words: Sequence[str]) -> list[str]:
            return [word for word in words if word != " "]

        def without(model: Ngrams) -> Ngrams:
            known = drop(model.vocabulary)
            return count_ngrams(list(map(drop, model.sentences())), model.order, model.add, known, asked.boundaries)

        words = "the spaces are left out"
        kept = _again(lambda sentences: list(map(drop, sentences)))
        yield NgramSlip("spaces-dropped", words, {"counted": kept, "words": drop})
        if model.add:
            words = f"{words}, and the vocabulary is one character smaller"
            yield NgramSlip("spaces-dropped", words, {"counted": without, "words": drop})


def context_reversed(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    """Read the words of a context from the latest back."""
    if model.counts is None or model.order == 2:
        return
    turned = np.array([model.context_number.get(tuple(row), -1) for row in model.contexts[:, ::-1].tolist()])

    def reverse(model: Ngrams) -> Ngrams:
        contexts, words, times = model.counts
        placed = turned[contexts]
        order = np.lexsort((words, placed))
        order = order[placed[order] >= 0]
        return replace(model, counts=Counts(placed[order], words[order], times[order]))

    yield NgramSlip("context-reversed", "the words of a context are read in the other order", {"counted": reverse})


def shorter_context(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if not _is_counted(model) or asked.sentence is None:
        return
    if model.order > 2:

        def shorter(model: Ngrams) -> Ngrams:
            return count_ngrams(model.sentences(), model.order - 1, model.add, model.vocabulary, model.text.after > 0)

        words = f"only the last {model.order - 2} of the {model.order - 1} words before count"
        yield NgramSlip("shorter-context", words.replace("last 1 of", "last of"), {"counted": shorter})
        return
    words = "each word is taken alone, by its share in the text, whatever stands before it"
    changes = {"alone": share, "start": False, "end": False}
    yield NgramSlip("shorter-context", words, changes)


def share(model: Ngrams, word: str) -> float:
    """Give the probability of a word alone, smoothed as the model is."""
    times = int((model.text.words == model.number[word]).sum())
    return (times + model.add) / (model.text.n_words + model.add * len(model.vocabulary))
