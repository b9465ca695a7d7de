"""Parts of the derived equations, adjoints and gradients, that slips are made of."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.checking.scene import Scene
from rnncalc.language.nodes import Call, Equation, Name, Node, Number, Ref, leaves
from rnncalc.language.sums import addends
from rnncalc.recurrences.backward import NABLA

ONE, TWO = Number("1"), Number("2")


def running(scene: Scene, letter: str = "") -> Iterator[Equation]:
    """Go through the equations of adjoints that run over steps."""
    for equation in scene.backward:
        left = equation.left
        if isinstance(left, Ref) and left.index.anchor == "step" and letter in ("", left.index.letter):
            yield equation


def parameters(scene: Scene) -> list[Equation]:
    """Give the equations of the gradients of weights."""
    return [equation for equation in scene.backward if isinstance(equation.left, Name)]


def roots(scene: Scene) -> Iterator[tuple[Equation, list[tuple[str, Node]], list[tuple[str, Node]]]]:
    """Go through the equations that the loss sends something to: what it sends, and the other addends."""
    for equation in running(scene):
        parts = addends(equation.right)
        sent = [part for part in parts if not reads_adjoint(part[1])]
        if sent:
            yield equation, sent, [part for part in parts if part not in sent]


def reads_adjoint(node: Node) -> bool:
    return any(leaf.name.startswith(NABLA) for leaf in leaves(node))


def is_carried(node: Node) -> bool:
    """Tell whether an addend comes back from another step."""
    refs = [leaf for leaf in leaves(node) if isinstance(leaf, Ref) and leaf.name.startswith(NABLA)]
    return any(ref.index.anchor == "step" and ref.index.offset for ref in refs)


def bare(node: Node) -> Node:
    """Give a term without the range of steps at which it is present."""
    return node.args[0] if isinstance(node, Call) and node.op == "between" else node


def within(node: Node, first: int, last: int) -> Node:
    """Give a term that is present from one step to another alone."""
    return Call("between", (bare(node), Number(str(first)), Number(str(last))))


def length_of(scene: Scene, equation: Equation) -> int:
    return scene.values.case.lengths[equation.left.index.letter]


def counts(scene: Scene) -> dict[int, str]:
    """Give by number what a mean may divide by: steps, sequences, both, outputs."""
    case, found = scene.values.case, {}
    steps = max(case.lengths.values(), default=1)
    for target in sorted(case.targets):
        found[case.shapes[target][0] * case.shapes[target][1]] = "outputs"
    found |= {steps * case.n_sequences: "steps of all sequences", case.n_sequences: "sequences"}
    found |= dict.fromkeys(case.lengths.values(), "steps")
    return {count: things for count, things in found.items() if count > 1}
