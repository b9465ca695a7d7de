"""Read one section of numbers: name: array, or name: {file: x.npz}, or file: x.npz for all that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from rnncalc.base.diagnostics import Collector, Note, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest
from rnncalc.problem.grids import Grid, read_grid
from rnncalc.problem.makers import logit_target
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Mapping, Scalar, Tree

_NAME = re.compile(r"[^\W\d]\w*")


class Section:
    """Gathers the arrays of a section, with the place where each is named."""

    def __init__(self, name: str, most_levels: int):
        self.name, self.most_levels = name, most_levels
        self.grids: dict[str, Grid] = {}
        self.keys: dict[str, Span] = {}  # also of what cannot be read
        self.logits: list[tuple[str, Scalar, str]] = []
        self.complete = True  # whether every name that the section gives is known

    def read(self, pairs: Iterable[tuple[Scalar, Tree]], collector: Collector) -> Section:
        """Read all pairs, every fault of each into the collector."""
        torn = False  # within a maker that YAML has cut at its commas
        for key, value in pairs:
            if torn:
                torn = not key.text.rstrip().endswith(")")
                continue
            torn = isinstance(value, Scalar) and value.text.count("(") > value.text.count(")")
            self.complete = self.complete and not torn
            with collector:
                if key.text == "file" and _names_file(value):
                    kept, self.complete = self.complete, False
                    self._add_all(value)
                    self.complete = kept
                else:
                    self._add(key, value)
        formed = {name for name, _, _ in self.logits}
        for name, value, target in self.logits:
            with collector:
                if target in self.grids or target in formed or target not in self.keys:
                    self.grids[name] = _logit(value, target, self.grids)
        return self

    def _add_all(self, value: Scalar) -> None:
        from rnncalc.problem.array_files import read_named_arrays

        for name, grid in read_named_arrays(value.text, value.span, self.most_levels).items():
            self._name(name, value.span)
            self.grids[name] = grid

    def _add(self, key: Scalar, value: Tree) -> None:
        self._name(key.text, key.span)
        target = logit_target(value.text) if isinstance(value, Scalar) else None
        if target is not None and self.name == "weights":
            self.logits.append((key.text, value, target))
        elif target is not None:
            remedy = "Write the numbers."
            raise refuse("bad-maker", value.span, f"{quoted(value.text)} works for weights alone.", remedy)
        elif isinstance(value, Mapping):
            self.grids[key.text] = _from_file(key, value, self.most_levels)
        else:
            self.grids[key.text] = read_grid(value, self.most_levels, f"'{key.text}'")

    def _name(self, name: str, place: Span) -> None:
        if not _NAME.fullmatch(name):
            message = f"{quoted(name)} is no name."
            raise refuse("bad-name", place, message, "A name is a letter, then letters, digits, _.")
        if name in self.keys:
            note = Note(self.keys[name], "it is given here already")
            message = f"'{name}' is given by the file and beside it."
            raise refuse("name-given-twice", place, message, "Keep one of the two.", note)
        self.keys[name] = place


def _names_file(value: Tree) -> bool:
    """Tell a file's name, such as w.npz, from the value of a weight that is called 'file'."""
    return isinstance(value, Scalar) and re.search(r"\.[A-Za-z]\w*$", value.text) is not None


def _from_file(key: Scalar, value: Mapping, most_levels: int) -> Grid:
    name = value.get("file")
    if len(value.pairs) != 1 or not isinstance(name, Scalar):
        raise refuse("wrong-type", value.span, f"'{key.text}' is an array or a file.", "Write '{file: x.npz}'.")
    from rnncalc.problem.array_files import read_array_file

    return read_array_file(name.text, key.text, name.span, most_levels)


def _logit(value: Scalar, target: str, grids: dict[str, Grid]) -> Grid:
    """Give σ⁻¹ = log(p / (1 − p)) of another weight's entries."""
    if target not in grids:
        close = nearest(target, grids)
        remedy = f"Did you mean '{close}'?" if close else f"Known weights are {listing(grids)}."
        raise refuse("unknown-name", value.span, f"{quoted(target)} is no weight of this file.", remedy)
    p = grids[target].array
    if ((p <= 0) | (p >= 1)).any():
        at = tuple(int(i) + 1 for i in np.argwhere((p <= 0) | (p >= 1))[0])
        raise refuse(
            "no-finite-inverse",
            value.span,
            f"Entry {list(at)} of '{target}' is {p[tuple(i - 1 for i in at)]:g}; σ never reaches 0 or 1.",
            "Use probabilities strictly between 0 and 1, for instance by smoothing.",
        )
    return Grid(np.log(p / (1 - p)), None, value.span)
