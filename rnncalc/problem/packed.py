"""Turn the packed weights of a convention, such as weight_ih_l0, into the named ones that equations read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import nearest
from rnncalc.compute.blocks import unpack
from rnncalc.problem.data import Data
from rnncalc.problem.grids import Grid
from rnncalc.problem.packed_sizes import find_sizes
from rnncalc.problem.published import Published
from rnncalc.recurrences.conventions import Tensor


def unpack_weights(published: Published, data: Data, place: Span, collector: Collector, drawn: bool = False) -> Data:
    """Give the data with the weights under the names of the equations.

    A file may give the named weights themselves, or leave all to be drawn;
    then nothing is to be done.

    Slugs: `missing-weight`, `unknown-weight`, `name-given-twice`, `shape-mismatch`.
    """
    tensors = {tensor.name: tensor for tensor in published.tensors}
    given, named = [name for name in data.names("weights") if name in tensors], published.recurrence.weights
    if set(given) <= set(named) and set(named) & set(data.names("weights")):
        return data
    mistyped, lacking = _mistyped(published, data, tensors, collector), False
    if drawn and not given and not mistyped:
        return data
    for name, tensor in tensors.items():
        biases = all(block.weight in published.recurrence.biases for block in tensor.blocks)
        if name not in given and not biases and name not in mistyped.values():
            lacking = True
            with collector:
                message = f"{published.convention.title} has a weight '{name}', which is not given."
                raise refuse("missing-weight", place, message, f"Write '{name}: …' under 'weights:'.")
    readable = [tensor for tensor in published.tensors if tensor.name in data.weights]
    grids = {}
    for tensor in readable:
        with collector:
            grids[tensor.name] = _levelled(tensor, data.weights[tensor.name], data.keys["weights", tensor.name])
    kept = {name: grid for name, grid in data.weights.items() if name not in tensors and name not in mistyped}
    keys = {key: span for key, span in data.keys.items() if key[0] != "weights" or key[1] in kept}
    complete = data.complete and not mistyped and not lacking and len(grids) == len(readable)
    readable = [tensor for tensor in readable if tensor.name in grids]
    sizes = find_sizes(readable, {name: grid.array for name, grid in grids.items()}, published, data, collector)
    if sizes is None:
        return data._replace(weights=kept, keys=keys, complete=False)
    words, weights = published.recurrence.words, dict(kept)
    for tensor in readable:
        grid, span = grids[tensor.name], data.keys["weights", tensor.name]
        texts = {} if grid.texts is None else unpack(tensor, grid.texts, words, sizes)
        for name, array in unpack(tensor, grid.array, words, sizes).items():
            if name in published.recurrence.unread:
                continue
            with collector:
                _refuse_twice(name, tensor, kept, span)
            exact = not any(block.less for block in tensor.blocks if block.weight == name)
            weights[name] = Grid(array, texts.get(name) if exact else None, span)
            keys["weights", name] = span
    return data._replace(weights=weights, keys=keys, complete=complete)


def _refuse_twice(name: str, tensor: Tensor, kept: Mapping[str, Grid], span: Span) -> None:
    if name in kept:
        message = f"'{name}' is given, and within '{tensor.name}' too."
        raise refuse("name-given-twice", span, message, "Keep one of the two.")


def _mistyped(published: Published, data: Data, tensors: Mapping[str, Tensor], collector: Collector) -> dict[str, str]:
    """Say which names look like those of the convention."""
    found = {}
    for name in data.names("weights"):
        close = nearest(name, [tensor for tensor in tensors if ("weights", tensor) not in data.keys])
        if close and name not in tensors and name not in published.recurrence.weights:
            found[name] = close
            with collector:
                message = f"No equation reads the weight '{name}'."
                raise refuse("unknown-weight", data.keys["weights", name], message, f"Did you mean '{close}'?")
    return found


def _levelled(tensor: Tensor, grid: Grid, span: Span) -> Grid:
    """Give a tensor the axes that its convention has: a lone direction may lack its own, a vector be a column."""
    wanted = (1 if tensor.flat else 2) + (tensor.stacked is not None)

    def fitted(array: np.ndarray) -> np.ndarray:
        if tensor.stacked is not None and array.ndim == wanted - 1:
            array = array[None]
        if tensor.flat and array.ndim == wanted + 1 and 1 in array.shape[-2:]:
            array = array.reshape(*array.shape[:-2], -1)
        if array.ndim != wanted:
            raise _wrong_levels(tensor, array, wanted, span)
        return array

    return grid._replace(array=fitted(grid.array), texts=None if grid.texts is None else fitted(grid.texts))


def _wrong_levels(tensor: Tensor, array: np.ndarray, wanted: int, span: Span) -> RnncalcError:
    levels = ("a number", "a list", "a list of lists", "lists of lists of lists")
    message = f"'{tensor.name}' is {levels[array.ndim]}; its convention has {levels[wanted]} there."
    return refuse("shape-mismatch", span, message, f"Give it as {levels[wanted]}.")
