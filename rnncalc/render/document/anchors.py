"""Names for the places of a page: which element holds which number.

The names are counted, never made of the problem's own words, so that no text
of a file can become part of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rnncalc.language.nodes import Name, Ref
from rnncalc.render.document.blocks import Block, Given, Line, Lines, Picture, Place


@dataclass(frozen=True)
class Anchors:
    """The names of a section: of its numbers by place and sequence, and of the nodes of its picture.

    `own[block, item]` is the name of an item of a block, counted from 0,
    `held[place][sequence]` that of the first element that holds a number,
    `nodes[place]` that of the picture's node.
    """

    prefix: str
    own: dict[tuple[int, int], str]
    held: dict[Place, dict[int, str]]
    nodes: dict[Place, str]

    def sources(self, line: Line) -> list[str]:
        """Give the elements that hold the numbers in a line, each once."""
        found: dict[str, None] = {}
        for quantity, step in line.reads:
            here = self.held.get((quantity, step)) or self.held.get((quantity, None)) or {}
            own = [here[number] for number in (line.sequence, 0) if number in here]
            found.update(dict.fromkeys(own[:1] or here.values()))
        return list(found)


def anchors_of(prefix: str, blocks: tuple[Block, ...]) -> Anchors:
    """Name the places of a section in the order of the page."""
    own: dict[tuple[int, int], str] = {}
    held: dict[Place, dict[int, str]] = {}
    nodes: dict[Place, str] = {}
    for number, block in enumerate(blocks):
        if isinstance(block, Picture):
            for node in block.nodes:
                nodes.setdefault(node.place, f"{prefix}-n{len(nodes) + 1}")
        for item, (place, sequence) in enumerate(_places(block)):
            own[number, item] = f"{prefix}-v{len(own) + 1}"
            held.setdefault(place, {}).setdefault(sequence, own[number, item])
    return Anchors(prefix, own, held, nodes)


def place_of(left: Name | Ref) -> Place:
    """Give the place of something given: x(2) has its step, a weight has none.

    >>> from rnncalc.language.parser import parse_text
    >>> place_of(parse_text("x[1]")), place_of(Name("W"))
    (('x', 1), ('W', None))
    """
    counted = isinstance(left, Ref) and left.index.anchor == "start"
    return (left.name, left.index.offset if counted else None)


def _places(block: Block) -> Iterator[tuple[Place, int]]:
    if isinstance(block, Given):
        yield from ((place_of(left), 0) for left, _ in block.items)
    elif isinstance(block, Lines):
        yield from ((line.place, line.sequence) for line in block.lines)
