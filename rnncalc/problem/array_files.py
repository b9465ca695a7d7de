"""Take arrays from files beside a problem: one by its name, or all that a file names.

No path leaves the problem's folder; array_formats.py reads the bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Span
from rnncalc.problem.array_formats import (
    MAX_ARRAY_FILE,
    READERS,
    Arrays,
    Pickled,
    TooLarge,
    Unreadable,
    read_arrays,
)
from rnncalc.problem.files import bundled_folder
from rnncalc.problem.grids import Grid
from rnncalc.problem.places import quoted


def read_array_file(name: str, key: str, span: Span, most_levels: int) -> Grid:
    """Read the array `key` from a file beside the problem.

    Raises:
        RnncalcError: slugs `outside-folder`, `missing-file`, `file-too-large`,
            `unknown-file-type`, `unreadable-file`, `pickled-file`, `missing-array`,
            `too-many-levels`, `empty-list`, `not-finite`.
    """
    found = _arrays(name, span, key)
    array = found.get(key) if isinstance(found, dict) else found
    if array is None:
        holds = quoted(", ".join(found)) if found else "nothing"
        remedy = f"Save the array under this name: np.savez('x.npz', {key}=…)."
        raise refuse("missing-array", span, f"{quoted(name)} holds no '{key}'; it holds {holds}.", remedy)
    return _checked(array, name, span, most_levels)


def read_named_arrays(name: str, span: Span, most_levels: int) -> dict[str, Grid]:
    """Read all arrays of a file that gives them names, an .npz or a .json.

    Raises:
        RnncalcError: those of read_array_file.
    """
    found = _arrays(name, span)
    if not isinstance(found, dict):
        message = f"The array in {quoted(name)} has no name."
        raise refuse("unknown-file-type", span, message, "Give it one, 'W: {file: …}', or save several as .npz.")
    return {key: _checked(array, name, span, most_levels) for key, array in found.items()}


def _arrays(name: str, span: Span, only: str | None = None) -> Arrays:
    path, shown = inside_folder(name, span), quoted(name)
    if path.suffix.lower() not in READERS:
        message = f"{shown} ends in none of {', '.join(READERS)}."
        raise refuse("unknown-file-type", span, message, "Save it as .npz or .csv.")
    if not path.exists():
        message = f"There is no file {shown} beside the problem."
        raise refuse("missing-file", span, message, "Put it into the problem's folder, or write its path from there.")
    try:
        return read_arrays(path, only)
    except TooLarge:
        message = f"{shown} holds more than {MAX_ARRAY_FILE // 2**30} GiB."
        raise refuse("file-too-large", span, message, "Save smaller arrays.") from None
    except Pickled:
        message = f"{shown} holds pickled objects, which could run code; they are never read."
        raise refuse("pickled-file", span, message, "Save plain arrays: np.savez('x.npz', x=x).") from None
    except Unreadable as reason:
        message = f"{shown} cannot be read: {quoted(str(reason))[1:-1]}."
        raise refuse("unreadable-file", span, message, "Save the array again: np.savez('x.npz', x=x).") from None


def inside_folder(name: str, span: Span) -> Path:
    """Give the path of a file in the problem's folder; nothing of it is read."""
    here = Path(span.source.name)
    if span.source.name == "<stdin>":
        folder = Path()
    elif not here.exists() and (bundled_folder() / f"{here}.yaml").exists():
        folder = bundled_folder()
    else:
        folder = here.parent
    try:
        inside = not Path(name).is_absolute() and (folder / name).resolve().is_relative_to(folder.resolve())
        (folder / name).exists()
    except (OSError, ValueError, RuntimeError) as error:  # no file system takes the name, or links that never end
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("unreadable-file", span, f"{quoted(name)} cannot be read: {reason}.", "Name a file.") from None
    if not inside:
        message = f"{quoted(name)} lies outside the problem's folder."
        raise refuse("outside-folder", span, message, "Keep the file beside the problem.")
    return folder / name


def _checked(array: np.ndarray, name: str, span: Span, most_levels: int) -> Grid:
    shown = quoted(name)
    if array.dtype.kind not in "fiub":
        raise refuse("unreadable-file", span, f"{shown} holds {array.dtype}, not numbers.", "Save numbers.")
    if not array.size:
        raise refuse("empty-list", span, f"{shown} holds an array without numbers.", "Save at least one number.")
    if array.ndim > most_levels:
        message = f"{shown} has the shape {array.shape}; at most {most_levels} axes fit here."
        raise refuse("too-many-levels", span, message, "Save it with fewer axes.")
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise refuse("not-finite", span, f"{shown} holds nan or inf.", "Save finite numbers.")
    return Grid(array, None, span)
