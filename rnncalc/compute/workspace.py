"""The steps of a piece of a scan in the order of evaluation, small enough for the cache.

A row holds all members of the scan at one step, side by side; the rows before
the first hold the steps that are read from there. Results go to the sequences
once a piece is done. The views of every step are made once, for all pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from rnncalc.compute.reading import Filler, steps_filler
from rnncalc.compute.values import Values
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Node


class Workspace:
    """Room for `length` steps of members with these numbers of entries, and for `reach` steps before them."""

    def __init__(self, values: Values, widths: Mapping[str, int], length: int, reach: int, forward: bool):
        self.values, self.widths, self.length, self.reach, self.forward = values, widths, length, reach, forward
        self.n_sequences = values.case.n_sequences
        self.starts, at = {}, 0
        for name, width in widths.items():
            self.starts[name] = at
            at += width * self.n_sequences
        self.table = np.empty((reach + length, at))
        self.halo: dict[str, int] = {}  # member -> how many steps before the first are read
        self.outer: list[tuple[np.ndarray, Filler]] = []  # what is outside the recurrence
        self.done = 0  # the number of steps of the piece before

    def member(self, names: Sequence[str], back: int = 0) -> np.ndarray:
        """Give neighbouring members, read `back` steps before each step.

        Shapes:
            result: (length, n_sequences, width), for several members (length, n_members, n_sequences, width)
        """
        for name in names if back else ():
            self.halo[name] = max(self.halo.get(name, 0), back)
        return self._entries(names, slice(self.reach - back, self.reach - back + self.length))

    def _entries(self, names: Sequence[str], rows: slice) -> np.ndarray:
        start, width = self.starts[names[0]], self.widths[names[0]]
        lead = (len(names),) if len(names) > 1 else ()
        part = self.table[rows, start : start + len(names) * self.n_sequences * width]
        return part.reshape(-1, *lead, self.n_sequences, width)

    def outside(self, nodes: Sequence[Node], width: int) -> np.ndarray:
        """Give room for expressions outside the recurrence, evaluated for all steps of a piece at once."""
        array = np.empty((self.length, len(nodes), self.n_sequences, width))
        for at, node in enumerate(nodes):
            target = array[:, at].reshape(self.length, self.n_sequences, *infer_shape(node, self.values.case.known))
            self.outer.append((target, steps_filler(node, self.values)))
        return array if len(nodes) > 1 else array[:, 0]

    def load(self, steps: range) -> None:
        """Fill in what the steps of a piece read; pieces come in the order of evaluation."""
        if self.done:
            self.table[: self.reach] = self.table[self.done : self.done + self.reach]
        else:
            self._enter(steps)
        self.done = len(steps)
        for target, fill in self.outer:
            fill(steps, self._turn(target[: len(steps)]))

    def _enter(self, steps: range) -> None:
        """Fill in what is read from before the first step."""
        for name, reach in self.halo.items():
            for back in range(1, reach + 1):
                step = steps.start - back if self.forward else steps.stop - 1 + back
                if (name, step) in self.values.places or 1 <= step <= len(self.values.sequences[name]):
                    target = self._entries([name], slice(self.reach - back, self.reach - back + 1))
                    target[...] = self.values.at(name, step).reshape(-1, self.widths[name])

    def save(self, steps: range) -> None:
        """Copy the results of a piece into the sequences."""
        for sequence, found in self.results:
            sequence[steps.start - 1 : steps.stop - 1] = self._turn(found[: len(steps)])

    @cached_property
    def results(self) -> list[tuple[np.ndarray, np.ndarray]]:
        rows = slice(self.reach, None)
        sequences = {name: self.values.sequences[name] for name in self.widths}
        return [(s, self._entries([name], rows).reshape(-1, *s.shape[1:])) for name, s in sequences.items()]

    def _turn(self, array: np.ndarray) -> np.ndarray:
        return array if self.forward else array[::-1]
