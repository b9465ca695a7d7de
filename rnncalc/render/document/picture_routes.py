"""Which way the arrows of a picture go: straight between neighbours, else along gaps and channels.

Gap g lies left of column g, channel c below row c; no node stands in them.
These are strips of lanes. All arrows of one source share a lane, so that they
branch off one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rnncalc.render.document.blocks import Place


class Seat(NamedTuple):
    """Where a node belongs: column from the left, row from below, and its number among the nodes of that cell."""

    column: int
    row: int
    number: int


class Way(NamedTuple):
    """The way of an arrow: straight, or out at the side or through a channel, along a gap, in likewise.

    `side` is 1 to the right, -1 to the left; `out` and `into` are channels,
    None at a side.
    """

    source: Place
    target: Place
    kind: str  # "up", "across" or "around"
    side: int = 1
    gap: int = 0
    out: int | None = None
    into: int | None = None


Strip = tuple[str, int]  # ("gap", 2) or ("channel", 0)
Span = tuple[int, int]  # from where to where in a strip: columns and rows count 1, 3, …, gaps and channels 0, 2, …


class Lanes(NamedTuple):
    """The lane of each source in the strips that it uses, and who comes in at which edge of a node."""

    taken: dict[tuple[Strip, Place], int]
    edges: dict[tuple[Place, str], list[Place]]

    def number(self, strip: Strip) -> int:
        """Count the lanes of a strip."""
        return 1 + max((lane for (other, _), lane in self.taken.items() if other == strip), default=0)


def edge_of(way: Way) -> str:
    """Name the edge of the target at which a way around comes in; below it, by the side it comes from."""
    if way.into is None:
        return "side"
    return "below" if way.out is None else "below, from its own column"


def lanes_of(ways: Sequence[Way], seats: Mapping[Place, Seat]) -> Lanes:
    """Give every source a lane where it runs, the first that is free along its whole span."""
    spans: dict[tuple[Strip, Place], Span] = {}
    edges: dict[tuple[Place, str], list[Place]] = {}
    for way in ways:
        if way.kind == "around":
            for strip, span in _spans(way, seats[way.source], seats[way.target]):
                known = spans.get((strip, way.source), span)
                spans[strip, way.source] = (min(*known, *span), max(*known, *span))
            at_edge = edges.setdefault((way.target, edge_of(way)), [])
            at_edge += [way.source] * (way.source not in at_edge)
    taken: dict[tuple[Strip, Place], int] = {}
    occupied: dict[Strip, list[list[Span]]] = {}
    for (strip, source), (start, end) in spans.items():
        rows = occupied.setdefault(strip, [])
        free = (lane for lane, others in enumerate(rows) if all(end < a or b < start for a, b in others))
        lane = next(free, len(rows))
        rows += [[]] * (lane == len(rows))
        rows[lane] = [*rows[lane], (start, end)]
        taken[strip, source] = lane
    return Lanes(taken, edges)


def _spans(way: Way, a: Seat, b: Seat) -> Iterator[tuple[Strip, Span]]:
    leaves = 2 * a.row + 1 if way.out is None else 2 * way.out
    enters = 2 * b.row + 1 if way.into is None else 2 * way.into
    yield ("gap", way.gap), (min(leaves, enters), max(leaves, enters))
    for channel, column in ((way.out, a.column), (way.into, b.column)):
        if channel is not None:
            ends = 2 * column + 1, 2 * way.gap
            yield ("channel", channel), (min(ends), max(ends))


def ways_of(arrows: Sequence[tuple[Place, Place]], seats: Mapping[Place, Seat]) -> list[Way]:
    """Choose the way of each arrow."""
    most: dict[tuple[int, int], int] = {}
    for seat in seats.values():
        most[seat[:2]] = max(most.get(seat[:2], 0), seat.number)
    return [_way(source, target, seats[source], seats[target], most) for source, target in arrows]


def _way(source: Place, target: Place, a: Seat, b: Seat, most: Mapping[tuple[int, int], int]) -> Way:
    across, up = b.column - a.column, b.row - a.row
    if not across and abs(up) == 1:
        return Way(source, target, "up", 1 if up > 0 else -1)
    if not across and not up and abs(b.number - a.number) == 1:
        return Way(source, target, "across", b.number - a.number)
    side = 1 if across >= 0 else -1
    last = {1: most[a[:2]], -1: 0}[side]
    first = {1: 0, -1: most[b[:2]]}[side]
    leaves, enters = across != 0 and a.number == last, abs(across) == 1 and b.number == first
    if leaves and enters and not up:
        return Way(source, target, "across", side)
    gap = a.column + (side > 0)
    return Way(source, target, "around", side, gap, None if leaves else a.row + 1, None if enters else b.row)
