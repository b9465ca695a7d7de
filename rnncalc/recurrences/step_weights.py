"""Which sequences of a system weigh the steps of another one, as attention's α does."""

from __future__ import annotations

from rnncalc.language.nodes import Call, Node, Ref, walk
from rnncalc.recurrences.system import System


def step_weights(system: System) -> list[tuple[str, str]]:
    """Name the sequences whose entries weigh the steps of another one: (α, h) for c[i] = h[:] @ α[i].T.

    Source: Bahdanau et al. 2014, the context vector c_i = Σ_j α_ij h_j.
    """
    found = []
    for equation in system.equations:
        for node in walk(equation.right):
            if isinstance(node, Call) and node.op == "matmul":
                left, right = map(_bare, node.args)
                pairs = [(left, right), (right, left)]
                found += [(q.name, h.name) for q, h in pairs if _runs(q) and _is_whole(h) and q.name != h.name]
    softmaxes = {e.left.name for e in system.equations if isinstance(e.right, Call) and e.right.op == "softmax"}
    return list(dict.fromkeys(pair for pair in found if pair[0] in softmaxes))


def _bare(node: Node) -> Node:
    return node.args[0] if isinstance(node, Call) and node.op == "transpose" else node


def _runs(node: Node) -> bool:
    return isinstance(node, Ref) and node.index.anchor == "step"


def _is_whole(node: Node) -> bool:
    return isinstance(node, Ref) and node.index.anchor == "all"
