"""Which steps are meant: pieces of a scan, borders of a term, a sequence read some steps away."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Equation, Node, Number, reads

CHUNK = 131_072  # numbers of a piece: 1 MiB
ABSENT = Number("0")  # stands for a term that is not there, known by its identity


def chunks(steps: range, size: int) -> Iterator[range]:
    """Cut steps into pieces whose arrays, of `size` numbers a step, stay in the cache."""
    length = max(CHUNK // size, 16)
    for start in range(steps.start, steps.stop, length):
        yield range(start, min(start + length, steps.stop))


def widest(equation: Equation, values: Values) -> int:
    """Give how many numbers a step of the largest sequence has that an equation defines or reads."""
    names = {equation.left.name, *(leaf.name for leaf, running in reads(equation.right) if running)}
    return values.case.n_sequences * max(math.prod(values.case.shapes[name]) for name in names)


def bounds(part: Call, values: Values) -> tuple[int, int]:
    """Give the first and last step at which a term is present."""
    if part.op == "between":
        return int(part.args[1].text), int(part.args[2].text)
    index = part.args[1].index
    step = index.offset if index.anchor == "start" else values.case.lengths[index.letter] + index.offset
    return step, step


def shifted(name: str, offset: int, steps: range, values: Values) -> np.ndarray:
    """Give a sequence read `offset` steps away from each of the steps."""
    first, last = steps.start + offset, steps.stop - 1 + offset
    if offset and name in values.around:
        whole, start = values.around[name]
        if start <= first and last < start + len(whole):
            return whole[first - start : last - start + 1]
    sequence = values.sequences[name]
    if first >= 1 and last <= len(sequence):
        return sequence[first - 1 : last]
    before = [values.at(name, step) for step in range(first, min(1, last + 1))]
    inside = sequence[max(first, 1) - 1 : max(min(last, len(sequence)), 0)]
    after = [values.at(name, step) for step in range(max(len(sequence) + 1, first), last + 1)]
    parts = [np.array(before)] * bool(before) + [inside] + [np.array(after)] * bool(after)
    return np.concatenate(parts)


def spread(array: np.ndarray, lead: tuple[int, ...]) -> np.ndarray:
    """Give an array that may lack leading axes all of them."""
    shape = (*lead, *array.shape[-2:])
    return array if array.shape == shape else np.broadcast_to(array, shape)


def without_absent(node: Call, args: Sequence[Node]) -> Node:
    """Put new arguments into an operation; a sum or difference loses its absent terms."""
    if node.op in ("add", "sub") and any(arg is ABSENT for arg in args):
        left, right = args
        if right is ABSENT:
            return left
        return right if node.op == "add" else Call("neg", (right,))
    return Call(node.op, tuple(args), node.span)
