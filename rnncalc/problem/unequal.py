"""Batches of unequal lengths: what stands past a sequence's end, and equations that need a step it lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.compute.case import Case
from rnncalc.language.nodes import Index
from rnncalc.language.writer import write
from rnncalc.problem.data import Data
from rnncalc.problem.grids import Grid
from rnncalc.problem.names import anchored
from rnncalc.recurrences.system import System


def cleared(array: np.ndarray, own: Collection[int]) -> np.ndarray:
    """Put the first step in the place of all past the end of each sequence, so that nothing there is ever at fault.

    Shapes:
        array: (n_sequences, n_steps) or (n_sequences, n_steps, n)
    """
    array = array.copy()
    for sequence, n_steps in zip(array, own, strict=True):
        sequence[n_steps:] = sequence[0]
    return array


def without_padding(data: Data, system: System, own: Mapping[str, tuple[int, ...]], ahead: str | None) -> Data:
    """Clear the inputs past the end of each sequence; `ahead`, of which next(x) is read, has one step more."""

    def changed(name: str, grid: Grid) -> Grid:
        lengths = own.get(system.letters.get(name, ""))
        if lengths is None or grid.levels != 3:
            return grid
        return grid._replace(array=cleared(grid.array, [n + (name == ahead) for n in lengths]))

    sections = {"inputs": data.inputs, "targets": data.targets}
    return data._replace(
        **{section: {name: changed(name, grid) for name, grid in grids.items()} for section, grids in sections.items()}
    )


def check_parts(case: Case, place: Span) -> None:
    """Refuse equations that cannot be evaluated at some sequence's own length.

    Raises:
        RnncalcError: slug `length-mismatch`.
    """
    try:
        parts = case.parts
    except RnncalcError as error:
        message = f"At their own lengths not all sequences fit the equations: {error.diagnostics[0].message}"
        remedy = "Delete 'lengths', or what fixes the number of steps."
        raise refuse("length-mismatch", place, message, remedy) from None
    for part in parts:
        for leaf in anchored(case.system):
            n_steps = part.case.n_steps(leaf.name)
            step = _step(leaf.index, n_steps)
            defined = {_step(index, n_steps) for name, index in case.system.places if name == leaf.name}
            if not 1 <= step <= n_steps and step not in defined and (leaf.name, step) not in part.case.initial:
                message = f"Sequence {part.members[0] + 1} has {plural(n_steps, 'step')}, so it has no '{write(leaf)}'."
                raise refuse("length-mismatch", place, message, "Read only steps that every sequence has.")


def _step(index: Index, n_steps: int) -> int:
    return index.offset if index.anchor == "start" else n_steps + index.offset
