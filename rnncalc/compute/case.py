"""A system with everything needed to evaluate it.

The problem layer builds a Case from a file; tests and the API may build one
from arrays. Every array is (…, rows, columns): weights have no leading axis,
single values have the batch, sequences have time and batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.answers import Claims
from rnncalc.language.kinds import Shape, Shapes
from rnncalc.recurrences.schedule import Block, schedule
from rnncalc.recurrences.shapes import infer_shapes
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
    loss reads. `own_lengths` gives by index letter the number of steps of each
    sequence, where they are unequal: what stands past a sequence's end is never
    read, and an initial value at T+1 is its value after its own last step.
    `pairs` is the number of (sequence, step) pairs by which the equation of a
    mean loss divides; None where the loss is no mean, or the author's own.

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
    own_lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    loss: str | None = None
    pairs: int | None = None
    rounding: Rounding = Rounding()
    claims: Claims = Claims()

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The order of evaluation."""
        return schedule(self.system)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What a batch of unequal lengths consists of: batches of equal length, in the order of their first sequences.

        Raises:
            RnncalcError: slug `shape-mismatch`, where shapes that a length settles do not fit together.
        """
        members: dict[tuple[int, ...], list[int]] = {}
        for p, lengths in enumerate(zip(*self.own_lengths.values(), strict=True)):
            members.setdefault(lengths, []).append(p)
        return tuple(
            Part(
                tuple(chosen), sub_case(self, chosen, {**self.lengths, **dict(zip(self.own_lengths, own, strict=True))})
            )
            for own, chosen in members.items()
        )

    @cached_property
    def known(self) -> Shapes:
        """The shapes in the form that the language's rules take."""
        return Shapes(self.shapes, self.lengths, self.system.layout, self.system.letters)

    def n_steps(self, name: str) -> int:
        """Give the length of a sequence."""
        return self.lengths[self.system.letters[name]]


class Part(NamedTuple):
    """The sequences of a batch (from 0) that have the same lengths, as a case of their own."""

    members: tuple[int, ...]
    case: Case


def own_step(step: int, longest: int, own: int) -> int:
    """Give the place of an initial value for a shorter sequence: h[0] stays, g[T+1] is after its own last step."""
    return step if step < 1 else step - longest + own


def sub_case(case: Case, chosen: Sequence[int], lengths: Mapping[str, int]) -> Case:
    """Make the case of some sequences (from 0), cut to these lengths; they count as equally long."""
    letters, shapes = case.system.letters, _shapes(case, lengths)
    initial = {}
    for (name, step), array in case.initial.items():
        letter, (rows, columns) = letters[name], shapes[name]
        initial[name, own_step(step, case.lengths[letter], lengths[letter])] = array[chosen, :rows, :columns]
    return replace(
        case,
        shapes=shapes,
        lengths=lengths,
        n_sequences=len(chosen),
        values={name: array[chosen] for name, array in case.values.items()},
        sequences={name: array[: lengths[letters[name]], chosen] for name, array in case.sequences.items()},
        initial=initial,
        own_lengths={},
    )


def _shapes(case: Case, lengths: Mapping[str, int]) -> Mapping[str, Shape]:
    """Give the shapes for other lengths; only what h[:] settles can change."""
    if not case.system.reads_whole:
        return case.shapes
    given = {name: shape for name, shape in case.shapes.items() if name not in case.system.defined}
    starts = {name: array.shape[-2:] for (name, _), array in case.initial.items()}
    try:
        return infer_shapes(case.system, starts | given, lengths, {})
    except RnncalcError:  # a start may have the size of the longest sequence
        return infer_shapes(case.system, given, lengths, {})
