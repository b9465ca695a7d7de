"""Read a bigram problem: a text or a table, and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Source, Span
from rnncalc.base.words import listing, plural
from rnncalc.compute.answers import AnswerKey, Claims
from rnncalc.compute.case import Rounding
from rnncalc.compute.likelihood import check_words
from rnncalc.compute.ngram_values import Asked
from rnncalc.compute.ngrams import BOUNDARY, Ngrams, UnknownWord, count_ngrams, split_words
from rnncalc.problem.array_files import inside_folder
from rnncalc.problem.bigram_fields import read_keys
from rnncalc.problem.bigram_table import read_table
from rnncalc.problem.places import quoted
from rnncalc.problem.points import questions_of
from rnncalc.problem.text_files import read_text
from rnncalc.problem.yaml_tree import Mapping as Tree
from rnncalc.problem.yaml_tree import Scalar

TEXTS = ("text", "sentences", "file", "table")
COUNTED = {"order", "smoothing", "boundaries"}  # what only counting asks for


class Bigram(NamedTuple):
    """A bigram problem: the model, and how it is shown and asked.

    `texts` has the digits of a table as the file writes them, (words, contexts); `questions` what is asked for, with
    the points of each; `counted` the sentences that were counted, as their words.
    """

    source: Source
    title: str
    origin: str
    model: Ngrams
    asked: Asked
    unit: str
    lower: bool
    top: int
    rounding: Rounding
    claims: Claims
    texts: np.ndarray | None
    places: Mapping[str, Span]
    questions: Mapping[AnswerKey, float]
    counted: tuple[tuple[str, ...], ...] = ()


def read_bigram(source: Source, tree: Tree) -> Bigram:
    """Make a bigram problem from the tree of its file.

    Raises:
        RnncalcError: slugs `empty-text`, `too-few-words`, `unknown-word`, `several-texts`,
            `duplicate-word`, `boundary-word`, `unused-key`, `shape-mismatch`, `not-a-probability`,
            `sums-not-one`, and those of a problem file.
    """
    collector = Collector()
    found = read_keys(tree, collector)
    collector.raise_if_any()
    section = found["bigram"]
    values = {name: value for name, (value, _) in section.items()}
    places = {name: span for name, (_, span) in section.items()}
    here = next((key.span for key, _ in tree.pairs if key.text == "bigram"), tree.span)
    given = [name for name in TEXTS if name in values]
    if len(given) != 1:
        message = f"The section gives {listing(given)}." if given else "The section gives no text."
        remedy = f"Keep one of {listing(TEXTS)}." if given else f"Give one of {listing(TEXTS)}."
        raise refuse("several-texts", places.get(given[1], here) if given else here, message, remedy)
    boundaries, lower = _chosen(values, "boundaries", "false") == "true", _chosen(values, "case", "kept") == "lower"
    unit, orientation = _chosen(values, "unit", "word"), _chosen(values, "orientation", "columns")
    vocabulary = _vocabulary(values.get("vocabulary", ()), lower)
    texts, sentences = None, []
    if given == ["table"]:
        for name in sorted(COUNTED & set(values)):
            raise refuse("unused-key", places[name], f"'{name}' says nothing about a given table.", "Delete it.")
        model, texts = read_table(values["table"], vocabulary, orientation)
    else:
        sentences = _sentences(values, unit, lower, boundaries, places[given[0]])
        model = _counted(
            sentences, values.get("order", 2), values.get("smoothing", 0.0), vocabulary, boundaries, places, given[0]
        )
    sentence = None
    if "sentence" in values:
        sentence = tuple(split_words(values["sentence"].text, unit, lower))
        _require_words(model, sentence, boundaries, values["sentence"].span)
    return Bigram(
        source,
        found["title"].text if "title" in found else "",
        found["source"].text if "source" in found else "",
        model,
        Asked(orientation, sentence, boundaries, _chosen(values, "activation", "sigmoid")),
        unit,
        lower,
        values["top"].number if "top" in values else 10,
        found.get("rounding", Rounding()),
        Claims(found.get("answers", ()), found.get("misprints", {})),
        texts,
        places | {"bigram": here},
        questions_of(found.get("points", {}), found.get("answers", ())),
        tuple(map(tuple, sentences)),
    )


def _chosen(values: Mapping, name: str, default: str) -> str:
    return values[name].text if name in values else default


def _vocabulary(scalars: Iterable[Scalar], lower: bool) -> tuple[str, ...]:
    found = {}
    for scalar in scalars:
        word = scalar.text.lower() if lower else scalar.text
        if word in found:
            message = f"{quoted(word)} is in the vocabulary twice."
            raise refuse(
                "duplicate-word", scalar.span, message, "Name each word once.", Note(found[word], "it is here already")
            )
        found[word] = scalar.span
    return tuple(found)


def _sentences(values: Mapping, unit: str, lower: bool, boundaries: bool, place: Span) -> list[list[str]]:
    """Cut the texts into words; with boundaries every line of a text is a sentence."""
    if "sentences" in values:
        texts = [scalar.text for scalar in values["sentences"]]
    else:
        text = values["text"].text if "text" in values else _file_text(values["file"])
        texts = text.splitlines() if boundaries else [text]
    sentences = [words for text in texts if (words := split_words(text, unit, lower))]
    if not sentences:
        raise refuse("empty-text", place, "The text holds no word.", "Give a text of two words or more.")
    if boundaries and any(BOUNDARY in words for words in sentences):
        message = f"The text has the word '{BOUNDARY}' already, which 'boundaries' puts around every sentence."
        raise refuse("boundary-word", place, message, "Take it out of the text, or leave 'boundaries' out.")
    return sentences


def _file_text(name: Scalar) -> str:
    return read_text(inside_folder(name.text, name.span), name.span)


def _counted(
    sentences: list, order: int, add: float, vocabulary: tuple[str, ...], boundaries: bool, places: Mapping, where: str
) -> Ngrams:
    if not boundaries and max(map(len, sentences)) < order:
        message = f"No sentence has {order} words, so none follows another."
        raise refuse("too-few-words", places[where], message, "Give a longer text, or write 'boundaries: true'.")
    try:
        return count_ngrams(sentences, order, add, vocabulary, boundaries)
    except UnknownWord as error:
        message = f"The vocabulary lacks {quoted(str(error))}, a word of the text."
        raise refuse("unknown-word", places["vocabulary"], message, "Add it, or leave 'vocabulary' out.") from None


def _require_words(model: Ngrams, sentence: tuple[str, ...], boundaries: bool, place: Span) -> None:
    try:
        check_words(model, sentence)
    except UnknownWord as error:
        near = ", ".join(word for word in model.vocabulary[:10] if word != BOUNDARY)
        message = f"{quoted(str(error))} is not in the vocabulary."
        remedy = f"Its words begin with {near}; upper and lower case count, unless 'case: lower' is set."
        raise refuse("unknown-word", place, message, remedy) from None
    if not boundaries and len(sentence) < model.order:
        message = f"A sentence of {plural(len(sentence), 'word')} has no factor here."
        raise refuse("too-few-words", place, message, f"Give at least {model.order} words.")
