"""The closed forms of a forward pass, entry by entry, for screens and documents; needs SymPy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.compute.exact import Key, exact_pass, rational
from rnncalc.compute.exact_form import form, is_too_long
from rnncalc.compute.values import Values
from rnncalc.problem.exact_numbers import exact_number
from rnncalc.problem.problem import Problem
from rnncalc.problem.require import require_equal_lengths, require_unrounded


def closed_forms(problem: Problem, values: Values) -> Mapping[Key, np.ndarray]:
    """Give every quantity as closed forms, each an expression of the language, or None where that is too long.

    Shapes:
        result[name, step]: (n_sequences, rows, columns) of nodes

    Raises:
        RnncalcError: slugs `unequal-lengths`, `no-closed-form`.
    """
    require_equal_lengths(problem)
    require_unrounded(problem)
    found = exact_pass(values, exact_given(problem), is_too_long)
    return {key: np.asarray(np.frompyfunc(form, 1, 1)(array), dtype=object) for key, array in found.items()}


def exact_given(problem: Problem) -> dict[object, np.ndarray]:
    """Give the numbers of a problem as closed forms, by name, of initial values by (name, step)."""
    case = problem.case
    numbers = {**case.weights, **case.values, **case.sequences, **case.initial}
    return {name: _exact(array, problem.texts.get(name)) for name, array in numbers.items()}


def _exact(array: np.ndarray, texts: np.ndarray | None) -> np.ndarray:
    """Give the numbers of an array as the file writes them; without texts the floats themselves."""
    if texts is not None and texts.shape == array.shape:
        return np.asarray(np.frompyfunc(exact_number, 1, 1)(texts), dtype=object)
    return np.asarray(np.frompyfunc(lambda number: rational(repr(float(number))), 1, 1)(array), dtype=object)
