"""Rearrange sums and products so that as much as possible lies outside a recurrence.

(U x + W h) + b becomes W h + (U x + b), and h ⊙ f ⊙ g becomes h ⊙ (f ⊙ g): the
parts in parentheses are computed for all steps at once. Values change in
their last bits only.
"""

from __future__ import annotations

from collections.abc import Collection

from rnncalc.language.nodes import Call, Name, Node, Ref
from rnncalc.language.sums import addends, signed_sum


def regroup(node: Node, members: Collection[str]) -> Node:
    """Give the expression with what does not read a member of the scan gathered."""
    if not isinstance(node, Call) or is_outside(node, members):
        return node
    if node.op in ("add", "sub"):
        return _sum(addends(node), members)
    if node.op == "mul":
        factors = _factors(node)
        outer = [f for f in factors if is_outside(f, members)]
        inner = [regroup(f, members) for f in factors if not is_outside(f, members)]
        return _chain("mul", inner + ([_chain("mul", outer)] if outer else []))
    return Call(node.op, tuple(regroup(arg, members) for arg in node.args), node.span)


def _sum(parts: list[tuple[str, Node]], members: Collection[str]) -> Node:
    inner = [(sign, regroup(node, members)) for sign, node in parts if not is_outside(node, members)]
    outer = [(sign, node) for sign, node in parts if is_outside(node, members)]
    if outer and all(sign == "-" for sign, _ in inner):
        return Call("sub", (signed_sum(outer), signed_sum([("+", node) for _, node in inner])))
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


def is_outside(node: Node, members: Collection[str]) -> bool:
    """Tell whether an expression reads no member of the scan."""
    if isinstance(node, Call):
        return all(is_outside(arg, members) for arg in node.args)
    return not isinstance(node, Name | Ref) or node.name not in members


def readers(node: Node, members: Collection[str]) -> set[int]:
    """Give the ids of the parts of an expression that read a member of the scan, the expression itself included."""
    if not isinstance(node, Call):
        return set() if is_outside(node, members) else {id(node)}
    found = set().union(*[readers(arg, members) for arg in node.args])
    return found | {id(node)} if found else found
