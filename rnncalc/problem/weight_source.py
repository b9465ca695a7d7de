"""Read a weight file that a command names; messages about it show its arrays, one a line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Source, Span, whole
from rnncalc.problem.array_formats import MAX_ARRAY_FILE, READERS, Pickled, TooLarge, Unreadable, read_arrays
from rnncalc.problem.grids import Grid
from rnncalc.problem.places import quoted

NAMING = (".npz", ".json", ".safetensors")  # endings of files that give their arrays names
MOST_LEVELS = 3  # directions, rows, columns

_TORCH = "np.savez('w.npz', **{k: v.numpy() for k, v in torch.load(%s, weights_only=True).items()})"
_KERAS = "np.savez('w.npz', **{v.path: v for v in keras.models.load_model(%s).weights})"
_ONNX = "np.savez('w.npz', **{t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(%s).graph.initializer})"
HOW_TO_CONVERT = {
    **dict.fromkeys((".pt", ".pth", ".bin", ".ckpt"), _TORCH),
    **dict.fromkeys((".h5", ".hdf5", ".keras"), _KERAS),
    ".onnx": _ONNX,
}


class WeightFile(NamedTuple):
    """The arrays of a file by name; `source` lists them, `places` are their lines in it."""

    source: Source
    arrays: Mapping[str, np.ndarray]
    places: Mapping[str, Span]

    def grid(self, name: str) -> Grid:
        """Give an array as numbers for a problem.

        Raises:
            RnncalcError: slugs `unreadable-file`, `empty-list`, `too-many-levels`, `not-finite`.
        """
        array, place = self.arrays[name], self.places[name]
        if array.dtype.kind not in "fiub":
            raise refuse("unreadable-file", place, f"{quoted(name)} holds {array.dtype}, not numbers.", "Save numbers.")
        if not array.size:
            raise refuse("empty-list", place, f"{quoted(name)} is an array without numbers.", "Save its numbers.")
        if array.ndim > MOST_LEVELS:
            message = f"{quoted(name)} has {array.ndim} axes; a weight has at most {MOST_LEVELS}."
            raise refuse("too-many-levels", place, message, "Save it with fewer axes.")
        array = array.astype(float)
        if not np.isfinite(array).all():
            raise refuse("not-finite", place, f"{quoted(name)} holds nan or inf.", "Save finite numbers.")
        return Grid(array, None, place)


def read_weight_file(file: str) -> WeightFile:
    """Read all arrays of an .npz, .json or .safetensors file.

    Raises:
        RnncalcError: slugs `unknown-file-type`, `missing-file`, `is-a-folder`,
            `file-too-large`, `pickled-file`, `unreadable-file`, `empty-file`.
    """
    path, nowhere = Path(file), whole(Source(file, ""))
    ending = path.suffix.lower()
    try:
        if path.is_dir():
            raise refuse("is-a-folder", nowhere, f"{quoted(file)} is a folder.", "Name a weight file.")
        if not path.exists():
            raise refuse("missing-file", nowhere, f"There is no file {quoted(file)}.", "Name a weight file.")
        if ending not in NAMING:
            raise _other_type(path, file, nowhere)
        found = read_arrays(path)
    except TooLarge:
        message = f"{quoted(file)} holds more than {MAX_ARRAY_FILE // 2**30} GiB."
        raise refuse("file-too-large", nowhere, message, "Save the recurrent layers alone.") from None
    except Pickled:
        raise _pickled(path, file, nowhere) from None
    except (Unreadable, OSError, ValueError) as reason:
        message = f"{quoted(file)} cannot be read: {quoted(str(reason))[1:-1]}."
        raise refuse("unreadable-file", nowhere, message, "Save the weights again: np.savez('w.npz', W=…).") from None
    if not isinstance(found, dict):
        message = f"The array in {quoted(file)} has no name."
        raise refuse("unknown-file-type", nowhere, message, 'Give each array its name: {"W": [[…]]}.')
    if not found:
        raise refuse("empty-file", nowhere, f"{quoted(file)} holds no arrays.", "Save the weights by name.")
    return _listed(file, found)


def _listed(file: str, arrays: Mapping[str, np.ndarray]) -> WeightFile:
    lines = [f"{one_line(name)}  {size_words(array.shape)}  {array.dtype}" for name, array in arrays.items()]
    source, places, start = Source(file, "\n".join(lines)), {}, 0
    for name, line in zip(arrays, lines, strict=True):
        places[name] = Span(source, start, start + len(one_line(name)))
        start += len(line) + 1
    return WeightFile(source, arrays, places)


def one_line(text: str) -> str:
    """Make a text safe for one line of a listing or a comment."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def size_words(shape: tuple[int, ...]) -> str:
    """Write a shape: 12×4."""
    return "×".join(map(str, shape)) or "a number"


def _other_type(path: Path, file: str, nowhere: Span) -> RnncalcError:
    ending = path.suffix.lower()
    if ending in HOW_TO_CONVERT:
        message = f"{quoted(file)} is no plain file of arrays; reading it would need the library that wrote it."
        remedy = f"Convert it there: {HOW_TO_CONVERT[ending] % repr(path.name)}."
        return refuse("unknown-file-type", nowhere, message, remedy)
    with path.open("rb") as stream:
        if stream.read(1) == b"\x80":  # the first byte of a pickle
            return _pickled(path, file, nowhere)
    message = f"{quoted(file)} ends in none of {', '.join(NAMING)}"
    if ending in READERS:
        message += f"; {ending} gives its array no name"
    return refuse("unknown-file-type", nowhere, f"{message}.", "Save the weights by name: np.savez('w.npz', W=…).")


def _pickled(path: Path, file: str, nowhere: Span) -> RnncalcError:
    message = f"{quoted(file)} holds pickled objects, which could run code; they are never read."
    return refuse("pickled-file", nowhere, message, f"Convert it where it was made: {_TORCH % repr(path.name)}.")
