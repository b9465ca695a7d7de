"""The catalogue: published recurrences, each a file of equations in catalogue/.

`read_entry` gives an Entry as the file has it; expand.py makes its equations
for chosen variants, layers and directions. A recurrence is added by adding a
file; nothing here knows any of them by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from rnncalc.recurrences.own_files import own_names, read_own

FOLDER = Path(__file__).parent / "catalogue"


class Entry(NamedTuple):
    """One recurrence of the catalogue.

    `weights` maps each weight of any variant to its shape in words, such as
    'n_x x n_h'; `choices` maps each option to its values, the default first;
    `alternatives` tell what a choice changes: `equations` that stand instead of
    those with the same left side, `plus` what is added to a sum, `drop` what goes.
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


def entry_names() -> list[str]:
    """List the names of the catalogue, which are those of its files."""
    return own_names(FOLDER)


def read_entry(name: str) -> Entry:
    """Read an entry of the catalogue; the name must be one of entry_names()."""
    raw = read_own(FOLDER / f"{name}.yaml")
    for key in ("biases", "inputs", "alternatives"):
        if key in raw:
            raw[key] = tuple(raw[key])
    raw["choices"] = {option: tuple(values) for option, values in raw.get("choices", {}).items()}
    return Entry(**raw)
