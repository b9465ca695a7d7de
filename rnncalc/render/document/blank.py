"""Leave quantities out of a worked solution: a worksheet is a document with blanks. `blanked` is the one to read first.

What is left out may not be read off elsewhere. Later lines that calculate with
it have a blank in its place; a copy, such as y(t) = u(t), is left out together
with what it copies; and so is whatever shows four of its digits by chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rnncalc.language.nodes import Call, Name, Node, Ref
from rnncalc.render.document.blocks import Block, Grid, Line, Lines, Picture, Place, Room, Section
from rnncalc.render.document.hidden import Hidden

_LINES_TO_WRITE = 2  # below each quantity that is left out


def places_of(section: Section) -> tuple[Place, ...]:
    """List the places of all computed numbers of a section, each once, in their order."""
    found = [line.place for line in _lines(section)]
    timed = {name for name, _ in found}
    tables = [block.place for block in section.blocks if isinstance(block, Grid) and block.place]
    return tuple(dict.fromkeys([*(place for place in tables if place[0] not in timed), *found]))


def last_places(section: Section, number: int) -> tuple[Place, ...]:
    """Give the places of the last computed numbers: a worked example fades from its end."""
    return places_of(section)[-number:] if number else ()


def asked_places(section: Section) -> tuple[Place, ...]:
    """Give the places of what the problem asks for."""
    asked = {line.place for line in _lines(section) if line.final}
    return tuple(place for place in places_of(section) if place in asked)


def blanked(section: Section, wanted: Collection[Place]) -> Section:
    """Leave the numbers of the wanted places out, with room to write; a place without a step means all its steps."""
    hidden = Hidden(frozenset(_with_copies(section, frozenset(wanted))))
    blocks = tuple(written for block in section.blocks for written in _left_out(block, hidden))
    return section._replace(blocks=tuple(_without_repeats(block, hidden) for block in blocks))


def _lines(section: Section) -> Iterator[Line]:
    return (line for block in section.blocks if isinstance(block, Lines) for line in block.lines)


def _with_copies(section: Section, wanted: frozenset[Place]) -> set[Place]:
    """Add to the wanted places those that have the same numbers, as one is a copy of the other."""
    names = {name for name, step in wanted if step is None}
    links: dict[Place, set[Place]] = {}
    for line in _lines(section):
        for source in _copied(line):
            links.setdefault(line.place, set()).add(source)
            links.setdefault(source, set()).add(line.place)
    found, new = set(wanted), {place for place in links if place in wanted or place[0] in names}
    while new:
        found |= new
        new = set().union(*(links.get(place, set()) for place in new)) - found
    return found


def _copied(line: Line) -> list[Place]:
    """Give what a line copies: y = u, and each part of m = [f, b]."""
    node: Node | None = line.sides[0].node if len(line.sides) == 1 else None
    parts = node.args if isinstance(node, Call) and node.op == "concat" else (node,)
    return list(line.reads) if all(isinstance(part, Name | Ref) for part in parts) else []


def _left_out(block: Block, hidden: Hidden) -> Iterator[Block]:
    """Leave out what is wanted, and whatever repeats it in a later line."""
    if isinstance(block, Lines):
        yield from _with_room(block._replace(lines=tuple(map(hidden.line, block.lines))))
    elif isinstance(block, Grid) and block.place and hidden.is_wanted(block.place):
        yield hidden.table(block)
    else:
        yield block


def _with_room(block: Lines) -> Iterator[Block]:
    """Cut the lines of a step after each that is left out, for room to write below it."""
    step, start = block.step, 0
    for end in (number for number, line in enumerate(block.lines, start=1) if line.blank):
        yield block._replace(step=step, lines=block.lines[start:end])
        yield Room(_LINES_TO_WRITE)
        step, start = "", end
    if start < len(block.lines):
        yield block._replace(step=step, lines=block.lines[start:])


def _without_repeats(block: Block, hidden: Hidden) -> Block:
    """Leave out what shows the digits of something that is left out anywhere in the section."""
    if isinstance(block, Lines):
        return block._replace(lines=tuple(map(hidden.without_telling, block.lines)))
    if isinstance(block, Grid):
        return hidden.without_digits(block)
    if isinstance(block, Picture):
        return block._replace(nodes=tuple(map(hidden.node, block.nodes)))
    return block
