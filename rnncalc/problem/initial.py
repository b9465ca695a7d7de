"""Fit initial values: h[0] for what is read at t-1, h[T+1] for what is read at t+1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import plural
from rnncalc.compute.orient import oriented
from rnncalc.language.kinds import Layout, Shape, describe
from rnncalc.language.nodes import Name, Ref, leaves
from rnncalc.problem.data import Data
from rnncalc.problem.lengths import Extent
from rnncalc.problem.names import anchored, unknown
from rnncalc.recurrences.system import System


def fit_initial(
    system: System, data: Data, extent: Extent, shapes: Mapping[str, Shape], collector: Collector
) -> tuple[dict, dict, tuple[tuple[str, int], ...]]:
    """Give arrays and texts by (name, step), and which were taken as zero.

    Slugs: `unknown-initial`, `no-initial-value`, `shape-mismatch`, `batch-mismatch`.
    """
    arrays, texts, assumed = {}, {}, []
    outside = _outside(system, extent)
    for name in data.names("initial"):
        if not outside.get(name):
            with collector:
                raise unknown("initial", name, data.keys["initial", name], filter(outside.get, outside))
    for name, steps in outside.items():
        for step in steps:
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
                    raise _no_value(name, step, system, extent)
    return arrays, texts, tuple(assumed)


def _outside(system: System, extent: Extent) -> dict[str, list[int]]:
    """Give the steps beside 1…T at which each sequence is read and no equation says what it is there."""
    found: dict[str, set[int]] = {}
    for name, places in system.reads.items():
        n_steps = extent.lengths[system.letters[name]]
        found[name] = {_step(anchor, offset, n_steps) for anchor, offset in places}
    for leaf in anchored(system):
        n_steps = extent.lengths[system.letters[leaf.name]]
        step = _step(leaf.index.anchor, leaf.index.offset, n_steps)
        if not 1 <= step <= n_steps:
            found[leaf.name].add(step)
    for name, index in system.places:
        n_steps = extent.lengths[system.letters[name]]
        found.get(name, set()).discard(_step(index.anchor, index.offset, n_steps))
    return {name: sorted(steps, reverse=True) for name, steps in found.items()}


def _step(anchor: str, offset: int, n_steps: int) -> int:
    return offset if anchor == "start" else n_steps + offset


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


def _no_value(name: str, step: int, system: System, extent: Extent) -> RnncalcError:
    n_steps = extent.lengths[system.letters[name]]

    def reaches(leaf: Name | Ref) -> bool:
        if leaf.name != name or leaf.index.anchor == "all":
            return False
        if leaf.index.anchor == "step":
            return leaf.index.offset < 0 if step < 1 else leaf.index.offset > 0
        return _step(leaf.index.anchor, leaf.index.offset, n_steps) == step

    leaf = next(leaf for equation in system.equations for leaf in leaves(equation.right) if reaches(leaf))
    where = "before its first" if step < 1 else "after its last"
    return refuse(
        "no-initial-value",
        leaf.span,
        f"'{leaf.span.text}' reads the input '{name}' {where} step.",
        f"Say what it is there: 'initial: {{{name}: 0}}'.",
    )
