"""Read the keys `vocabulary:` and `labels:` of a file: what ids and classes stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.problem import yaml_tree
from rnncalc.problem.fields import Field, choice, read_rows, texts, word
from rnncalc.problem.meanings import Meanings
from rnncalc.problem.places import quoted
from rnncalc.problem.vocabulary import END, Vocabulary
from rnncalc.problem.yaml_tree import Scalar

UNITS, CASES = ("character", "word"), ("kept", "lower")

_ROWS = (
    Field("symbols", texts, "the symbols, in the order of their ids from 0", kind="texts"),
    Field("unit", choice, "what a symbol is", UNITS),
    Field("case", choice, "whether capital letters are kept", CASES),
    Field("boundaries", choice, "whether END stands before and after every text", ("true", "false")),
    Field("unknown", word, "the symbol that stands for all others"),
    Field("padding", word, "the symbol that fills up short texts"),
)
VOCABULARY: dict[str, Field] = {row.name: row for row in _ROWS}


def read_vocabulary(node: yaml_tree.Mapping, place: Span) -> Vocabulary:
    """Read `vocabulary: {symbols: [h, e, l, o], unit: character}`.

    Raises:
        RnncalcError: slugs `wrong-type`, `unknown-key`, `unknown-value`, `empty-list`, `duplicate-symbol`,
            `bad-symbol`, `unknown-symbol`.
    """
    collector = Collector()
    found = read_rows(node, VOCABULARY, "'vocabulary'", collector)
    collector.raise_if_any()
    if "symbols" not in found:
        raise refuse("bad-symbol", place, "The vocabulary has no symbols.", "Write 'vocabulary: {symbols: [a, b]}'.")
    unit, case = (
        found[key].text if key in found else default for key, default in (("unit", UNITS[0]), ("case", "kept"))
    )
    boundaries = "boundaries" in found and found["boundaries"].text == "true"
    special = {key: found[key].text for key in ("unknown", "padding") if key in found}
    names = {*special.values(), *([END] if boundaries else [])}
    symbols = read_symbols(found["symbols"], unit, names)
    for key in special:
        if special[key] not in symbols:
            message = f"The {key} symbol {quoted(special[key])} is not among the symbols."
            raise refuse("unknown-symbol", found[key].span, message, "Write it in the list at its id.")
    if boundaries and END not in symbols:
        message = f"The symbol '{END}', which 'boundaries' puts around every text, is not among the symbols."
        raise refuse("unknown-symbol", found["symbols"][0].span, message, f"Add '{END}' at its id.")
    return Vocabulary(symbols, unit, case, boundaries, special.get("unknown"), special.get("padding"))


def read_symbols(scalars: Iterable[Scalar], unit: str, special: Iterable[str] = ()) -> tuple[str, ...]:
    """Read symbols, of which those that are not special are one character or one word.

    Raises:
        RnncalcError: slugs `bad-symbol`, `duplicate-symbol`.
    """
    collector = Collector()
    for scalar in scalars:
        with collector:
            text = scalar.text
            whole = len(text) == 1 if unit == "character" else text.split() == [text]
            if not whole and text not in special:
                message = f"{quoted(text)} is no single {unit}."
                remedy = "Write one character each." if unit == "character" else "Write one word each."
                raise refuse("bad-symbol", scalar.span, message, remedy)
    collector.raise_if_any()
    return distinct(scalars, "symbol")


def distinct(scalars: Iterable[Scalar], what: str) -> tuple[str, ...]:
    """Give the texts of scalars, all of them different.

    Raises:
        RnncalcError: slug `duplicate-symbol`.
    """
    seen: dict[str, Span] = {}
    for scalar in scalars:
        if scalar.text in seen:
            message, note = f"The {what} {quoted(scalar.text)} is named twice.", Note(seen[scalar.text], "it is here")
            raise refuse("duplicate-symbol", scalar.span, message, f"Name each {what} once.", note)
        seen[scalar.text] = scalar.span
    return tuple(seen)


def read_meanings(found: Mapping[str, object], places: Mapping[str, Span]) -> Meanings:
    """Read the keys `vocabulary:` and `labels:` of a file.

    Raises:
        RnncalcError: the faults of both.
    """
    collector, vocabulary, labels = Collector(), None, ()
    if "vocabulary" in found:
        with collector:
            vocabulary = read_vocabulary(found["vocabulary"], places["vocabulary"])
    if "labels" in found:
        with collector:
            labels = distinct(found["labels"], "label")
    collector.raise_if_any()
    return Meanings(vocabulary, labels, places)
