"""Find the shapes of weights that are to be drawn: from the catalogue's words, or from the file's own equations."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing
from rnncalc.compute.orient import weight_array
from rnncalc.language.kinds import OPEN, SCALAR, Shape
from rnncalc.language.nodes import Equation, Ref
from rnncalc.problem.compared import compared
from rnncalc.problem.data import Data
from rnncalc.problem.fields import Count
from rnncalc.problem.network import Network
from rnncalc.problem.told_sizes import Sizes, target_size, targets_of
from rnncalc.recurrences.expand import Recurrence, spellings
from rnncalc.recurrences.shapes import told_shapes
from rnncalc.recurrences.system import System
from rnncalc.recurrences.tables import tables

_EXAMPLE = {"y": 1, "u": 1, "x": 20, "w": 50}


def stated_sizes(recurrence: Recurrence, data: Data) -> dict[str, Count]:
    """Give the sizes that weights of the file have by the catalogue's words: n_h by W of n_h x n_h."""
    found: dict[str, Count] = {}
    for name, words in recurrence.weights.items():
        if name in data.weights:
            shape, dimensions = data.weights[name].array.shape, words.split(" x ")
            shape = shape or (1,) * len(dimensions)
            for dimension, size in zip(dimensions, shape, strict=False):
                if "+" not in dimension:
                    found.setdefault(dimension.removeprefix("n_"), Count(size, data.keys["weights", name]))
    return found


def dimensions_of(recurrence: Recurrence) -> list[str]:
    """Name the quantities whose sizes the shapes of a recurrence's weights are made of, as sizes may be said."""
    parts = re.findall(r"n_(\w+)", " ".join(recurrence.weights.values()))
    return list(dict.fromkeys(spelt for part in parts for spelt in reversed(spellings(part))))


def shapes_in_words(
    recurrence: Recurrence, names: Collection[str], sizes: Sizes, place: Span, collector: Collector
) -> dict[str, tuple[int, ...]]:
    """Give the shapes of weights by the catalogue's words.

    Slug: `no-shape`, which names every size that nothing says.
    """
    found, missing = {}, []
    for name in names:
        axes = [re.findall(r"n_(\w+)", axis) for axis in recurrence.words[name].split(" x ")]
        lacking = [part for axis in axes for part in axis if sizes.of(*spellings(part)) is None]
        missing += [spellings(part)[-1] for part in lacking]
        if not lacking:
            found[name] = tuple(sum(sizes.of(*spellings(part)) for part in axis) for axis in axes)
    if missing:
        with collector:
            raise _unsaid(list(dict.fromkeys(missing)), place)
    return found


def _unsaid(names: list[str], place: Span) -> RnncalcError:
    """Make the error for quantities whose sizes nothing says."""
    message = f"Nothing says how many units {listing(names)} {'has' if len(names) == 1 else 'have'}."
    sizes = ", ".join(f"{name}: {_EXAMPLE.get(name, 10)}" for name in names)
    return refuse("no-shape", place, message, f"Write 'sizes: {{{sizes}}}'.")


def shapes_by_equations(
    network: Network, data: Data, names: Collection[str], sizes: Sizes, place: Span, collector: Collector
) -> dict[str, tuple[int, int]]:
    """Give (rows, columns) of weights as the equations and what is known leave no other.

    Slug: `no-shape`.
    """
    system = network.stated
    ids = tables(system.equations)
    rows = {table: sizes.of(name) for name, table in ids.items()}
    given: dict[str, Shape] = {name: (rows.get(name), None) for name in names}
    for name in (*system.defined, *system.given_sequences, *system.given_values):
        size = sizes.of(name) if name not in ids else None
        if name in ids:
            given[name] = SCALAR
        elif size is not None:
            given[name] = (size, 1) if system.layout == "column" else (1, size)
        else:
            given.setdefault(name, OPEN)
    given |= {name: weight_array(grid.array, system.layout).shape for name, grid in data.weights.items()}
    system, outputs = _with_outputs(network, data)
    given |= outputs
    shapes, unsaid = told_shapes(system, given, {}), []
    defined = network.stated.defined
    states = [name for name, places in network.stated.reads.items() if places and name in defined]
    while open_names := [name for name in (*states, *defined) if None in shapes[name]]:
        unsaid.append(open_names[0])  # what its size would tell of others need not be said
        given[open_names[0]] = (1, 1)
        shapes = told_shapes(system, given, {})
    if unsaid:
        with collector:
            raise _unsaid(unsaid, place)
        return {}
    for name in names:
        if None in shapes[name]:
            with collector:
                if name in rows and shapes[name][1] is not None:
                    raise _unsaid([index for index in ids if ids[index] == name], place)
                message = f"Nothing says how many rows and columns '{name}' has."
                example = f"'{name}: normal(3, 2, 0, 0.1, 1)' under 'weights:'"
                raise refuse("no-shape", place, message, f"Write {example}, or the size of what it makes in 'sizes'.")
    return {name: shapes[name] for name in names if None not in shapes[name]}


def _with_outputs(network: Network, data: Data) -> tuple[System, dict[str, Shape]]:
    """Add what the loss compares with targets as quantities, which have the shapes of these."""
    system, shapes = network.stated, {}
    equations, letters = list(system.equations), dict(system.letters)
    for number, pair in enumerate(compared(system, targets_of(network, data))):
        left = pair.left._replace(name=f"output {number}")  # no name of a file has a space
        size = target_size(pair.target, network, data).number
        shapes[left.name] = (size, 1) if system.layout == "column" else (1, size)
        equations.append(Equation(left, pair.output))
        letters |= {left.name: left.index.letter} if isinstance(left, Ref) else {}
    return replace(system, equations=tuple(equations), letters=letters), shapes


def merged(sizes: Sizes, more: Mapping[str, Count]) -> Sizes:
    """Add sizes that weights of the file show."""
    return sizes._replace(shown={**more, **sizes.shown})
