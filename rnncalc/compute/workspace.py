"""The steps of a scan in the order of evaluation, features first: a vector of n entries is (n, n_sequences).

A row of the table holds all members of the scan at one step, one above the
other, and below some of them slots for what is outside the recurrence; the
rows before the first hold the steps that are read from there. A short scan
has one table, of which the sequences are views; a long one goes piece by piece
through a table that fits the cache. The views of every step are made once.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import accumulate

import numpy as np

from rnncalc.compute.affine import ONE
from rnncalc.compute.reading import Filler, steps_filler
from rnncalc.compute.storage import as_sequence, features_first
from rnncalc.compute.values import Values
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Node


class Workspace:
    """Room for `length` steps of members and slots with these numbers of entries, and for the steps before them.

    Shapes:
        table: (reach + length, entries of a row, n_sequences)
    """

    def __init__(
        self,
        values: Values,
        widths: Mapping[Hashable, int],
        table: np.ndarray,
        reach: int,
        forward: bool,
        halo: dict[str, int],
    ):
        self.values, self.widths, self.table, self.reach, self.forward = values, widths, table, reach, forward
        self.length, self.n_sequences = len(table) - reach, table.shape[2]
        self.starts = dict(zip(widths, accumulate(widths.values(), initial=0), strict=False))
        self.halo = halo  # member -> how many steps before the first are read
        self.outer: list[tuple[np.ndarray, Filler]] = []  # what is outside the recurrence
        self.given: list[tuple[np.ndarray, Filler]] = []  # that of it which a repeated pass computes rarely

    def member(self, names: Sequence[str], back: int = 0) -> np.ndarray:
        """Give neighbouring members of one width, read `back` steps before each step.

        Shapes:
            result: (length, width, n_sequences), for several members (length, n_members, width, n_sequences)
        """
        self._enters(names, back)
        lead = (len(names),) if len(names) > 1 else ()
        width = self.widths[names[0]]
        return self._rows(names[0], len(names) * width, back).reshape(-1, *lead, width, self.n_sequences)

    def _enters(self, names: Sequence[str], back: int) -> None:
        for name in names if back else ():
            self.halo[name] = max(self.halo.get(name, 0), back)

    def long(self, names: Sequence[str], back: int) -> np.ndarray:
        """Give members and the slots below them as one vector: (length, entries, n_sequences)."""
        self._enters(names, back)
        keys = (*names, *self.slots_below(names[-1]))
        return self._rows(names[0], sum(self.widths[key] for key in keys), back)

    def slots_below(self, name: str) -> list[Hashable]:
        return [key for key in self.widths if isinstance(key, tuple) and key[0] == name]

    def slot(self, key: Hashable, node: Node | str, back: int) -> None:
        """Have a slot filled with an expression, for all steps of a piece at once, or with ones."""
        if node == ONE:
            self.table[:, self.starts[key]] = 1.0
        else:
            self._fill(self._rows(key, self.widths[key], back), node)

    def apart(self, parts: Mapping[str | Node, slice]) -> np.ndarray:
        """Give room for a long vector beside the table; all of its parts but the first are filled as slots are."""
        long = np.ones((self.length, max(part.stop for part in parts.values()), self.n_sequences))
        for node, part in list(parts.items())[1:]:
            if node != ONE:
                self._fill(long[:, part], node)
        return long

    def _rows(self, key: Hashable, entries: int, back: int) -> np.ndarray:
        rows = slice(self.reach - back, self.reach - back + self.length)
        return self.table[rows, self.starts[key] : self.starts[key] + entries]

    def outside(self, nodes: Sequence[Node], width: int) -> np.ndarray:
        """Give expressions outside the recurrence, evaluated for all steps of a piece at once."""
        array = np.empty((self.length, len(nodes), width, self.n_sequences))
        for at, node in enumerate(nodes):
            self._fill(array[:, at], node)
        return array if len(nodes) > 1 else array[:, 0]

    def _fill(self, target: np.ndarray, node: Node) -> None:
        target = as_sequence(target, infer_shape(node, self.values.case.known))
        renewals = self.values.renewals
        rarely = renewals is not None and renewals.is_given(node)
        (self.given if rarely else self.outer).append((target, steps_filler(node, self.values)))

    def fill(self, steps: range) -> None:
        """Evaluate what is outside the recurrence."""
        self._carry_out(self.outer, steps)

    def fill_given(self, steps: range) -> None:
        """Evaluate what is outside the recurrence and reads given quantities alone."""
        self._carry_out(self.given, steps)

    def _carry_out(self, work: Sequence[tuple[np.ndarray, Filler]], steps: range) -> None:
        for target, fill in work:
            fill(steps, self._turn(target[: len(steps)]))

    def enter(self, steps: range) -> None:
        """Fill in what is read from before the first step: zero where there is nothing, for terms that are absent."""
        for name, reach in self.halo.items():
            for back in range(1, reach + 1):
                step = steps.start - back if self.forward else steps.stop - 1 + back
                start, width = self.starts[name], self.widths[name]
                target = self.table[self.reach - back, start : start + width]
                if (name, step) in self.values.places or 1 <= step <= len(self.values.sequences[name]):
                    np.copyto(target.T, self.values.at(name, step).reshape(-1, width))
                else:
                    target.fill(0.0)

    def go_on(self, done: int) -> None:
        """Take the last of the steps that are done for those before the next piece."""
        self.table[: self.reach] = self.table[done : done + self.reach]

    def save(self, steps: range, members: Collection[str]) -> None:
        """Copy the results of a piece into the sequences."""
        for name in members:
            start, stop = self.starts[name], self.starts[name] + self.widths[name]
            found = self.table[self.reach : self.reach + len(steps), start:stop]
            sequence = self.values.sequences[name][steps.start - 1 : steps.stop - 1]
            np.copyto(features_first(sequence), self._turn(found))

    def _turn(self, array: np.ndarray) -> np.ndarray:
        return array if self.forward else array[::-1]
