"""Products within a sum that are one product of longer vectors: A a + B b = (A B) (a b)ᵀ."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rnncalc.language.kinds import Layout, Shapes, infer_shape
from rnncalc.language.nodes import Call, Node, Ref

Signed = tuple[str, Node]


def packed_products(
    node: Node, inside: Collection[int], widths: Mapping[str, int], known: Shapes
) -> tuple[list[Node], list[Signed]]:
    """Split a sum into products that can be carried out as one, and its other addends with their signs.

    Args:
        node: The sum.
        inside: Ids of what is computed within a step; the sum is split no further than that.
        widths: The members of the scan as they lie side by side, with their numbers of entries.
        known: The shapes of all quantities.
    """
    shape = infer_shape(node, known)
    parts = _addends(node, inside)
    places = {name: at for at, name in enumerate(widths)}
    keys = {}
    for sign, part in parts:
        if sign == "-" or not isinstance(part, Call) or part.op != "matmul" or infer_shape(part, known) != shape:
            continue
        vector = weight_and_vector(part, known.layout)[1]
        if isinstance(vector, Ref) and id(vector) in inside and vector.index.anchor == "step":
            keys[part] = (vector.index.offset, widths[vector.name], places[vector.name])
    products = _longest_run(keys)
    for product in products:
        parts.remove(("+", product))
    return products, parts


def weight_and_vector(product: Call, layout: Layout) -> tuple[Node, Node]:
    """Give the weight and the vector of a matrix product."""
    left, right = product.args
    return (left, right) if layout == "column" else (right, left)


def _addends(node: Node, inside: Collection[int], sign: str = "+") -> list[Signed]:
    if not isinstance(node, Call) or node.op not in ("add", "sub") or id(node) not in inside:
        return [(sign, node)]
    left, right = node.args
    other = {"+": "-", "-": "+"}[sign] if node.op == "sub" else sign
    return [*_addends(left, inside, sign), *_addends(right, inside, other)]


def _longest_run(keys: Mapping[Node, tuple[int, int, int]]) -> list[Node]:
    """Give the longest list of products whose vectors lie side by side; a key is offset, width and place."""
    runs: list[list[Node]] = [[]]
    for node in sorted(keys, key=keys.get):
        if runs[-1]:
            offset, width, place = keys[runs[-1][-1]]
            if keys[node] != (offset, width, place + 1):
                runs.append([])
        runs[-1].append(node)
    return max(runs, key=len)
