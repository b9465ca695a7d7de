"""Write weights as files: .npz, or JSON by name, from which every number comes back as it is."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnncalc.problem.converting import convert, named_weights
from rnncalc.problem.problem import Problem


def problem_arrays(problem: Problem, convention: str | None) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    """Give the weights of a problem under the names of a convention, and what was done to their numbers.

    Without a convention it is that of the file, and without that the weights
    keep the names that they have in the equations.

    Raises:
        RnncalcError: slug `not-convertible`.
    """
    published = problem.network.published
    if convention is None and published and published.convention:
        convention = published.convention.name
    if convention is None:
        return named_weights(problem), ()
    converted = convert(problem, convention)
    return converted.arrays, converted.remarks


def path_beside(problem: str) -> Path:
    """Give the path of the weight file that is written beside a problem file."""
    return Path(problem).with_name(f"{Path(problem).stem}-weights.npz")


def npz_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Write arrays as np.savez does."""
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def json_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Write nested lists by name, an array a line."""
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(array.tolist())}" for name, array in arrays.items())
    return f"{{\n{lines}\n}}\n".encode()
