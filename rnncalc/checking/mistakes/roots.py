"""Slips in what the loss sends back: a factor, a mean for the sum, the sign, a needless derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rnncalc.checking.mistakes.derived import ONE, TWO, counts, roots
from rnncalc.checking.mistakes.rewriting import each_place, shown
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.mistakes.sums import other_sign
from rnncalc.checking.scene import Scene
from rnncalc.language.nodes import Call, Name, Node, Number, Ref
from rnncalc.language.sums import signed_sum
from rnncalc.recurrences.backward import adjoint_name


def factor_two(scene: Scene) -> Iterator[Slip]:
    """Lose or add the factor 2 of a squared error."""
    yield from _sent(scene, "factor-two", lambda node: Call("mul", (Number("0.5"), node)), "is halved")
    yield from _sent(scene, "factor-two", lambda node: Call("mul", (TWO, node)), "is doubled")


def mean_loss_sent_back(scene: Scene) -> Iterator[Slip]:
    for count, things in counts(scene).items():
        divisor = Number(str(count))
        words = f"is divided by the number of {things}, {count}"
        yield from _sent(scene, "mean-for-sum", lambda node, n=divisor: Call("div", (node, n)), words)


def _sent(scene: Scene, slug: str, change: Callable[[Node], Node], words: str) -> Iterator[Slip]:
    """Change everything that the loss sends."""
    lines, names = {}, []
    for equation, sent, others in roots(scene):
        changed = change(signed_sum(sent))
        lines[equation.left] = signed_sum([*others, ("+", changed)]) if others else changed
        names.append(shown(signed_sum(sent)))
    if lines:
        yield Slip(slug, f"{', '.join(dict.fromkeys(names))}, which the loss sends back, {words}", lines)


def needless_derivative(scene: Scene) -> Iterator[Slip]:
    """Multiply what loss and output function send together by the derivative of the function once more."""
    functions = {e.right.args[0].name: e for e in scene.forward if _is_output(e.right)}
    for equation, sent, others in roots(scene):
        name = equation.left.name.removeprefix(adjoint_name(""))
        if name not in functions:
            continue
        output = functions[name]
        y = Ref(output.left.name, equation.left.index)
        rest = Call("sub", (ONE, Call("pow", (y, TWO)) if output.right.op == "tanh" else y))
        slope = rest if output.right.op == "tanh" else Call("mul", (y, rest))
        node = signed_sum([*others, ("+", Call("mul", (signed_sum(sent), slope)))])
        words = f"{shown(signed_sum(sent))} is multiplied by the derivative {shown(slope)} once more"
        yield Slip("needless-derivative", f"{words} in {shown(equation.left)}", {equation.left: node})


def _is_output(node: Node) -> bool:
    return isinstance(node, Call) and node.op in ("sigmoid", "softmax", "tanh") and isinstance(node.args[0], Ref)


def wrong_sign_in_backward(scene: Scene) -> Iterator[Slip]:
    yield from each_place("wrong-sign", scene, scene.backward, other_sign)
    for equation, sent, others in roots(scene):
        whole = signed_sum(sent)
        if len(sent) == 1 or others:
            turned = signed_sum([*others, ("-", whole)])
            words = f"{shown(whole)} has the wrong sign in {shown(equation.left)}"
            yield Slip("wrong-sign", words, {equation.left: turned})


def last_step_of_loss(scene: Scene) -> Iterator[Slip]:
    """Count the loss of the last step alone in J."""
    total, loss = scene.total, scene.values.case.loss
    if total is None or not scene.values.case.system.is_sequence(loss):
        return
    letter = scene.values.case.system.letters[loss]
    last = Number(str(scene.values.case.lengths[letter]))
    inner, step = total.right.args
    node = Call("sum_all", (Call("between", (inner, last, last)), step))
    yield Slip("last-step-only", "only the loss of the last step is counted", {Name(total.left.name): node})
