"""One entry of a result, as the sum of products that gives it.

`expand_entry` turns h = tanh(W @ x + b) at entry (1, 1) into
tanh(0.1 · 2 + 0.3 · 1 + 0.5), every number in its place.
"""

from __future__ import annotations

from collections.abc import Callable

from rnncalc.compute.values import Values
from rnncalc.language.kinds import feature_axis, infer_shape
from rnncalc.language.nodes import SUMS_OVER_TIME, Call, Name, Node, Number, Ref

Entry = Callable[[Name | Ref, int, int], Node]


def expand_entry(node: Node, row: int, column: int, values: Values, entry: Entry) -> Node | None:
    """Give the scalar expression of one entry (row and column from 0).

    Args:
        node: An expression with concrete steps.
        row, column: Which entry of its value.
        values: For the shapes inside.
        entry: Gives the number of a leaf at (row, column).

    Returns:
        The expression, or None where an operation mixes all entries (softmax,
        a stacked vector) and is better shown as a whole.
    """
    if isinstance(node, Number):
        return node
    if not isinstance(node, Call):
        rows, columns = infer_shape(node, values.case.known)
        return entry(node, min(row, rows - 1), min(column, columns - 1))
    if node.op == "transpose":
        return expand_entry(node.args[0], column, row, values, entry)
    if node.op == "matmul":
        return _product(node, row, column, values, entry)
    if node.op == "concat":
        return _continued(node, row, column, values, entry)
    if node.op in _MIXING:
        return None
    args = [expand_entry(arg, row, column, values, entry) for arg in node.args]
    if None in args:
        return None
    return _sum(*args) if node.op == "add" else Call(node.op, tuple(args))


_MIXING = frozenset(
    {"softmax", "log_softmax", "entry", "lookup", "sum", "dot", "norm", "cross_entropy", "binary_cross_entropy"}
    | {"column_of", "sum_sequences"}
    | SUMS_OVER_TIME
)


def _sum(left: Node, right: Node) -> Node:
    """Add, without parentheses around a sum on the right."""
    if isinstance(right, Call) and right.op == "add":
        return Call("add", (_sum(left, right.args[0]), right.args[1]))
    return Call("add", (left, right))


def _product(node: Call, row: int, column: int, values: Values, entry: Entry) -> Node | None:
    left, right = node.args
    inner = infer_shape(left, values.case.known)[1]
    total: Node | None = None
    for k in range(inner):
        a, b = expand_entry(left, row, k, values, entry), expand_entry(right, k, column, values, entry)
        if a is None or b is None:
            return None
        total = Call("mul", (a, b)) if total is None else Call("add", (total, Call("mul", (a, b))))
    return total


def _continued(node: Call, row: int, column: int, values: Values, entry: Entry) -> Node | None:
    """Find the entry of one vector after another."""
    shapes = [infer_shape(arg, values.case.known) for arg in node.args]
    axis = feature_axis(shapes, values.case.system.layout)
    place = [row, column]
    for arg, shape in zip(node.args, shapes, strict=True):
        if place[axis] < shape[axis]:
            return expand_entry(arg, *place, values, entry)
        place[axis] -= shape[axis]
    return None
