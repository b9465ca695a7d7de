"""What a file gives, as a script holds it: weights, and what each sequence has of its own, arguments of `forward`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.language.nodes import Index
from rnncalc.problem.problem import Problem
from rnncalc.render.scripts.numpy_code import Scope
from rnncalc.render.scripts.numpy_names import RESERVED, identifiers
from rnncalc.render.scripts.numpy_numbers import array_source, literal
from rnncalc.render.scripts.numpy_scope import OWN, in_axes


class Start(NamedTuple):
    """A value beside the steps; `source` is empty where it is an argument of `forward`."""

    step: int
    source: str
    assumed: bool


class Given(NamedTuple):
    """Sources of numbers.

    `weights` by name; `starts` of each sequence; `arguments` gives by name, by
    name and step, or by index letter, the identifier of an argument, `values` its
    source for each sequence of the batch.
    """

    weights: dict[str, str]
    starts: dict[str, tuple[Start, ...]]
    arguments: dict[Hashable, str]
    values: dict[Hashable, tuple[str, ...]]


def given_numbers(problem: Problem, scope: Scope) -> Given:
    """Write all numbers of a problem."""
    case, axes = problem.case, scope.axes
    weights = {name: _array(*_laid_out(problem, name, array, axes[name])) for name, array in case.weights.items()}
    values: dict[Hashable, tuple[str, ...]] = {name: tuple(_sequences(problem, scope, name)) for name in case.sequences}
    for name, array in case.values.items():
        values[name] = _each(*_laid_out(problem, name, array, axes[name]))
    starts: dict[str, tuple[Start, ...]] = {}
    for (name, step), array in case.initial.items():
        if is_input(name, case) and step > case.n_steps(name):
            continue  # the array of the input has it
        numbers, texts = _laid_out(problem, (name, step), array, axes[name])
        same = bool((numbers == numbers[0]).all())
        start = Start(step, _filling(numbers[:1], texts[:1]) if same else "", (name, step) in problem.assumed)
        starts[name] = (*starts.get(name, ()), start)
        if not same:
            values[name, step] = _each(numbers, texts)
    for letter, lengths in case.own_lengths.items():
        if not any(is_input(name, case) and case.system.letters[name] == letter for name in case.sequences):
            values["length", letter] = tuple(map(str, lengths))
    return Given(weights, starts, _argument_names(values, case, scope), values)


def is_input(name: str, case: Case) -> bool:
    """Tell whether a sequence is given at all of its steps."""
    return name in case.sequences and name not in case.system.defined


def steps_beside(name: str, case: Case) -> tuple[int, int]:
    """Give how many places before step 0, and how many after the last step, a sequence has."""
    length = case.n_steps(name)
    steps = [step for other, step in case.initial if other == name]
    steps += [place_step(index, length) for other, index in case.system.places if other == name]
    return -min(0, *steps, 0), max(length, *steps, 0) - length


def place_step(index: Index, length: int) -> int:
    """Give the number of the step that an equation of one place is for."""
    return index.offset + (length if index.anchor == "end" else 0)


def _argument_names(values: dict, case: Case, scope: Scope) -> dict[Hashable, str]:
    """Name the arguments: inputs as they are, h_0 for the start of h, x_given for given first steps."""
    wanted, found = {}, {}
    for key in values:
        if key in case.system.defined:
            wanted[key] = f"{scope.identifiers[key]}_given"
        elif not isinstance(key, tuple):
            found[key] = scope.identifiers[key]
        elif key[0] == "length":
            found[key] = scope.ends[key[1]]
        else:
            name, step = key
            beyond = step - case.n_steps(name)
            place = f"T{beyond}" if beyond > 0 else str(step).replace("-", "minus_")
            wanted[key] = f"{scope.identifiers[name]}_{place}"
    taken = {*OWN, *RESERVED, *scope.identifiers.values(), *scope.steps.values(), *scope.ends.values()}
    named = identifiers(wanted, taken)
    return {key: found.get(key) or named[key] for key in values}


def _sequences(problem: Problem, scope: Scope, name: str) -> Iterator[str]:
    """Write a sequence for each of the batch; of an input also what it has after its last step."""
    case, length = problem.case, problem.case.n_steps(name)
    array = case.sequences[name]
    after = range(length + 1, length + steps_beside(name, case)[1] + 1) if is_input(name, case) else ()
    rows = [case.initial.get((name, step), np.zeros(array.shape[1:])) for step in after]
    array = np.concatenate([array, *(row[None] for row in rows)])
    texts = _texts(problem, name, array)
    for step, row in zip(after, rows, strict=True):
        if (name, step) in problem.texts:
            texts[step - 1] = _texts(problem, (name, step), row)
    numbers, texts = in_axes(array, scope.axes[name]), in_axes(texts, scope.axes[name])
    if name in scope.whole:
        numbers = numbers.astype(int)
    for number in range(case.n_sequences):
        own = own_length(case, case.system.letters[name], number)
        steps = [*range(min(own, len(case.sequences[name]))), *(step - 1 for step in after)]
        yield _array(numbers[steps, number], texts[steps, number])


def own_length(case: Case, letter: str, number: int) -> int:
    """Give the number of steps that one sequence of the batch has."""
    return case.own_lengths[letter][number] if letter in case.own_lengths else case.lengths[letter]


def _texts(problem: Problem, key: Hashable, array: np.ndarray) -> np.ndarray:
    """Give the digits of the file in the shape of an array, None where there are none."""
    texts, given = np.full(array.shape, None, dtype=object), problem.texts.get(key)
    if given is not None and given.shape[1:] == array.shape[1:]:
        texts[: len(given)] = given[: len(array)]
    return texts


def _laid_out(problem: Problem, key: Hashable, array: np.ndarray, n_axes: int) -> tuple[np.ndarray, np.ndarray]:
    return in_axes(array, n_axes), in_axes(_texts(problem, key, array), n_axes)


def _each(arrays: np.ndarray, texts: np.ndarray) -> tuple[str, ...]:
    return tuple(_array(array, text) for array, text in zip(arrays, texts, strict=True))


def _array(numbers: np.ndarray, texts: np.ndarray) -> str:
    """Write an array of floats: of whole numbers numpy would make integers, unless it is told."""
    source = array_source(numbers, texts)
    told = numbers.dtype != float or any(sign in source for sign in ".en")
    return f"np.array({source})" if told else f"np.array({source}, dtype=float)"


def _filling(numbers: np.ndarray, texts: np.ndarray) -> str:
    """Write the start value (1, …) of one sequence: one number where it fills the whole."""
    sources = {literal(number, text) for number, text in zip(numbers.flat, texts.flat, strict=True)}
    return sources.pop() if len(sources) == 1 else array_source(numbers[0], texts[0])
