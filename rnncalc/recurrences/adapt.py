"""Fit a published recurrence to a file: absent weights, row layout.

`drop_absent` leaves out biases and the output layer that a file does not
give; `to_rows` transposes column equations, H = XU + …, as batches are drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from rnncalc.language.nodes import Call, Equation, Name, Node, leaves
from rnncalc.recurrences.expand import Recurrence


def drop_absent(recurrence: Recurrence, given: Collection[str]) -> tuple[tuple[Equation, ...], tuple[str, ...]]:
    """Leave out what the file does not give, and name the biases left out.

    An absent bias is dropped from its sum; without the entry's optional weight
    every equation that depends on it goes.
    """
    equations = list(recurrence.equations)
    optional = recurrence.entry.optional
    if optional and optional not in given:
        gone = {optional}
        for equation in equations:
            if any(leaf.name in gone for leaf in leaves(equation.right)):
                gone.add(equation.left.name)
        equations = [e for e in equations if e.left.name not in gone]
    read = {leaf.name for e in equations for leaf in leaves(e.right)}
    absent = tuple(name for name in recurrence.biases if name in read and name not in given)
    return tuple(e._replace(right=_without(e.right, absent)) for e in equations), absent


def _without(node: Node, absent: Collection[str]) -> Node:
    """Drop names from a sum."""
    if not isinstance(node, Call):
        return node
    if node.op == "add":
        left, right = node.args
        if isinstance(right, Name) and right.name in absent:
            return _without(left, absent)
        if isinstance(left, Name) and left.name in absent:
            return _without(right, absent)
    return node._replace(args=tuple(_without(arg, absent) for arg in node.args))


def to_rows(equations: Iterable[Equation], weights: Mapping[str, str]) -> tuple[Equation, ...]:
    """Transpose equations over columns to the same over rows: U.T @ x[t] becomes x[t] @ U."""
    matrices = {name for name, shape in weights.items() if " x " in shape}
    return tuple(e._replace(right=_transposed(e.right, matrices)) for e in equations)


def _transposed(node: Node, matrices: Collection[str]) -> Node:
    if isinstance(node, Name) and node.name in matrices:
        return Call("transpose", (node,), node.span)
    if not isinstance(node, Call) or node.op == "lookup":  # a row of the table is a vector of either layout
        return node
    args = tuple(_transposed(arg, matrices) for arg in node.args)
    if node.op == "transpose" and isinstance(args[0], Call) and args[0].op == "transpose":
        return args[0].args[0]
    return node._replace(args=args[::-1] if node.op == "matmul" else args)
