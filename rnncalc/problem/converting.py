"""The weights of a problem as a convention packs them, where its equations compute the same.

`convert` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.words import listing
from rnncalc.compute.blocks import pack
from rnncalc.compute.reform import reform, sizes_of
from rnncalc.language.nodes import Call, Equation, leaves, walk
from rnncalc.problem.problem import Problem
from rnncalc.problem.published import Published
from rnncalc.recurrences.adapt import drop_absent
from rnncalc.recurrences.conventions import Convention, packed_tensors, read_convention
from rnncalc.recurrences.expand import Impossible, Recurrence, expand
from rnncalc.recurrences.forms import Making, differing_choices, made_from


class Converted(NamedTuple):
    """Weights in a convention.

    `packed` has its tensors by name, `others` what no tensor holds, such as the
    output layer, by the names of the equations; `remarks` say what was done to
    the numbers.
    """

    published: Published
    packed: Mapping[str, np.ndarray]
    others: Mapping[str, np.ndarray]
    remarks: tuple[str, ...] = ()

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """All of them, as a file has them."""
        return {**self.packed, **self.others}


def named_weights(problem: Problem) -> dict[str, np.ndarray]:
    """Give the weights by their names in the equations: matrices (rows, columns), biases (n,)."""
    words = problem.network.recurrence.words if problem.network.recurrence else {}
    return {
        name: array.reshape(_axes(words[name], array) if name in words else problem.case.written[name])
        for name, array in problem.case.weights.items()
    }


def _axes(words: str, array: np.ndarray) -> tuple[int, ...]:
    return array.shape if " x " in words else (-1,)


class Taker(NamedTuple):
    """Who takes the weights: a convention, and what messages call it.

    Activations in `free` need not be the published ones; gates by a function of
    `turning`, f(-a) = 1 - f(a), may be turned round by the sign of their
    weights; `instead` says what else to do.
    """

    convention: str
    words: str
    free: tuple[str, ...] = ()
    turning: tuple[str, ...] = ()
    instead: str = "Leave '--convention' out to keep the names of the equations."


def convert(problem: Problem, name: str) -> Converted:
    """Pack the weights of a problem under the names of a convention; that of the file itself takes them as they are.

    Raises:
        RnncalcError: slug `not-convertible`, which names the choice that differs.
    """
    mine = problem.network.published
    if mine is not None and mine.convention is not None and mine.convention.name == name:
        return _packed(mine, named_weights(problem), ())
    return convert_for(problem, Taker(name, f"the convention '{name}'"))


def convert_for(problem: Problem, taker: Taker) -> Converted:
    """Pack the weights of a problem for somebody whose equations compute the same; every bias is there, or none.

    Raises:
        RnncalcError: slug `not-convertible`.
    """
    convention, mine = read_convention(taker.convention), problem.network.recurrence
    if mine is None or mine.entry.name not in convention.packings:
        has = "equations of its own" if mine is None else f"'{mine.entry.name}'"
        message = f"The problem has {has}, {taker.words} has {listing(convention.packings)}."
        raise not_convertible(problem, message, taker.instead)
    _refuse_activations(problem, taker)
    theirs = _form_of(mine, convention)
    turnable = [name for name, (op, _) in problem.network.activations.items() if op in taker.turning]
    making = made_from(mine, theirs.recurrence, turnable)
    if making is None:
        keys = differing_choices(mine, theirs.recurrence, turnable)
        has, wanted = ([f"{key}: {one.chosen[key]}" for key in keys] for one in (mine, theirs.recurrence))
        message = f"The equations differ: the problem has {listing(has)}, {taker.words} has {listing(wanted)}."
        raise not_convertible(problem, message, f"Write {listing(wanted)} if that is meant. {taker.instead}")
    arrays = named_weights(problem)
    made = reform(making.weights, arrays, mine.words)
    return _packed(theirs, _with_all_biases(theirs, made), tuple(_remarks(making, arrays)))


def not_convertible(problem: Problem, message: str, remedy: str) -> RnncalcError:
    """Make the error for a problem that a convention or a library cannot express."""
    return refuse("not-convertible", problem.network.span, message, remedy)


def _form_of(mine: Recurrence, convention: Convention) -> Published:
    """Give a recurrence in the form of a convention; what that leaves open stays as it is where the tensors hold it."""
    recurrence = expand(mine.entry, convention.packings[mine.entry.name].choices, mine.arranged)
    for key, value in mine.chosen.items():
        if key in convention.packings[mine.entry.name].choices:
            continue
        try:
            kept = expand(mine.entry, {**recurrence.chosen, key: value}, mine.arranged)
        except Impossible:
            continue
        held = _held(packed_tensors(convention, kept))
        if not held or _of_cell(recurrence) <= _of_cell(kept) <= held:
            recurrence = kept
    return Published(recurrence, convention, packed_tensors(convention, recurrence))


def _of_cell(recurrence: Recurrence) -> set[str]:
    """Name the weights that are no part of the output layer."""
    return {leaf.name for equation in _cell(recurrence) for leaf in leaves(equation.right)} & set(recurrence.weights)


def _held(tensors: tuple) -> set[str]:
    return {block.weight for tensor in tensors for block in tensor.blocks}


def _cell(recurrence: Recurrence) -> tuple[Equation, ...]:
    """Give the equations without those of the output layer."""
    return drop_absent(recurrence, set(recurrence.weights) - {recurrence.entry.optional})[0]


def _refuse_activations(problem: Problem, taker: Taker) -> None:
    """Refuse functions of the cell that are not the published ones."""
    recurrence = problem.network.recurrence
    read = {part.op for equation in _cell(recurrence) for part in walk(equation.right) if isinstance(part, Call)}
    for name, default in recurrence.entry.activations.items():
        has, _ = given = problem.network.activations[name]
        if name in read and name not in taker.free and given != (default, ()):
            message = f"The equations differ: '{name}' is {has} in the problem, {default} in {taker.words}."
            raise not_convertible(problem, message, taker.instead)


def _remarks(making: Making, arrays: Mapping[str, np.ndarray]) -> Iterator[str]:
    """Say what was done to the numbers, beside moving them."""
    sums = [
        [name for name in made.sources if name in arrays] for made in making.weights.values() if made.how == "added"
    ]
    if written := [" + ".join(names) for names in sums if len(names) > 1]:
        yield f"Biases of the same sum are added: {', '.join(written)}."
    if making.turned:
        yield f"The weights of {', '.join(making.turned)} have the other sign, for 1 - σ(a) = σ(-a)."


def _with_all_biases(published: Published, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Add zeros for the biases that a convention has besides those of the problem; none where that has no bias."""
    words = published.recurrence.words
    held = _held(published.tensors)
    missing = [name for name in published.recurrence.biases if name in held and name not in arrays]
    if not held & set(published.recurrence.biases) & set(arrays):
        return dict(arrays)
    sizes = sizes_of(arrays, words)
    return {**arrays, **{name: np.zeros(sizes[words[name]]) for name in missing}}


def _packed(published: Published, arrays: Mapping[str, np.ndarray], remarks: tuple[str, ...]) -> Converted:
    held = _held(published.tensors)
    packed = pack(
        published.tensors, {name: arrays[name] for name in arrays if name in held}, published.recurrence.words
    )
    return Converted(published, packed, {name: arrays[name] for name in arrays if name not in held}, remarks)
