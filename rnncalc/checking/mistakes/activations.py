"""Slips about activation functions and losses: another function, none, another base of the logarithm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncalc.checking.mistakes.rewriting import shown, slips
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
            yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

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
            yield Changed(f"{node.op} is left out", node.args[0])

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
        if _is_function(node, {"sigmoid"}):
            yield Changed("the sigmoid is replaced by the straight line clip(0.2 z + 0.5, 0, 1)", _hard(node))

    return slips("hard-sigmoid", scene, scene.forward, hard)


def _hard(node: Call) -> Call:
    return Call("hard_sigmoid", (*node.args, Number("0.2"), Number("0.5")))


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
    case = scene.values.case
    for equation in scene.loss:
        counts = {case.lengths.get(case.system.letters.get(equation.left.name, ""), 1): "steps"}
        counts |= {case.n_sequences: "sequences"} if case.n_sequences > 1 else {}
        for target in case.targets:
            counts[case.shapes[target][0] * case.shapes[target][1]] = "outputs"
        for count, words in counts.items():
            if count > 1:
                node = Call("div", (equation.right, Number(str(count))))
                yield Slip(
                    "mean-for-sum", f"the loss is divided by the number of {words}, {count}", {equation.left: node}
                )


def _is_function(node: Node, names: frozenset[str] | set[str]) -> bool:
    return isinstance(node, Call) and node.op in names
