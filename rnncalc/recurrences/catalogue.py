"""The catalogue: published recurrences, each a file of equations in catalogue/.

`read_entry` gives an Entry as the file has it, `expand` the equations and the
weights for chosen variants and a number of layers. A recurrence is added by
adding a file; nothing here knows any of them by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from rnncalc.base.span import Source
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Equation, Name, Ref, rebuild

FOLDER = Path(__file__).parent / "catalogue"


class Entry(NamedTuple):
    """One recurrence of the catalogue.

    `weights` maps each weight to its shape in words, such as 'n_x x n_h';
    `choices` maps each option to its values, the default first.
    """

    name: str
    title: str
    source: str
    cell: str
    output: str
    weights: Mapping[str, str]
    biases: tuple[str, ...] = ()
    optional: str = ""
    before: str = ""
    inputs: tuple[str, ...] = ("x",)
    activations: Mapping[str, str] = MappingProxyType({})
    choices: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    alternatives: tuple[Mapping, ...] = ()
    deep: Mapping[str, str] = MappingProxyType({})


class Recurrence(NamedTuple):
    """An entry with its choices made: equations as published, not yet adapted to a file."""

    entry: Entry
    equations: tuple[Equation, ...]
    weights: Mapping[str, str]
    biases: tuple[str, ...]


class Impossible(Exception):
    """A combination of choices that no equation expresses; the message says why."""


def entry_names() -> list[str]:
    """List the names of the catalogue, which are those of its files."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read_entry(name: str) -> Entry:
    """Read an entry of the catalogue; the name must be one of entry_names()."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), loader)
    for key in ("biases", "inputs", "alternatives"):
        if key in raw:
            raw[key] = tuple(raw[key])
    raw["choices"] = {option: tuple(values) for option, values in raw.get("choices", {}).items()}
    return Entry(**raw)


def expand(entry: Entry, chosen: Mapping[str, str], layers: int | None = None) -> Recurrence:
    """Give the equations of an entry for the chosen variants and layers.

    Args:
        entry: From read_entry.
        chosen: Values for some of entry.choices; the others take their default.
        layers: Number of hidden layers, whose names then end in 1, 2, …

    Raises:
        Impossible: the choices exclude each other.
    """
    picked = {option: values[0] for option, values in entry.choices.items()} | dict(chosen)
    cell = _lines(entry, entry.cell)
    weights = dict(entry.weights)
    for alternative in entry.alternatives:
        if all(picked[option] == value for option, value in alternative["when"].items()):
            if "impossible" in alternative:
                raise Impossible(alternative["impossible"])
            instead = {e.left: e for e in _lines(entry, alternative["equations"])}
            cell = [instead.get(e.left, e) for e in cell]
            weights |= alternative.get("weights", {})
            weights = {name: shape for name, shape in weights.items() if name not in alternative.get("without", ())}
    biases = tuple(name for name in entry.biases if name in weights)
    before, output = _lines(entry, entry.before), _lines(entry, entry.output)
    if layers is not None:
        return _deep(entry, before, cell, output, weights, biases, layers)
    return Recurrence(entry, (*before, *cell, *output), weights, biases)


def _lines(entry: Entry, text: str) -> list[Equation]:
    return parse_equations(Source(f"rnncalc's {entry.name}", text))


def _deep(
    entry: Entry, before: list, cell: list, output: list, weights: dict, biases: tuple, layers: int
) -> Recurrence:
    """Repeat the cell: every layer reads the one below, and feeds back as the entry says."""
    entry_input, passes, feedback = entry.deep["input"], entry.deep["passes"], entry.deep.get("feedback")
    own = {e.left.name for e in cell} | {name for name in weights if any(_reads(e, name) for e in cell)}
    equations, named = list(before), {}
    for layer in range(1, layers + 1):
        names = {name: f"{name}{layer}" for name in own}
        if layer > 1:
            names[entry_input] = f"{passes}{layer - 1}"
        if feedback and layer < layers:
            names[feedback] = f"{passes}{layer + 1}"
        equations += [rename(e, names) for e in cell]
        named |= {f"{name}{layer}": _resized(shape, names) for name, shape in weights.items() if name in own}
    top = {passes: f"{passes}{layers}"}
    equations += [rename(e, top) for e in output]
    named |= {name: _resized(shape, top) for name, shape in weights.items() if name not in own}
    all_biases = tuple(name for name in named if name.rstrip("0123456789") in biases or name in biases)
    return Recurrence(entry, tuple(equations), named, all_biases)


def _resized(shape: str, names: Mapping[str, str]) -> str:
    """Rename the dimensions with their quantities: n_h of the second layer is n_h2."""
    return re.sub(r"n_(\w+)", lambda match: f"n_{names.get(match[1], match[1])}", shape)


def _reads(equation: Equation, name: str) -> bool:
    return rename(equation, {name: name + "'"}) != equation


def rename(equation: Equation, names: Mapping[str, str]) -> Equation:
    """Give the equation with some of its names replaced."""

    def change(node):
        if isinstance(node, Name | Ref) and node.name in names:
            return node._replace(name=names[node.name])
        return node

    return equation._replace(left=change(equation.left), right=rebuild(equation.right, change))
