"""The solution file that goes with a worksheet: a line for each quantity left out, its numbers still to be written."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from rnncalc.checking.truth import Truth, truth_of
from rnncalc.compute.answers import AnswerKey
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.ngram_values import named_values
from rnncalc.compute.quantities import NoQuantity, past_end, pick
from rnncalc.problem.nearly import STILL_TO_WRITE
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.backward import NABLA
from rnncalc.render.document.asked import LOSS_TOTAL
from rnncalc.render.document.blocks import Place

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram


def solution_sheet(problem: Problem | Bigram, name: str, places: Collection[Place]) -> str:
    """Write the solution file of a worksheet.

    Args:
        name: The problem's path from the folder of the solution, or its bundled name.
        places: What the worksheet leaves out, in its order.
    """
    rows = _network_rows(problem, places) if isinstance(problem, Problem) else _ngram_rows(problem, places)
    written = [f"  {key}: {_room(shape)}" for key, shape in rows]
    lines = [
        f"# Write a number in the place of each {STILL_TO_WRITE}; lines that still have only these are left out.",
        "# Then: rnncalc check THIS_FILE",
        "rnncalc: 1",
        f"problem: {json.dumps(name, ensure_ascii=False)}",
        "student:",
        "answers:" if written else "answers: {}",
        *written,
    ]
    return "\n".join(lines) + "\n"


def _network_rows(problem: Problem, places: Collection[Place]) -> Iterator[tuple[AnswerKey, tuple[int, ...]]]:
    keys = [_key(place, problem) for place in places]
    truth = truth_of(evaluate(problem.case, arithmetic_of(*problem.case.rounding)), any(key.gradient for key in keys))
    for key in keys:
        with suppress(NoQuantity):  # a start value such as s(0) = h(T), about which no answer can be
            if (whole := truth.whole(key)) is not None:
                yield from _running(key, whole, truth)


def _running(key: AnswerKey, whole: np.ndarray, truth: Truth) -> Iterator[tuple[AnswerKey, tuple[int, ...]]]:
    """Give the shape of what a key names; where some sequences have ended, one key for each of the others."""
    found = np.asarray(pick(whole, key, truth.values))
    ended = past_end(truth.values, key)
    gone = None if ended is None else np.asarray(pick(ended, key, truth.values))
    if gone is None or not gone.any():
        yield key, found.shape
        return
    for sequence in range(1, len(found) + 1):
        if not gone[sequence - 1].any():
            yield key._replace(entry=(sequence,)), found[sequence - 1].shape


def _key(place: Place, problem: Problem) -> AnswerKey:
    name, step = place
    if name == LOSS_TOTAL:
        return AnswerKey(problem.case.loss)
    return AnswerKey(name.removeprefix(NABLA), step, gradient=name.startswith(NABLA))


def _ngram_rows(problem: Bigram, places: Collection[Place]) -> Iterator[tuple[AnswerKey, tuple[int, ...]]]:
    values = named_values(problem.model, problem.asked)
    for name, _ in places:
        if name in values:
            yield AnswerKey(name), values[name].shape


def _room(shape: tuple[int, ...]) -> str:
    """Write a list of lists of nothing but room."""
    written = STILL_TO_WRITE
    for length in reversed(shape):
        written = f"[{', '.join([written] * length)}]"
    return written
