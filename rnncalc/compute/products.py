"""Products of weights and vectors within the sums of a scan."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.language.kinds import Layout
from rnncalc.language.nodes import Call, Node, Ref
from rnncalc.language.sums import addends


def weight_and_vector(product: Call, layout: Layout) -> tuple[Node, Node]:
    """Give the weight and the vector of a matrix product."""
    left, right = product.args
    return (left, right) if layout == "column" else (right, left)


def multiplied(node: Node, layout: Layout) -> Iterator[str]:
    """Name what a sum reads of other steps and multiplies by weights."""
    for _, part in addends(node):
        if isinstance(part, Call) and part.op == "matmul":
            vector = weight_and_vector(part, layout)[1]
            if isinstance(vector, Ref) and vector.index.offset:
                yield vector.name
