"""Slips in backpropagation through time: derivatives, what comes back from the next step, sums over time."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.checking.mistakes.rewriting import each_place, once_each, shown, slips
from rnncalc.checking.mistakes.slip import Changed, Slip
from rnncalc.checking.mistakes.states import states
from rnncalc.checking.mistakes.sums import other_sign, transposes
from rnncalc.checking.scene import Scene
from rnncalc.language.nodes import Call, Equation, Name, Node, Number, Ref, leaves
from rnncalc.language.sums import addends, signed_sum
from rnncalc.recurrences.backward import NABLA

ONE, TWO = Number("1"), Number("2")
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
    def another(node: Node) -> Iterator[Changed]:
        if (a := squared(node)) is not None:
            rest = Call("sub", (ONE, a))
            for other in (rest, Call("mul", (a, rest)), Call("pow", (a, TWO))):
                yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)
        elif (a := own_complement(node)) is not None:
            for other in (Call("sub", (ONE, Call("pow", (a, TWO)))), Call("sub", (ONE, a))):
                yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

    return slips("wrong-derivative", scene, scene.backward, another)


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
        for factor, rest in _factors(node):
            plain = isinstance(factor, Ref) or isinstance(factor, Call) and factor.op in ("tanh", "sub", "mul")
            if plain and not _is_derivative(factor) and not reads_adjoint(factor) and reads_adjoint(rest):
                yield Changed(f"the factor {shown(factor)} is left out", rest)

    return each_place("missing-factor", scene, scene.backward, without, "of")


def _is_derivative(node: Node) -> bool:
    return squared(node) is not None or own_complement(node) is not None


def reads_adjoint(node: Node) -> bool:
    return any(leaf.name.startswith(NABLA) for leaf in leaves(node))


def is_carried(node: Node) -> bool:
    """Tell whether an addend comes back from another step."""
    refs = [leaf for leaf in leaves(node) if isinstance(leaf, Ref) and leaf.name.startswith(NABLA)]
    return any(ref.index.anchor == "step" and ref.index.offset for ref in refs)


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
        words = f"{back}, which comes back from another step, is left out of {shown(equation.left)}"
        yield Slip("no-carried-adjoint", words, {equation.left: rest})
        for one in carried if len(carried) > 1 else ():
            rest = signed_sum(part for part in parts if part != one)
            words = f"{shown(bare(one[1]))} is left out of {shown(equation.left)}"
            yield Slip("no-carried-adjoint", words, {equation.left: rest})
    if len(everywhere) > 1:
        yield Slip("no-carried-adjoint", "nothing is carried back from step to step", everywhere)


def within(node: Node, first: int, last: int) -> Node:
    """Give a term that is present from one step to another alone."""
    return Call("between", (bare(node), Number(str(first)), Number(str(last))))


def not_summed_over_time(scene: Scene) -> Iterator[Slip]:
    for step, which in ((None, "last"), (1, "first")):
        everywhere = {}
        for equation in scene.backward:

            def one_step(node: Node, step: int | None = step) -> Iterator[Changed]:
                if isinstance(node, Call) and node.op == "sum_all":
                    at = step or scene.gradients.values.case.lengths[node.args[1].index.letter]
                    yield Changed("", Call("sum_all", (within(node.args[0], at, at), node.args[1])))

            found = list(once_each(equation.right, one_step))
            if found:
                everywhere[equation.left] = found[0].node
                words = f"only the {which} step is counted in {shown(equation.left)}"
                yield Slip("not-summed-over-time", words, {equation.left: found[0].node})
        if len(everywhere) > 1:
            yield Slip("not-summed-over-time", f"only the {which} step is counted in every gradient", everywhere)


def mean_gradient(scene: Scene) -> Iterator[Slip]:
    """Divide gradients by the number of steps, or of sequences."""
    case = scene.values.case
    counts = dict.fromkeys(case.lengths.values(), "steps") | {case.n_sequences: "sequences"}
    for count, things in counts.items():
        words = f"is divided by the number of {things}, {count}"
        sums = [e for e in scene.backward if isinstance(e.left, Name) and count > 1]
        lines = {e.left: Call("div", (e.right, Number(str(count)))) for e in sums}
        for left, node in lines.items():
            yield Slip("mean-for-sum", f"{shown(left)} {words}", {left: node})
        if len(lines) > 1:
            yield Slip("mean-for-sum", f"every gradient {words}", lines)


def wrong_outer_product(scene: Scene) -> Iterator[Slip]:
    """Take the state of another step in a gradient's products, or the product the other way round."""

    def other_step(node: Node) -> Iterator[Changed]:
        if isinstance(node, Ref) and node.index.anchor == "step" and not node.name.startswith(NABLA):
            for by in (1, -1):
                other = node._replace(index=node.index._replace(offset=node.index.offset + by))
                yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

    def turned(node: Node) -> Iterator[Changed]:
        if isinstance(node, Call) and node.op == "matmul":
            left, right = node.args
            if isinstance(right, Call) and right.op == "transpose":
                other = Call("matmul", (right.args[0], Call("transpose", (left,))))
                yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

    sums = [e for e in scene.backward if isinstance(e.left, Name)]
    yield from slips("wrong-outer-product", scene, sums, other_step)
    yield from slips("wrong-outer-product", scene, sums, turned)


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


def factor_two(scene: Scene) -> Iterator[Slip]:
    """Lose or add the factor 2 of a squared error."""
    for equation in running(scene):
        parts = addends(equation.right)
        for at, (sign, node) in enumerate(parts):
            if reads_adjoint(node):
                continue
            halved = isinstance(node, Call) and node.op == "mul" and node.args[0] == TWO
            words = f"the factor 2 of {shown(node)} is left out" if halved else f"{shown(node)} is taken twice"
            other = node.args[1] if halved else Call("mul", (TWO, node))
            new = signed_sum([*parts[:at], (sign, other), *parts[at + 1 :]])
            yield Slip("factor-two", f"{words} in {shown(equation.left)}", {equation.left: new})


def wrong_sign_in_backward(scene: Scene) -> Iterator[Slip]:
    yield from each_place("wrong-sign", scene, scene.backward, other_sign)
    for equation in scene.backward:
        if not reads_adjoint(equation.right):
            words = f"the sign of {shown(equation.left)} is turned round"
            yield Slip("wrong-sign", words, {equation.left: Call("neg", (equation.right,))})


def bare(node: Node) -> Node:
    """Give a term without the range of steps at which it is present."""
    return node.args[0] if isinstance(node, Call) and node.op == "between" else node


def running(scene: Scene, letter: str = "") -> Iterator[Equation]:
    """Go through the equations of adjoints that run over steps."""
    for equation in scene.backward:
        left = equation.left
        if isinstance(left, Ref) and left.index.anchor == "step" and letter in ("", left.index.letter):
            yield equation


def length_of(scene: Scene, equation: Equation) -> int:
    return scene.values.case.lengths[equation.left.index.letter]
