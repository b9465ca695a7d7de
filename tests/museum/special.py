"""Faults that no small text file can have: each slug with a function that makes the file and gives its name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from running import ELMAN, system

MIB = 2**20


def _text(folder: Path, text: str | bytes) -> str:
    (folder / "p.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return "p.yaml"


def _array(folder: Path, name: str) -> str:
    return _text(folder, ELMAN.replace("[[1], [2]]", f"{{file: {name}}}"))


def _folder(folder: Path) -> str:
    (folder / "folder.yaml").mkdir()
    return "folder.yaml"


def _link_to_itself(folder: Path) -> str:
    os.symlink("loop.yaml", folder / "loop.yaml")
    return "loop.yaml"


def _without_the_array(folder: Path) -> str:
    np.savez(folder / "w.npz", y=np.ones((2, 1)), z=np.ones(2))
    return _array(folder, "w.npz")


def _pickled(folder: Path) -> str:
    np.save(folder / "o.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return _array(folder, "o.npy")


SPECIAL: dict[str, Callable[[Path], str]] = {
    "is-a-folder": _folder,
    "missing-file": lambda folder: "nowhere.yaml",
    "unreadable-file": _link_to_itself,
    "file-too-large": lambda folder: _text(folder, ELMAN + "#" * (4 * MIB)),
    "not-text": lambda folder: _text(folder, b"\x7fELF\x02\x01\x00\x00"),
    "too-many-nodes": lambda folder: _text(folder, "[" + "1," * 2000 + "]"),
    "expression-too-long": lambda folder: _text(folder, system("h[t] = x[t]" + " " * 100_000 + "+ 1")),
    "missing-array": _without_the_array,
    "pickled-file": _pickled,
}
