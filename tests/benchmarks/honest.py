"""Honest hand calculations: rounded after every operation, or after every named quantity, in three ways.

Prints how many of their numbers fall outside the band; none should.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from compute.cases import draw_numbers, equations_of
from compute.differences import loss_case

from rnncalc.checking.given import Sheet
from rnncalc.checking.walk import Walk, holds
from rnncalc.compute.bptt import Gradients, backpropagate, derive
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.functions import ALONG_FEATURES, FORWARD
from rnncalc.compute.trace import concrete, trace
from rnncalc.compute.values import Values, stack
from rnncalc.language.kinds import feature_axis, infer_shape
from rnncalc.language.nodes import SUMS_OVER_TIME, Call, Name, Node, Number, Ref
from rnncalc.language.sums import addends
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import expand

NOISE = 1e-7  # units of the last digit: what binary sums of decimals may be off

MODES = {
    "half-up": lambda x: np.sign(x) * np.floor(np.abs(x) + 0.5 + NOISE),
    "half-even": np.round,
    "cut off": lambda x: np.trunc(x + np.sign(x) * NOISE),
}


class Hand:
    """Calculates line by line as people do, rounding on the way."""

    def __init__(self, decimals: int, mode: str, every: bool):
        self.unit, self.mode, self.every = 10.0**-decimals, MODES[mode], every
        self.found: dict[tuple[str, int | None], np.ndarray] = {}

    def round(self, value: np.ndarray) -> np.ndarray:
        return self.mode(value / self.unit) * self.unit

    def step(self, value: np.ndarray) -> np.ndarray:
        return self.round(value) if self.every else value

    def run(self, values: Values, descending: bool = False) -> None:
        for step in trace(values, descending):
            for line in step.lines:
                place = line.left.name, values.step_of(line.left) if isinstance(line.left, Ref) else None
                self.found[place] = np.broadcast_to(self.round(self.of(line.right, values)), line.value.shape).copy()

    def leaf(self, leaf: Name | Ref, values: Values) -> np.ndarray:
        if isinstance(leaf, Name):
            return self.found.get((leaf.name, None), values.of(leaf))
        if leaf.index.anchor == "all":
            steps = range(1, values.case.n_steps(leaf.name) + 1)
            return stack(np.stack([self.found.get((leaf.name, s), values.at(leaf.name, s)) for s in steps]), "column")
        step = values.step_of(leaf)
        return self.found[leaf.name, step] if (leaf.name, step) in self.found else values.of(leaf)

    def of(self, node: Node, values: Values) -> np.ndarray:
        if isinstance(node, Number):
            return np.full((1, 1), node.value)
        if isinstance(node, Name | Ref):
            return self.leaf(node, values)
        if node.op in SUMS_OVER_TIME:
            letter = node.args[1].index.letter
            parts = [concrete(node.args[0], s, values) for s in range(1, values.case.lengths[letter] + 1)]
            total = sum(self.part(part, values) for part in parts)
            return self.step(total.sum(axis=0) if node.op == "sum_all" else total)
        if node.op == "sum_sequences":
            return self.step(self.of(node.args[0], values).sum(axis=0))
        if node.op in ("add", "sub", "matmul"):
            signed = [(1 if sign == "+" else -1, self.part(part, values)) for sign, part in addends(node)]
            return self.step(sum(sign * part for sign, part in signed))
        args = [self.of(arg, values) for arg in node.args]
        if node.op in ALONG_FEATURES:
            shapes = [infer_shape(arg, values.case.known) for arg in node.args]
            axis = feature_axis(shapes, values.case.known.layout) - 2
            if node.op == "softmax" and self.every:
                powers = self.step(np.exp(args[0]))
                return self.step(powers / self.step(powers.sum(axis=axis, keepdims=True)))
            return self.step(FORWARD[node.op](*args, axis=axis))
        if node.op == "softmax_cross_entropy":
            return FORWARD["cross_entropy"](args[2], args[1])
        return self.step(FORWARD[node.op](*args))

    def part(self, part: Node, values: Values) -> np.ndarray:
        if isinstance(part, Call) and part.op == "matmul":
            left, right = (self.of(arg, values) for arg in part.args)
            return self.step(left[..., :, :, None] * right[..., None, :, :]).sum(axis=-2)
        return self.of(part, values)


def problem(name: str, seed: int, n_steps: int):
    """Draw a problem with weights of one decimal."""
    recurrence = expand(read_entry(name), {})
    numbers = draw_numbers(recurrence, seed, n_steps, 1)
    rounded = [
        {key: np.round(array, 1) for key, array in part.items()}
        for part in (numbers.weights, numbers.inputs, numbers.initial)
    ]
    lines = [*recurrence.equations, *equations_of("J[t] = sum((y[t] - 0.5) ** 2)")]
    return loss_case(lines, type(numbers)(*rounded), recurrence.entry.activations, t=n_steps)


def sheets_of(hand: Hand, values: Values, unit: float) -> dict:
    """Give everything as a student's sheets."""
    sheets = {}
    for (name, step), array in hand.found.items():
        key = name if step is None else (name, step)
        sheets[key] = Sheet(array, np.full(array.shape, unit))
    return sheets


def outside(name: str, seed: int, decimals: int, mode: str, every: bool, given: bool) -> tuple[int, int]:
    """Count the numbers outside their band, and all of them."""
    case = problem(name, seed, 4)
    values = evaluate(case)
    gradients: Gradients = backpropagate(values, derive(case, True, ["x"]))
    hand = Hand(decimals, mode, every)
    hand.run(values)
    hand.run(gradients.values, True)
    walk = Walk(sheets_of(hand, values, hand.unit) if given else {}, hand.unit)
    bad = total = 0
    for landing in itertools.chain(walk.run(values), walk.run(gradients.values, True)):
        found = hand.found[landing.place]
        inside = holds(landing.right, found, np.full(found.shape, hand.unit))
        bad += int((~inside).sum())
        total += inside.size
    return bad, total


def main(n: int = 60) -> None:
    """Print a row for each network and number of decimals."""
    for name in ("elman", "jordan", "lstm", "gru"):
        for decimals in (2, 3, 4, 6):
            counts = np.zeros(2, int)
            for seed in range(n):
                mode = list(MODES)[seed % 3]
                counts += outside(name, seed, decimals, mode, seed % 2 == 0, seed % 4 < 2)
            print(f"{name:<8} {decimals} decimals: {counts[0]} of {counts[1]:,} numbers outside ({n} calculations)")


if __name__ == "__main__":
    main()
