"""Hold weights against the shapes that the catalogue states, n_x × n_h and so on.

The first use binds a dimension and is remembered; a contradiction names both
places, and the transpose where that would fit.
"""

from __future__ import annotations

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.words import plural
from rnncalc.problem.data import Data
from rnncalc.problem.grids import Grid, entries
from rnncalc.problem.network import Network
from rnncalc.recurrences.tables import tables


def check_dimensions(network: Network, data: Data, collector: Collector) -> None:
    """Collect a diagnostic for each weight whose shape contradicts the others.

    Slug: `shape-mismatch`.
    """
    if network.recurrence is None:
        return
    sizes: dict[str, tuple[int, Note]] = {}
    ids = tables(network.system.equations)  # how many there are, no data tells
    for name, grid in data.inputs.items():
        if network.system.is_sequence(name) and name not in ids:
            size = 1 if grid.levels == 1 else grid.array.shape[-1]
            note = Note(data.keys["inputs", name], f"{name} has {plural(size, 'feature')} here")
            sizes.setdefault(f"n_{name}", (size, note))
    for name, words in network.recurrence.weights.items():
        if name in data.weights:
            with collector:
                _check(name, words.split(" x "), data.weights[name], data.keys["weights", name], sizes)


def _check(name: str, dimensions: list[str], grid: Grid, place, sizes: dict[str, tuple[int, Note]]) -> None:
    shape = _fitting(grid.array.shape, len(dimensions))
    wanted = tuple(_size(dimension, sizes) for dimension in dimensions)
    known = [(d, size) for d, size in zip(dimensions, wanted, strict=True) if size is not None]
    if shape is None or any(has != size for has, size in zip(shape, wanted, strict=True) if size is not None):
        full = " × ".join("?" if size is None else str(size) for size in wanted)
        stated = " × ".join(dimensions)
        meaning = f"{stated}, here {full}" if known and full != stated else stated
        notes = dict.fromkeys(sizes[part][1] for d, _ in known for part in d.split("+") if part in sizes)
        raise refuse(
            "shape-mismatch",
            place,
            f"'{name}' is {_words(grid.array.shape)}; it should be {meaning}.",
            _remedy(name, shape, wanted),
            *notes,
        )
    for dimension, size in zip(dimensions, shape, strict=True):
        if "+" not in dimension:
            what = f"'{name}' makes {dimension} = {size} here"
            sizes.setdefault(dimension, (size, Note(place, what)))


def _fitting(shape: tuple[int, ...], levels: int) -> tuple[int, ...] | None:
    """Read a scalar as a vector of 1, a vector of 1 as a 1×1 matrix, a column or row as a vector."""
    if len(shape) == levels:
        return shape
    if len(shape) == 2 and levels == 1 and 1 in shape:
        return (max(shape),)
    if len(shape) < levels and max(shape, default=1) == 1:
        return (1,) * levels
    return None


def _size(dimension: str, sizes: dict[str, tuple[int, Note]]) -> int | None:
    parts = [sizes[part][0] if part in sizes else None for part in dimension.split("+")]
    return None if None in parts else sum(parts)


def _remedy(name: str, shape: tuple[int, ...] | None, wanted: tuple[int | None, ...]) -> str:
    if shape is not None and len(shape) == 2:
        swapped = shape[::-1]
        if all(size is None or size == has for has, size in zip(swapped, wanted, strict=True)):
            return f"Transpose it: give {name} as {plural(swapped[0], 'row')} of {swapped[1]}."
    if len(wanted) == 1:
        return f"Give {name} {entries(wanted[0])}." if wanted[0] else f"Give {name} as one list."
    rows = "… rows" if wanted[0] is None else plural(wanted[0], "row")
    return f"Give {name} as {rows} of {wanted[1] or '…'}: [[…], …]."


def _words(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a single number"
    return f"a list of {shape[0]}" if len(shape) == 1 else "×".join(map(str, shape))
