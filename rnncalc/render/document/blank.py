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
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.render.document.blocks import (
    BLANK,
    Block,
    Given,
    Grid,
    Line,
    Lines,
    Math,
    Node2D,
    Picture,
    Place,
    Room,
    Section,
)

_LINES_TO_WRITE = 2  # for each quantity that is left out


def places_of(section: Section) -> tuple[Place, ...]:
    """List the places of all computed numbers of a section, each once, in their order."""
    found = [line.place for block in section.blocks if isinstance(block, Lines) for line in block.lines]
    tables = [block.place for block in section.blocks if isinstance(block, Grid) and block.place]
    timed = {name for name, _ in found}
    return tuple(dict.fromkeys([*(place for place in tables if place[0] not in timed), *found]))


def last_places(section: Section, number: int) -> tuple[Place, ...]:
    """Give the places of the last computed lines: a worked example fades from its end."""
    return places_of(section)[-number:] if number else ()


def blanked(section: Section, wanted: Collection[Place]) -> Section:
    """Leave the numbers of the wanted places out, with room to write; a place without a step means all its steps."""
    hidden = _Hidden(frozenset(wanted))
    blocks = tuple(written for block in section.blocks for written in _first_pass(block, hidden))
    return section._replace(blocks=tuple(_second_pass(block, hidden) for block in blocks))


def _first_pass(block: Block, hidden: _Hidden) -> Iterator[Block]:
    """Leave out what is wanted, and whatever repeats it in a later line."""
    if isinstance(block, Lines):
        lines = tuple(map(hidden.line, block.lines))
        yield block._replace(lines=lines)
        if left_out := sum(line.blank for line in lines):
            yield Room(_LINES_TO_WRITE * left_out)
    elif isinstance(block, Given):
        yield block._replace(items=tuple(hidden.item(*item) for item in block.items))
    elif isinstance(block, Grid) and block.place and hidden.is_wanted(block.place):
        yield hidden.table(block)
    else:
        yield block


def _second_pass(block: Block, hidden: _Hidden) -> Block:
    """Leave out of other tables and of the picture what is left out elsewhere."""
    if isinstance(block, Grid):
        digits = {text for text in hidden.all_digits if not text.isdigit()}  # a count of 1 tells nothing
        rows = tuple((name, tuple(_text(cell, digits) for cell in cells)) for name, cells in block.rows)
        totals = block.totals and (block.totals[0], tuple(_text(cell, digits) for cell in block.totals[1]))
        return block._replace(rows=rows, totals=totals)
    if isinstance(block, Picture):
        return block._replace(nodes=tuple(map(hidden.node, block.nodes)))
    return block


def _digits(text: str) -> str:
    return text.lstrip("+-")


def _text(text: str, digits: Collection[str]) -> str:
    return BLANK if _digits(text) in digits else text


@dataclass
class _Hidden:
    """What has been left out so far, in the order of the document: producers come before those that read them.

    Shapes:
        masks[place, sequence]: (rows, columns), True where a number is left out; None where lines differ
        digits[place]: the texts left out, without sign
    """

    wanted: frozenset[Place]
    masks: dict[tuple[Place, int], np.ndarray | None] = field(default_factory=dict)
    digits: dict[Place, set[str]] = field(default_factory=dict)

    @property
    def all_digits(self) -> set[str]:
        return set().union(*self.digits.values())

    def digits_at(self, places: Collection[Place]) -> set[str]:
        """Give the digits left out at places; a place without a step stands for all steps of its name."""
        names = {name for name, step in places if step is None}
        return set().union(*(found for at, found in self.digits.items() if at in places or at[0] in names))

    def is_wanted(self, place: Place) -> bool:
        return place in self.wanted or (place[0], None) in self.wanted

    def line(self, line: Line) -> Line:
        return self.left_out(line) if self.is_wanted(line.place) else self.masked(line)

    def item(self, left: Name | Ref, math: Math) -> tuple[Name | Ref, Math]:
        """Leave out numbers among those given, such as the weights of a network that is worked out."""
        if (left.name, None) not in self.wanted:
            return left, math
        line = Line(left, (), math, (left.name, None))
        return left, self.left_out(line).value

    def table(self, grid: Grid) -> Grid:
        """Leave out all numbers of a table."""
        texts = [cell for _, cells in (*grid.rows, *([grid.totals] if grid.totals else [])) for cell in cells]
        self.digits.setdefault(grid.place, set()).update(map(_digits, texts))
        rows = tuple((name, (BLANK,) * len(cells)) for name, cells in grid.rows)
        return grid._replace(rows=rows, totals=grid.totals and (grid.totals[0], (BLANK,) * len(grid.totals[1])))

    def node(self, node: Node2D) -> Node2D:
        """Leave out of a node of the picture its value, its adjoint, or both."""
        back = (adjoint_name(node.place[0]), node.place[1])
        value, adjoint = (
            "" if place in self.digits or self.is_wanted(place) else text
            for place, text in ((node.place, node.value), (back, node.adjoint))
        )
        return node._replace(value=value, adjoint=adjoint)

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
        named = line.sides and not line.sides[0].cells and not _is_entry(line)
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
                spot = (line.place, line.sequence)
                self.masks[spot] = None if spot in self.masks else mask  # lines of several lengths: known by digits
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


def _is_entry(line: Line) -> bool:
    """Tell whether a line is about a single entry, whose sum of products has numbers alone."""
    return isinstance(line.left, Call) and line.left.op == "entry"


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
