"""Fit initial values: h[0] for what is read at t-1, h[T+1] for what is read at t+1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.compute.orient import oriented
from rnncalc.language.kinds import Layout, Shape, describe
from rnncalc.language.nodes import Index, Ref, leaves
from rnncalc.problem.data import Data
from rnncalc.problem.lengths import Extent
from rnncalc.recurrences.system import System


def fit_initial(
    system: System, data: Data, extent: Extent, shapes: Mapping[str, Shape], collector: Collector
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
                    place = data.keys["initial", name]
                    arrays[name, step] = _fit(name, grid.array, shape, system.layout, place)
                    if grid.texts is not None:
                        texts[name, step] = _fit(name, grid.texts, shape, system.layout, place)
                elif name in system.defined:
                    arrays[name, step] = np.zeros(shape)
                    texts[name, step] = np.full(shape, "0", dtype=object)
                    assumed.append((name, step))
                elif not _given_ahead(name, step, data, extent, system):
                    raise _no_value(name, anchor, system, extent)
    return arrays, texts, tuple(assumed)


def _fit(name: str, array: np.ndarray, shape: tuple[int, int, int], layout: Layout, place: Span) -> np.ndarray:
    """Give (n_sequences, rows, columns): a number fills, a vector or matrix serves every sequence."""
    n_sequences, *of_one = shape
    if array.ndim == 0:
        return np.full(shape, array.item(), dtype=array.dtype)
    is_matrix = min(of_one) > 1
    if array.ndim == 2 and not is_matrix and len(array) != n_sequences:
        has = f"{plural(len(array), 'list')} for {plural(n_sequences, 'sequence')}"
        remedy = "Write [sequence][feature], or one vector for all."
        raise refuse("batch-mismatch", place, f"'{name}' starts with {has}.", remedy)
    vectors = array if array.ndim == 2 and is_matrix else oriented(array, layout)
    if list(vectors.shape[-2:]) != of_one:
        message = f"'{name}' starts as {describe(vectors.shape[-2:])}, but is {describe(tuple(of_one))}."
        raise refuse("shape-mismatch", place, message, f"Give {plural(of_one[0] * of_one[1], 'number')}.")
    return np.broadcast_to(vectors, shape)


def _given_ahead(name: str, step: int, data: Data, extent: Extent, system: System) -> bool:
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
