"""Mini-batches: some sequences of a case, in a new order in every epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import Case, sub_case
from rnncalc.language.nodes import Call, Equation, Name
from rnncalc.training.plan import Plan

PAIRS = "pairs of J"  # the name of the divisor of a mean; no name of a file has a space

_STREAM = 2  # of the seed: not that of the initial weights or of dropout


class Turn(NamedTuple):
    """One iteration: its sequences, from 0 (None for all), and whether it ends an epoch."""

    chosen: np.ndarray | None
    ends_epoch: bool


def turns(plan: Plan, n_sequences: int) -> Iterator[Turn]:
    """Give every iteration of a plan; the last one ends an epoch even where it is cut short."""
    total = iterations(plan, n_sequences)
    if not plan.batch or plan.batch >= n_sequences:
        return repeat(Turn(None, True), total)
    return _mini_batches(plan, n_sequences, total)


def _mini_batches(plan: Plan, n_sequences: int, total: int) -> Iterator[Turn]:
    done, epoch = 0, 0
    while done < total:
        epoch += 1
        order = np.arange(n_sequences)
        if plan.shuffle:
            order = np.random.default_rng([plan.seed, _STREAM, epoch]).permutation(n_sequences)
        for start in range(0, n_sequences, plan.batch):
            done += 1
            yield Turn(order[start : start + plan.batch], start + plan.batch >= n_sequences or done == total)
            if done == total:
                return


def iterations(plan: Plan, n_sequences: int) -> int:
    """Give the number of updates of a plan."""
    if plan.iterations is not None:
        return plan.iterations
    return (plan.epochs or 0) * -(-n_sequences // (plan.batch or n_sequences))


def batch_of(case: Case, chosen: Sequence[int], rooms: Mapping[str, Sequence[int]] = MappingProxyType({})) -> Case:
    """Make the case of some sequences (from 0), cut to the longest of them.

    A mean loss divides by the number of (sequence, step) pairs of these
    alone, if `divided` has made that a value.

    Args:
        case: All sequences.
        chosen: Which of them.
        rooms: By index letter, the only numbers of steps to cut to, in rising order: the first with room for all.
    """
    own = {letter: tuple(lengths[p] for p in chosen) for letter, lengths in case.own_lengths.items()}
    lengths = dict(case.lengths)
    for letter, numbers in own.items():
        longest = max(numbers)
        lengths[letter] = next((room for room in rooms.get(letter, ()) if room >= longest), longest)
    unequal = {letter: numbers for letter, numbers in own.items() if set(numbers) != {lengths[letter]}}
    found = replace(sub_case(case, chosen, lengths), own_lengths=unequal)
    return _with_pairs(found, pairs_of(found)) if PAIRS in case.values else found


def divided(case: Case) -> Case:
    """Make the number by which a mean loss divides a value, which every mini-batch has of its own."""
    if case.pairs is None:
        return case

    def changed(equation: Equation) -> Equation:
        if equation.left.name != case.loss:
            return equation
        return equation._replace(right=Call("div", (equation.right.args[0], Name(PAIRS)), equation.right.span))

    system = replace(case.system, equations=tuple(map(changed, case.system.equations)))
    return _with_pairs(replace(case, system=system, shapes={**case.shapes, PAIRS: (1, 1)}), case.pairs)


def pairs_of(case: Case) -> int:
    """Count the (sequence, step) pairs that have a loss; the sequences, where it has no step."""
    letter = case.system.letters.get(case.loss)
    if letter is None:
        return case.n_sequences
    return sum(case.own_lengths.get(letter, (case.lengths[letter],) * case.n_sequences))


def _with_pairs(case: Case, pairs: int) -> Case:
    return replace(case, pairs=pairs, values={**case.values, PAIRS: np.full((case.n_sequences, 1, 1), float(pairs))})
