"""Training data from texts: ids or one-hot vectors, and as target the next symbol or the class of the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.words import listing, nearest
from rnncalc.problem.data_fields import Described
from rnncalc.problem.fields import Count
from rnncalc.problem.places import quoted
from rnncalc.problem.roles import Roles
from rnncalc.problem.text_sources import Texts
from rnncalc.problem.training_data import TrainingData, check_size, filled, pieces
from rnncalc.problem.vocabulary import END, PADDING, UNKNOWN, UnknownSymbol, Vocabulary, count_symbols
from rnncalc.problem.vocabulary_fields import read_symbols


class Known(NamedTuple):
    """What is settled before texts are encoded: by the file's own keys, or for held-out texts by those learnt from."""

    vocabulary: Vocabulary | None = None
    labels: tuple[str, ...] = ()
    held_out: bool = False
    of_file: bool = False  # whether the vocabulary is the file's own


def encode_texts(texts: Texts, described: Described, roles: Roles, known: Known) -> TrainingData:
    """Encode texts for a network.

    Raises:
        RnncalcError: slugs `unused-key`, `missing-input`, `missing-count`, `unknown-symbol`, `boundary-word`,
            `unknown-label`, `empty-data`, `shape-mismatch`, `too-large`.
    """
    if len(roles.inputs) != 1:
        reads = f"The network reads {listing(roles.inputs)}" if roles.inputs else "The network reads no input"
        raise refuse(
            "missing-input", texts.place, f"{reads}; texts are one input.", "Let its equations read one input."
        )
    if known.vocabulary is None and known.held_out:
        message = "The data are no texts, so that nothing says which ids the symbols of these texts have."
        raise refuse("unknown-symbol", texts.place, message, "Write 'vocabulary: {symbols: [a, b]}'.")
    if known.vocabulary is not None and not known.held_out:
        described.refuse_unused(("unit", "case", "symbols", "boundaries"), "texts whose vocabulary is given")
    classified = bool(known.labels) if known.held_out else bool(texts.classes)
    if classified:
        described.refuse_unused(("boundaries",), "texts with classes")
    vocabulary = known.vocabulary or make_vocabulary(texts, described)
    ids, (name,) = _encoded(texts, vocabulary, described, known, 0 if classified else 1), roles.inputs
    window, targets, labels = described.number("window"), {}, known.labels
    if not classified:
        _check_pairs(ids, texts)
        ahead = [part[1:] for part in ids]
        before = ids if roles.ahead else [part[:-1] for part in ids]
        if window:
            ahead = [piece for part in ahead for piece in pieces(part, window)]
            before = [piece for part in before for piece in _windows(part, window, bool(roles.ahead))]
        target, own = filled(ahead, texts.place)
        inputs, _ = filled(before, texts.place)
        if not roles.ahead:
            targets[roles.target] = target if roles.as_classes else one_hot(target, len(vocabulary.symbols), texts)
    else:
        inputs, own = filled(ids, texts.place)
        if texts.classes:
            labels = labels or tuple(dict.fromkeys(texts.classes))
            targets[roles.target] = _classes(texts, labels, roles)
    encoded = inputs[..., None] if name in roles.ids else one_hot(inputs, len(vocabulary.symbols), texts)
    classes = len(labels) if classified else len(vocabulary.symbols)
    return TrainingData({name: encoded, **targets}, own, texts.texts, vocabulary, labels, classes)


def make_vocabulary(texts: Texts, described: Described) -> Vocabulary:
    """Find the symbols of texts, in the order in which they first appear, or the most frequent ones.

    Raises:
        RnncalcError: slugs `boundary-word`, `bad-symbol`, `duplicate-symbol`.
    """
    unit, case = described.text("unit", "character"), described.text("case", "kept")
    boundaries, padded = described.text("boundaries") == "true", described.text("padding") == "symbol"
    chosen: Count | Sequence | None = described.values.get("symbols")
    counts = count_symbols(texts.texts, unit, case)
    if chosen is None:
        symbols = tuple(counts)
    elif isinstance(chosen, Count):
        symbols = tuple(symbol for symbol, _ in counts.most_common(chosen.number))
    else:
        symbols = read_symbols(chosen, unit)
    special = [*([PADDING] if padded else []), *([UNKNOWN] if chosen else []), *([END] if boundaries else [])]
    for symbol in special:
        if symbol in counts or symbol in symbols:
            message = f"The texts have the word '{symbol}' already, which stands for something else here."
            remedy = "Write 'case: lower', or take it out of the texts."
            raise refuse("boundary-word", texts.place, message, remedy)
    first, last = ([PADDING] if padded else []), [symbol for symbol in special if symbol != PADDING]
    return Vocabulary(
        (*first, *symbols, *last), unit, case, boundaries, UNKNOWN if chosen else None, PADDING if padded else None
    )


def one_hot(ids: np.ndarray, size: int, texts: Texts) -> np.ndarray:
    """Give a vector for each id, 1 at its place: one axis more.

    Raises:
        RnncalcError: slug `too-large`.
    """
    check_size((*ids.shape, size), texts.place)
    vectors = np.zeros((*ids.shape, size))
    np.put_along_axis(vectors, ids.astype(np.intp)[..., None], 1, axis=-1)
    return vectors


def _encoded(texts: Texts, vocabulary: Vocabulary, described: Described, known: Known, more: int) -> list[np.ndarray]:
    """Give the ids of each text, cut to the length asked for and `more`, filled up where a symbol does that."""
    length, found = described.number("length"), []
    if vocabulary.padding and not length:
        message = "Nothing says up to which length texts are filled up."
        raise refuse("missing-count", described.place, message, "Write 'length: 40'.")
    size = length + more if length else None
    for at, text in enumerate(texts.texts):
        try:
            ids = vocabulary.encode(text, size)
        except UnknownSymbol as error:
            message = f"The {vocabulary.unit} {quoted(str(error))} of {quoted(text)} is not in the vocabulary."
            remedy = "Take it out, or let one symbol stand for all others: write 'symbols: …' under 'data:'."
            if str(error).lower() in vocabulary.number:
                remedy = "Write it as the others are, or 'case: lower' under 'data:'."
            if known.of_file:
                remedy = "Take it out, or add it to the vocabulary; its 'unknown: …' stands for all others."
            raise refuse("unknown-symbol", texts.span(at), message, remedy) from None
        if vocabulary.padding:
            ids = np.pad(ids, (0, size - len(ids)), constant_values=vocabulary.number[vocabulary.padding])
        found.append(ids)
    return found


def _check_pairs(ids: Sequence[np.ndarray], texts: Texts) -> None:
    """Refuse a text of one symbol, after which none comes."""
    short = next((at for at, part in enumerate(ids) if len(part) < 2), None)
    if short is not None:
        message = f"{quoted(texts.texts[short])} is one symbol, and no other comes after it."
        remedy = "Write 'boundaries: true', after which the end is a symbol too, or leave it out."
        raise refuse("empty-data", texts.span(short), message, remedy)


def _windows(part: np.ndarray, window: int, ahead: bool) -> list[np.ndarray]:
    """Cut the inputs as their targets are cut; where the target is read ahead, each piece has one step more."""
    if not ahead:
        return pieces(part, window)
    return [part[start : start + window + 1] for start in range(0, len(part) - 1, window)]


def _classes(texts: Texts, labels: tuple[str, ...], roles: Roles) -> np.ndarray:
    """Give the class of each text as the loss takes it: an index, one probability of two, or a one-hot vector."""
    if roles.everywhere:
        message = "The class is that of the whole text, but the loss compares the output at every step."
        raise refuse("shape-mismatch", texts.place, message, "Write 'outputs: last', or 'at: last' in the loss.")
    number = {label: at for at, label in enumerate(labels)}
    strange = next((at for at, label in enumerate(texts.classes) if label not in number), None)
    if strange is not None:
        label = texts.classes[strange]
        close = nearest(label, labels)
        remedy = f"Did you mean {quoted(close)}?" if close else f"The classes are {listing(labels)}."
        raise refuse("unknown-label", texts.span(strange), f"{quoted(label)} is none of the classes.", remedy)
    found = np.array([number[label] for label in texts.classes], dtype=float)
    if roles.as_classes:
        return found
    return found[:, None] if roles.binary and len(labels) == 2 else np.eye(len(labels))[found.astype(int)]
