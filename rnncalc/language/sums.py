"""Sums as lists of signed addends, and back."""

from __future__ import annotations

from collections.abc import Iterable

from rnncalc.language.nodes import Call, Node

_FLIPPED = {"+": "-", "-": "+"}


def addends(node: Node, sign: str = "+") -> list[tuple[str, Node]]:
    """Split a sum into its addends with their signs.

    >>> from rnncalc.language.parser import parse_text
    >>> [sign for sign, _ in addends(parse_text("a - (b - c)"))]
    ['+', '-', '+']
    """
    if isinstance(node, Call) and node.op in ("add", "sub"):
        left, right = node.args
        return [*addends(left, sign), *addends(right, sign if node.op == "add" else _FLIPPED[sign])]
    if isinstance(node, Call) and node.op == "neg":
        return addends(node.args[0], _FLIPPED[sign])
    return [(sign, node)]


def signed_sum(parts: Iterable[tuple[str, Node]]) -> Node:
    """Write a sum of signed addends, one with a plus sign first where there is one."""
    parts = list(parts)
    if parts[0][0] == "-":
        parts.sort(key=lambda part: part[0] == "-")
    (sign, total), *rest = parts
    if sign == "-":
        total = Call("neg", (total,))
    for sign, node in rest:
        total = Call("add" if sign == "+" else "sub", (total, node))
    return total
