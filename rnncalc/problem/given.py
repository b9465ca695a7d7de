"""What the numbers of a file settle about shapes, each with the place that a message points to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Note, RnncalcError
from rnncalc.base.words import plural
from rnncalc.compute.orient import weight_array
from rnncalc.language.kinds import Shape
from rnncalc.problem.data import Data
from rnncalc.problem.grids import Grid, entries
from rnncalc.problem.lengths import Extent
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.system import System


class Given(NamedTuple):
    """Shapes of weights and inputs, those of initial values, and where they stand."""

    shapes: dict[str, Shape]
    starts: dict[str, Shape]
    origins: dict[str, Note]

    def infer(self, system: System, lengths: Mapping[str, int]) -> dict[str, Shape]:
        """Give the shape of every name.

        Where shapes contradict each other only because of an initial value,
        that is the one at fault; fit_initial says so.
        """
        try:
            return infer_shapes(system, self.shapes | self.starts, lengths, self.origins)
        except RnncalcError as error:
            origins = {name: note for name, note in self.origins.items() if name not in self.starts}
            try:
                return infer_shapes(system, self.shapes, lengths, origins)
            except RnncalcError:
                raise error from None


def given_shapes(system: System, data: Data, extent: Extent) -> Given:
    """Collect the shapes that a file gives."""
    given = Given({}, {}, {})
    for name, grid in data.weights.items():
        given.shapes[name] = weight_array(grid.array, system.layout).shape
        given.origins[name] = Note(data.place(name), f"'{name}' {_words(grid)} here")
    for name, grid in data.read_by(system).items():
        plain = grid.levels == 0 or grid.levels == 1 and system.is_sequence(name)
        size = 1 if plain else grid.array.shape[-1]
        given.shapes[name] = _vector(size, system)
        given.origins[name] = Note(data.place(name), f"'{name}' has {plural(size, 'feature')} here")
    for name, grid in data.initial.items():
        fits = grid.levels == 1 or grid.levels == 2 and grid.array.shape[0] == extent.n_sequences
        if fits and name not in given.shapes:
            size = grid.array.shape[-1]
            given.starts[name] = _vector(size, system)
            words = f"'{name}' starts with {plural(size, 'feature')} here"
            given.origins[name] = Note(data.keys["initial", name], words)
    return given


def _vector(size: int, system: System) -> Shape:
    return (size, 1) if system.layout == "column" else (1, size)


def _words(grid: Grid) -> str:
    if grid.levels == 0:
        return "is a scalar"
    if grid.levels == 1:
        return f"has {entries(grid.array.shape[0])}"
    rows, columns = grid.array.shape
    return f"has {plural(rows, 'row')} and {plural(columns, 'column')}"
