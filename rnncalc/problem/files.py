"""Find and read files: problems by path or bundled name, arrays from .npz, .npy, .csv, .json.

Nothing is unpickled, arrays stay inside the problem's folder, every size has
a cap.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Source, Span, whole
from rnncalc.base.words import nearest
from rnncalc.problem.grids import Grid

MAX_PROBLEM = 4 * 2**20  # bytes of a problem or solution
MAX_ARRAY_FILE = 2**30  # bytes of a weight, CSV or text file


def bundled_folder() -> Path:
    """Give the folder of the problems that travel with the program."""
    package = Path(__file__).parent.parent
    inside = package / "problems"
    return inside if inside.is_dir() else package.parent / "problems"


def bundled_names() -> list[str]:
    """List the bundled problems by the names under which commands take them."""
    return sorted(path.stem for path in bundled_folder().glob("*.yaml"))


def read_source(file: str, stdin=None) -> Source:
    """Read a problem's text: a path, the name of a bundled problem, or `-` for standard input.

    Raises:
        RnncalcError: slugs `missing-file`, `is-a-folder`, `unreadable-file`,
            `file-too-large`, `not-text`, `empty-file`.
    """
    if file == "-":
        return _decoded(stdin.read(MAX_PROBLEM + 1), "<stdin>")
    path, nowhere = Path(file), whole(Source(file, ""))
    try:
        if not path.exists() and file in bundled_names():
            path = bundled_folder() / f"{file}.yaml"
        if path.is_dir():
            raise refuse("is-a-folder", nowhere, f"'{file}' is a folder.", "Name a problem file.")
        with path.open("rb") as stream:
            data = stream.read(MAX_PROBLEM + 1)
    except FileNotFoundError:
        close = nearest(file, bundled_names())
        remedy = f"Did you mean the bundled problem '{close}'? " if close else ""
        raise refuse(
            "missing-file", nowhere, f"There is no file '{file}'.", remedy + "'rnncalc list' names the bundled problems."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("unreadable-file", nowhere, f"'{file}' cannot be read: {reason}.") from None
    return _decoded(data, file)


def _decoded(data: bytes, name: str) -> Source:
    nowhere = whole(Source(name, ""))
    if len(data) > MAX_PROBLEM:
        raise refuse(
            "file-too-large",
            nowhere,
            f"'{name}' is larger than {MAX_PROBLEM // 2**20} MiB.",
            "Keep large arrays in a file of their own: 'inputs: {x: {file: x.npz}}'.",
        )
    if b"\0" in data:
        raise refuse("not-text", nowhere, f"'{name}' is a binary file.", "Name a problem file in YAML.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(
            "not-text", nowhere, f"'{name}' is no UTF-8 text (byte {error.start + 1:,}).", "Save it as UTF-8."
        ) from None
    if not text.strip():
        raise refuse("empty-file", whole(Source(name, text)), f"'{name}' is empty.", "A problem begins 'rnncalc: 1'.")
    return Source(name, text.replace("\r\n", "\n"))


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
        raise refuse("too-many-levels", span, f"'{name}' has the shape {array.shape}; at most {most_levels} axes fit here.")
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
