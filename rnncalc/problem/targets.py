"""Fit targets to the outputs of the loss: values, one-hot vectors or class indices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.words import listing, nearest, plural
from rnncalc.compute.orient import oriented
from rnncalc.language.kinds import Layout, Shape
from rnncalc.language.nodes import length_letter
from rnncalc.problem.grids import Grid
from rnncalc.problem.lengths import Extent
from rnncalc.problem.loss import Loss
from rnncalc.problem.network import Network, with_loss
from rnncalc.problem.sequences import fit_sequence, fit_single
from rnncalc.recurrences.system import System


def add_loss(
    network: Network, data, extent: Extent, shapes: Mapping[str, Shape], collector: Collector
) -> tuple[System, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Give the system with its loss; the targets, and their texts, as the case wants them.

    Slugs: `missing-target`, `unknown-target`, `unknown-quantity`,
    `length-mismatch`, `class-out-of-range`, `shape-mismatch`.
    """
    loss, base = network.loss, network.system
    if loss.equations:
        system = with_loss(network, "", "", 1)
        return system, *_own_targets(system, data, extent, collector)
    _check_output(loss, base)
    indexed = base.is_sequence(loss.output)
    letter = base.letters.get(loss.output, "t")
    n_steps = extent.lengths.get(letter, 1)
    pairs = extent.n_sequences * (n_steps if indexed and loss.at == "all" else 1)
    if loss.looks_ahead:
        return with_loss(network, f"{loss.output}[{letter}]", f"next({loss.looks_ahead})", pairs), {}, {}
    target = _target_name(loss, data)
    grid = data.targets[target]
    at_all = indexed and loss.at == "all"
    timed = at_all or indexed and _has_time(grid, n_steps, shapes[loss.output], extent)
    last = f"[{length_letter(letter)}]"
    place = f"[{letter}]" if at_all else last if timed else ""
    output_place = f"[{letter}]" if at_all else last if indexed else ""
    system = with_loss(network, loss.output + output_place, target + place, pairs)
    fit = _Fit(target, loss, n_steps if timed else None, shapes[loss.output], extent, base.layout)
    array = fit(grid.array)
    one_hot = grid.texts is None or grid.array.size != array.size
    texts = np.where(array == 1, "1", "0").astype(object) if one_hot else fit(grid.texts)
    return system, {target: array}, {} if grid.texts is None else {target: texts}


def _check_output(loss: Loss, base: System) -> None:
    if loss.output not in base.defined:
        close = nearest(loss.output, base.defined)
        raise refuse(
            "unknown-quantity",
            loss.span,
            f"The loss compares '{loss.output}', which no equation defines.",
            f"Did you mean 'output: {close}'?" if close else f"Write 'output: …', one of {listing(base.defined)}.",
        )


def _target_name(loss: Loss, data) -> str:
    names = [name for section, name in data.keys if section == "targets"]
    if loss.target:
        if loss.target not in names:
            close = nearest(loss.target, names)
            raise refuse(
                "missing-target",
                loss.span,
                f"The target '{loss.target}' is not given.",
                f"Did you mean '{close}'?" if close else f"Write 'targets: {{{loss.target}: …}}'.",
            )
        return loss.target
    if len(names) != 1:
        raise refuse(
            "missing-target",
            loss.span,
            f"The loss needs a target; {plural(len(names), 'target')} given.",
            "Write 'targets: {d: …}'." if not names else "Say which: 'loss: {kind: …, target: d}'.",
        )
    return names[0]


def _has_time(grid: Grid, n_steps: int, shape: Shape, extent: Extent) -> bool:
    """Tell, for a loss at the last step, whether its target has all steps."""
    axis = 1 if extent.batched else 0
    full = (3 if extent.batched else 2) if shape[0] * shape[1] > 1 else (2 if extent.batched else 1)
    return (
        grid.levels >= full - 1
        and grid.levels > axis
        and grid.array.shape[axis] == n_steps
        and (grid.levels == full or n_steps > 1)
    )


@dataclass(frozen=True)
class _Fit:
    """Lays a target out as (steps, sequences, rows, columns), without steps where n_steps is None."""

    name: str
    loss: Loss
    n_steps: int | None
    shape: Shape
    extent: Extent
    layout: Layout

    def __call__(self, array: np.ndarray) -> np.ndarray:
        place = self.extent.keys["targets", self.name]
        features = self.shape[0] * self.shape[1]
        lead = ((self.extent.n_sequences,) if self.extent.batched else ()) + ((self.n_steps,) if self.n_steps else ())
        if array.shape == lead and features > 1 and self.loss.kind == "cross-entropy":
            array = _one_hot(self.name, array, features, place)
        elif array.shape == lead and features == 1:
            array = array[..., None]
        if array.shape != (*lead, features):
            raise _misfit(self.name, array, self.n_steps, features, lead, place)
        if not self.extent.batched:
            array = array[None]
        return oriented(array.swapaxes(0, 1) if self.n_steps else array, self.layout)


def _one_hot(name: str, classes: np.ndarray, features: int, place) -> np.ndarray:
    wrong = classes[(classes != np.floor(classes)) | (classes < 0) | (classes >= features)]
    if wrong.size:
        raise refuse(
            "class-out-of-range",
            place,
            f"'{name}' holds the class {wrong.flat[0]:g}; there are {features} classes.",
            f"Classes count from 0 to {features - 1}.",
        )
    return np.eye(features)[classes.astype(int)]


def _misfit(name: str, array: np.ndarray, n_steps: int | None, features: int, lead: tuple, place):
    axis = len(lead) - 1
    if n_steps and array.ndim > axis and array.shape[axis] != n_steps:
        return refuse(
            "length-mismatch",
            place,
            f"'{name}' has {plural(array.shape[axis], 'step')}, the output has {n_steps}.",
            f"Give {plural(n_steps, 'step')}.",
        )
    wanted = " × ".join(str(n) for n in (*lead, features))
    has = " × ".join(str(n) for n in array.shape) or "a single number"
    return refuse(
        "shape-mismatch", place, f"'{name}' is {has}, the output is {wanted}.", f"Give '{name}' as {wanted} numbers."
    )


def _own_targets(
    system: System, data, extent: Extent, collector: Collector
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Fit the targets that equations of the author's own read."""
    fitted, texts = {}, {}
    for name in (*system.given_sequences, *system.given_values):
        known = any((section, name) in data.keys for section in ("inputs", "weights"))
        if known:
            continue
        with collector:
            if name not in data.targets:
                equation = next(e for e in system.equations if e.left.name == "J")
                raise refuse(
                    "missing-target", equation.span, f"'{name}' is not given.", f"Write 'targets: {{{name}: …}}'."
                )
            fit = fit_sequence if system.is_sequence(name) else fit_single
            grid = data.targets[name]
            fitted[name] = oriented(fit(name, grid, extent, grid.array), system.layout)
            if grid.texts is not None:
                texts[name] = oriented(fit(name, grid, extent, grid.texts), system.layout)
            if system.is_sequence(name) and len(fitted[name]) != extent.lengths[system.letters[name]]:
                raise _misfit(
                    name,
                    fitted[name][..., 0],
                    extent.lengths[system.letters[name]],
                    1,
                    (0,),
                    extent.keys["targets", name],
                )
    return fitted, texts
