"""Read a page back: its elements as a tree, and the numbers of its computed lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Element:
    """An element: its tag, attributes, and what is in it, elements and texts."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag, self.attributes, self.inside = tag, attributes, []

    def __iter__(self) -> Iterator[Element]:
        """Go through everything within, the element itself first."""
        yield self
        for part in self.inside:
            if isinstance(part, Element):
                yield from part

    def all(self, tag: str = "", kind: str = "") -> list[Element]:
        """Find elements by tag and class."""
        return [one for one in self if tag in ("", one.tag) and (not kind or kind in one.kinds)]

    @property
    def kinds(self) -> list[str]:
        return (self.attributes.get("class") or "").split()

    @property
    def text(self) -> str:
        return "".join(part.text if isinstance(part, Element) else part for part in self.inside)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in <{tag}>"
        self.open[-1].inside.append(Element(tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(self.open[-1].inside[-1])

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        assert tag in ("rect", "path"), f"<{tag}/> is no element of HTML without an end"
        self.open[-1].inside.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read_page(text: str) -> Element:
    """Read a page whose every element is closed, in order."""
    assert text.startswith("<!DOCTYPE html>\n")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


def rows_of(shown: Element) -> list[list[str]]:
    """Give the numbers of a value, a row for each of its matrix, as they are shown."""
    tables = shown.all("mtable")
    assert len(tables) < 2
    if tables:
        return [[_number(cell.text) for cell in row.all("mtd")] for row in tables[0].all("mtr")]
    return [[_number("".join(math.text for math in shown.all("math")))]]


def _number(text: str) -> str:
    return text.replace("−", "-").lstrip("=").strip()


def name_of(line: Element) -> str:
    """Give the name of a line without what lowers its index: h(2), af(1), ∇W."""
    return line.all("dt")[0].all("math")[0].text


def sequence_of(line: Element, heading: str) -> int | None:
    """Give the sequence that a line is about, from 0; None for all."""
    shown = [one.text for one in line.all("span", "sequence")] or [heading]
    found = re.search(r"sequence (\d+)", shown[0])
    return int(found[1]) - 1 if found else None
