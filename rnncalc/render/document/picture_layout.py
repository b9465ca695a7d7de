"""Lay the unrolled network out: where each node stands and how its arrows run, in pixels.

Steps are columns from left to right, layers rows from below. `lay_out` is the
one to read first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from rnncalc.render.document.blocks import Node2D, Picture, Place
from rnncalc.render.document.markup import printed
from rnncalc.render.document.picture_routes import Lanes, Seat, Way, edge_of, lanes_of, ways_of

MOST_COLUMNS = 12  # drawn whole; of more the first and the last five
_AT_EACH_END = 5
_MOST_TEXT = 22  # characters of a line in a node
_CHARACTER, LINE, _PADDING = 8.2, 18, 10
_GAP, _CHANNEL, _BESIDE, _MARGIN = 44, 36, 26, 12
_APART = 4.5  # half the distance between an arrow and the one back
_LANE = 18  # between arrows beside each other

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
    sized = {node.place: _sized(node) for node in nodes}
    seats = _seats(nodes)
    ways = ways_of(arrows, seats)
    plan = _plan(sized, seats, lanes_of(ways, seats))
    back = {place for place, spot in plan.spots.items() if spot.adjoint or spot.is_ellipsis}
    found: list[Arrow] = []
    for way in ways:
        both = way.source in back and way.target in back
        found.append(Arrow(plan.points(way, -_APART * both), False))
        if both:
            found.append(Arrow(plan.points(way, _APART)[::-1], True))
    return Layout(tuple(plan.spots.values()), tuple(found), plan.width, plan.height)


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


def _seats(nodes: list[Node2D]) -> dict[Place, Seat]:
    """Give each node its column, its row and its number in that cell, all counted from 0."""
    columns = sorted({node.column for node in nodes})
    rows = sorted({node.row for node in nodes})
    cells: dict[tuple[int, int], int] = {}
    seats = {}
    for node in nodes:
        cell = (columns.index(node.column), rows.index(node.row))
        cells[cell] = cells.get(cell, -1) + 1
        seats[node.place] = Seat(*cell, cells[cell])
    return seats


@dataclass(frozen=True)
class _Plan:
    """Nodes where they stand, the lanes of the arrows, and where gaps (from the left) and channels (below) begin."""

    spots: dict[Place, Spot]
    lanes: Lanes
    gaps: list[float]
    channels: list[float]
    width: float
    height: float

    def points(self, way: Way, apart: float) -> tuple[Point, ...]:
        """Give the points of an arrow, moved aside by `apart` to leave room for one in the other direction."""
        a, b, side = self.spots[way.source], self.spots[way.target], way.side
        if way.kind == "up":
            return ((a.x + apart, a.y - side * a.height / 2), (b.x + apart, b.y + side * b.height / 2))
        if way.kind == "across":
            return ((a.x + side * a.width / 2, a.y + apart), (b.x - side * b.width / 2, b.y + apart))
        gap = self._lane("gap", way.gap, way.source) + apart
        if way.out is None:
            start = [(a.x + side * a.width / 2, a.y + apart), (gap, a.y + apart)]
        else:
            x, y = a.x + min(_LANE, a.width / 2 - 8) + apart, self._lane("channel", way.out, way.source) + apart
            start = [(x, a.y - a.height / 2), (x, y), (gap, y)]
        edge = edge_of(way)
        others = self.lanes.edges[way.target, edge]
        if way.into is None:
            step = min(_LANE, (b.height - 12) / len(others))
            y = b.y + (others.index(way.source) - (len(others) - 1) / 2) * step + apart
            return (*start, (gap, y), (b.x - side * b.width / 2, y))
        step = min(_LANE, (b.width / 2 - 8) / len(others))
        x = b.x + (1 + others.index(way.source)) * step * (-side if edge == "below" else 1) + apart
        y = self._lane("channel", way.into, way.source) + apart
        return (*start, (gap, y), (x, y), (x, b.y + b.height / 2))

    def _lane(self, kind: str, number: int, source: Place) -> float:
        begins, room = (self.gaps, _GAP) if kind == "gap" else (self.channels, _CHANNEL)
        return begins[number] + room / 2 + self.lanes.taken[(kind, number), source] * _LANE


def _plan(sized: dict[Place, Spot], seats: dict[Place, Seat], lanes: Lanes) -> _Plan:
    """Make each column as wide as its widest cell, each gap as wide as its lanes, and place the nodes."""
    n_columns = 1 + max(seat.column for seat in seats.values())
    n_rows = 1 + max(seat.row for seat in seats.values())
    cells: dict[tuple[int, int], list[Place]] = {}
    for place, seat in seats.items():
        cells.setdefault((seat.column, seat.row), []).append(place)
    across = {cell: sum(sized[p].width for p in places) + _BESIDE * (len(places) - 1) for cell, places in cells.items()}
    widths = [max(width for cell, width in across.items() if cell[0] == column) for column in range(n_columns)]
    heights = [max(sized[p].height for p in seats if seats[p].row == row) for row in range(n_rows)]
    gap_widths = [_GAP + _LANE * (lanes.number(("gap", g)) - 1) for g in range(n_columns + 1)]
    channel_heights = [_CHANNEL + _LANE * (lanes.number(("channel", c)) - 1) for c in range(n_rows + 1)]
    gaps = [_MARGIN + x for x in accumulate((g + w for g, w in zip(gap_widths, [*widths, 0], strict=True)), initial=0)]
    lefts = [gap + width for gap, width in zip(gaps, gap_widths, strict=False)]
    tall = sum(heights) + sum(channel_heights) + 2 * _MARGIN
    upward = accumulate((h + c for h, c in zip([*heights, 0], channel_heights, strict=True)), initial=_MARGIN)
    channels = [tall - below - height for below, height in zip(upward, channel_heights, strict=False)]
    spots = {}
    for (column, row), places in cells.items():
        x = lefts[column] + (widths[column] - across[column, row]) / 2
        for place in places:
            spot = sized[place]
            spots[place] = spot._replace(x=x + spot.width / 2, y=channels[row] - heights[row] / 2)
            x += spot.width + _BESIDE
    return _Plan(spots, lanes, gaps, channels, gaps[-2] + gap_widths[-1] + _MARGIN, tall)
