"""A system with everything needed to evaluate it.

The problem layer builds a Case from a file; tests and the API may build one
from arrays. Every array is (…, rows, columns): weights have no leading axis,
single values have the batch, sequences have time and batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.compute.answers import Claims
from rnncalc.language.kinds import Shape, Shapes
from rnncalc.recurrences.schedule import Block, schedule
from rnncalc.recurrences.system import System


class Rounding(NamedTuple):
    """How many decimals are shown, and whether each named quantity is rounded to them."""

    decimals: int = 4
    every_step: bool = False


@dataclass(frozen=True)
class Case:
    """What evaluate() takes.

    `batched` tells whether sequences have a level of their own in the file;
    `written` has the weights' shapes as the file writes them; `loss` is the
    name of the loss, if there is one; `shared` names what has no sequence
    axis, as the gradient of a weight has none; `targets` names what only the
    loss reads.

    Shapes:
        weights[name]: (rows, columns)
        values[name]: (n_sequences, rows, columns), inputs without a time step
        sequences[name]: (n_steps, n_sequences, rows, columns), inputs and targets;
            for a sequence that an equation defines, its given first steps
        initial[name, step]: (n_sequences, rows, columns), with step 0, -1, … or T+1, …
    """

    system: System
    shapes: Mapping[str, Shape]
    lengths: Mapping[str, int]
    n_sequences: int
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)
    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    sequences: Mapping[str, np.ndarray] = field(default_factory=dict)
    initial: Mapping[tuple[str, int], np.ndarray] = field(default_factory=dict)
    written: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    batched: bool = False
    loss: str | None = None
    rounding: Rounding = Rounding()
    claims: Claims = Claims()

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The order of evaluation."""
        return schedule(self.system)

    @cached_property
    def known(self) -> Shapes:
        """The shapes in the form that the language's rules take."""
        return Shapes(self.shapes, self.lengths, self.system.layout, self.system.letters)

    def n_steps(self, name: str) -> int:
        """Give the length of a sequence."""
        return self.lengths[self.system.letters[name]]
