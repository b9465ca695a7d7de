"""Lay the unrolled network out: where each node stands and which way each arrow goes, clear of all nodes.

Steps are columns from left to right, layers rows from below. Between the
columns are gaps, between the rows channels; an arrow that is not straight
runs in these. `lay_out` is the one to read first; lengths are in pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rnncalc.render.document.blocks import Node2D, Picture, Place
from rnncalc.render.document.markup import printed

MOST_COLUMNS = 12  # drawn whole; of more the first and the last five
_AT_EACH_END = 5
_MOST_TEXT = 22  # characters of a line in a node
_CHARACTER, LINE, _PADDING = 8.2, 18, 10
_GAP, _CHANNEL, _BESIDE, _MARGIN = 70, 52, 26, 24
_APART = 6  # half the distance between an arrow and the one back
_LANES, _LANE = 4, 13  # arrows beside each other in a gap or a channel

Point = tuple[float, float]


class Spot(NamedTuple):
    """A node where it stands: the texts of its lines, its centre, its size."""

    node: Node2D
    value: tuple[str, ...]
    adjoint: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float

    @property
    def is_ellipsis(self) -> bool:
        return not self.node.label


class Arrow(NamedTuple):
    """An arrow: the points of its line; `back` where it belongs to the backward pass."""

    points: tuple[Point, ...]
    back: bool


class Layout(NamedTuple):
    """All of a picture and its size."""

    spots: tuple[Spot, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float


def lay_out(picture: Picture) -> Layout:
    """Place nodes and arrows; of a long sequence the middle steps become an ellipsis."""
    nodes, arrows = _shortened(picture)
    columns = sorted({node.column for node in nodes})
    rows = sorted({node.row for node in nodes})
    cells: dict[tuple[int, int], list[Spot]] = {}
    for node in nodes:
        cells.setdefault((columns.index(node.column), rows.index(node.row)), []).append(_sized(node))
    widths = [max(_cell_width(cell) for (c, _), cell in cells.items() if c == column) for column in range(len(columns))]
    heights = [
        max(spot.height for (_, r), cell in cells.items() if r == row for spot in cell) for row in range(len(rows))
    ]
    lefts = [_MARGIN + _GAP / 2 + sum(widths[:column]) + column * _GAP for column in range(len(columns))]
    tops = [
        _MARGIN + _CHANNEL / 2 + sum(heights[row + 1 :]) + (len(rows) - 1 - row) * _CHANNEL for row in range(len(rows))
    ]
    grid = _Grid(cells, lefts, widths, tops, heights)
    where = {spot.node.place: (place, number) for place, cell in cells.items() for number, spot in enumerate(cell)}
    spots = {place: grid.spot(*at) for place, at in where.items()}
    back = {place for place, spot in spots.items() if spot.adjoint or spot.is_ellipsis}
    found: list[Arrow] = []
    for number, (source, target) in enumerate(arrows):
        lane = (number % _LANES - (_LANES - 1) / 2) * _LANE
        both = source in back and target in back
        found.append(Arrow(grid.route(where[source], where[target], lane, -_APART * both), False))
        if both:
            found.append(Arrow(grid.route(where[source], where[target], lane, _APART)[::-1], True))
    width = lefts[-1] + widths[-1] + _GAP / 2 + _MARGIN
    return Layout(tuple(spots.values()), tuple(found), width, tops[0] + heights[0] + _CHANNEL / 2 + _MARGIN)


def _shortened(picture: Picture) -> tuple[list[Node2D], list[tuple[Place, Place]]]:
    columns = sorted({node.column for node in picture.nodes})
    nodes = list({node.place: node for node in picture.nodes}.values())
    known = {node.place for node in nodes}
    arrows = [arrow for arrow in picture.arrows if set(arrow) <= known and arrow[0] != arrow[1]]
    if len(columns) <= MOST_COLUMNS:
        return nodes, list(dict.fromkeys(arrows))
    hidden = set(columns[_AT_EACH_END:-_AT_EACH_END])
    stands_for = {node.place: ("\0", node.row) if node.column in hidden else node.place for node in nodes}
    middle = [
        Node2D(("\0", row), "", "⋯", "", min(hidden), row)
        for row in sorted({node.row for node in nodes if node.column in hidden})
    ]
    kept = [node for node in nodes if node.column not in hidden] + middle
    renamed = dict.fromkeys((stands_for[source], stands_for[target]) for source, target in arrows)
    return kept, [
        (source, target) for source, target in renamed if source != target and not _both_hidden(source, target)
    ]


def _both_hidden(source: Place, target: Place) -> bool:
    return source[0] == "\0" == target[0]


def _sized(node: Node2D) -> Spot:
    value, adjoint = tuple(_lines(node.value)), tuple(_lines(node.adjoint))
    longest = max(len(node.label), *map(len, value), *(len(line) + 2 for line in adjoint), 3)
    n_lines = bool(node.label) + len(value) + len(adjoint)
    return Spot(node, value, adjoint, 0, 0, longest * _CHARACTER + 2 * _PADDING, n_lines * LINE + _PADDING)


def _lines(text: str) -> Iterable[str]:
    """Break a long text behind its commas and spaces."""
    line = ""
    for word in re.findall(r"\S+\s*", printed(text)):
        if line and len(line) + len(word.rstrip()) > _MOST_TEXT:
            yield line.rstrip()
            line = ""
        line += word
    if line.strip() or not text:
        yield from filter(None, [line.rstrip()])


def _cell_width(cell: list[Spot]) -> float:
    return sum(spot.width for spot in cell) + _BESIDE * (len(cell) - 1)


@dataclass(frozen=True)
class _Grid:
    """Cells of nodes, at (column, row) from the left and from below, and where each column and row lies."""

    cells: dict[tuple[int, int], list[Spot]]
    lefts: list[float]
    widths: list[float]
    tops: list[float]
    heights: list[float]

    def spot(self, place: tuple[int, int], number: int) -> Spot:
        """Give a node with its centre."""
        column, row = place
        cell = self.cells[place]
        left = self.lefts[column] + (self.widths[column] - _cell_width(cell)) / 2
        x = left + sum(spot.width + _BESIDE for spot in cell[:number]) + cell[number].width / 2
        return cell[number]._replace(x=x, y=self.tops[row] + self.heights[row] / 2)

    def route(
        self, source: tuple[tuple[int, int], int], target: tuple[tuple[int, int], int], lane: float, apart: float
    ) -> tuple[Point, ...]:
        """Give the points of an arrow: straight between neighbours, else along gaps and channels."""
        a, b = self.spot(*source), self.spot(*target)
        (column, row), (to_column, to_row) = source[0], target[0]
        across, up = to_column - column, to_row - row
        if not across and abs(up) == 1:
            side = 1 if up > 0 else -1
            return ((a.x + apart, a.y - side * a.height / 2), (b.x + apart, b.y + side * b.height / 2))
        if not across and not up and abs(source[1] - target[1]) == 1:
            side = 1 if target[1] > source[1] else -1
            return ((a.x + side * a.width / 2, a.y + apart), (b.x - side * b.width / 2, b.y + apart))
        side = 1 if across >= 0 else -1
        leaves_at_side = across and source[1] == (len(self.cells[source[0]]) - 1 if side > 0 else 0)
        enters_at_side = abs(across) == 1 and target[1] == (0 if side > 0 else len(self.cells[target[0]]) - 1)
        if leaves_at_side and enters_at_side:
            return self._between_neighbours(a, b, column, to_column, side, apart)
        gap = self._gap(column, side) + lane + apart
        if leaves_at_side:
            start = [(a.x + side * a.width / 2, a.y + apart), (gap, a.y + apart)]
        else:
            channel = self._channel(row) + lane / 2 + apart
            start = [(a.x + lane / 2 + apart, a.y - a.height / 2), (a.x + lane / 2 + apart, channel), (gap, channel)]
        if enters_at_side:
            return (*start, (gap, b.y + apart), (b.x - side * b.width / 2, b.y + apart))
        channel = self._channel(to_row - 1) + lane / 2 + apart
        x = b.x + lane / 2 + apart
        return (*start, (gap, channel), (x, channel), (x, b.y + b.height / 2))

    def _between_neighbours(
        self, a: Spot, b: Spot, column: int, to_column: int, side: int, apart: float
    ) -> tuple[Point, ...]:
        """Go from side to side, sloping in the gap alone."""
        start, end = (a.x + side * a.width / 2, a.y + apart), (b.x - side * b.width / 2, b.y + apart)
        if a.y == b.y:
            return (start, end)
        leave = self.lefts[column] + (self.widths[column] if side > 0 else 0)
        enter = self.lefts[to_column] + (0 if side > 0 else self.widths[to_column])
        return (start, (leave, start[1]), (enter - side * 14, end[1]), end)

    def _gap(self, column: int, side: int) -> float:
        if side > 0:
            return self.lefts[column] + self.widths[column] + _GAP / 2
        return self.lefts[column] - _GAP / 2

    def _channel(self, row: int) -> float:
        """Give the height of the channel above a row; -1 is that below all of them."""
        return self.tops[row] - _CHANNEL / 2 if row >= 0 else self.tops[0] + self.heights[0] + _CHANNEL / 2
