"""Fit the numbers of a file to its equations: names first, then lengths and batch, loss, shapes, arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.compute.answers import Claims
from rnncalc.compute.case import Case, Rounding, own_step
from rnncalc.compute.orient import oriented, weight_array
from rnncalc.language.kinds import SCALAR, Shape, Shapes, describe
from rnncalc.language.writer import write
from rnncalc.problem.data import Data
from rnncalc.problem.dimensions import check_dimensions
from rnncalc.problem.fields import Count
from rnncalc.problem.given import given_shapes
from rnncalc.problem.initial import fit_initial
from rnncalc.problem.lengths import Extent, find_extent
from rnncalc.problem.lookups import check_lookups
from rnncalc.problem.network import Network
from rnncalc.problem.own_lengths import OwnLengths
from rnncalc.problem.sequences import fit_sequence, fit_single
from rnncalc.problem.targets import Target, add_loss
from rnncalc.problem.unequal import check_parts, without_padding
from rnncalc.recurrences.fuse import fuse_losses
from rnncalc.recurrences.system import System

MAX_ENTRIES = 10**8  # steps × sequences × features of one quantity


class Built(NamedTuple):
    """A case; the texts of given numbers, in the shapes of its arrays; the initial values taken as zero."""

    case: Case
    texts: dict
    assumed: tuple[tuple[str, int], ...]


def build_case(
    network: Network,
    data: Data,
    steps: Mapping[str, Count],
    own_lengths: Mapping[str, OwnLengths],
    rounding: Rounding,
    claims: Claims,
    collector: Collector,
    together: int | None = None,
) -> Built:
    """Fit the numbers to the equations.

    `together` is the number of sequences that are computed at once, all unless said.

    Raises:
        RnncalcError: what is in the collector, and every independent misfit.
    """
    ahead = network.loss.looks_ahead if network.loss else None
    extent = find_extent(network, data, steps, own_lengths, collector)
    check_dimensions(network, data, collector)
    collector.raise_if_any()
    if extent.own:
        data = without_padding(data, network.stated, extent.own, ahead)
    given = given_shapes(network.stated, data, extent)
    shapes, target = given.infer(network.stated, extent.lengths), Target(network.stated)
    if network.loss is not None and network.loss.kind:
        target = add_loss(network, data, extent, shapes)
        if target.array is not None:
            given.shapes[target.name] = target.array.shape[-2:]
        shapes = given.infer(target.system, extent.lengths)
    system = target.system
    if not rounding.every_step:
        known = Shapes(shapes, extent.lengths, system.layout, system.letters)
        system = fuse_losses(system, known, [name for name in data.inputs if name in system.defined])
    loss = _loss_name(network, system, shapes)
    check_size(system, shapes, extent.lengths, together or extent.n_sequences, network.span)
    arrays, texts = _arrays(network.stated, data, extent, collector)
    if target.array is not None:
        arrays["sequences" if system.is_sequence(target.name) else "values"][target.name] = target.array
        texts |= {} if target.texts is None else {target.name: target.texts}
    check_lookups(system, shapes, data, collector)
    initial, initial_texts, assumed = fit_initial(system, data, extent, shapes, collector)
    collector.raise_if_any()
    if ahead:
        letter = system.letters[ahead]
        last = extent.lengths[letter]
        whole = oriented(fit_sequence(ahead, data.inputs[ahead].array, extent, data.place(ahead)), system.layout)
        own = extent.own.get(letter, (last,) * extent.n_sequences)
        initial[ahead, last + 1] = whole[list(own), range(extent.n_sequences)]
    case = Case(
        system,
        shapes,
        extent.lengths,
        extent.n_sequences,
        **arrays,
        initial=initial,
        batched=extent.batched,
        own_lengths=extent.own,
        targets=frozenset({target.name, *data.targets} & {*arrays["sequences"], *arrays["values"]}),
        written={name: grid.array.shape for name, grid in data.weights.items()},
        loss=loss,
        pairs=target.pairs,
        rounding=rounding,
        claims=claims,
    )
    for letter in extent.own:
        check_parts(case, own_lengths[letter].span)
    return Built(case, texts | initial_texts, _own_places(case, assumed))


def _own_places(case: Case, places: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Give initial values with those of sequences that end before the others: g[3] beside g[5]."""
    found = list(places)
    for name, step in places:
        letter = case.system.letters[name]
        own = sorted(case.own_lengths.get(letter, ()), reverse=True)
        found += [(name, own_step(step, case.lengths[letter], n_steps)) for n_steps in own]
    return tuple(dict.fromkeys(found))


def _arrays(system: System, data: Data, extent: Extent, collector: Collector) -> tuple[dict[str, dict], dict]:
    """Lay out weights and inputs, and the texts of their numbers."""
    arrays: dict[str, dict] = {"weights": {}, "values": {}, "sequences": {}}
    texts: dict[object, np.ndarray] = {}
    for name, grid in data.weights.items():
        arrays["weights"][name] = weight_array(grid.array, system.layout)
        if grid.texts is not None:
            texts[name] = weight_array(grid.texts, system.layout)
    for name, grid in data.read_by(system).items():
        sequence, place = system.is_sequence(name), data.place(name)
        fit, n_steps = (fit_sequence, extent.lengths[system.letters[name]]) if sequence else (fit_single, None)
        with collector:
            array = oriented(fit(name, grid.array, extent, place), system.layout)
            arrays["sequences" if sequence else "values"][name] = array[:n_steps]
            if grid.texts is not None:
                texts[name] = oriented(fit(name, grid.texts, extent, place), system.layout)
    return arrays, texts


def _loss_name(network: Network, system: System, shapes: Mapping[str, Shape]) -> str | None:
    """Give J where it is a loss: one number, at each step or once."""
    if "J" not in system.defined:
        return None
    if shapes["J"] == SCALAR:
        return "J"
    if network.loss is None:
        return None
    equation = system.general["J"]
    message = f"'{write(equation.left)}' is {describe(shapes['J'])}; a loss is one number."
    raise refuse("bad-loss", equation.span, message, f"Write '{write(equation.left)} = sum(…)'.")


def check_size(
    system: System, shapes: Mapping[str, Shape], lengths: Mapping[str, int], n_sequences: int, span: Span
) -> None:
    """Refuse quantities with more numbers than memory should hold: slug `too-large`."""
    for name, letter in system.letters.items():
        rows, columns = shapes.get(name, SCALAR)
        if lengths.get(letter, 1) * n_sequences * rows * columns > MAX_ENTRIES:
            remedy = "Use fewer steps."
            if n_sequences > 1:
                remedy = "Use fewer steps or sequences; training takes some at a time with 'batch: 32'."
            raise refuse("too-large", span, f"'{name}' would have more than {MAX_ENTRIES:,} numbers.", remedy)
