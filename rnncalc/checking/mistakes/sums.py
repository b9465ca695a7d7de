"""Slips in sums of products: transposes, biases, weights, signs, terms left out."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.checking.mistakes.rewriting import each_place, fits, shown, slips
from rnncalc.checking.mistakes.slip import Changed, Slip
from rnncalc.checking.scene import Scene
from rnncalc.language.nodes import Call, Name, Node, Number, Ref, leaves, rebuild

SHORT = 30  # characters of a sum that is shown whole


def transposes(scene: Scene, node: Node, transposed: bool) -> Iterator[Changed]:
    """Give products with a weight the other way round; `transposed` says which way it stands."""
    if not isinstance(node, Call) or node.op != "matmul":
        return
    for at, factor in enumerate(node.args):
        turned = isinstance(factor, Call) and factor.op == "transpose"
        bare = factor.args[0] if turned else factor
        if turned == transposed and isinstance(bare, Name) and bare.name in scene.values.case.weights:
            other = bare if turned else Call("transpose", (factor,))
            args = (other, node.args[1]) if at == 0 else (node.args[0], other)
            yield Changed(f"{shown(other)} is used in place of {shown(factor)}", Call("matmul", args))


def missing_transpose(scene: Scene) -> Iterator[Slip]:
    return slips("missing-transpose", scene, scene.forward, lambda node: transposes(scene, node, True))


def needless_transpose(scene: Scene) -> Iterator[Slip]:
    return slips("needless-transpose", scene, scene.forward, lambda node: transposes(scene, node, False))


def is_bias(scene: Scene, node: Node) -> bool:
    return isinstance(node, Name) and node.name in scene.values.case.weights


def missing_bias(scene: Scene) -> Iterator[Slip]:
    def without(node: Node) -> Iterator[Changed]:
        for part, rest in _splits(node):
            if is_bias(scene, part):
                yield Changed(f"the bias {shown(part)} is left out", rest)

    return slips("missing-bias", scene, scene.forward, without, "of")


def doubled_bias(scene: Scene) -> Iterator[Slip]:
    def twice(node: Node) -> Iterator[Changed]:
        for part, _ in _splits(node):
            if is_bias(scene, part):
                yield Changed(f"the bias {shown(part)} is added twice", Call("add", (node, part)))

    return slips("doubled-bias", scene, scene.forward, twice)


def missing_term(scene: Scene) -> Iterator[Slip]:
    def without(node: Node) -> Iterator[Changed]:
        for part, rest in _splits(node):
            if not isinstance(part, Name | Number) and not _is_sum(part) and not isinstance(rest, Number):
                yield Changed(f"{shown(part)} is left out", rest)

    return each_place("missing-term", scene, scene.forward, without, "of")


def _splits(node: Node) -> Iterator[tuple[Node, Node]]:
    """Give each side of a sum with what is left without it."""
    if isinstance(node, Call) and node.op in ("add", "sub"):
        left, right = node.args
        yield right, left
        yield left, right if node.op == "add" else Call("neg", (right,))


def _is_sum(node: Node) -> bool:
    return isinstance(node, Call) and node.op in ("add", "sub")


def wrong_sign(scene: Scene) -> Iterator[Slip]:
    return each_place("wrong-sign", scene, scene.forward, other_sign)


def other_sign(node: Node) -> Iterator[Changed]:
    """Give sums with the sign of one side changed."""
    if not _is_sum(node) or isinstance(node.args[0], Number):
        return
    left, right = node.args
    turned = Call("sub" if node.op == "add" else "add", (left, right))
    short = len(shown(node)) <= SHORT
    yield Changed(_instead(turned, node) if short else f"{shown(right)} has the wrong sign", turned)
    if node.op == "sub" or not _is_sum(left):
        other = Call("sub", (right, left))
        yield Changed(_instead(other, node) if short else f"{shown(left)} has the wrong sign", other)


def _instead(other: Node, node: Node) -> str:
    return f"{shown(other)} is used in place of {shown(node)}"


def swapped_weights(scene: Scene) -> Iterator[Slip]:
    """Exchange two weights of one equation, such as W and U, of the same shape."""
    weights, shapes = scene.values.case.weights, scene.values.case.shapes
    for equation in scene.forward:
        names = [n for n in dict.fromkeys(leaf.name for leaf in leaves(equation.right)) if n in weights]
        for at, one in enumerate(names):
            for other in names[at + 1 :]:
                if shapes[one] == shapes[other]:
                    words = f"{one} and {other} are exchanged in {shown(equation.left)}"
                    node = exchanged(equation.right, one, other)
                    if fits(node, equation, scene.shapes(equation)):
                        yield Slip("swapped-weights", words, {equation.left: node})


def exchanged(node: Node, one: str, other: str) -> Node:
    """Give an expression with two names exchanged."""
    names = {one: other, other: one}

    def change(part: Node) -> Node:
        return part._replace(name=names.get(part.name, part.name)) if isinstance(part, Name | Ref) else part

    return rebuild(node, change)


def swapped_concatenation(scene: Scene) -> Iterator[Slip]:
    def turned(node: Node) -> Iterator[Changed]:
        if isinstance(node, Call) and node.op == "concat" and len(node.args) == 2:
            other = Call("concat", node.args[::-1])
            yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

    return slips("swapped-concatenation", scene, scene.forward, turned)
