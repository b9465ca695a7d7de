"""Draw the numbers of a problem file again, in place: what is not a drawn number stays as its author wrote it.

`drawn_places` finds what is drawn, `redraw` gives the changes, `apply` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import nearest
from rnncalc.problem.data import SECTIONS, Data
from rnncalc.problem.grids import Grid
from rnncalc.problem.places import quoted
from rnncalc.problem.variants import Range, Take
from rnncalc.problem.yaml_tree import Items, Scalar, Tree
from rnncalc.problem.yaml_tree import Mapping as Pairs

MOST_NUMBERS = 100_000  # of one name


class Edit(NamedTuple):
    """A stretch of the file, and what takes its place."""

    span: Span
    text: str


class Drawn(NamedTuple):
    """An array of the file that is drawn again: its name, where its value stands, what it is drawn from."""

    name: str
    node: Tree
    grid: Grid
    range: Range

    @property
    def rows(self) -> np.ndarray:
        """The numbers as written, (lists, entries of each); '' where they are not written one by one."""
        shape, texts = self.grid.array.shape, self.grid.texts
        whole = np.full(shape, "", dtype=object) if texts is None else texts
        return whole.reshape(-1, shape[-1] if shape else 1)


def check_ranges(ranges: Mapping[str, Range], tree: Pairs, data: Data, collector: Collector) -> None:
    """Collect a diagnostic for each range whose numbers the file does not give, or not so that they can be drawn.

    Slugs: `unknown-variant`, `bad-variant`.
    """
    drawn = list(drawn_places(ranges, tree, data))
    known = list(dict.fromkeys(name for section, name in data.keys if section in SECTIONS))
    for name, one in ranges.items():
        if name not in known and data.complete:
            close = nearest(name, known)
            remedy = f"Did you mean '{close}'?" if close else f"It gives {', '.join(known)}."
            with collector:
                raise refuse("unknown-variant", one.span, f"The file gives no numbers for {quoted(name)}.", remedy)
    for one in drawn:
        with collector:
            _check_range(one)


def _check_range(one: Drawn) -> None:
    span, shape = one.range.span, one.grid.array.shape
    if one.grid.array.size > MOST_NUMBERS:
        message = f"'{one.name}' has {one.grid.array.size:,} numbers; at most {MOST_NUMBERS:,} are drawn."
        raise refuse("bad-variant", span, message, "Delete its range.")
    if not isinstance(one.node, Scalar | Items) or getattr(one.node, "style", "") in ("|", ">"):
        message = f"'{one.name}' stands in a file of its own; only numbers of this file are drawn."
        raise refuse("bad-variant", span, message, f"Write the numbers of '{one.name}' out, or delete its range.")
    if one.range.needs == "written" and one.grid.texts is None:
        message = f"The numbers of '{one.name}' are made by a rule, so there is none to give a sign."
        raise refuse("bad-variant", span, message, "Write them out, or give a range such as 'one-decimal'.")
    if one.range.needs == "vectors" and (not shape or shape[-1] < 2):
        message = f"'{one.name}' has no vectors of two entries or more, of which one could be 1."
        raise refuse("bad-variant", span, message, "Give a range such as 'integers 0..1'.")


def drawn_places(ranges: Mapping[str, Range], tree: Pairs, data: Data) -> Iterator[Drawn]:
    """Go through the arrays that ranges are given for, in the file's order."""
    for key, section in tree.pairs:
        if key.text in SECTIONS and isinstance(section, Pairs):
            grids = getattr(data, key.text)
            for name, node in section.pairs:
                if name.text in ranges and name.text in grids:
                    yield Drawn(name.text, node, grids[name.text], ranges[name.text])


def redraw(drawn: Drawn, take: Take) -> list[Edit]:
    """Draw an array again: number by number where they are written so, else as lists in place of what makes them."""
    rows = [drawn.range.redraw(list(row), take) for row in drawn.rows]
    texts = [text for row in rows for text in row]
    if len(drawn.grid.spans) == len(texts):
        return [Edit(span, text) for span, text in zip(drawn.grid.spans, texts, strict=True)]
    return [Edit(drawn.node.span, _flow(np.array(texts, dtype=object).reshape(drawn.grid.array.shape).tolist()))]


def _flow(numbers: list | str) -> str:
    return numbers if isinstance(numbers, str) else f"[{', '.join(map(_flow, numbers))}]"


def titled(tree: Pairs, words: str) -> Edit:
    """Add words in parentheses to the title, or make them one."""
    title = tree.get("title")
    if not isinstance(title, Scalar):
        version = tree.get("rnncalc").span
        separator = ", " if version.source.text[tree.span.start] == "{" else "\n"
        return Edit(Span(version.source, version.end, version.end), f"{separator}title: {words}")
    source, _, end = title.span
    end -= len(title.span.text) - len(title.span.text.rstrip()) + (title.style in ("'", '"'))
    return Edit(Span(source, end, end), f" ({words})")


def left_out(tree: Pairs, key: str) -> list[Edit]:
    """Delete a section with its lines, and the comments among them."""
    for number, (name, _) in enumerate(tree.pairs):
        if name.text == key:
            return [Edit(_of_section(tree, number), "")]
    return []


def _of_section(tree: Pairs, number: int) -> Span:
    (name, value), source = tree.pairs[number], tree.span.source
    end = _last_end(value)
    if source.text[tree.span.start] == "{":  # a file in one pair of braces: a comma goes too
        before = re.search(r",?\s*$", source.text[: name.span.start])
        return Span(source, before.start(), end)
    line_end = source.text.find("\n", end)
    return Span(source, name.span.start, len(source.text) if line_end < 0 else line_end + 1)


def _last_end(value: Tree) -> int:
    """Give where a value ends; what comes after the last line of a block belongs to the next key."""
    if isinstance(value, Scalar):
        return value.span.end - (len(value.span.text) - len(value.span.text.rstrip()))
    if value.span.source.text[value.span.start] in "[{":
        return value.span.end
    last = value.items[-1] if isinstance(value, Items) else value.pairs[-1][1]
    return _last_end(last)


def apply(edits: Iterable[Edit], text: str) -> str:
    """Make all changes to a text; no two of them may overlap."""
    pieces, at = [], 0
    for span, new in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        pieces += [text[at : span.start], new]
        at = span.end
    return "".join([*pieces, text[at:]])
