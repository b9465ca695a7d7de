"""Slips on the way back through the steps: transposes, derivatives, what comes back from the next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rnncalc.checking.mistakes.derived import ONE, TWO, bare, is_carried, reads_adjoint, running
from rnncalc.checking.mistakes.rewriting import each_place, shown, slips
from rnncalc.checking.mistakes.slip import Changed, Slip
from rnncalc.checking.mistakes.states import pre_activations, states
from rnncalc.checking.mistakes.sums import SHORT, transposes
from rnncalc.checking.scene import Scene
from rnncalc.language.nodes import Call, Node, Ref
from rnncalc.language.sums import addends, signed_sum
from rnncalc.recurrences.backward import NABLA, adjoint_name

_SLOPES = frozenset({"step", "leaky_relu_slope", "elu_slope", "hard_sigmoid_slope"})


def transposed_in_backward(scene: Scene) -> Iterator[Slip]:
    def turned(node: Node) -> Iterator[Changed]:
        yield from transposes(scene, node, True)
        yield from transposes(scene, node, False)

    return slips("transposed-in-backward", scene, scene.backward, turned)


def missing_derivative(scene: Scene) -> Iterator[Slip]:
    def without(node: Node) -> Iterator[Changed]:
        for factor, rest in _factors(node):
            if squared(factor) or own_complement(factor) or _is_slope(factor):
                yield Changed(f"the derivative {shown(factor)} is left out", rest)

    return slips("missing-derivative", scene, scene.backward, without, "of")


def wrong_derivative(scene: Scene) -> Iterator[Slip]:
    before = pre_activations(scene)

    def another(node: Node) -> Iterator[Changed]:
        if (a := squared(node)) is not None:
            rest = Call("sub", (ONE, a))
            again = [Call("pow", (b, TWO)) for b in (Call("tanh", (a,)), *_inner(before, a))]
            others = [rest, Call("mul", (a, rest)), Call("pow", (a, TWO)), *(Call("sub", (ONE, b)) for b in again)]
        elif (a := own_complement(node)) is not None:
            again = [Call("mul", (b, Call("sub", (ONE, b)))) for b in (Call("sigmoid", (a,)), *_inner(before, a))]
            others = [Call("sub", (ONE, Call("pow", (a, TWO)))), Call("sub", (ONE, a)), *again]
        else:
            others = []
        for other in others:
            yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

    return slips("wrong-derivative", scene, scene.backward, another)


def _inner(before: Mapping[str, str], a: Node) -> Iterator[Node]:
    """Give the pre-activation of a state, where it has one."""
    if isinstance(a, Ref) and a.name in before:
        yield a._replace(name=before[a.name])


def squared(node: Node) -> Node | None:
    """Give a of 1 − a², the derivative of tanh."""
    if isinstance(node, Call) and node.op == "sub" and node.args[0] == ONE:
        power = node.args[1]
        if isinstance(power, Call) and power.op == "pow" and power.args[1] == TWO:
            return power.args[0]
    return None


def own_complement(node: Node) -> Node | None:
    """Give a of a (1 − a), the derivative of the sigmoid."""
    if isinstance(node, Call) and node.op == "mul":
        a, rest = node.args
        if rest == Call("sub", (ONE, a)):
            return a
    return None


def _is_slope(node: Node) -> bool:
    return isinstance(node, Call) and node.op in _SLOPES


def _factors(node: Node) -> Iterator[tuple[Node, Node]]:
    """Give each factor of a product of entries, and what is left without it."""
    if isinstance(node, Call) and node.op == "mul":
        left, right = node.args
        yield left, right
        yield right, left


def missing_factor(scene: Scene) -> Iterator[Slip]:
    def without(node: Node) -> Iterator[Changed]:
        if isinstance(node, Call) and node.op == "matmul" and reads_adjoint(node):
            for weight, rest in (node.args, node.args[::-1]):
                if not reads_adjoint(weight) and not isinstance(weight, Ref):
                    yield Changed(f"{shown(weight)} is left out of {shown(node)}", rest)
        for factor, rest in _factors(node):
            plain = isinstance(factor, Ref) or isinstance(factor, Call) and factor.op in ("tanh", "sub", "mul")
            if plain and not _is_derivative(factor) and not reads_adjoint(factor) and reads_adjoint(rest):
                yield Changed(f"the factor {shown(factor)} is left out", rest)

    return each_place("missing-factor", scene, scene.backward, without, "of")


def _is_derivative(node: Node) -> bool:
    return squared(node) is not None or own_complement(node) is not None


def no_carried_adjoint(scene: Scene) -> Iterator[Slip]:
    """Leave out what comes back from the next step: in one equation, of one term, everywhere."""
    everywhere = {}
    for equation in running(scene):
        parts = addends(equation.right)
        carried = [part for part in parts if is_carried(part[1])]
        if not carried or len(carried) == len(parts):
            continue
        rest = signed_sum(part for part in parts if part not in carried)
        everywhere[equation.left] = rest
        back = shown(signed_sum((sign, bare(node)) for sign, node in carried))
        back = (
            f"{back}, which comes back from another step,"
            if len(back) <= SHORT
            else "all that comes back from another step"
        )
        words = f"{back} is left out of {shown(equation.left)}"
        yield Slip("no-carried-adjoint", words, {equation.left: rest})
        for one in carried if len(carried) > 1 else ():
            rest = signed_sum(part for part in parts if part != one)
            words = f"{shown(bare(one[1]))} is left out of {shown(equation.left)}"
            yield Slip("no-carried-adjoint", words, {equation.left: rest})
    if len(everywhere) > 1:
        yield Slip("no-carried-adjoint", "nothing is carried back from step to step", everywhere)


def wrong_step_in_backward(scene: Scene) -> Iterator[Slip]:
    """Read a state, or what belongs to another step, one step off in an adjoint."""
    moving = states(scene)
    for slug, by in (("later-state", 1), ("earlier-state", -1)):

        def other_step(node: Node, by: int = by) -> Iterator[Changed]:
            if not isinstance(node, Ref) or node.index.anchor != "step" or node.name.startswith(NABLA):
                return
            if node.index.offset == -by or node.index.offset == 0 and node.name in moving:
                other = node._replace(index=node.index._replace(offset=node.index.offset + by))
                yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

        yield from slips(slug, scene, list(running(scene)), other_step)


def wrong_adjoint(scene: Scene) -> Iterator[Slip]:
    """Take the adjoint of a state for that of its pre-activation, or the other way round."""
    before = {adjoint_name(state): adjoint_name(inner) for state, inner in pre_activations(scene).items()}
    other = before | {inner: state for state, inner in before.items()}

    def another(node: Node) -> Iterator[Changed]:
        if isinstance(node, Ref) and node.name in other:
            taken = node._replace(name=other[node.name])
            yield Changed(f"{shown(taken)} is used in place of {shown(node)}", taken)

    return each_place("wrong-quantity", scene, scene.backward, another)
