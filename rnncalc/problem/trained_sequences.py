"""The sequences of a trained problem file: those held out for a test, else the first that were learnt from.

What is held out without targets is left to the training itself: a file with
a loss needs them, and `bptt` needs a loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.base.words import plural
from rnncalc.compute.case import Case
from rnncalc.compute.nesting import nest_one, nest_steps
from rnncalc.problem.problem import Problem

MOST_SEQUENCES, MOST_STEPS = 3, 40
_MOST_NUMBERS = 20_000  # of one quantity
_MOST_TEXT = 100  # characters of a text that a comment repeats


class Given(NamedTuple):
    """What a file gives: arrays by name in the file's nesting, own lengths by letter.

    `unread` are keys of the file that no longer fit, `remarks` say where the sequences come from.
    """

    inputs: Mapping[str, np.ndarray]
    targets: Mapping[str, np.ndarray]
    initial: Mapping[str, np.ndarray]
    lengths: Mapping[str, tuple[int, ...]]
    unread: tuple[str, ...]
    remarks: tuple[str, ...]


def given_sequences(problem: Problem) -> Given:
    """Choose a few sequences, and cut long ones where every step has its own target."""
    training, loss = problem.training, problem.network.loss
    test = training.test if training else None
    known = test is not None and test.loss is not None
    case = test if known else problem.case
    texts = () if training is None else training.test_texts if known else training.texts
    count = _count(case)
    most = _most_steps(problem, case)
    cut = {letter: min(length, most) for letter, length in case.lengths.items()}
    own = {letter: tuple(min(n, cut[letter]) for n in all_own[:count]) for letter, all_own in case.own_lengths.items()}
    cut |= {letter: max(lengths) for letter, lengths in own.items()}
    inputs, targets = {}, {}
    for name, array in case.sequences.items():
        letter = case.system.letters[name]
        whole = array
        if loss is not None and loss.looks_ahead == name:
            whole = _with_next(case, name)
        shown = nest_steps(whole[: cut[letter] + len(whole) - len(array), :count], case.batched)
        (targets if name in case.targets else inputs)[name] = shown
    for name, array in case.values.items():
        (targets if name in case.targets else inputs)[name] = nest_one(array[:count], case.batched)
    if loss is not None and loss.kind == "cross-entropy":
        targets = {name: _classes(array) for name, array in targets.items()}
    lengths = {letter: numbers for letter, numbers in own.items() if len(set(numbers)) > 1}
    unread = ("steps",) if inputs else ()
    ahead = loss.looks_ahead if loss is not None else None
    initial = _initial(case, count, ahead)
    remarks = tuple(_remarks(case, known, count, most, texts[:count]))
    return Given(inputs, targets, initial, lengths, unread, remarks)


def _count(case: Case) -> int:
    """Give how many sequences are written."""
    sizes = [array[:, 0].size for array in case.sequences.values()]
    return min(case.n_sequences, MOST_SEQUENCES, max(_MOST_NUMBERS // max(sizes, default=1), 1))


def _most_steps(problem: Problem, case: Case) -> int:
    """Give the steps to which sequences are cut; where a target belongs to a whole sequence they stay whole."""
    loss = problem.network.loss
    whole = any(name in case.values for name in case.targets) or (loss is not None and loss.at == "last")
    return max(case.lengths.values(), default=1) if whole else MOST_STEPS


def _with_next(case: Case, name: str) -> np.ndarray:
    """Give an input with the step after its last, which next(x) reads: each sequence has it after its own end."""
    array, letter = case.sequences[name], case.system.letters[name]
    last = case.lengths[letter]
    whole = np.concatenate([array, array[:1]])
    own = case.own_lengths.get(letter, (last,) * case.n_sequences)
    whole[list(own), range(case.n_sequences)] = case.initial[name, last + 1]
    return whole


def _initial(case: Case, count: int, ahead: str | None) -> dict[str, np.ndarray]:
    """Give the initial values that are not taken as zero, one vector where all sequences start alike."""
    found = {}
    for (name, step), array in case.initial.items():
        read_ahead = name == ahead and step > 0
        if not read_ahead and (array.any() or name not in case.system.defined):
            alike = (array == array[:1]).all()
            found[name] = nest_one(array[:1], False) if alike else nest_one(array[:count], case.batched)
    return found


def _classes(array: np.ndarray) -> np.ndarray:
    """Give class indices in place of one-hot vectors."""
    one_hot = array.ndim and array.shape[-1] > 1 and ((array == 0) | (array == 1)).all() and (array.sum(-1) == 1).all()
    return array.argmax(axis=-1) if one_hot else array


def _remarks(case: Case, test: bool, count: int, most: int, texts: tuple[str, ...]) -> Iterator[str]:
    """Say where the sequences come from, and which texts they are."""
    what = "held out for the test" if test else "learnt from"
    total = plural(case.n_sequences, "sequence")
    some = f"The first {count} of the {total}" if count < case.n_sequences else f"The {total}"
    longest = [max(case.own_lengths.get(letter, (n,))[:count]) for letter, n in case.lengths.items()]
    yield f"{some} {what}{f', cut to {most} steps' if any(n > most for n in longest) else ''}."
    for number, text in enumerate(texts, start=1):
        yield f"  {number}: {text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + '…'}"
