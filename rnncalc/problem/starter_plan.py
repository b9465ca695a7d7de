"""What a problem file to begin with holds: sizes, shapes, what is to be given; starter.py writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.words import plural
from rnncalc.compute.blocks import pack, total
from rnncalc.language.kinds import OPEN, SCALAR, Shape
from rnncalc.problem.published import Published
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.system import System, build_system
from rnncalc.recurrences.tables import tables

SIZES = {"x": 3, "y": 1}  # features; of every other dimension OTHER
OTHER = 2
STEPS = {"t": 3}  # along every other index letter OTHER
MOST_LISTED = 8  # weights within a packed one


class Plan(NamedTuple):
    """What a starter holds: the recurrence, its equations, the shapes of all names, of each weight as the file has it.

    `weights` gives shape and words; `inputs` are the names to be given besides.
    """

    published: Published
    system: System
    shapes: Mapping[str, Shape]
    weights: Mapping[str, tuple[tuple[int, ...], str]]
    inputs: tuple[str, ...]
    settings: Mapping[str, str]

    @property
    def tables(self) -> Mapping[str, str]:
        """The table of each input that counts the rows of one."""
        return tables(self.system.equations)

    def steps(self, name: str) -> int | None:
        """Give the number of steps of a sequence, None of a value without any."""
        return count_steps(self.system.letters[name]) if self.system.is_sequence(name) else None


def make_plan(published: Published, settings: Mapping[str, str]) -> Plan:
    """Choose sizes, and find what there is to give.

    Args:
        published: From published_as.
        settings: The keys that chose it.
    """
    recurrence = published.recurrence
    activations = {name: (op, ()) for name, op in recurrence.entry.activations.items()}
    system = build_system(recurrence.equations, activations)
    sizes = _Sizes()
    named = {name: _shape(words, sizes) for name, words in recurrence.words.items()}
    inputs = tuple(n for n in (*system.given_sequences, *system.given_values) if n not in recurrence.weights)
    known = {name: (shape if len(shape) == 2 else (*shape, 1)) for name, shape in named.items()}
    known = {name: shape for name, shape in known.items() if name in recurrence.weights}
    widths = {part for words in recurrence.words.values() for part in re.findall(r"n_\w+", words)}
    ids = tables(system.equations)
    known |= {name: (sizes[f"n_{name}"], 1) if f"n_{name}" in widths else OPEN for name in inputs if name not in ids}
    known |= dict.fromkeys(ids, SCALAR)
    lengths = {letter: count_steps(letter) for letter in system.letters.values()}
    shapes = infer_shapes(system, known, lengths, {})
    return Plan(published, system, {**known, **shapes}, _written(published, named, sizes), inputs, settings)


class _Sizes(dict):
    """The size of a dimension: n_x, n_h2, n_h1_fwd."""

    def __missing__(self, word: str) -> int:
        return SIZES.get(word.removeprefix("n_"), OTHER)


def count_steps(letter: str) -> int:
    """Give the number of steps along an index letter."""
    return STEPS.get(letter, OTHER)


def _shape(words: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(total(axis, sizes) for axis in words.split(" x "))


def _written(published: Published, named: Mapping[str, tuple[int, ...]], sizes: Mapping[str, int]) -> dict:
    """Give shape and words of each weight under the names that the file will have."""
    words, tensors = published.recurrence.words, published.tensors
    held = {block.weight for tensor in tensors for block in tensor.blocks}
    packed = pack(tensors, {name: np.zeros(shape) for name, shape in named.items()}, words)
    found = {}
    for name, array in packed.items():
        parts = [block.weight for tensor in tensors if tensor.name == name for block in tensor.blocks]
        parts = parts if len(parts) <= MOST_LISTED else [*parts[: MOST_LISTED // 2], "…", parts[-1]]
        found[name] = array.shape, f"{' × '.join(map(str, array.shape))}, holds {' '.join(parts)}"
    for name in published.recurrence.weights:
        if name not in held:
            found[name] = named[name], _meaning(words[name], sizes)
    return found


def _meaning(words: str, sizes: Mapping[str, int]) -> str:
    if " x " not in words:
        return f"{words} = {total(words, sizes)}"
    rows, columns = (total(axis, sizes) for axis in words.split(" x "))
    return f"{words.replace(' x ', ' × ')}: {plural(rows, 'row')} of {columns}"
