"""The numbers that a worksheet leaves out, and what of lines, tables and pictures shows them. See blank.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from rnncalc.language.nodes import Call, Name, Node, Number, Ref, leaves, rebuild, walk
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.render.document.blocks import BLANK, Grid, Line, Math, Node2D, Place

_PASSING = frozenset(
    {"neg", "transpose", "entry", "concat", "relu", "leaky_relu", "elu", "identity", "dropout", "clip", "min", "max"}
)
_TELLING = 4  # significant digits from which on a number is hardly there by chance


@dataclass
class Hidden:
    """What has been left out so far, in the order of the document: producers come before those that read them.

    Shapes:
        masks[place, sequence]: (rows, columns), True where a number is left out; None where lines differ
        digits[name][step]: the texts left out, without sign
    """

    wanted: frozenset[Place]
    masks: dict[tuple[Place, int], np.ndarray | None] = field(default_factory=dict)
    digits: dict[str, dict[int | None, set[str]]] = field(default_factory=dict)

    def is_wanted(self, place: Place) -> bool:
        return place in self.wanted or (place[0], None) in self.wanted

    def digits_at(self, places: Collection[Place]) -> set[str]:
        """Give the digits left out at places; a place without a step stands for all steps of its name."""
        found: set[str] = set()
        for name, step in places:
            steps = self.digits.get(name, {})
            found.update(*(steps.values() if step is None else [steps.get(step, ())]))
        return found

    # --- what is wanted ----------------------------------------------------

    def line(self, line: Line) -> Line:
        """Leave a line out if it is wanted, else the numbers in it that have been left out before it."""
        if self.is_wanted(line.place):
            equation = tuple(filter(_is_symbolic, line.sides[:1]))
            value = line.value and self._remembered(line.value, lambda texts: np.full(texts.shape, True), line)
            return line._replace(sides=equation, value=value, details=(), note="", blank=True)
        digits = self.digits_at(line.reads)
        if not digits:
            return line
        line = self._without_read(line, digits)
        if _passes_on(line):
            line = line._replace(value=line.value and self._remembered(line.value, partial(_same_digits, digits), line))
        return line

    def table(self, grid: Grid) -> Grid:
        """Leave out all numbers of a table."""
        texts = [cell for _, cells in (*grid.rows, *([grid.totals] if grid.totals else [])) for cell in cells]
        self._remember(grid.place, texts)
        return _changed(grid, lambda text: BLANK)

    def _remembered(self, value: Math, choose, line: Line) -> Math:
        """Put blanks into the value of a line, for all that come after it."""
        for texts in value.cells.values():
            mask = choose(texts)
            if mask.any():
                spot = (line.place, line.sequence)
                self.masks[spot] = None if spot in self.masks else mask  # lines of several lengths: known by digits
                self._remember(line.place, texts[mask])
        return _masked(value, choose)

    def _remember(self, place: Place, texts: Iterable[object]) -> None:
        self.digits.setdefault(place[0], {}).setdefault(place[1], set()).update(_unsigned(str(text)) for text in texts)

    def _without_read(self, line: Line, digits: Collection[str]) -> Line:
        """Put blanks in the place of hidden numbers that a line and its details read, not yet in its value."""
        symbols = line.sides[0].node if line.sides and _is_symbolic(line.sides[0]) else None
        sides = tuple(side if side.node is symbols else self._side(side, symbols, digits, line) for side in line.sides)
        return line._replace(sides=sides, details=tuple(self._without_read(detail, digits) for detail in line.details))

    def _side(self, side: Math, symbols: Node | None, digits: Collection[str], line: Line) -> Math:
        """Put blanks into an expression with numbers; `symbols` is the same with names."""
        if symbols is None:
            return _without(side, digits)
        meant, cells = dict(_meanings(symbols, side.node, side.cells)), {}
        for name, texts in side.cells.items():
            mask = self._mask(meant[name], texts, line) if name in meant else _same_digits(digits, texts)
            cells[name] = np.where(mask, BLANK, texts)
        return side._replace(cells=cells)

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
            return _same_digits(self.digits_at([place]), texts)
        return _same_digits(self.digits_at([(leaf.name, None) for leaf in leaves(node)]), texts)

    # --- what shows it elsewhere -------------------------------------------

    @cached_property
    def all_digits(self) -> set[str]:
        """Give the digits left out of the whole section, once all of it has been gone through."""
        return self.digits_at([(name, None) for name in self.digits])

    @cached_property
    def telling(self) -> set[str]:
        """Give those that are hardly elsewhere by chance."""
        return {text for text in self.all_digits if _significant(text) >= _TELLING}

    @cached_property
    def fractional(self) -> set[str]:
        """Give those that are no counts, which tell nothing."""
        return {text for text in self.all_digits if not text.isdigit()}

    def without_telling(self, line: Line) -> Line:
        """Put blanks in the place of digits that tell what is left out elsewhere."""
        return _line_without(line, self.telling) if self.telling else line

    def without_digits(self, grid: Grid) -> Grid:
        """Put blanks in the place of all digits left out but those of counts."""
        return _changed(grid, lambda text: BLANK if _unsigned(text) in self.fractional else text)

    def node(self, node: Node2D) -> Node2D:
        """Leave out of a node of the picture its value, its adjoint, or both."""
        back = (adjoint_name(node.place[0]), node.place[1])
        return node._replace(value=self._label(node.place, node.value), adjoint=self._label(back, node.adjoint))

    def _label(self, place: Place, text: str) -> str:
        shown = set(map(_unsigned, text.split(", ")))
        return "" if self.is_wanted(place) or self.digits_at([place]) or self.telling & shown else text


def _unsigned(text: str) -> str:
    return text.lstrip("+-")


def _significant(text: str) -> int:
    """Count the digits of a number between the zeros around it."""
    return len(text.partition("e")[0].replace(".", "").strip("0"))


def _same_digits(digits: Collection[str], texts: np.ndarray) -> np.ndarray:
    found = [_unsigned(str(text)) in digits for text in texts.flat]
    return np.array(found, dtype=bool).reshape(texts.shape)


def _masked(math: Math, choose) -> Math:
    return math._replace(cells={name: np.where(choose(texts), BLANK, texts) for name, texts in math.cells.items()})


def _line_without(line: Line, digits: Collection[str]) -> Line:
    return line._replace(
        sides=tuple(side if _is_symbolic(side) else _without(side, digits) for side in line.sides),
        value=line.value and _without(line.value, digits),
        details=tuple(_line_without(detail, digits) for detail in line.details),
    )


def _without(math: Math, digits: Collection[str]) -> Math:
    """Put blanks in the place of digits, be they in matrices or in the expression itself."""
    blank = {BLANK: np.array([[BLANK]], dtype=object)}

    def without_number(node: Node) -> Node:
        return Name(BLANK) if isinstance(node, Number) and _unsigned(node.text) in digits else node

    node = rebuild(math.node, without_number)
    masked = _masked(math, partial(_same_digits, digits))
    return masked if node is math.node else Math(node, {**masked.cells, **blank})


def _passes_on(line: Line) -> bool:
    """Tell whether the value of a line repeats what it reads, as y = -x and h = relu(z) do."""
    nodes = walk(line.sides[0].node) if line.sides else ()
    return all(node.op in _PASSING for node in nodes if isinstance(node, Call))


def _is_symbolic(math: Math) -> bool:
    """Tell whether an expression has names, and no numbers in their place."""
    return not math.cells and any(leaves(math.node))


def _changed(grid: Grid, change) -> Grid:
    rows = tuple((name, tuple(map(change, cells))) for name, cells in grid.rows)
    return grid._replace(rows=rows, totals=grid.totals and (grid.totals[0], tuple(map(change, grid.totals[1]))))


def _meanings(symbols: Node, numbers: Node, cells: Mapping[str, np.ndarray]) -> Iterator[tuple[str, Node]]:
    """Find for each placeholder the part of the expression that it stands for."""
    if isinstance(numbers, Name) and numbers.name in cells:
        yield numbers.name, symbols
    elif isinstance(numbers, Call) and isinstance(symbols, Call) and numbers.op == symbols.op:
        for name, number in zip(symbols.args, numbers.args, strict=False):
            yield from _meanings(name, number, cells)
