"""Fit the target of a loss to its output: values, one-hot vectors or class indices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest, plural
from rnncalc.compute.orient import oriented
from rnncalc.language.kinds import Shape
from rnncalc.language.nodes import length_letter
from rnncalc.problem.data import Data
from rnncalc.problem.grids import Grid
from rnncalc.problem.lengths import Extent
from rnncalc.problem.loss import Loss
from rnncalc.problem.network import Network, with_loss
from rnncalc.problem.unequal import cleared
from rnncalc.recurrences.system import System


class Target(NamedTuple):
    """A system with its loss, and the array of its target, with texts, as the case wants them.

    `pairs` is what a mean divides by.
    """

    system: System
    name: str = ""
    array: np.ndarray | None = None
    texts: np.ndarray | None = None
    pairs: int | None = None


def add_loss(network: Network, data: Data, extent: Extent, shapes: Mapping[str, Shape]) -> Target:
    """Add the equation of a loss that the file names.

    Raises:
        RnncalcError: slugs `bad-loss`, `missing-target`, `unknown-quantity`,
            `length-mismatch`, `class-out-of-range`, `shape-mismatch`.
    """
    loss, base = network.loss, network.system
    _check_output(loss, base)
    letter = base.letters.get(loss.output)
    everywhere = letter is not None and loss.at == "all"
    n_steps = extent.lengths[letter] if letter else None
    output = loss.output + _place(letter, everywhere)
    own = extent.own.get(letter, ())
    pairs = sum(own) if own and everywhere else extent.n_sequences * (n_steps if everywhere else 1)
    divisor = pairs if loss.reduction == "mean" else None
    if ahead := loss.looks_ahead:
        _check_ahead(ahead, loss, data, base)
        target = f"next({ahead})" if everywhere else f"{ahead}[{length_letter(base.letters[ahead])}+1]"
        return Target(with_loss(network, output, target, pairs), pairs=divisor)
    name = _target_name(loss, data)
    grid, place = data.targets[name], data.keys["targets", name]
    rows, columns = shapes[loss.output]
    fit = _Fit(name, place, loss, rows * columns, (extent.n_sequences,) if extent.batched else (), own)
    steps = fit.steps(grid, n_steps, everywhere)
    system = with_loss(network, output, name + (_place(letter, everywhere) if steps else ""), pairs)
    array = fit(grid.array, steps)
    if grid.texts is None:
        texts = None
    elif array.size != grid.array.size:  # class indices have become one-hot vectors
        texts = np.where(array == 1, "1", "0").astype(object)
    else:
        texts = fit(grid.texts, steps)
    arrays = [None if a is None else _laid_out(a, steps, extent, base.layout) for a in (array, texts)]
    return Target(system, name, *arrays, divisor)


def _place(letter: str | None, everywhere: bool) -> str:
    if letter is None:
        return ""
    return f"[{letter}]" if everywhere else f"[{length_letter(letter)}]"


def _laid_out(array: np.ndarray, steps: int | None, extent: Extent, layout: str) -> np.ndarray:
    """Give (steps, sequences, rows, columns), without steps where there are none."""
    if not extent.batched:
        array = array[None]
    return oriented(array.swapaxes(0, 1) if steps else array, layout)


def _check_output(loss: Loss, base: System) -> None:
    if "J" in (*base.defined, *base.given_values, *base.given_sequences):
        message = "The loss is called 'J', but equations of the file have a 'J' already."
        raise refuse("bad-loss", loss.span, message, "Delete 'loss', or give what the equations call 'J' another name.")
    if loss.output not in base.defined:
        close = nearest(loss.output, base.defined)
        raise refuse(
            "unknown-quantity",
            loss.span,
            f"The loss compares '{loss.output}', which no equation defines.",
            f"Did you mean 'output: {close}'?" if close else f"Write 'output: …', one of {listing(base.defined)}.",
        )


def _check_ahead(ahead: str, loss: Loss, data: Data, base: System) -> None:
    if ahead not in data.inputs or not base.is_sequence(ahead):
        sequences = [name for name in data.inputs if base.is_sequence(name)]
        remedy = f"Write 'next({sequences[0]})'." if sequences else "Give a target under 'targets:'."
        raise refuse("missing-target", loss.span, f"'next({ahead})' is no target, as '{ahead}' is no input.", remedy)


def _target_name(loss: Loss, data: Data) -> str:
    names = data.names("targets")
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


class _Fit(NamedTuple):
    """Gives a target as (sequences, steps, features); `lead` is the number of sequences of a batch.

    `own` are the steps of each sequence, where they are unequal; past its end nothing is read.
    """

    name: str
    place: Span
    loss: Loss
    features: int
    lead: tuple[int, ...]
    own: tuple[int, ...] = ()

    def steps(self, grid: Grid, n_steps: int | None, everywhere: bool) -> int | None:
        """Give how many steps the target has; for a loss at the last step it may be that one alone.

        Raises:
            RnncalcError: slug `shape-mismatch` where an array can be read both ways.
        """
        if n_steps is None or everywhere:
            return n_steps
        whole, last = (self._takes(grid.array, steps) for steps in (n_steps, None))
        whole = whole and not (last and self._no_classes(self._cleared(grid.array)).size)
        if whole and last and not np.array_equal(self(grid.array, None), self._ends(self(grid.array, n_steps))):
            raise refuse(
                "shape-mismatch",
                self.place,
                f"'{self.name}' may be {self.features} values of the last step or one class for each of the steps.",
                "Write the class of the last step alone, or a vector for every step.",
            )
        return n_steps if whole and not last else None

    def _takes(self, array: np.ndarray, steps: int | None) -> bool:
        """Tell whether a shape fits; for one feature and for class indices the level of the features is left out."""
        lead = (*self.lead, *([steps] if steps else ()))
        is_short = self.features == 1 or self.loss.kind == "cross-entropy"
        return array.shape == (*lead, self.features) or array.shape == lead and is_short

    def __call__(self, array: np.ndarray, steps: int | None) -> np.ndarray:
        lead = (*self.lead, *([steps] if steps else ()))
        if not self._takes(array, steps):
            raise self._misfit(array, steps, lead)
        array = self._cleared(array) if steps else array
        if array.shape == (*lead, self.features):
            return array
        return array[..., None] if self.features == 1 else self._one_hot(array)

    def _cleared(self, array: np.ndarray) -> np.ndarray:
        return cleared(array, self.own) if self.own else array

    def _ends(self, array: np.ndarray) -> np.ndarray:
        """Give the last step of each sequence."""
        return array[range(len(array)), np.array(self.own) - 1] if self.own else array[..., -1, :]

    def _one_hot(self, classes: np.ndarray) -> np.ndarray:
        wrong = self._no_classes(classes)
        if wrong.size:
            message = f"'{self.name}' holds the class {wrong.flat[0]:g}; there are {self.features} classes."
            raise refuse("class-out-of-range", self.place, message, f"Classes count from 0 to {self.features - 1}.")
        return np.eye(self.features)[classes.astype(int)]

    def _no_classes(self, array: np.ndarray) -> np.ndarray:
        return array[(array != np.floor(array)) | (array < 0) | (array >= self.features)]

    def _misfit(self, array: np.ndarray, steps: int | None, lead: tuple[int, ...]) -> RnncalcError:
        axis = len(lead) - 1
        if steps and array.ndim > axis and array.shape[axis] != steps:
            message = f"'{self.name}' has {plural(array.shape[axis], 'step')}, the output has {steps}."
            return refuse("length-mismatch", self.place, message, f"Give {plural(steps, 'step')}.")
        wanted = " × ".join(str(n) for n in (*lead, self.features))
        has = " × ".join(str(n) for n in array.shape) or "a single number"
        message = f"'{self.name}' is {has}, the output is {wanted}."
        return refuse("shape-mismatch", self.place, message, f"Give '{self.name}' as {wanted} numbers.")
