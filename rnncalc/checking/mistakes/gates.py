"""Slips about gates: exchanged, forgotten, packed in another order, the reset and update of a GRU."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from rnncalc.checking.mistakes.orders import order_words
from rnncalc.checking.mistakes.rewriting import each_place, fits, shown, slips
from rnncalc.checking.mistakes.slip import Changed, Slip
from rnncalc.checking.mistakes.sums import exchanged, is_bias
from rnncalc.checking.scene import Scene
from rnncalc.compute.enclose import complement
from rnncalc.language.nodes import Call, Equation, Name, Node, Number, Ref, leaves, rebuild, walk

_GATE_FUNCTIONS = ("sigmoid", "hard_sigmoid")


def gates(scene: Scene) -> dict[str, Equation]:
    """Give the quantities that a sigmoid keeps between 0 and 1, and that something is multiplied by."""
    factors = {
        factor.name
        for equation in scene.forward
        for part in walk(equation.right)
        if isinstance(part, Call) and part.op == "mul"
        for factor in _factors(part)
    }
    found = {e.left.name: e for e in scene.forward if isinstance(e.right, Call) and e.right.op in _GATE_FUNCTIONS}
    return {name: equation for name, equation in found.items() if name in factors}


def _factors(product: Call) -> Iterator[Ref]:
    """Give what multiplies: z as well as the z of 1 − z."""
    for factor in product.args:
        yield from (leaf for leaf in leaves(factor) if isinstance(leaf, Ref))


def swapped_gates(scene: Scene) -> Iterator[Slip]:
    """Exchange two gates wherever they are used."""
    found, shapes = gates(scene), scene.values.case.shapes
    for one, other in itertools.combinations(found, 2):
        if shapes[one] != shapes[other]:
            continue
        lines = {
            equation.left: node
            for equation in scene.forward
            if equation.left.name not in (one, other)
            and (node := exchanged(equation.right, one, other)) != equation.right
        }
        if lines:
            yield Slip("swapped-gates", f"{one} and {other} are exchanged where they are used", lines)


def gate_order(scene: Scene) -> Iterator[Slip]:
    """Take the weights of packed matrices in another order: those of one gate for another."""
    for group in _alike(scene):
        names = [equation.left.name for equation in group]
        for order in itertools.permutations(range(len(group))):
            if order == tuple(range(len(group))):
                continue
            taken = {names[k]: names[order[k]] for k in range(len(group))}
            lines = {e.left: _with_weights_of(scene, e, group[order[k]]) for k, e in enumerate(group) if order[k] != k}
            weights = [_weights(scene, equation) for equation in group]
            words = order_words(taken, weights, order)
            yield Slip("gate-order", words, lines)


def _alike(scene: Scene) -> Iterator[Sequence[Equation]]:
    """Give groups of three or four equations whose weights have the same shapes."""
    groups: dict[tuple, list[Equation]] = {}
    for equation in scene.forward:
        key = tuple(scene.values.case.shapes[name] for name in _weights(scene, equation))
        if len(key) > 1:
            groups.setdefault(key, []).append(equation)
    yield from (group for group in groups.values() if len(group) in (3, 4))


def _weights(scene: Scene, equation: Equation) -> tuple[str, ...]:
    names = dict.fromkeys(leaf.name for leaf in leaves(equation.right) if isinstance(leaf, Name))
    return tuple(name for name in names if name in scene.values.case.weights)


def _with_weights_of(scene: Scene, equation: Equation, other: Equation) -> Node:
    names: Mapping[str, str] = dict(zip(_weights(scene, equation), _weights(scene, other), strict=True))

    def change(part: Node) -> Node:
        return part._replace(name=names[part.name]) if isinstance(part, Name) and part.name in names else part

    return rebuild(equation.right, change)


def forget_bias(scene: Scene) -> Iterator[Slip]:
    """Add 1 before the sigmoid of a gate that keeps an earlier state, as some libraries do."""
    keeping = {gate.name for equation in scene.forward for gate in _keeping(equation.right)}
    for name, equation in gates(scene).items():
        if name in keeping:
            inner = equation.right.args[0]
            added = Call(equation.right.op, (Call("add", (inner, Number("1"))), *equation.right.args[1:]))
            yield Slip(
                "forget-bias", f"1 is added before the sigmoid of {shown(equation.left)}", {equation.left: added}
            )
            before = next((e for e in scene.forward if isinstance(inner, Ref) and e.left.name == inner.name), None)
            if before is not None:
                node = Call("add", (before.right, Number("1")))
                yield Slip("forget-bias", f"1 is added to {shown(before.left)}", {before.left: node})


def _keeping(node: Node) -> Iterator[Ref]:
    for part in walk(node):
        if isinstance(part, Call) and part.op == "mul" and all(isinstance(arg, Ref) for arg in part.args):
            for gate, state in (part.args, part.args[::-1]):
                if gate.index.offset == 0 and state.index.anchor == "step" and state.index.offset == -1:
                    yield gate


def missing_gate(scene: Scene) -> Iterator[Slip]:
    names = gates(scene)

    def without(node: Node) -> Iterator[Changed]:
        if isinstance(node, Call) and node.op == "mul":
            for gate, other in (node.args, node.args[::-1]):
                rest = isinstance(gate, Call) and gate.op == "sub" and gate.args[0] == Number("1")
                bare = gate.args[1] if rest else gate
                if isinstance(bare, Ref) and bare.name in names:
                    yield Changed(f"{shown(other)} is not multiplied by {shown(gate)}", other)

    return each_place("missing-gate", scene, scene.forward, without)


def reset_after(scene: Scene) -> Iterator[Slip]:
    def after(node: Node) -> Iterator[Changed]:
        if isinstance(node, Call) and node.op == "matmul":
            for at, inner in enumerate(node.args):
                if isinstance(inner, Call) and inner.op == "mul":
                    for gate, state in (inner.args, inner.args[::-1]):
                        if isinstance(gate, Ref) and isinstance(state, Ref):
                            args = (state, node.args[1]) if at == 0 else (node.args[0], state)
                            other = Call("mul", (gate, Call("matmul", args)))
                            yield Changed(f"{shown(gate)} acts after the product with the weights", other)

    return slips("reset-after", scene, scene.forward, after)


def reset_before(scene: Scene) -> Iterator[Slip]:
    def before(node: Node) -> Iterator[Changed]:
        for gate, product, bias in _reset(scene, node):
            for at, state in enumerate(product.args):
                if isinstance(state, Ref):
                    scaled = Call("mul", (gate, state))
                    args = (scaled, product.args[1]) if at == 0 else (product.args[0], scaled)
                    other = Call("matmul", args)
                    other = other if bias is None else Call("add", (other, bias))
                    yield Changed(f"{shown(gate)} acts before the product with the weights", other)

    return slips("reset-before", scene, scene.forward, before)


def bias_outside_reset(scene: Scene) -> Iterator[Slip]:
    def outside(node: Node) -> Iterator[Changed]:
        for gate, product, bias in _reset(scene, node):
            if bias is not None:
                other = Call("add", (Call("mul", (gate, product)), bias))
                yield Changed(f"{shown(gate)} does not act on the bias {shown(bias)}", other)

    return slips("bias-outside-reset", scene, scene.forward, outside)


def _reset(scene: Scene, node: Node) -> Iterator[tuple[Ref, Call, Name | None]]:
    """Find a gate that multiplies a product with a weight, or such a product and a bias."""
    if not isinstance(node, Call) or node.op != "mul":
        return
    for gate, rest in (node.args, node.args[::-1]):
        if isinstance(gate, Ref) and isinstance(rest, Call):
            if rest.op == "matmul":
                yield gate, rest, None
            elif rest.op == "add":
                product, bias = rest.args
                if isinstance(product, Call) and product.op == "matmul" and is_bias(scene, bias):
                    yield gate, product, bias


def update_reversed(scene: Scene) -> Iterator[Slip]:
    """Exchange z and 1 − z in a mixture of old and new state."""
    for equation in scene.forward:
        for part in walk(equation.right):
            if not isinstance(part, Call) or part.op != "add":
                continue
            found = complement(*part.args) or complement(*part.args[::-1])
            if found:
                z, a, b = found
                rest = Call("sub", (Number("1"), z))
                other = Call("add", (Call("mul", (z, a)), Call("mul", (rest, b))))
                node = rebuild(equation.right, lambda p, old=part, new=other: new if p == old else p)
                if fits(node, equation, scene.shapes(equation)):
                    yield Slip("update-reversed", f"{shown(z)} and 1 - {shown(z)} are exchanged", {equation.left: node})
