"""Slips in the gradients of weights: their sums over time, their products."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.checking.mistakes.derived import bare, counts, parameters, within
from rnncalc.checking.mistakes.rewriting import each_place, once_each, shown, slips
from rnncalc.checking.mistakes.slip import Changed, Slip
from rnncalc.checking.scene import Scene
from rnncalc.language.nodes import Call, Node, Number, Ref
from rnncalc.recurrences.backward import NABLA

MOST_STEPS = 12  # of a sum that are left out one at a time


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
    for count, things in counts(scene).items():
        words = f"is divided by the number of {things}, {count}"
        lines = {e.left: Call("div", (e.right, Number(str(count)))) for e in parameters(scene)}
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

    yield from slips("wrong-outer-product", scene, parameters(scene), other_step)
    yield from slips("wrong-outer-product", scene, parameters(scene), turned)


def dropped_step(scene: Scene) -> Iterator[Slip]:
    """Leave one step out of a sum over time."""

    def without(node: Node) -> Iterator[Changed]:
        if isinstance(node, Call) and node.op == "sum_all":
            length = scene.gradients.values.case.lengths[node.args[1].index.letter]
            for step in range(1, length + 1) if 2 < length <= MOST_STEPS else ():
                ranges = [(first, last) for first, last in ((1, step - 1), (step + 1, length)) if first <= last]
                kept = [Call("sum_all", (within(node.args[0], *ends), node.args[1])) for ends in ranges]
                yield Changed(f"step {step} is left out", kept[0] if len(kept) == 1 else Call("add", tuple(kept)))

    return each_place("dropped-step", scene, parameters(scene), without, "of")


def product_of_sums(scene: Scene) -> Iterator[Slip]:
    """Multiply the sums over time in place of summing the products."""

    def apart(node: Node) -> Iterator[Changed]:
        if isinstance(node, Call) and node.op == "sum_all" and isinstance(bare(node.args[0]), Call):
            product, step = bare(node.args[0]), node.args[1]
            if product.op == "matmul":
                other = Call("matmul", tuple(Call("sum_all", (arg, step)) for arg in product.args))
                yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

    return each_place("product-of-sums", scene, parameters(scene), apart)
