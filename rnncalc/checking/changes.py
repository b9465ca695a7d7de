"""Small changes to a problem that may make it sharper: other decimals, a state to start from, another entry."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.checking.redraw import Section, lookup_words, probabilities, section_of
from rnncalc.compute.case import Case

STARTS = ((0.1, -0.2, 0.3), (0.5, -0.3, 0.2))  # in turn, for the entries of a state that is zero
STEPS = (0.1, -0.1, 0.3, -0.3)  # by which an entry is changed, before its sign is
WHOLE_STEPS = (1.0, -1.0, 2.0, -2.0)  # where all entries are whole numbers


class Change(NamedTuple):
    """A change to one quantity of a problem, or, without a name, one more decimal in every answer.

    `step` is that of an initial value; `entry` counts from 0 within the case's
    array, None where all of it is changed.

    Shapes:
        array: as the case has it, changed
    """

    section: Section | None
    name: str = ""
    step: int | None = None
    entry: tuple[int, ...] | None = None
    array: np.ndarray | None = None

    def on(self, case: Case) -> Case:
        """Give the case with the change; decimals are no part of it."""
        if self.section is None:
            return case
        if self.step is not None:
            return replace(case, initial={**case.initial, (self.name, self.step): self.array})
        group = self.group(case)
        return replace(case, **{group: {**getattr(case, group), self.name: self.array}})

    def group(self, case: Case) -> str:
        """Name the field of the case that holds the quantity."""
        return next(group for group in ("weights", "values", "sequences") if self.name in getattr(case, group))


MORE_DECIMALS = Change(None)


def starts(case: Case) -> Iterator[Change]:
    """Go through other states to start from: small numbers in place of zero, then single entries of the others."""
    ones = probabilities(case)
    given = {place: array for place, array in case.initial.items() if place[0] not in ones and array.size}
    for pattern in STARTS:
        for (name, step), array in given.items():
            if not array.any():
                rows, columns = array.shape[-2:]
                values = np.resize(pattern, rows * columns).reshape(rows, columns)
                yield Change("initial", name, step, None, np.broadcast_to(values, array.shape))
    for by in STEPS:
        for (name, step), array in given.items():
            for entry in np.ndindex(array.shape) if array.any() else ():
                yield Change("initial", name, step, entry, _stepped(array, entry, by))


def entries(case: Case, section: Section, first: Collection[str]) -> Iterator[Change]:
    """Go through single entries with another value: all by the first step, the quantities in turn, then by the next.

    Words of a table and probabilities stay as they are; a one-hot input may be another one.

    Args:
        section: Of the file.
        first: The quantities to begin with.
    """
    words, ones = lookup_words(case), probabilities(case)
    arrays = {**case.weights, **case.values, **case.sequences}
    names = [name for name in arrays if section_of(name, case) == section and name not in words]
    names.sort(key=lambda name: name not in first)
    for name in names:
        if section == "inputs" and name in ones and np.isin(arrays[name], (0, 1)).all():
            yield from _other_one_hot(name, arrays[name])
    free = {name: _off_diagonal_first(arrays[name]) for name in names if name not in ones}
    for at in range(len(STEPS) + 1):
        for in_turn in itertools.zip_longest(*free.values()):
            for name, entry in zip(free, in_turn, strict=True):
                if entry is not None and (by := _step(arrays[name], entry, at, section != "weights")):
                    yield Change(section, name, None, entry, _stepped(arrays[name], entry, by))


def _other_one_hot(name: str, array: np.ndarray) -> Iterator[Change]:
    """Move the 1 of each vector on by one place."""
    for at in np.ndindex(array.shape[:-2]):
        changed = array.copy()
        changed[at] = np.roll(changed[at].ravel(), 1).reshape(changed[at].shape)
        yield Change("inputs", name, None, at, changed)


def _off_diagonal_first(array: np.ndarray) -> list[tuple[int, ...]]:
    """Order entries: what tells a matrix from its transpose comes first."""
    return sorted(np.ndindex(array.shape), key=lambda entry: entry[-1] == entry[-2])


def _step(array: np.ndarray, entry: tuple[int, ...], at: int, may_be_whole: bool) -> float:
    """Give by how much an entry is changed, 0 where not at all."""
    if not np.isfinite(array[entry]):
        return 0.0
    steps = WHOLE_STEPS if may_be_whole and np.array_equal(array, np.round(array)) else STEPS
    return steps[at] if at < len(steps) else -2 * float(array[entry])


def _stepped(array: np.ndarray, entry: tuple[int, ...], by: float) -> np.ndarray:
    changed = np.array(array, dtype=float)
    changed[entry] = round(changed[entry] + by, 10)
    return changed
