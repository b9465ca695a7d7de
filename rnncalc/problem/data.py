"""The numbers of a problem: weights, inputs, initial values and targets, fitted to a Case.

`read_data` reads what the file gives; `build_case` fits it to the equations:
names first, then lengths and batch, then the loss, shapes and arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.compute.answers import Claims
from rnncalc.compute.case import Case, Rounding
from rnncalc.compute.orient import oriented, weight_array
from rnncalc.language.kinds import Shape
from rnncalc.problem import sections, targets
from rnncalc.problem.dimensions import check_dimensions
from rnncalc.problem.grids import Grid
from rnncalc.problem.initial import fit_initial
from rnncalc.problem.lengths import Extent, find_extent
from rnncalc.problem.names import check_names
from rnncalc.problem.network import Network
from rnncalc.problem.sequences import fit_sequence, fit_single
from rnncalc.recurrences.fuse import fuse_losses
from rnncalc.recurrences.shapes import infer_shapes

MAX_ENTRIES = 10**8  # steps × sequences × features of one quantity

SECTIONS = {"weights": 2, "inputs": 3, "targets": 3, "initial": 2}  # with the most levels of lists


class Data(NamedTuple):
    """What a file gives, by section and name; `keys` are the places of the names."""

    weights: Mapping[str, Grid]
    inputs: Mapping[str, Grid]
    targets: Mapping[str, Grid]
    initial: Mapping[str, Grid]
    keys: Mapping[tuple[str, str], Span]


def read_data(found: dict, collector: Collector) -> Data:
    """Read the sections of numbers, every fault of each into the collector."""
    grids, keys = {}, {}
    for section, levels in SECTIONS.items():
        pairs = found[section].pairs if section in found else ()
        grids[section] = sections.read_section(pairs, section, levels, collector)
        keys |= {(section, key.text): key.span for key, _ in pairs}
    return Data(**grids, keys=keys)


def build_case(
    network: Network, data: Data, steps: dict, rounding: Rounding, claims: Claims, collector: Collector
) -> tuple[Case, dict, tuple[tuple[str, int], ...]] | None:
    """Fit the numbers to the equations.

    Returns:
        The case; the texts of given numbers, in the shapes of its arrays; the
        initial values that are taken as zero.
    """
    check_names(network, data, collector)
    collector.raise_if_any()
    extent = find_extent(network, data, steps, collector)
    check_dimensions(network, data, collector)
    collector.raise_if_any()
    base = network.system
    given, origins = _given_shapes(base, data, extent)
    shapes = infer_shapes(base, given, extent.lengths, origins)
    system, fitted, target_texts = base, {}, {}
    if network.loss is not None:
        system, fitted, target_texts = targets.add_loss(network, data, extent, shapes, collector)
        collector.raise_if_any()
        given |= {name: array.shape[-2:] for name, array in fitted.items()}
        shapes = infer_shapes(system, given, extent.lengths, origins)
    if not rounding.every_step:
        system = fuse_losses(system)
    _check_size(system, shapes, extent, network.span)
    layout = system.layout
    arrays: dict[str, dict] = {"weights": {}, "values": {}, "sequences": {}}
    texts: dict[object, np.ndarray] = {}
    for name, grid in data.weights.items():
        arrays["weights"][name] = weight_array(grid.array, layout)
        if grid.texts is not None:
            texts[name] = weight_array(grid.texts, layout)
    for name, grid in data.inputs.items():
        kind, fit = ("sequences", fit_sequence) if system.is_sequence(name) else ("values", fit_single)
        with collector:
            array = oriented(fit(name, grid, extent, grid.array), layout)
            n_steps = extent.lengths[system.letters[name]] if kind == "sequences" else 0
            arrays[kind][name] = array[:n_steps] if kind == "sequences" else array
            if grid.texts is not None:
                texts[name] = oriented(fit(name, grid, extent, grid.texts), layout)
    for name, array in fitted.items():
        arrays["sequences" if system.is_sequence(name) else "values"][name] = array
    collector.raise_if_any()
    initial, initial_texts, assumed = fit_initial(system, data, extent, shapes, collector)
    ahead = network.loss.looks_ahead if network.loss else None
    if ahead:
        last = extent.lengths[system.letters[ahead]] + 1
        initial[ahead, last] = oriented(
            fit_sequence(ahead, data.inputs[ahead], extent, data.inputs[ahead].array), layout
        )[-1]
    collector.raise_if_any()
    case = Case(
        system,
        shapes,
        extent.lengths,
        extent.n_sequences,
        **arrays,
        initial=initial,
        batched=extent.batched,
        targets=frozenset(fitted),
        written={name: grid.array.shape for name, grid in data.weights.items()},
        loss="J" if "J" in system.defined else None,
        rounding=rounding,
        claims=claims,
    )
    return case, texts | target_texts | initial_texts, assumed


def _given_shapes(system, data: Data, extent: Extent) -> tuple[dict[str, Shape], dict[str, Note]]:
    """Give the shapes that the file settles, each with the place that a message points to."""
    given: dict[str, Shape] = {}
    origins: dict[str, Note] = {}
    for name, grid in data.weights.items():
        given[name] = weight_array(grid.array, system.layout).shape
        words = (
            "is a scalar"
            if grid.levels == 0
            else f"has {grid.array.shape[0]} entries"
            if grid.levels == 1
            else (f"has {grid.array.shape[0]} rows and {grid.array.shape[1]} columns")
        )
        origins[name] = Note(data.keys.get(("weights", name), grid.span), f"'{name}' {words} here")
    for section in ("inputs", "initial"):
        for name, grid in getattr(data, section).items():
            if section == "initial" and (grid.levels == 0 or name in given):
                continue
            if section == "initial" and grid.levels == 2 and grid.array.shape[0] != extent.n_sequences:
                continue
            plain = section == "inputs" and system.is_sequence(name) and grid.levels == 1 or grid.levels == 0
            size = 1 if plain else grid.array.shape[-1]
            given[name] = (size, 1) if system.layout == "column" else (1, size)
            what = "starts with" if section == "initial" else "has"
            words = f"'{name}' {what} {size} {'feature' if size == 1 else 'features'} here"
            origins[name] = Note(data.keys[section, name], words)
    return given, origins


def _check_size(system, shapes: Mapping[str, Shape], extent: Extent, span: Span) -> None:
    for name, letter in system.letters.items():
        rows, columns = shapes.get(name, (1, 1))
        if extent.lengths.get(letter, 1) * extent.n_sequences * rows * columns > MAX_ENTRIES:
            raise refuse(
                "too-large", span, f"'{name}' would have more than {MAX_ENTRIES:,} numbers.", "Use fewer steps."
            )
