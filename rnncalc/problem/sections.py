"""Read one section of numbers: name: array, or name: {file: x.npz}."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.words import listing, nearest
from rnncalc.problem.array_files import read_array_file
from rnncalc.problem.grids import Grid, read_grid
from rnncalc.problem.makers import logit_target
from rnncalc.problem.yaml_tree import Mapping, Scalar, Tree

_NAME = re.compile(r"[^\W\d]\w*")


def read_section(
    pairs: Iterable[tuple[Scalar, Tree]], section: str, most_levels: int, collector: Collector
) -> dict[str, Grid]:
    """Read the arrays of a section by name."""
    grids: dict[str, Grid] = {}
    logits: list[tuple[Scalar, Scalar, str]] = []
    torn = False  # within a maker that YAML has cut at its commas
    for key, value in pairs:
        if torn:
            torn = not key.text.rstrip().endswith(")")
            continue
        with collector:
            torn = isinstance(value, Scalar) and value.text.count("(") > value.text.count(")")
            if not _NAME.fullmatch(key.text):
                raise refuse(
                    "bad-name", key.span, f"'{key.text}' is no name.", "A name is a letter, then letters, digits, _."
                )
            target = logit_target(value.text) if isinstance(value, Scalar) and not torn else None
            if target is not None and section == "weights":
                logits.append((key, value, target))
            elif isinstance(value, Mapping):
                grids[key.text] = _from_file(key, value, most_levels)
            else:
                grids[key.text] = read_grid(value, most_levels, f"'{key.text}'")
    for key, value, target in logits:
        with collector:
            grids[key.text] = _logit(value, target, grids)
    return grids


def _from_file(key: Scalar, value: Mapping, most_levels: int) -> Grid:
    name = value.get("file")
    if len(value.pairs) != 1 or not isinstance(name, Scalar):
        raise refuse("wrong-type", value.span, f"'{key.text}' is an array or a file.", "Write '{file: x.npz}'.")
    return read_array_file(name.text, key.text, name.span, most_levels)


def _logit(value: Scalar, target: str, grids: dict[str, Grid]) -> Grid:
    """Give σ⁻¹ = log(p / (1 − p)) of another weight's entries."""
    if target not in grids:
        close = nearest(target, grids)
        remedy = f"Did you mean '{close}'?" if close else f"Known weights are {listing(grids)}."
        raise refuse("unknown-name", value.span, f"'{target}' is no weight of this file.", remedy)
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
