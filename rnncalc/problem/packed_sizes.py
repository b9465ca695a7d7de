"""Find n_x and n_h from packed weights; where they contradict each other, say what would fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import Collector, Note, RnncalcError, refuse
from rnncalc.base.words import plural
from rnncalc.compute.blocks import block_axes
from rnncalc.problem.data import Data
from rnncalc.problem.published import Published
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.conventions import Convention, Tensor, convention_names, packed_tensors, read_convention
from rnncalc.recurrences.expand import ONCE, expand


class _Axis(NamedTuple):
    """One axis of a tensor: how often each dimension stands along it, and how long it is in the file."""

    tensor: str
    noun: str
    parts: Mapping[str, int]
    size: int

    def formula(self) -> str:
        return " + ".join(word if count == 1 else f"{count}·{word}" for word, count in self.parts.items())


def find_sizes(
    tensors: Sequence[Tensor], arrays: Mapping[str, np.ndarray], published: Published, data: Data, collector: Collector
) -> dict[str, int] | None:
    """Give the size of each dimension, such as n_h; None where the tensors contradict each other.

    Slug: `shape-mismatch`, which names the conventions that would fit.
    """
    axes = [axis for tensor in tensors for axis in _axes(tensor, arrays[tensor.name], published.recurrence.words)]
    sizes, origins = _settled(axes)
    faults: dict[str, RnncalcError] = {}
    for axis in axes:
        full = _length(axis, sizes)
        if full != axis.size:
            others = {word: origins[word].tensor for word in axis.parts if word in origins}
            notes = [
                Note(data.keys["weights", other], f"'{other}' makes {word} = {sizes[word]}")
                for word, other in others.items()
                if other != axis.tensor
            ]
            faults.setdefault(axis.tensor, _misfit(axis, full, arrays, published, data, notes))
    for fault in faults.values():
        with collector:
            raise fault
    return None if faults else sizes


def _axes(tensor: Tensor, array: np.ndarray, words: Mapping[str, str]) -> Iterator[_Axis]:
    """Give the axes of a packed tensor, those of one block first."""
    shape = array.shape if tensor.stacked is None else array.shape[1:]
    rows = [block_axes(row[0], words)[0] for row in tensor.rows]
    columns = [block_axes(block, words)[1] for block in tensor.rows[0]]
    if not tensor.flat:
        yield _Axis(tensor.name, "row", _counted(rows), shape[0])
    yield _Axis(tensor.name, "number" if tensor.flat else "column", _counted(columns), shape[-1])


def _counted(axes: list[str]) -> dict[str, int]:
    return Counter(part for axis in axes for part in axis.split("+"))


def _settled(axes: list[_Axis]) -> tuple[dict[str, int], dict[str, _Axis]]:
    """Bind dimensions where an axis leaves one open, an axis of a single block before a packed one."""
    sizes: dict[str, int] = {"1": 1}
    origins: dict[str, _Axis] = {}
    changed = True
    while changed:
        changed = False
        for axis in sorted(axes, key=lambda axis: sum(axis.parts.values())):
            unknown = [word for word in axis.parts if word not in sizes]
            if len(unknown) != 1:
                continue
            rest = axis.size - sum(count * sizes[word] for word, count in axis.parts.items() if word in sizes)
            size, over = divmod(rest, axis.parts[unknown[0]])
            if size > 0 and not over:
                sizes[unknown[0]], origins[unknown[0]] = size, axis
                changed = True
                break
    return sizes, origins


def _misfit(
    axis: _Axis, full: int | None, arrays: Mapping, published: Published, data: Data, notes: list[Note]
) -> RnncalcError:
    name, wanted = axis.tensor, axis.formula() + ("" if full is None else f" = {full}")
    message = f"'{name}' has {plural(axis.size, axis.noun)}; {published.convention.title} has {wanted} there."
    fitting = _fitting(name, arrays, published)
    remedy = f"It would fit {' or '.join(fitting)}." if fitting else f"Give it {wanted} {axis.noun}s."
    return refuse("shape-mismatch", data.keys["weights", name], message, remedy, *notes)


def _fitting(name: str, arrays: Mapping[str, np.ndarray], published: Published) -> list[str]:
    """List the other conventions and recurrences that have such matrices: all of them, or else the one at fault."""
    own, entry = published.convention.name, published.recurrence.entry.name
    ours = [tensor.name for tensor in published.tensors if not tensor.flat]
    each = sum(not tensor.flat for tensor in _plain(published.convention, entry)[0])
    together, alone = [], []
    for other in map(read_convention, convention_names()):
        for recurrence in other.packings:
            tensors, words = _plain(other, recurrence)
            matrices = [tensor._replace(stacked=None) for tensor in tensors if not tensor.flat]
            if (other.name, recurrence) == (own, entry) or len(matrices) != each:
                continue
            pairs = [(matrices[at % len(matrices)], ours[at]) for at in range(len(matrices)) if ours[at] in arrays]
            label = f"'recurrence: {recurrence}' with 'convention: {other.name}'"
            if _agrees([axis for tensor, at in pairs for axis in _axes(tensor, _matrix(arrays[at]), words)]):
                together.append(label)
            place = ours.index(name) % len(matrices) if name in ours else 0
            near = place and (recurrence == entry or other.name == own)
            if near and _agrees(list(_axes(matrices[place], _matrix(arrays[name]), words))):
                alone.append(label)
    return (together or alone)[:3]


def _matrix(array: np.ndarray) -> np.ndarray:
    return array.reshape(array.shape[-2:])


def _plain(convention: Convention, name: str) -> tuple[tuple[Tensor, ...], Mapping[str, str]]:
    recurrence = expand(read_entry(name), convention.packings[name].choices, ONCE)
    return packed_tensors(convention, recurrence), recurrence.weights


def _agrees(axes: list[_Axis]) -> bool:
    sizes, _ = _settled(axes)
    return all(_length(axis, sizes) == axis.size for axis in axes)


def _length(axis: _Axis, sizes: Mapping[str, int]) -> int | None:
    """Give how long an axis should be, None where a dimension is open."""
    if not set(axis.parts) <= set(sizes):
        return None
    return sum(count * sizes[word] for word, count in axis.parts.items())
