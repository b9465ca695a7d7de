"""Where the members of a scan are kept while it runs, and how its segments are carried out.

The segments of a scan are ranges of steps at which other terms are present; a
segment may be cut into pieces, in the order of evaluation.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial

import numpy as np

from rnncalc.compute.storage import as_sequence, lend
from rnncalc.compute.values import Values
from rnncalc.compute.workspace import Workspace
from rnncalc.recurrences.schedule import Block

Pieces = Sequence[list[range]]  # of each segment
Widths = Mapping[Hashable, int]


class InOneTable:
    """A short scan: all its steps in one table that fits the cache; the sequences are views of it.

    `loops` are the function and the views of every step, of each segment.
    """

    def __init__(self, block: Block, pieces: Pieces, widths: Widths, rows: Widths, reach: int, values: Values):
        self.values, self.widths, self.reach = values, widths, reach
        self.steps, self.forward = [steps for (steps,) in pieces], block.direction == "forward"
        self.n_steps = values.case.lengths[block.letter]
        self.table = np.empty((reach + self.n_steps, sum(rows.values()), values.case.n_sequences))
        halo: dict[str, int] = {}  # all segments read from before the first
        self.spaces = []
        for steps in self.steps:
            first = steps.start - 1 if self.forward else self.n_steps - steps.stop + 1
            part = self.table[first : first + reach + len(steps)]
            self.spaces.append(Workspace(values, rows, part, reach, self.forward, halo))
        self.loops: list[tuple[Callable, list]] = []

    def name_sequences(self) -> None:
        """Make the members known as sequences, also with the places from which the scan enters."""
        space, way = self.spaces[0], 1 if self.forward else -1
        for name, width in self.widths.items():
            part = self.table[:, space.starts[name] : space.starts[name] + width]
            shape = self.values.case.shapes[name]
            self.values.sequences[name] = as_sequence(part[self.reach :][::way], shape)
            depth = space.halo.get(name, 0)
            places = [1 - back if self.forward else self.n_steps + back for back in range(1, depth + 1)]
            if depth and all((name, step) in self.values.places for step in places):
                whole = as_sequence(part[self.reach - depth :][::way], shape)
                self.values.around[name] = (whole, 1 - depth if self.forward else 1)

    def prepare(self) -> None:
        """Evaluate what reads given quantities alone; of a repeated pass again when these change."""
        for steps, space in zip(self.steps, self.spaces, strict=True):
            if space.given:
                space.fill_given(steps)
                self.values.renewals.rare.append(partial(space.fill_given, steps))

    def run(self) -> None:
        self.spaces[0].enter(self.steps[0])
        for steps, space, (scan, rows) in zip(self.steps, self.spaces, self.loops, strict=True):
            space.fill(steps)
            scan(rows)


class InPieces:
    """A long scan: piece by piece through a table that fits the cache, from which the sequences are copied."""

    def __init__(self, block: Block, pieces: Pieces, widths: Widths, rows: Widths, reach: int, values: Values):
        self.values, self.widths, self.block = values, widths, block
        forward = block.direction == "forward"
        self.pieces = [found if forward else found[::-1] for found in pieces]
        size, n_sequences = sum(rows.values()), values.case.n_sequences
        tables = [np.empty((reach + max(map(len, found)), size, n_sequences)) for found in pieces]
        self.spaces = [Workspace(values, rows, table, reach, forward, {}) for table in tables]
        self.loops: list[tuple[Callable, list]] = []

    def name_sequences(self) -> None:
        """Make room for the members, in one array: large arrays get large pages of memory."""
        n_steps, n_sequences = self.values.case.lengths[self.block.letter], self.values.case.n_sequences
        ends = list(itertools.accumulate((n_steps * n * n_sequences for n in self.widths.values()), initial=0))
        flat = lend(ends[-1])
        for (name, width), start, stop in zip(self.widths.items(), ends, ends[1:], strict=False):
            room = flat[start:stop].reshape(n_steps, width, n_sequences)
            self.values.sequences[name] = as_sequence(room, self.values.case.shapes[name])

    def prepare(self) -> None:
        """Nothing is left for a while: pieces share a table."""

    def run(self) -> None:
        for pieces, space, (scan, rows) in zip(self.pieces, self.spaces, self.loops, strict=True):
            done = 0
            for piece in pieces:
                space.go_on(done) if done else space.enter(piece)
                space.fill(piece)
                space.fill_given(piece)
                scan(rows[: len(piece)])
                space.save(piece, self.widths)
                done = len(piece)
