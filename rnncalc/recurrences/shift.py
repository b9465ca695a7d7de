"""Move an expression in time: read it some steps later, at the last step, at a number."""

from __future__ import annotations

from collections.abc import Collection

from rnncalc.language.nodes import SUMS_OVER_TIME, Call, Index, Node, Ref, rebuild


def shift(node: Node, offset: int) -> Node:
    """Read every running step `offset` steps later."""
    if offset == 0:
        return node

    def change(part: Node) -> Node:
        if isinstance(part, Ref) and part.index.anchor == "step":
            return part._replace(index=part.index._replace(offset=part.index.offset + offset))
        return part

    return rebuild(node, change)


def at_end(node: Node) -> Node:
    """Read every running step t as T."""

    def change(part: Node) -> Node:
        if isinstance(part, Ref) and part.index.anchor == "step":
            return part._replace(index=Index("end", part.index.letter, part.index.offset))
        return part

    return rebuild(node, change)


def at_number(node: Node, number: int) -> Node:
    """Put a number in the place of the running step."""

    def change(part: Node) -> Node:
        if isinstance(part, Ref) and part.index.anchor == "step":
            return part._replace(index=Index("start", "", number + part.index.offset))
        return part

    return rebuild(node, change)


def relative(node: Node, at: int, letter: str, length: int, names: Collection[str]) -> Node:
    """Read numbered steps of the named sequences, all of one letter, from a running step: at step 2, h[1] is h[t-1].

    Within a sum over time another step runs, and what is numbered stays so.
    """
    if isinstance(node, Call):
        if node.op in SUMS_OVER_TIME:
            return node
        return node._replace(args=tuple(relative(arg, at, letter, length, names) for arg in node.args))
    if isinstance(node, Ref) and node.index.anchor in ("start", "end") and node.name in names:
        step = node.index.offset + (length if node.index.anchor == "end" else 0)
        return node._replace(index=Index("step", letter, step - at))
    return node
