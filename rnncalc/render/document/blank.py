"""Leave quantities out of a worked solution: a worksheet is a document with blanks. `blanked` is the one to read first.

What is left out may not be read off elsewhere: later lines that calculate
with it have a blank in its place, and so has a value that repeats its digits,
such as y(t) = h(t).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from rnncalc.language.nodes import Call, Name, Node, Number, Ref, leaves, rebuild
from rnncalc.render.document.blocks import (
    BLANK,
    Block,
    Grid,
    Line,
    Lines,
    Math,
    Picture,
    Place,
    Room,
    Section,
)

_LINES_TO_WRITE = 2  # for each quantity that is left out


def places_of(section: Section) -> tuple[Place, ...]:
    """List the places of all computed lines of a section, each once, in their order."""
    return tuple(dict.fromkeys(line.place for block in section.blocks for line in _lines(block)))


def last_places(section: Section, number: int) -> tuple[Place, ...]:
    """Give the places of the last computed lines: a worked example fades from its end."""
    return places_of(section)[-number:] if number else ()


def blanked(section: Section, wanted: Collection[Place]) -> Section:
    """Leave the lines of the wanted places out, with room to write; a place without a step means all its steps."""
    hidden = _Hidden()
    names = {name for name, step in wanted if step is None}
    blocks: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Lines):
            lines = tuple(
                hidden.left_out(line) if line.place in wanted or line.place[0] in names else hidden.masked(line)
                for line in block.lines
            )
            blocks.append(block._replace(lines=lines))
            if left_out := sum(line.blank for line in lines):
                blocks.append(Room(_LINES_TO_WRITE * left_out))
        else:
            blocks.append(block)
    return section._replace(blocks=tuple(_without(block, hidden) for block in blocks))


def _lines(block: Block) -> tuple[Line, ...]:
    return block.lines if isinstance(block, Lines) else ()


def _without(block: Block, hidden: _Hidden) -> Block:
    """Leave out of tables and the picture what is hidden."""
    if isinstance(block, Grid):
        digits = hidden.all_digits
        rows = tuple((name, tuple(_text(cell, digits) for cell in cells)) for name, cells in block.rows)
        totals = block.totals and (block.totals[0], tuple(_text(cell, digits) for cell in block.totals[1]))
        return block._replace(rows=rows, totals=totals)
    if isinstance(block, Picture):
        nodes = tuple(
            node._replace(value=hidden.shown(node.place, node.value), adjoint=hidden.shown(node.place, node.adjoint))
            for node in block.nodes
        )
        return block._replace(nodes=nodes)
    return block


def _digits(text: str) -> str:
    return text.lstrip("+-")


def _text(text: str, digits: Collection[str]) -> str:
    return BLANK if _digits(text) in digits else text


@dataclass
class _Hidden:
    """What has been left out so far, in the order of the document: producers come before those that read them.

    Shapes:
        masks[place, sequence]: (rows, columns), True where a number is left out
        digits[place]: the texts left out, without sign
    """

    masks: dict[tuple[Place, int], np.ndarray] = field(default_factory=dict)
    digits: dict[Place, set[str]] = field(default_factory=dict)

    @property
    def all_digits(self) -> set[str]:
        return set().union(*self.digits.values())

    def digits_at(self, places: Collection[Place]) -> set[str]:
        """Give the digits left out at places; a place without a step stands for all steps of its name."""
        names = {name for name, step in places if step is None}
        return set().union(*(found for at, found in self.digits.items() if at in places or at[0] in names))

    def left_out(self, line: Line) -> Line:
        """Keep the equation of a line alone, and the brackets of its value."""
        equation = tuple(side for side in line.sides[:1] if not side.cells)
        value = line.value and self._hide(line.value, lambda cells: np.full(cells.shape, True), line)
        return line._replace(sides=equation, value=value, details=(), note="", blank=True)

    def masked(self, line: Line) -> Line:
        """Put blanks in the place of the hidden numbers that a line reads, or whose digits it repeats."""
        digits = self.digits_at(line.reads)
        if not digits:
            return line
        named = line.sides and not line.sides[0].cells and not isinstance(line.left, Call)  # an entry is numbers alone
        symbols = line.sides[0].node if named else None
        sides = tuple(side if side.node is symbols else self._side(side, symbols, digits, line) for side in line.sides)
        value = line.value and self._hide(line.value, lambda cells: _same_digits(cells, digits), line)
        return line._replace(sides=sides, value=value, details=tuple(map(self.masked, line.details)))

    def _hide(self, math: Math, choose: Callable[[np.ndarray], np.ndarray], line: Line) -> Math:
        """Put blanks into the value of a line, and remember them."""
        cells = {}
        for name, texts in math.cells.items():
            mask = choose(texts)
            cells[name] = np.where(mask, BLANK, texts)
            if mask.any():
                self.masks[line.place, line.sequence] = mask
                self.digits.setdefault(line.place, set()).update(map(_digits, map(str, texts[mask])))
        return math._replace(cells=cells)

    def _side(self, side: Math, symbols: Node | None, digits: set[str], line: Line) -> Math:
        """Put blanks into an expression with numbers; `symbols` is the same with names."""
        meant = dict(_meanings(symbols, side.node, side.cells)) if symbols else {}
        cells = {}
        for name, texts in side.cells.items():
            mask = self._mask(meant[name], texts, line) if name in meant else _same_digits(texts, digits)
            cells[name] = np.where(mask, BLANK, texts)

        def without_number(node: Node) -> Node:
            if isinstance(node, Number) and symbols is None and node.text.lstrip("+-") in digits:
                cells[BLANK] = np.array([[BLANK]], dtype=object)
                return Name(BLANK)
            return node

        return Math(rebuild(side.node, without_number), cells)

    def _mask(self, node: Node, texts: np.ndarray, line: Line) -> np.ndarray:
        """Tell which of the numbers that stand for a part of an expression are hidden."""
        turned = isinstance(node, Call) and node.op == "transpose"
        leaf = node.args[0] if turned else node
        if isinstance(leaf, Name) or isinstance(leaf, Ref) and leaf.index.anchor == "start":
            place = (leaf.name, leaf.index.offset if isinstance(leaf, Ref) else None)
            mask = self.masks.get((place, line.sequence), self.masks.get((place, 0)))
            mask = mask.T if turned and mask is not None else mask
            if mask is not None and mask.shape == texts.shape:
                return mask
            return _same_digits(texts, self.digits.get(place, ()))
        return _same_digits(texts, self.digits_at([(leaf.name, None) for leaf in leaves(node)]))

    def shown(self, place: Place, text: str) -> str:
        """Give a text of the picture, or nothing where its place has something hidden."""
        return "" if place in self.digits else text


def _same_digits(texts: np.ndarray, digits: Collection[str]) -> np.ndarray:
    found = [_digits(str(text)) in digits for text in texts.flat]
    return np.array(found, dtype=bool).reshape(texts.shape)


def _meanings(symbols: Node, numbers: Node, cells: Mapping[str, np.ndarray]) -> Iterator[tuple[str, Node]]:
    """Find for each placeholder the part of the expression that it stands for."""
    if isinstance(numbers, Name) and numbers.name in cells:
        yield numbers.name, symbols
    elif isinstance(numbers, Call) and isinstance(symbols, Call) and numbers.op == symbols.op:
        for name, number in zip(symbols.args, numbers.args, strict=False):
            yield from _meanings(name, number, cells)
