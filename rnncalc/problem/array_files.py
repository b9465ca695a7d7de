"""Read arrays from files beside a problem: .npz, .npy, .csv, .json.

Nothing is unpickled, no path leaves the problem's folder, the size has a cap.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.problem.files import bundled_folder
from rnncalc.problem.grids import Grid

MAX_ARRAY_FILE = 2**30  # bytes


def read_array_file(name: str, key: str, span: Span, most_levels: int) -> Grid:
    """Read the array `key` from a file beside the problem.

    Raises:
        RnncalcError: slugs `outside-folder`, `missing-file`, `file-too-large`,
            `unknown-file-type`, `unreadable-file`, `pickled-file`, `missing-array`,
            `not-finite`.
    """
    path = _inside_folder(name, span)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise refuse(
            "unknown-file-type", span, f"'{name}' ends in none of {', '.join(_READERS)}.", "Save it as .npz or .csv."
        )
    try:
        if path.stat().st_size > MAX_ARRAY_FILE:
            raise refuse("file-too-large", span, f"'{name}' is larger than 1 GiB.")
        array = reader(path, key, span)
    except FileNotFoundError:
        raise refuse("missing-file", span, f"There is no file '{name}' beside the problem.") from None
    except RnncalcError:
        raise
    except Exception as error:  # numpy and json raise many kinds for a damaged file
        if "pickle" in str(error).lower():
            raise refuse(
                "pickled-file",
                span,
                f"'{name}' holds pickled objects, which could run code; they are never read.",
                "Save plain arrays: np.savez('x.npz', x=x).",
            ) from None
        raise refuse("unreadable-file", span, f"'{name}' cannot be read: {error}.") from None
    return _checked(array, name, span, most_levels)


def _checked(array: np.ndarray, name: str, span: Span, most_levels: int) -> Grid:
    if array.dtype.kind not in "fiub":
        raise refuse("unreadable-file", span, f"'{name}' holds {array.dtype}, not numbers.")
    if array.ndim > most_levels or not array.size:
        raise refuse(
            "too-many-levels", span, f"'{name}' has the shape {array.shape}; at most {most_levels} axes fit here."
        )
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise refuse("not-finite", span, f"'{name}' holds nan or inf.")
    return Grid(array, None, span)


def _inside_folder(name: str, span: Span) -> Path:
    folder = Path(span.source.name).parent if span.source.name != "<stdin>" else Path()
    if not Path(span.source.name).exists() and (bundled_folder() / f"{span.source.name}.yaml").exists():
        folder = bundled_folder()
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        raise refuse(
            "outside-folder", span, f"'{name}' lies outside the problem's folder.", "Keep the file beside the problem."
        )
    return path


def _from_npz(path: Path, key: str, span: Span) -> np.ndarray:
    with np.load(path, allow_pickle=False) as arrays:
        if key not in arrays:
            names = ", ".join(arrays.files)
            raise refuse("missing-array", span, f"'{path.name}' holds no '{key}'; it holds {names or 'nothing'}.")
        return arrays[key]


def _from_json(path: Path, key: str, span: Span) -> np.ndarray:
    import json

    data = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(data, dict):
        if key not in data:
            raise refuse("missing-array", span, f"'{path.name}' holds no '{key}'; it holds {', '.join(data)}.")
        data = data[key]
    return np.array(data)


_READERS = {
    ".npz": _from_npz,
    ".npy": lambda path, key, span: np.load(path, allow_pickle=False),
    ".csv": lambda path, key, span: np.loadtxt(path, delimiter=",", ndmin=2),
    ".json": _from_json,
}
