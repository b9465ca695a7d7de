"""Read the bytes of array files: .npz, .npy, .csv, .json, .safetensors; nothing is unpickled.

A header may promise any size: it is held against the bytes that are there
before anything of that size is made.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

MAX_ARRAY_FILE = 2**30  # bytes, packed or not

Arrays = np.ndarray | dict[str, np.ndarray | None]  # without names, or by name; None where it was not asked for


class Unreadable(Exception):
    """A file cannot be read as arrays; the message says why."""


class Pickled(Unreadable):
    """A file holds pickled objects, which could run code."""


class TooLarge(Unreadable):
    """A file has more bytes than are read."""


def read_arrays(path: Path, only: str | None = None) -> Arrays:
    """Read all arrays of a file, or where it names them `only` one.

    Raises:
        Unreadable: the file is damaged, no numbers, too large.
    """
    if not path.is_file():
        raise Unreadable("it is no file")
    if path.stat().st_size > MAX_ARRAY_FILE:
        raise TooLarge
    try:
        return READERS[path.suffix.lower()](path, only)
    except Unreadable:
        raise
    except Exception as error:  # numpy, json and zipfile raise many kinds for a damaged file
        raise Unreadable(str(error)) from None


def _from_npz(path: Path, only: str | None) -> Arrays:
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        wanted = [name for name in members if only in (None, name)]
        if sum(members[name].file_size for name in wanted) > MAX_ARRAY_FILE:
            raise TooLarge
        found = dict.fromkeys(members)
        for name in wanted:
            with archive.open(members[name]) as stream:
                found[name] = _array(stream, members[name].file_size)
        return found


def _from_npy(path: Path, only: str | None) -> Arrays:
    with path.open("rb") as stream:
        return _array(stream, path.stat().st_size)


def _array(stream, size: int) -> np.ndarray:
    """Read what np.save wrote, from a stream of `size` bytes."""
    from numpy.lib import format as npy

    if stream.read(1) == b"\x80":  # the first byte of a pickle
        raise Pickled
    stream.seek(0)
    read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[npy.read_magic(stream)]
    shape, _, dtype = read_header(stream)
    if dtype.hasobject:
        raise Pickled
    if math.prod(shape) * dtype.itemsize > size:
        raise Unreadable("its header promises more numbers than it holds")
    stream.seek(0)
    return npy.read_array(stream, allow_pickle=False)


_HEADING = re.compile(r'\s*"?(?!(?:nan|inf|infinity)\b)[^\W\d]', re.IGNORECASE)


def _from_csv(path: Path, only: str | None) -> Arrays:
    """Read lines of numbers; a first line of words is passed over."""
    import warnings

    with path.open(encoding="utf-8-sig") as stream:
        first = stream.readline()
    headings = all(map(_HEADING.match, first.split(",")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy warns of a file without numbers
        return np.loadtxt(path, delimiter=",", ndmin=2, skiprows=int(headings), encoding="utf-8-sig")


def _from_json(path: Path, only: str | None) -> Arrays:
    import json

    data = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(data, dict):
        return np.array(data)
    return {name: np.array(value) if only in (None, name) else None for name, value in data.items()}


_SAFE_TYPES = {
    "BOOL": "?",
    **{f"{kind}{8 * size}": f"<{kind.lower()}{size}" for kind in "UI" for size in (1, 2, 4, 8)},
    **{f"F{8 * size}": f"<f{size}" for size in (2, 4, 8)},
    "BF16": "<u2",  # the upper half of a float32, which numpy does not have
}
_MAX_HEADER = 10**8  # bytes, as the format has it


def _from_safetensors(path: Path, only: str | None) -> Arrays:
    """Read what safetensors.save_file wrote: the size of a header, the header in JSON, the bytes of the arrays."""
    header = _safetensors_header(path)
    try:
        from safetensors import deserialize
    except ImportError:
        raise Unreadable("it needs a package more: pip install 'rnncalc[safetensors]'") from None
    found = dict.fromkeys(header)
    for name, entry in deserialize(path.read_bytes()):
        if only in (None, name):
            array = np.frombuffer(entry["data"], _SAFE_TYPES[entry["dtype"]]).reshape(entry["shape"])
            found[name] = (array.astype("u4") << 16).view("f4") if entry["dtype"] == "BF16" else array
    return found


def _safetensors_header(path: Path) -> dict[str, dict]:
    """Give type and shape of each array, which must be numbers and as many as the file has bytes for."""
    import json

    size = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 0 < length <= min(size - 8, _MAX_HEADER):
            raise Unreadable("its header is longer than the file")
        header = json.loads(stream.read(length))
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    for entry in entries.values():
        if entry["dtype"] not in _SAFE_TYPES:
            raise Unreadable(
                f"an array holds {entry['dtype']}; float16 to float64, bfloat16 and whole numbers are read"
            )
        if math.prod(entry["shape"]) * np.dtype(_SAFE_TYPES[entry["dtype"]]).itemsize > size:
            raise Unreadable("its header promises more numbers than it holds")
    return entries


READERS: dict[str, Callable[[Path, str | None], Arrays]] = {
    ".npz": _from_npz,
    ".npy": _from_npy,
    ".csv": _from_csv,
    ".json": _from_json,
    ".safetensors": _from_safetensors,
}
