"""The ends of a published recurrence: class ids that it reads, one answer in place of many, dropout on the way up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rnncalc.base.span import Source
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Number, Ref, rebuild

EMBEDDED, IDS, TABLE = "x", "w", "E"  # the vectors, the class ids they are looked up by, the table of vectors
KEPT = "k"  # what dropout leaves of the state of a layer

_LOOKUP = f"{EMBEDDED}[t] = lookup({TABLE}, {IDS}[t])"


def embedded(
    before: Sequence[Equation], weights: Mapping[str, str], inputs: Sequence[str]
) -> tuple[list[Equation], dict[str, str], tuple[str, ...]]:
    """Look the input up in a table: equations, weights in words, inputs."""
    lookup = parse_equations(Source("rnncalc's embedding", _LOOKUP))
    words = {TABLE: f"n_{IDS} x n_{EMBEDDED}", **weights}
    return [*lookup, *before], words, tuple(IDS if name == EMBEDDED else name for name in inputs)


def answering_once(output: Sequence[Equation]) -> list[Equation]:
    """Let output equations hold once, for the states of the last step: u = V h[T] + c in place of u[t] = V h[t] + c."""
    own = {equation.left.name for equation in output}

    def once(node: Node) -> Node:
        if not isinstance(node, Ref) or node.index.anchor != "step":
            return node
        return Name(node.name) if node.name in own else node._replace(index=Index("end", "t", node.index.offset))

    return [e._replace(left=once(e.left), right=rebuild(e.right, once)) for e in output]


def dropped_out(output: Sequence[Equation], state: str, share: str) -> list[Equation]:
    """Let output equations read dropout(h[t], share) wherever they read the state h[t].

    Source: Zaremba, Sutskever & Vinyals 2014, "Recurrent neural network regularization": dropout on the way up, not
    from step to step.
    """

    def drop(node: Node) -> Node:
        if isinstance(node, Ref) and node.name == state:
            return Call("dropout", (node, Number(share)))
        return node

    return [e._replace(right=rebuild(e.right, drop)) for e in output]


def kept(layer: str, state: str, share: str) -> Equation:
    """Give the equation of what dropout leaves of a layer's state, which all gates of the next layer read."""
    text = f"{KEPT}{layer}[t] = dropout({state}[t], {share})"
    (equation,) = parse_equations(Source("rnncalc's dropout", text))
    return equation
