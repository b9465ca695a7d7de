"""Rearrange sums and products so that as much as possible lies outside a recurrence.

(U x + W h) + b becomes W h + (U x + b), and h ⊙ f ⊙ g becomes h ⊙ (f ⊙ g): the
parts in parentheses are computed for all steps at once. Values change in
their last bits only.
"""

from __future__ import annotations

from collections.abc import Collection

from rnncalc.language.nodes import Call, Node, reads
from rnncalc.language.sums import addends, signed_sum


def regroup(node: Node, members: Collection[str]) -> Node:
    """Give the expression with what does not read a member of the scan gathered."""
    if not isinstance(node, Call) or not _inside(node, members):
        return node
    if node.op in ("add", "sub"):
        return _sum(addends(node), members)
    if node.op == "mul":
        factors = _factors(node)
        outer = [f for f in factors if not _inside(f, members)]
        inner = [regroup(f, members) for f in factors if _inside(f, members)]
        return _chain("mul", inner + ([_chain("mul", outer)] if outer else []))
    return Call(node.op, tuple(regroup(arg, members) for arg in node.args), node.span)


def _sum(parts: list[tuple[str, Node]], members: Collection[str]) -> Node:
    inner = [(sign, regroup(node, members)) for sign, node in parts if _inside(node, members)]
    outer = [(sign, node) for sign, node in parts if not _inside(node, members)]
    return Call("add", (signed_sum(inner), signed_sum(outer))) if outer else signed_sum(inner)


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Call) and node.op == "mul":
        return [factor for arg in node.args for factor in _factors(arg)]
    return [node]


def _chain(op: str, parts: list[Node]) -> Node:
    total = parts[0]
    for part in parts[1:]:
        total = Call(op, (total, part))
    return total


def _inside(node: Node, members: Collection[str]) -> bool:
    return any(leaf.name in members for leaf, _ in reads(node))
