"""What a problem asks, number by number: each answer of its key, or all that its equations define.

`questions_of` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.checking.layout import Number, Places
from rnncalc.checking.truth import Truth
from rnncalc.checking.verdicts import claimed_decimals
from rnncalc.checking.walk import Place
from rnncalc.compute.answers import Answer, AnswerKey
from rnncalc.compute.quantities import NoQuantity, pick

MOST_DECIMALS = 12  # that are compared
SAME = 1e-12  # relative: a number that is exact as written, to the digits that are compared


class Cell(NamedTuple):
    """Where a number that is asked stands: in which line, at which entry; None for the sum of the line.

    `number` is empty: what is given is put in where the cell is answered.
    """

    number: Number
    place: Place
    entry: tuple[int, ...] | None

    def read(self, line: np.ndarray) -> float:
        """Give the number from what its line comes to."""
        return float(np.nansum(line) if self.entry is None else line[self.entry])


@dataclass(frozen=True, eq=False)
class Question:
    """One answer that a problem asks for, with the decimals that it shows."""

    key: AnswerKey
    decimals: int
    cells: tuple[Cell, ...]

    @property
    def names(self) -> set[str]:
        """The quantities that it asks for."""
        return {place[0] for place in self.by_place}

    @cached_property
    def by_place(self) -> Mapping[Place, tuple[Cell, ...]]:
        """The numbers of each line, in the order of the answer."""
        found: dict[Place, list[Cell]] = {}
        for cell in self.cells:
            found.setdefault(cell.place, []).append(cell)
        return {place: tuple(cells) for place, cells in found.items()}


def asks_of(truth: Truth) -> tuple[AnswerKey, ...]:
    """Name all that the equations of a problem define: quantities, the loss, the gradients of weights."""
    case = truth.values.case
    keys = [AnswerKey(name) for name in case.system.defined]
    return (*keys, *(AnswerKey(name, gradient=True) for name in case.weights if truth.gradients))


def questions_of(truth: Truth, decimals: int | None = None) -> tuple[Question, ...]:
    """Give the questions of a problem: its own answers, or, where it has none, all that its equations define.

    Args:
        truth: With gradients, where the problem has a loss and asks for them or for nothing.
        decimals: Of all answers, in place of those that each of them shows.
    """
    case, places = truth.values.case, Places(truth.values, truth.gradients)
    asked: list[tuple[AnswerKey, int]] = []
    for answer in case.claims.answers:
        own = decimals_of(answer, _picked(answer.key, truth), case.rounding.decimals)
        asked.append((answer.key, own if decimals is None else decimals))
    if not asked:
        shown = case.rounding.decimals if decimals is None else decimals
        asked = [(key, shown) for key in asks_of(truth)]
    found = (Question(key, shown, tuple(_cells(key, truth, places))) for key, shown in dict.fromkeys(asked))
    return tuple(question for question in found if question.cells)


def decimals_of(answer: Answer, true: np.ndarray | None, shown: int) -> int:
    """Give the decimals of an answer's longest number, or those of the problem where it is exact as written.

    An exact 35 is rounded to nothing: who gets 34.8 does not write 35.

    Args:
        true: What is right, None where that is not known.
        shown: The decimals that the problem shows.
    """
    claimed = [one[0] for one in map(claimed_decimals, answer.texts.flat) if one is not None]
    own = max(claimed, default=0)
    exact = true is not None and true.size == answer.values.size
    if exact and np.allclose(answer.values.ravel(), true.ravel(), rtol=SAME, atol=SAME):
        own = max(own, shown)
    return min(max(own, 0), MOST_DECIMALS)


def _picked(key: AnswerKey, truth: Truth) -> np.ndarray | None:
    whole = truth.whole(key)
    try:
        return None if whole is None else np.asarray(pick(np.asarray(whole), key, truth.values))
    except NoQuantity:
        return None


def _cells(key: AnswerKey, truth: Truth, places: Places) -> Iterator[Cell]:
    """Go through the numbers that a key asks for; those that no line gives, as past the end, are left out."""
    true = _picked(key, truth)
    if true is None:
        return
    spots = truth.numbered(key, truth.whole(key))
    for spot, value in zip(np.ravel(spots), np.ravel(true), strict=True):
        number = Number(*truth.of(key), int(spot), 0.0, 1.0)
        found = places.line(number)
        if found is None and key.name == truth.values.case.loss and (found := places.find(number)) is not None:
            found = found[0], None
        if found is not None and np.isfinite(value):
            yield Cell(number, *found)
