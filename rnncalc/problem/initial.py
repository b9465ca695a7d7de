"""Fit initial values: h[0] for what is read at t-1, h[T+1] for what is read at t+1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.compute.orient import oriented
from rnncalc.language.kinds import Shape, describe
from rnncalc.language.nodes import Index, Ref, leaves
from rnncalc.problem.grids import Grid
from rnncalc.problem.lengths import Extent
from rnncalc.recurrences.system import System


def fit_initial(
    system: System, data, extent: Extent, shapes: Mapping[str, Shape], collector: Collector
) -> tuple[dict, dict, tuple[tuple[str, int], ...]]:
    """Give arrays and texts by (name, step), and which were taken as zero.

    Slugs: `no-initial-value`, `shape-mismatch`, `batch-mismatch`.
    """
    arrays, texts, assumed = {}, {}, []
    for name, places in system.reads.items():
        for anchor, offset in sorted(places, key=lambda place: (place[0], -place[1])):
            index = Index("start", "", offset) if anchor == "start" else Index("end", system.letters[name], offset)
            step = offset if anchor == "start" else extent.lengths[system.letters[name]] + offset
            if (name, index) in system.places:
                continue
            shape = (extent.n_sequences, *shapes[name])
            with collector:
                if ("initial", name) in data.keys:
                    grid = data.initial[name]
                    arrays[name, step] = _fit(name, grid, grid.array, extent, shape, system)
                    if grid.texts is not None:
                        texts[name, step] = _fit(name, grid, grid.texts, extent, shape, system)
                elif name in system.defined:
                    arrays[name, step] = np.zeros(shape)
                    texts[name, step] = np.full(shape, "0", dtype=object)
                    assumed.append((name, step))
                elif not _given_ahead(name, step, data, extent, system):
                    raise _no_value(name, anchor, system, extent)
    return arrays, texts, tuple(assumed)


def _fit(name: str, grid: Grid, array: np.ndarray, extent: Extent, shape: tuple, system: System) -> np.ndarray:
    if grid.levels == 0:
        return np.full(shape, array.item(), dtype=array.dtype)
    if grid.levels == 2 and min(shape[1:]) > 1:
        vectors = array  # a matrix-valued state
    else:
        vectors = oriented(array, system.layout)
    if grid.levels == 2 and array.shape[0] != extent.n_sequences and min(shape[1:]) == 1:
        raise refuse(
            "batch-mismatch",
            extent.keys["initial", name],
            f"'{name}' starts with {array.shape[0]} lists for {extent.n_sequences} sequences.",
            "Write [sequence][feature], or one vector for all.",
        )
    if vectors.shape[-2:] != shape[1:]:
        raise refuse(
            "shape-mismatch",
            extent.keys["initial", name],
            f"'{name}' starts as {describe(vectors.shape[-2:])}, but is {describe(shape[1:])}.",
            f"Give {shape[1] * shape[2]} numbers.",
        )
    return np.broadcast_to(vectors, shape)


def _given_ahead(name: str, step: int, data, extent: Extent, system: System) -> bool:
    """Tell whether an input has the step after the last, as next(x) needs it."""
    grid = data.inputs.get(name)
    return (
        grid is not None
        and step == grid.array.shape[0 if grid.levels < 3 else 1]
        and step > extent.lengths[system.letters[name]]
    )


def _no_value(name: str, anchor: str, system: System, extent: Extent):
    leaf = next(
        leaf
        for equation in system.equations
        for leaf in leaves(equation.right)
        if isinstance(leaf, Ref)
        and leaf.name == name
        and (leaf.index.offset < 1 if anchor == "start" else leaf.index.offset > 0)
        and leaf.index.anchor != "all"
    )
    where = "before its first" if anchor == "start" else "after its last"
    return refuse(
        "no-initial-value",
        leaf.span,
        f"'{leaf.span.text}' reads the input '{name}' {where} step.",
        f"Say what it is there: 'initial: {{{name}: 0}}'.",
    )
