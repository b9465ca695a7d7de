"""Gradients of several weights as one product.

∇W = Σₜ ∇a(t) h(t-1)ᵀ, ∇U = Σₜ ∇a(t) x(t)ᵀ and ∇b = Σₜ ∇a(t) are the columns of
Σₜ ∇a(t) (h(t-1) x(t) 1); those of the other gates are further rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.reading import vectors_evaluator
from rnncalc.compute.values import Values
from rnncalc.compute.wide import untransposed
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Call, Equation, Node, Number, leaves, reads
from rnncalc.recurrences.backward import NABLA
from rnncalc.recurrences.schedule import Block

ONE = Number("1")
WASTE = 1.15  # times the multiplications that are needed


class Sum(NamedTuple):
    """The gradient of a weight as Σ over steps and sequences of an adjoint times another vector, or the other way."""

    name: str
    adjoint: Node
    other: Node
    turned: bool


def joint_sums(case: Case) -> tuple[list[list[Sum]], list[Block]]:
    """Find the sums that are one product together; give them, and the blocks that are left."""
    sums, rest = [], []
    for block in case.blocks:
        found = _sum(block.equations[0], case) if block.direction == "once" else None
        rest.append(block) if found is None else sums.append(found)
    groups: dict[str, list[Sum]] = {}
    for one in sums:
        groups.setdefault(_letter(one.adjoint), []).append(one)
    return [joint for group in groups.values() for joint in _joined(group, case)], rest


def _letter(node: Node) -> str:
    return next(leaf.index.letter for leaf, running in reads(node) if running)


def _sum(equation: Equation, case: Case) -> Sum | None:
    """Read an equation as a sum of products of two vectors, or of one vector, at all steps."""
    right = equation.right
    if equation.left.name not in case.shared or not isinstance(right, Call) or right.op != "sum_all":
        return None
    inner = right.args[0]
    if isinstance(inner, Call) and inner.op == "matmul" and infer_shape(inner.args[0], case.known)[1] == 1:
        left, other = (untransposed(arg) for arg in inner.args)
    elif 1 in infer_shape(inner, case.known):
        left, other = untransposed(inner), ONE
    else:
        return None
    turned = not _is_adjoint(left)
    adjoint, other = (other, left) if turned else (left, other)
    if not _is_adjoint(adjoint) or _is_adjoint(other) or not all(map(_is_elementwise, (adjoint, other))):
        return None
    return Sum(equation.left.name, adjoint, other, turned)


def _is_adjoint(node: Node) -> bool:
    return any(leaf.name.startswith(NABLA) for leaf in leaves(node))


def _is_elementwise(node: Node) -> bool:
    """Tell whether an expression is a quantity at a step, or elementwise products of such."""
    if isinstance(node, Call):
        return node.op == "mul" and all(map(_is_elementwise, node.args))
    return True


def _joined(sums: Sequence[Sum], case: Case) -> list[list[Sum]]:
    """Put sums together, those of one adjoint first, as long as few products are for nothing."""
    by_adjoint: dict[Node, list[Sum]] = {}
    for one in sums:
        by_adjoint.setdefault(one.adjoint, []).append(one)
    found: list[list[Sum]] = []
    for group in by_adjoint.values():
        fitting = next((joint for joint in found if _fits([*joint, *group], case)), None)
        found.append(list(group)) if fitting is None else fitting.extend(group)
    return found


def _fits(sums: Sequence[Sum], case: Case) -> bool:
    needed = sum(_size(one.adjoint, case) * _size(one.other, case) for one in sums)
    rows = sum(_size(node, case) for node in {one.adjoint for one in sums})
    columns = sum(_size(node, case) for node in {one.other for one in sums})
    return rows * columns <= WASTE * needed


def _size(node: Node, case: Case) -> int:
    return math.prod(infer_shape(node, case.known))


def joint_evaluator(sums: Sequence[Sum], values: Values) -> Callable[[], None]:
    """Give the function that computes the gradients into their arrays."""
    case = values.case
    steps = range(1, case.lengths[_letter(sums[0].adjoint)] + 1)
    left, rows = _stacked(dict.fromkeys(one.adjoint for one in sums), steps, values)
    right, columns = _stacked(dict.fromkeys(one.other for one in sums), steps, values)
    product, turned, targets = np.empty((len(left), len(right))), right.T, []
    for one in sums:
        part = product[rows[one.adjoint], columns[one.other]]
        target = values.singles.setdefault(one.name, np.empty(case.shapes[one.name]))
        targets.append((target.reshape(part.T.shape if one.turned else part.shape), part.T if one.turned else part))

    def run() -> None:
        np.dot(left, turned, product)
        for target, part in targets:
            np.copyto(target, part)

    return run


def _stacked(nodes: Sequence[Node], steps: range, values: Values) -> tuple[np.ndarray, dict[Node, slice]]:
    """Lay vectors out at all steps of all sequences, one above the other: (n, n_steps · n_sequences)."""
    sizes = [_size(node, values.case) for node in nodes]
    stacked = np.ones((sum(sizes), len(steps), values.case.n_sequences))
    places, start = {}, 0
    for node, size in zip(nodes, sizes, strict=True):
        places[node] = slice(start, start + size)
        if node != ONE:
            _fill(stacked[start : start + size], node, steps, values)
        start += size
    return stacked.reshape(len(stacked), -1), places


def _fill(part: np.ndarray, node: Node, steps: range, values: Values) -> None:
    """Lay a vector out in its part of a stack, now and in each further pass."""
    vectors = vectors_evaluator(node, steps, values)

    def fill() -> None:
        np.copyto(part, vectors())

    fill()
    values.renewals.of(node).append(fill)
