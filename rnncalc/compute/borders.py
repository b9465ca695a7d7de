"""Terms that are absent at the border of a scan, as terms that are zero there.

∇h(t) = V ∇u(t) + W ∇z(t+1) holds up to T-1, and without its last term at T.
Where such a term is a product with a member of the scan, that member is zero
beyond the border, and so is each other factor, which is not evaluated there:
then one piece of code serves all steps.
"""

from __future__ import annotations

from collections.abc import Collection

from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Node, Ref, reads
from rnncalc.recurrences.schedule import Block


def without_borders(block: Block, values: Values) -> Block:
    """Give the equations of a scan without the borders at which terms vanish by themselves."""
    members = {equation.left.name for equation in block.equations}
    n_steps = values.case.lengths[block.letter]
    starts = {name for name, _ in values.places}

    def change(node: Node) -> Node:
        if not isinstance(node, Call) or node.op in ("only_at", "sum_steps", "sum_all"):
            return node
        if node.op == "between":
            inner, first, last = node.args
            bounds = int(first.text), int(last.text)
            if _vanishes(inner, bounds, n_steps, members - starts):
                return _masked(inner, members, node)
            return node
        return node._replace(args=tuple(change(arg) for arg in node.args))

    return block._replace(equations=tuple(e._replace(right=change(e.right)) for e in block.equations))


def _vanishes(term: Node, bounds: tuple[int, int], n_steps: int, members: Collection[str]) -> bool:
    """Tell whether a term is a product with a member that is read beyond the border just where the term is absent."""
    factors = _factors(term)
    for factor in factors:
        if isinstance(factor, Ref) and factor.name in members and factor.index.anchor == "step":
            offset = factor.index.offset
            if bounds == (max(1, 1 - offset), min(n_steps, n_steps - offset)):
                return all(_is_plain(other, members) for other in factors)
    return False


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Call) and node.op in ("mul", "matmul"):
        return [factor for arg in node.args for factor in _factors(arg)]
    return [node]


def _is_plain(factor: Node, members: Collection[str]) -> bool:
    """Tell whether a factor is a member, or reads none."""
    return (
        isinstance(factor, Ref) and factor.name in members or all(leaf.name not in members for leaf, _ in reads(factor))
    )


def _masked(node: Node, members: Collection[str], border: Call) -> Node:
    """Let the factors outside the recurrence be zero where the term is absent."""
    if isinstance(node, Call) and node.op in ("mul", "matmul"):
        return node._replace(args=tuple(_masked(arg, members, border) for arg in node.args))
    if isinstance(node, Ref) and node.name in members or not any(running for _, running in reads(node)):
        return node
    return Call("between", (node, *border.args[1:]))
