"""What a weight does in equations: how many inputs and outputs its product has, whether it is only added."""

from __future__ import annotations

from collections.abc import Iterable

from rnncalc.language.kinds import Shape
from rnncalc.language.nodes import Call, Equation, Name, Node, walk

_SUMS = ("add", "sub", "neg")


def fans(name: str, shape: Shape, equations: Iterable[Equation]) -> tuple[int, int]:
    """Give the number of inputs and of outputs of the first product in which a weight stands.

    Inputs are the columns of W in W @ x, the rows of U in U.T @ x and in x @ U.
    A table counts as a product with one-hot vectors. What stands in no product
    counts with its length both ways.
    """
    for equation in equations:
        for part in walk(equation.right):
            if isinstance(part, Call) and part.op in ("matmul", "lookup"):
                for side, factor in enumerate(part.args[: 2 if part.op == "matmul" else 1]):
                    if _weight(factor) == name:
                        rows, columns = shape[::-1] if factor != Name(name) else shape
                        from_rows = side == 1 or part.op == "lookup"
                        return (rows, columns) if from_rows else (columns, rows)
    return max(shape), max(shape)


def _weight(factor: Node) -> str:
    """Give the name of a weight, be it transposed or not; '' for anything else."""
    if isinstance(factor, Call) and factor.op == "transpose":
        factor = factor.args[0]
    return factor.name if isinstance(factor, Name) else ""


def is_bias(name: str, equations: Iterable[Equation]) -> bool:
    """Tell whether a name is added wherever it is read."""
    return all(_only_added(equation.right, name, True) for equation in equations)


def _only_added(node: Node, name: str, in_sum: bool) -> bool:
    if isinstance(node, Name):
        return in_sum or node.name != name
    if not isinstance(node, Call):
        return True
    return all(_only_added(arg, name, node.op in _SUMS) for arg in node.args)
