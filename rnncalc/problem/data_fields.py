"""The keys of `data:` and `test:` in a training section, one row each, and which source reads which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing
from rnncalc.problem import yaml_tree
from rnncalc.problem.equations import read_lines
from rnncalc.problem.fields import Count, Field, choice, count, mapping, texts, unknown_key, word
from rnncalc.problem.vocabulary_fields import CASES, UNITS
from rnncalc.problem.yaml_tree import Scalar, Tree

MAX_SEQUENCES = 10**6
MAX_SYMBOLS = 10**6


def lists_by_name(field: Field, node: Tree) -> dict[str, tuple[Scalar, ...]]:
    """Read a word or a list of words for each name."""
    found, collector = {}, Collector()
    for key, value in mapping(field, node).pairs:
        with collector:
            found[key.text] = texts(field._replace(name=key.text), value)
    collector.raise_if_any()
    return found


def texts_or_classes(field: Field, node: Tree) -> tuple[Scalar, ...] | dict[str, tuple[Scalar, ...]]:
    """Read a list of texts, or one for each class."""
    return lists_by_name(field, node) if isinstance(node, yaml_tree.Mapping) else texts(field, node)


def counts_by_name(field: Field, node: Tree) -> dict[str, Count]:
    """Read a whole number from 1 for each name; the places are those of the names."""
    found, collector = {}, Collector()
    for key, value in mapping(field, node).pairs:
        with collector:
            found[key.text] = count(field._replace(name=key.text), value)._replace(span=key.span)
    collector.raise_if_any()
    return found


def symbols(field: Field, node: Tree) -> Count | tuple[Scalar, ...]:
    """Read how many symbols are told apart, or a list of them."""
    return count(field, node) if isinstance(node, Scalar) else texts(field, node)


def laws(field: Field, node: Tree) -> dict[str, tuple[Scalar, Scalar]]:
    """Read a law for each name, with the name itself; see drawn_data.py for what it means."""
    found, collector, torn = {}, Collector(), False
    for key, value in mapping(field, node).pairs:
        if torn:  # within a law that YAML has cut at its commas
            torn = not key.text.rstrip().endswith(")")
            continue
        with collector:
            scalar = word(field._replace(name=key.text), value)
            torn = scalar.text.count("(") > scalar.text.count(")")
            if torn:
                message = f"Inside brackets YAML cuts '{scalar.text.partition('(')[0]}(…)' at its commas."
                raise refuse("unquoted-maker", scalar.span, message, 'Put it in quotes: "uniform(3, 0, 1)".')
            found[key.text] = (key, scalar)
    collector.raise_if_any()
    return found


_ROWS = (
    Field(
        "draw", laws, "sequences by name, drawn by a law: uniform(3, 0, 1), normal(2, 0, 1), classes(3)", kind="laws"
    ),
    Field("sequences", count, "how many are drawn", most=MAX_SEQUENCES, kind="count"),
    Field("steps", count, "how many steps each has", most=10**8, kind="count"),
    Field("equations", lambda field, node: read_lines(node), "what is made of the drawn sequences", kind="equations"),
    Field("from", counts_by_name, "the step from which an equation holds, zero before it", kind="counts by name"),
    Field("text", word, "one text"),
    Field("texts", texts_or_classes, "texts, or texts by class", kind="texts or classes"),
    Field("file", word, "a text file beside the problem, one text a line"),
    Field("csv", word, "a CSV file beside the problem, its first line the names of the columns"),
    Field("folder", word, "a folder beside the problem: a text file or a folder of texts for each class"),
    Field("columns", lists_by_name, "the columns of the CSV file for each name", kind="lists by name"),
    Field("window", count, "into pieces of how many steps a long sequence is cut", most=10**8, kind="count"),
    Field("unit", choice, "what a symbol is", UNITS),
    Field("case", choice, "whether capital letters are kept", CASES),
    Field("symbols", symbols, "how many symbols are told apart, or which", most=MAX_SYMBOLS, kind="symbols"),
    Field("length", count, "how many symbols of each text are read", most=10**8, kind="count"),
    Field("padding", choice, "how short texts are filled up: not at all, or by a symbol", ("masked", "symbol")),
    Field("boundaries", choice, "a symbol before and after every text", ("true", "false")),
)
DATA: dict[str, Field] = {row.name: row for row in _ROWS}

TEXT_OPTIONS = ("unit", "case", "symbols", "length", "padding", "boundaries")
SOURCES = {
    "draw": ("sequences", "steps", "equations", "from"),
    "text": ("window", *TEXT_OPTIONS),
    "texts": TEXT_OPTIONS,
    "file": ("window", *TEXT_OPTIONS),
    "csv": ("columns", "window", *TEXT_OPTIONS),
    "folder": TEXT_OPTIONS,
}


class Described(NamedTuple):
    """Data as a file describes them: the source, its keys with their values, and the place of each key."""

    source: str
    values: Mapping[str, object]
    places: Mapping[str, Span]
    place: Span

    def text(self, key: str, default: str = "") -> str:
        """Give a word that may be left out."""
        return self.values[key].text if key in self.values else default

    def number(self, key: str) -> int | None:
        return self.values[key].number if key in self.values else None

    def refuse_unused(self, keys: tuple[str, ...], what: str) -> None:
        """Refuse keys that say nothing about data of this kind: slug `unused-key`."""
        for key in keys:
            if key in self.values:
                raise refuse("unused-key", self.places[key], f"'{key}' says nothing about {what}.", "Delete it.")


def read_described(node: yaml_tree.Mapping, place: Span, like: Described | None = None) -> Described:
    """Read `data:`, or `test:`, in which what it does not say is as in the data.

    Raises:
        RnncalcError: slugs `unknown-key`, `several-texts`, `unused-key`, and those of the rows.
    """
    values, places, collector = {}, {}, Collector()
    for key, value in node.pairs:
        with collector:
            if key.text not in DATA:
                raise unknown_key(key, DATA, f"'{place.text.rstrip(': ') or 'data'}'")
            values[key.text], places[key.text] = DATA[key.text].read(DATA[key.text], value), key.span
    collector.raise_if_any()
    if like is not None:
        given = any(name in values for name in SOURCES)
        kept = [name for name in like.values if name not in values and not (given and name in SOURCES)]
        if not given:
            kept = list(like.values) if like.source == "draw" else []
        values = {name: like.values[name] for name in kept} | values
        places = {name: like.places[name] for name in kept} | places
    sources = [name for name in SOURCES if name in values]
    if len(sources) != 1:
        message = f"Here are {listing(sources)}." if sources else "Here is nothing that gives data."
        at = places[sources[1]] if sources else place
        raise refuse("several-texts", at, message, f"Give one of {listing(SOURCES, 'or')}.")
    read = (sources[0], *SOURCES[sources[0]])
    if like is not None and like.source != sources[0]:  # what the data's own source needs says nothing here
        values = {
            name: value for name, value in values.items() if name in read or places[name] != like.places.get(name)
        }
    described = Described(sources[0], values, places, place)
    described.refuse_unused(tuple(name for name in values if name not in read), f"data from '{sources[0]}'")
    return described
