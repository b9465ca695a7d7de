"""Training files for tests: written into a folder, with the files beside them, and read from there."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rnncalc.base.diagnostics import Diagnostic, RnncalcError
from rnncalc.base.span import Source
from rnncalc.problem.problem import Problem, read_problem

SQUARED = "recurrence: elman\nloss: squared-error\n"
NEXT = "recurrence: elman\nactivations: {output: softmax}\nloss: cross-entropy\n"
CLASS = "recurrence: gru\noutputs: last\nactivations: {output: softmax}\nloss: cross-entropy\n"


def taught(
    folder: Path,
    head: str,
    data: str,
    more: str = "",
    files: dict[str, str | bytes] | None = None,
    sizes: str = "{h: 2}",
) -> Problem:
    """Read a training file; `data` and `more` in flow style, one key a line."""
    for name, content in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    lines = ["rnncalc: 1", head.rstrip(), "training:", f"  sizes: {sizes}", *([f"  data: {data}"] if data else [])]
    text = "\n".join([*lines, *(f"  {line}" for line in more.split("\n") if line)]) + "\n"
    path = folder / "p.yaml"
    path.write_text(text)
    return read_problem(Source(str(path), text))


def refused(*args, **named) -> Diagnostic:
    """Give the only message about a training file."""
    try:
        taught(*args, **named)
    except RnncalcError as error:
        (found,) = error.diagnostics
        return found
    raise AssertionError("the file was read")


def sequences(array: np.ndarray) -> np.ndarray:
    """Give (n_sequences, n_steps, n_features) of a sequence of a case."""
    return array[..., 0].swapaxes(0, 1)
