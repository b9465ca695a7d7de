"""The numbers of a problem as its file gives them: weights, inputs, initial values and targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector
from rnncalc.base.span import Span
from rnncalc.problem.grids import Grid
from rnncalc.problem.sections import Section
from rnncalc.recurrences.system import System

SECTIONS = {"weights": 2, "inputs": 3, "targets": 3, "initial": 2}  # with the most levels of lists


class Data(NamedTuple):
    """What a file gives, by section and name; `keys` are the places of the names."""

    weights: Mapping[str, Grid]
    inputs: Mapping[str, Grid]
    targets: Mapping[str, Grid]
    initial: Mapping[str, Grid]
    keys: Mapping[tuple[str, str], Span]
    complete: bool  # whether every name that the file gives is among the keys

    def place(self, name: str) -> Span:
        """Give the place of a weight, input or target."""
        return next(self.keys[section, name] for section in SECTIONS if (section, name) in self.keys)

    def names(self, section: str) -> list[str]:
        """Give the names of a section, with those whose values cannot be read."""
        return [name for where, name in self.keys if where == section]

    def read_by(self, system: System) -> dict[str, Grid]:
        """Give the inputs, and those targets that equations of the file read themselves."""
        read = {*system.given_sequences, *system.given_values}
        return {**self.inputs, **{name: grid for name, grid in self.targets.items() if name in read}}


def read_data(found: dict, collector: Collector) -> Data:
    """Read the sections of numbers, every fault of each into the collector."""
    grids, keys, complete = {}, {}, True
    for name, levels in SECTIONS.items():
        levels += name == "weights" and "convention" in found  # some stack directions along an axis of their own
        pairs = found[name].pairs if name in found else ()
        section = Section(name, levels).read(pairs, collector)
        grids[name] = section.grids
        complete = complete and section.complete
        keys |= {(name, key): place for key, place in section.keys.items()}
    return Data(**grids, keys=keys, complete=complete)
