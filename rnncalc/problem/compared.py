"""What a loss that a file writes out compares with its targets, where the size of the output is to be found."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from rnncalc.language.nodes import Call, Name, Node, Ref, walk
from rnncalc.language.operations import OPERATIONS
from rnncalc.recurrences.system import System

_EQUALS = ("sub", "cross_entropy", "binary_cross_entropy", "dot")  # of which both sides are alike


class Compared(NamedTuple):
    """An output, the target that it is compared with, and the left side of the equation that does so."""

    output: Node
    target: str
    left: Name | Ref

    @property
    def name(self) -> str | None:
        """The quantity that the output is, or is a function of entry by entry; None for any other expression."""
        node = self.output
        while isinstance(node, Call) and OPERATIONS[node.op].kind == "same":
            node = node.args[0]
        return node.name if isinstance(node, Name | Ref) else None


def compared(system: System, targets: Collection[str]) -> Iterator[Compared]:
    """Find what equations hold against targets: y[t] − d[t], cross_entropy(y[t], d[t]), dot(d[t], log(y[t]))."""
    for equation in system.equations:
        for node in walk(equation.right):
            if isinstance(node, Call) and node.op in _EQUALS:
                pairs = (node.args[:2], node.args[1::-1])
                yield from (Compared(one, other.name, equation.left) for one, other in pairs if _is(other, targets))


def _is(node: Node, targets: Collection[str]) -> bool:
    return isinstance(node, Name | Ref) and node.name in targets
