"""Conventions: how libraries and courses pack the weights of a recurrence, each a file in conventions/.

A Tensor is a packed matrix as a grid of named blocks. A convention is added
by adding a file; nothing here knows any of them by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rnncalc.recurrences.expand import SUFFIXES, Arrangement, Recurrence
from rnncalc.recurrences.own_files import own_names, read_own

FOLDER = Path(__file__).parent / "conventions"
_BLOCK = re.compile(r"(\w+)(\.T)?(?: - ([0-9.]+))?")


class Block(NamedTuple):
    """A weight within a packed one; `less` is what a library adds at run time."""

    weight: str
    transposed: bool = False
    less: float = 0.0


class Tensor(NamedTuple):
    """A packed weight: rows of blocks, or where it is `flat` one row of vectors.

    `stacked` is its place along a first axis of directions, None without one.
    """

    name: str
    rows: tuple[tuple[Block, ...], ...]
    flat: bool
    stacked: int | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block for row in self.rows for block in row)


class Packing(NamedTuple):
    """One recurrence in a convention: the choices that it stands for, and its tensors."""

    choices: Mapping[str, str]
    tensors: tuple[Tensor, ...]


class Convention(NamedTuple):
    """How one library or course writes its recurrences."""

    name: str
    title: str
    source: str
    says: str
    names: str
    directions: tuple[str, ...]
    stacked: bool
    packings: Mapping[str, Packing]


def convention_names() -> list[str]:
    """List the names of the conventions, which are those of their files."""
    return own_names(FOLDER)


def read_convention(name: str) -> Convention:
    """Read a convention; the name must be one of convention_names()."""
    raw = read_own(FOLDER / f"{name}.yaml")
    packings = {
        recurrence: Packing(found.get("choices", {}), tuple(_tensor(*pair) for pair in found["tensors"].items()))
        for recurrence, found in raw.pop("recurrences").items()
    }
    raw["directions"] = tuple(raw.get("directions", ("", "")))
    return Convention(**{"stacked": False} | raw, packings=packings)


def _tensor(name: str, grid: list) -> Tensor:
    flat = isinstance(grid[0], str)
    rows = [grid] if flat else grid
    return Tensor(name, tuple(tuple(map(_block, row)) for row in rows), flat)


def _block(text: str) -> Block:
    weight, transposed, less = _BLOCK.fullmatch(text).groups()
    return Block(weight, transposed is not None, float(less or 0))


def packed_tensors(convention: Convention, recurrence: Recurrence) -> tuple[Tensor, ...]:
    """Give the tensors of a recurrence in each layer and direction, under the names that they have in a file."""
    packing = convention.packings[recurrence.entry.name]
    return tuple(
        tensor
        for pattern, suffix, place in _places(convention, recurrence.arranged)
        for tensor in _named(packing, pattern, suffix, place)
        if any(block.weight in recurrence.weights for block in tensor.blocks)
    )


def _places(convention: Convention, arranged: Arrangement) -> Iterator[tuple[str, str, int | None]]:
    """Go through layers and directions: the pattern of their names, the suffix of weights, the place in a stack."""
    layers = [None] if arranged.layers is None else range(1, arranged.layers + 1)
    for layer in layers:
        for number, suffix in enumerate(SUFFIXES[arranged.direction]):
            direction = convention.directions[number] if arranged.direction == "both" else ""
            pattern = convention.names.replace("{layer_from_0}", str((layer or 1) - 1))
            pattern = pattern.replace("{layer}", str(layer or "")).replace("{direction}", direction)
            yield pattern, f"{layer or ''}{suffix}", number if convention.stacked else None


def _named(packing: Packing, pattern: str, suffix: str, place: int | None) -> Iterator[Tensor]:
    for tensor in packing.tensors:
        rows = tuple(tuple(b._replace(weight=b.weight + suffix) for b in row) for row in tensor.rows)
        yield Tensor(pattern.replace("{tensor}", tensor.name), rows, tensor.flat, place)
