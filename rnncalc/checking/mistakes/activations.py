"""Slips about activation functions and losses: another function, none, another base of the logarithm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncalc.checking.mistakes.derived import counts
from rnncalc.checking.mistakes.rewriting import each_place, shown, slips
from rnncalc.checking.mistakes.slip import Changed, Slip
from rnncalc.checking.scene import Scene
from rnncalc.language.nodes import Call, Index, Name, Node, Number, Ref, Step

_OTHERS = {
    "tanh": ("sigmoid", "relu"),
    "sigmoid": ("tanh", "relu"),
    "relu": ("tanh", "sigmoid"),
    "softmax": ("sigmoid",),
    "leaky_relu": ("relu",),
}
_SQUASHING = frozenset({*_OTHERS, "elu", "softplus", "hard_sigmoid"})
_LOG_LOSSES = frozenset(
    {"log", "cross_entropy", "binary_cross_entropy", "softmax_cross_entropy", "sigmoid_cross_entropy"}
)
MOST_ENTRIES = 8  # of a ReLU that are left out one at a time
_MASK = "∎mask"
_LN_10 = Number("2.302585092994046")


def wrong_activation(scene: Scene) -> Iterator[Slip]:
    def another(node: Node) -> Iterator[Changed]:
        for name in _OTHERS.get(node.op, ()) if isinstance(node, Call) else ():
            other = Call(name, node.args[:1])
            yield Changed(f"{shown(other)} is used in place of {shown(node)}", other, f"{node.op} {name}")

    return slips("wrong-activation", scene, scene.forward, another)


def missing_cell_tanh(scene: Scene) -> Iterator[Slip]:
    def without(node: Node) -> Iterator[Changed]:
        if isinstance(node, Call) and node.op == "mul":
            for at, factor in enumerate(node.args):
                gate = node.args[1 - at]
                if _is_function(factor, {"tanh"}) and isinstance(factor.args[0], Ref) and isinstance(gate, Ref):
                    args = (factor.args[0], gate) if at == 0 else (gate, factor.args[0])
                    yield Changed(f"{shown(factor.args[0])} is used in place of {shown(factor)}", Call("mul", args))

    return slips("missing-cell-tanh", scene, scene.forward, without)


def no_activation(scene: Scene) -> Iterator[Slip]:
    def without(node: Node) -> Iterator[Changed]:
        if _is_function(node, _SQUASHING):
            yield Changed(f"{node.op} is left out", node.args[0], node.op)

    return slips("no-activation", scene, scene.forward, without, "of")


def relu_left_out_once(scene: Scene) -> Iterator[Slip]:
    """Apply ReLU to all entries but one."""
    for equation in scene.open(scene.forward):
        rows, columns = scene.values.case.shapes[equation.left.name]
        if not _is_function(equation.right, {"relu"}) or not 1 < rows * columns <= MOST_ENTRIES:
            continue
        z = equation.right.args[0]
        node = Call("add", (equation.right, Call("mul", (Name(_MASK), Call("min", (z, Number("0")))))))
        for entry in range(rows * columns):
            mask = np.zeros((rows, columns))
            mask.flat[entry] = 1
            words = f"relu is left out of entry {entry + 1} of {shown(equation.left)}"
            yield Slip("no-activation", words, {equation.left: node}, {(_MASK, None): mask})


def hard_sigmoid(scene: Scene) -> Iterator[Slip]:
    def hard(node: Node) -> Iterator[Changed]:
        for slope, line in (("0.2", "0.2 z + 0.5"), ("0.16666666666666666", "z/6 + 0.5")):
            if _is_function(node, {"sigmoid"}):
                words = f"the sigmoid is replaced by the straight line clip({line}, 0, 1)"
                yield Changed(words, Call("hard_sigmoid", (*node.args, Number(slope), Number("0.5"))), slope)

    return slips("hard-sigmoid", scene, scene.forward, hard)


def sigmoid_of_the_other_sign(scene: Scene) -> Iterator[Slip]:
    """Take 1 / (1 + e^z) for the sigmoid, which is 1 − σ."""

    def other(node: Node) -> Iterator[Changed]:
        if _is_function(node, {"sigmoid"}):
            yield Changed("e^z is used in place of e^-z in the sigmoid", Call("sub", (Number("1"), node)))

    return slips("wrong-sign", scene, scene.forward, other, "of")


def unnormalised_softmax(scene: Scene) -> Iterator[Slip]:
    def powers(node: Node) -> Iterator[Changed]:
        if _is_function(node, {"softmax"}):
            yield Changed("the powers are not divided by their sum", Call("exp", node.args))

    return slips("unnormalised-softmax", scene, scene.forward, powers)


def softmax_over_time(scene: Scene) -> Iterator[Slip]:
    def over_time(node: Node) -> Iterator[Changed]:
        inner = node.args[0] if _is_function(node, {"softmax"}) else node
        if inner is not node and isinstance(inner, Ref) and (inner.index.anchor, inner.index.offset) == ("step", 0):
            whole = Call("transpose", (Ref(inner.name, Index("all", inner.index.letter)),))
            found = Call("transpose", (Call("softmax", (whole,)),))
            yield Changed("softmax is taken over the time steps", Call("column_of", (found, Step(inner.index))))

    return slips("softmax-over-time", scene, scene.forward, over_time)


def log_base(scene: Scene) -> Iterator[Slip]:
    def other_base(node: Node) -> Iterator[Changed]:
        if _is_function(node, _LOG_LOSSES):
            for base, logarithm in (("2", Call("log", (Number("2"),))), ("10", _LN_10)):
                yield Changed(f"the logarithm has base {base}", Call("div", (node, logarithm)))

    return slips("log-base", scene, scene.loss, other_base)


def loss_factor(scene: Scene) -> Iterator[Slip]:
    """Take half the loss, or twice the loss, where the other is asked."""
    for equation in scene.loss:
        for words, factor in (("the loss is halved", "0.5"), ("the loss is doubled", "2")):
            yield Slip("factor-two", words, {equation.left: Call("mul", (Number(factor), equation.right))})


def mean_loss(scene: Scene) -> Iterator[Slip]:
    for equation in scene.loss:
        for count, things in counts(scene).items():
            node = Call("div", (equation.right, Number(str(count))))
            yield Slip("mean-for-sum", f"the loss is divided by the number of {things}, {count}", {equation.left: node})


def half_cross_entropy(scene: Scene) -> Iterator[Slip]:
    """Leave the terms of 1 − d out of a binary cross-entropy."""

    def first_half(node: Node) -> Iterator[Changed]:
        if _is_function(node, {"binary_cross_entropy", "sigmoid_cross_entropy"}):
            y, d = (node.args[2], node.args[1]) if node.op == "sigmoid_cross_entropy" else node.args
            rest = shown(Call("sub", (Number("1"), d)))
            yield Changed(f"the terms with {rest} are left out", Call("cross_entropy", (y, d)))

    return each_place("missing-term", scene, scene.loss, first_half, "of")


def _is_function(node: Node, names: frozenset[str] | set[str]) -> bool:
    return isinstance(node, Call) and node.op in names
