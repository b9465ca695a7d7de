"""Read the bytes of array files: .npz, .npy, .csv, .json; nothing is unpickled.

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


READERS: dict[str, Callable[[Path, str | None], Arrays]] = {
    ".npz": _from_npz,
    ".npy": _from_npy,
    ".csv": _from_csv,
    ".json": _from_json,
}
