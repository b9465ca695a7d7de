"""Write imported weights as a problem file that runs as it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import whole
from rnncalc.base.words import plural
from rnncalc.problem.importing import N_STEPS, Imported
from rnncalc.problem.places import quoted
from rnncalc.problem.weight_files import npz_bytes, path_beside
from rnncalc.problem.weight_source import WeightFile, one_line, size_words
from rnncalc.recurrences.tables import tables

MOST_WRITTEN = 2_000  # numbers that are written into the problem file itself
_MOST_LISTED = 20  # further weights that a comment names
_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z][\w./ ()+-]*[\w)+-]", re.ASCII)  # what YAML reads as a text without quotes


class Written(NamedTuple):
    """The text of a problem file, and the weight files to be written for it, by path."""

    text: str
    beside: Mapping[str, bytes]


def write_imported(imported: Imported, weights: WeightFile, output: str | None) -> Written:
    """Write a problem file; many numbers stay in the weight file, or where names must change in a new one beside it.

    Args:
        imported: From import_weights(weights, …).
        weights: The file itself.
        output: The path of the problem file; None is the standard output, in the working directory.

    Raises:
        RnncalcError: slugs `outside-folder`, `bad-name`, where the weight file cannot be named.
    """
    if sum(array.size for array in imported.named.values()) <= MOST_WRITTEN:
        return Written(_text(imported, weights, _numbers(imported.named)), {})
    renamed = {name: given for name, given in imported.names.items() if name != given}
    if not renamed:
        return Written(_text(imported, weights, _references(imported, _from_folder(weights, output))), {})
    if output is None:
        name, given = next(iter(renamed.items()))
        message = f"So many weights stay in their file, whose name {quoted(given)} would have to be '{name}'."
        remedy = "Give --output p.yaml: a copy with the right names is then written beside it."
        raise refuse("bad-name", weights.places[given], message, remedy)
    path = path_beside(output)
    copied = imported._replace(further=())
    data = npz_bytes({name: weights.arrays[given] for name, given in imported.names.items()})
    return Written(_text(imported, weights, _references(copied, path.name)), {str(path): data})


def _from_folder(weights: WeightFile, output: str | None) -> str:
    """Give the path of the weight file from the folder of the problem."""
    path, folder = Path(weights.source.name).resolve(), Path(output or "p.yaml").resolve().parent
    if not path.is_relative_to(folder):
        message = f"A problem can only take weights from its own folder, {quoted(weights.source.name)} lies elsewhere."
        remedy = f"Give --output {Path(weights.source.name).with_name('p.yaml')}, or copy the weight file first."
        raise refuse("outside-folder", whole(weights.source), message, remedy)
    return path.relative_to(folder).as_posix()


def _text(imported: Imported, weights: WeightFile, numbers: Iterator[str]) -> str:
    entry, file = imported.published.recurrence.entry, Path(weights.source.name).name
    settings = {"recurrence": entry.name, **imported.settings}
    lines = [
        "rnncalc: 1",
        f"title: {_scalar(f'{entry.title} with the weights of {file}')}",
        *_comments(imported, weights),
        *(f"{key}: {value}" for key, value in settings.items()),
        "weights:",
        *(f"  {line}" for line in numbers),
        *_inputs(imported),
    ]
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    """Write a text for YAML, in quotes where it needs them."""
    text = one_line(text)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _comments(imported: Imported, weights: WeightFile) -> Iterator[str]:
    convention = imported.published.convention
    how = f", packed as {convention.title} has them" if imported.published.tensors else ""
    yield f"# Written by `rnncalc import`. The weights of the file{how}:"
    holds: dict[str, list[str]] = {}
    for tensor in imported.published.tensors:
        read = [block.weight for block in tensor.blocks if block.weight in imported.named]
        holds[tensor.name] = [*holds.get(tensor.name, []), *read]
    for name, given in imported.names.items():
        parts = [one_line(given), size_words(weights.arrays[given].shape), " ".join(holds.get(name, [name]))]
        yield f"#   {'  '.join(parts)}"
    if imported.further:
        shown = [
            f"{one_line(name)} {size_words(weights.arrays[name].shape)}" for name in imported.further[:_MOST_LISTED]
        ]
        more = f", and {len(imported.further) - _MOST_LISTED} more" if len(imported.further) > _MOST_LISTED else ""
        text = f"Not read, since these equations have no such weights: {', '.join(shown)}{more}."
        yield from wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _numbers(named: Mapping[str, np.ndarray]) -> Iterator[str]:
    """Write every number with all of its digits, long matrices a row a line."""
    for name, array in named.items():
        rows = [f"[{', '.join(map(repr, row))}]" for row in np.atleast_2d(array).tolist()]
        if array.ndim < 2:
            yield f"{name}: {rows[0] if array.ndim else repr(array.item())}"
        elif len(name) + sum(map(len, rows)) <= _WIDTH:
            yield f"{name}: [{', '.join(rows)}]"
        else:
            between = ",\n" + " " * (len(name) + 5)
            yield f"{name}: [{between.join(rows)}]"


def _references(imported: Imported, path: str) -> Iterator[str]:
    """Take all weights from a file, or only some of what it holds."""
    if not imported.further:
        yield f"file: {_scalar(path)}"
        return
    for name in imported.names:
        yield f"{name}: {{file: {json.dumps(path, ensure_ascii=False)}}}"


def _inputs(imported: Imported) -> Iterator[str]:
    """Make up what is to be given besides the weights."""
    system, rows = imported.system, tables(imported.system.equations)
    if imported.inputs:
        yield "inputs:"
    for seed, (name, size) in enumerate(imported.inputs.items(), start=1):
        if name in rows:
            yield f"  # made up, {N_STEPS} steps; write your own rows of {rows[name]}, counted from 0"
            yield f"  {name}: [{', '.join(['0'] * N_STEPS)}]"
        elif system.is_sequence(name):
            yield f"  # made up, {N_STEPS} steps of {plural(size, 'feature')}; write your own, [[…], …], one list each"
            yield f"  {name}: uniform({N_STEPS}, {size}, -1, 1, {seed})"
        else:
            yield "  # made up: write your own, […]"
            yield f"  {name}: [{', '.join(['0.5'] * size)}]"
    letters = dict.fromkeys(system.letters[name] for name in imported.inputs if system.is_sequence(name))
    counted = [letter for letter in dict.fromkeys(system.letters.values()) if letter not in letters]
    if counted:
        yield f"steps: {{{', '.join(f'{letter}: {N_STEPS}' for letter in counted)}}}"
