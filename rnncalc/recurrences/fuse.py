"""Take a loss and the activation before it together, so that it is computed from the logits.

Cross-entropy after softmax and binary cross-entropy after sigmoid become one
operation each: stable where a probability underflows, and with the textbook's
adjoint y − d.
"""

from __future__ import annotations

from collections.abc import Collection

from rnncalc.language.kinds import Shapes, infer_shape
from rnncalc.language.nodes import Call, Equation, Name, Node, Ref, rebuild
from rnncalc.recurrences.shift import at_end, shift
from rnncalc.recurrences.system import System

_FUSED = {
    ("cross_entropy", "softmax"): "softmax_cross_entropy",
    ("binary_cross_entropy", "sigmoid"): "sigmoid_cross_entropy",
}


def fuse_losses(system: System, known: Shapes | None = None, given: Collection[str] = ()) -> System:
    """Give the system in which losses read the logits beside the probabilities.

    Args:
        system: The equations.
        known: Shapes of names, where they are known; a matrix of logits stays apart.
        given: Sequences of which the file gives first steps, which no equation computes.
    """

    def change(node: Node) -> Node:
        if not isinstance(node, Call) or len(node.args) != 2:
            return node
        p, d = node.args
        source = p if isinstance(p, Call) else _definition(p, system, given)
        fused = _FUSED.get((node.op, source.op)) if isinstance(source, Call) else None
        if fused is None or known is not None and 1 not in infer_shape(p, known):
            return node
        return Call(fused, (source.args[0], d, p), node.span)

    equations = tuple(e._replace(right=rebuild(e.right, change)) for e in system.equations)
    return System(equations, system.letters, system.layout)


def separate_losses(system: System) -> System:
    """Give the system in which losses read the probabilities alone, as the author wrote them."""
    names = {fused: op for (op, _), fused in _FUSED.items()}

    def change(node: Node) -> Node:
        if isinstance(node, Call) and node.op in names:
            return Call(names[node.op], (node.args[2], node.args[1]), node.span)
        return node

    equations = tuple(e._replace(right=rebuild(e.right, change)) for e in system.equations)
    return System(equations, system.letters, system.layout)


def _definition(leaf: Node, system: System, given: Collection[str]) -> Node | None:
    """Give what a leaf is defined as, at the leaf's own step."""
    if not isinstance(leaf, Name | Ref) or leaf.name not in system.general or leaf.name in given:
        return None
    equation: Equation = system.general[leaf.name]
    if isinstance(leaf, Name):
        return equation.right
    if any(name == leaf.name for name, _ in system.places):
        return None
    if leaf.index.anchor == "step":
        return shift(equation.right, leaf.index.offset)
    if leaf.index.anchor == "end" and leaf.index.offset == 0:
        return at_end(equation.right)
    return None
