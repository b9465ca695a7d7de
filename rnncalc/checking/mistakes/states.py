"""Slips about time steps and states: another step, another quantity, a forgotten initial state."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from rnncalc.checking.mistakes.rewriting import each_place, once_each, shown, slips
from rnncalc.checking.mistakes.slip import Changed, Slip
from rnncalc.checking.scene import Scene
from rnncalc.language.nodes import Call, Index, Node, Number, Ref, leaves
from rnncalc.language.operations import ACTIVATIONS


def initial_state_every_step(scene: Scene) -> Iterator[Slip]:
    """Keep h(0), of a reverse recurrence h(T+1), for all steps."""
    places = scene.values.places

    def at_start(node: Node) -> Iterator[Changed]:
        if not _is_step(node) or node.name not in scene.values.sequences:
            return
        first = Index("start", "", 0) if node.index.offset == -1 else Index("end", node.index.letter, 1)
        start = node._replace(index=first)
        if abs(node.index.offset) == 1 and (node.name, scene.values.step_of(start)) in places:
            yield Changed(f"{shown(start)} is used at every step in place of {shown(node)}", start)

    return slips("initial-state-every-step", scene, scene.forward, at_start)


def forgotten_initial_state(scene: Scene) -> Iterator[Slip]:
    for (name, step), array in scene.values.case.initial.items():
        if array.any():
            words = f"{name}({step}) is taken as zero"
            yield Slip("forgotten-initial-state", words, numbers={(name, step): np.zeros_like(array)})
    for equation in scene.forward:
        if isinstance(equation.left, Ref) and equation.left.index.anchor in ("start", "end"):
            nothing = Call("mul", (Number("0"), equation.right))
            yield Slip("forgotten-initial-state", f"{shown(equation.left)} is taken as zero", {equation.left: nothing})


def wrong_direction(scene: Scene) -> Iterator[Slip]:
    """Run a recurrence from the other end of the sequence."""
    case = scene.values.case
    for name in sorted(states(scene)):
        length = case.n_steps(name)
        for first, border, by in ((0, length + 1, 1), (length + 1, 0, -1)):
            if (name, first) not in scene.values.places:
                continue

            def turned(node: Node, name: str = name, by: int = by) -> Iterator[Changed]:
                if _is_step(node, -by) and node.name == name:
                    yield Changed("", node._replace(index=node.index._replace(offset=by)))

            found = {e.left: n.node for e in scene.forward for n in itertools.islice(once_each(e.right, turned), 1)}
            words = f"{name} is run from the {'last step to the first' if by > 0 else 'first step to the last'}"
            numbers = {(name, border): scene.values.places[name, first]}
            if found and length > 1:
                yield Slip("wrong-direction", words, found, numbers)


def previous_input(scene: Scene) -> Iterator[Slip]:
    names = _inputs(scene)
    return slips("previous-input", scene, scene.forward, lambda node: _moved(node, -1, names))


def next_input(scene: Scene) -> Iterator[Slip]:
    names = _inputs(scene)
    return slips("next-input", scene, scene.forward, lambda node: _moved(node, 1, names))


def first_input_every_step(scene: Scene) -> Iterator[Slip]:
    names = _inputs(scene)

    def first(node: Node) -> Iterator[Changed]:
        if _is_step(node) and node.name in names:
            other = node._replace(index=Index("start", "", 1))
            yield Changed(f"{shown(other)} is used at every step in place of {shown(node)}", other)

    return slips("first-input-every-step", scene, scene.forward, first)


def reversed_input(scene: Scene) -> Iterator[Slip]:
    """Read an input from its last step to its first."""
    for name in sorted(_inputs(scene)):
        given = scene.values.sequences[name]
        if len(given) > 1:
            numbers = {(name, step): array for step, array in enumerate(given[::-1], 1)}
            yield Slip("reversed-input", f"{name} is read from the last step to the first", numbers=numbers)


def used_pre_activation(scene: Scene) -> Iterator[Slip]:
    """Read what an activation is applied to in place of its result."""
    inner = pre_activations(scene)

    def before(node: Node) -> Iterator[Changed]:
        if _is_step(node) and node.name in inner:
            other = node._replace(name=inner[node.name])
            yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

    return slips("used-pre-activation", scene, scene.forward, before)


def pre_activations(scene: Scene) -> dict[str, str]:
    """Give by state what it is an activation of: z by h for h = tanh(z)."""
    return {e.left.name: e.right.args[0].name for e in scene.forward if _is_of_one_ref(e.right)}


def _is_of_one_ref(node: Node) -> bool:
    """Tell whether an expression is a function of a quantity at the same step."""
    return isinstance(node, Call) and bool(node.args) and _is_step(node.args[0], 0) and node.op in ACTIVATIONS


def later_state(scene: Scene) -> Iterator[Slip]:
    names = states(scene)
    return slips("later-state", scene, scene.forward, lambda node: _moved(node, 1, names))


def earlier_state(scene: Scene) -> Iterator[Slip]:
    names = states(scene)
    return slips("earlier-state", scene, scene.forward, lambda node: _moved(node, -1, names))


def states(scene: Scene) -> set[str]:
    """Name the quantities of the network that are carried from step to step."""
    read = (leaf for equation in scene.forward for leaf in leaves(equation.right))
    defined = scene.values.case.system.defined
    return {leaf.name for leaf in read if _is_step(leaf) and leaf.index.offset and leaf.name in defined}


def _inputs(scene: Scene) -> set[str]:
    return set(scene.values.case.system.given_sequences) - scene.values.case.targets


def _is_step(node: Node, offset: int | None = None) -> bool:
    return isinstance(node, Ref) and node.index.anchor == "step" and offset in (None, node.index.offset)


def _moved(node: Node, by: int, names: set[str]) -> Iterator[Changed]:
    if _is_step(node) and node.name in names:
        other = node._replace(index=node.index._replace(offset=node.index.offset + by))
        yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)


def wrong_quantity(scene: Scene) -> Iterator[Slip]:
    """Read one quantity of the network for another of the same shape: c for h, the first layer for the second."""
    case = scene.values.case
    names = [name for name in case.system.defined if name not in _pre_activations(scene)] + [*_inputs(scene)]
    names = [name for name in names if case.system.is_sequence(name)]

    def another(node: Node) -> Iterator[Changed]:
        if not _is_step(node) or node.name not in names:
            return
        for name in names:
            same_letter = case.system.letters[name] == case.system.letters[node.name]
            if name != node.name and same_letter and case.shapes[name] == case.shapes[node.name]:
                other = node._replace(name=name)
                yield Changed(f"{shown(other)} is used in place of {shown(node)}", other)

    return each_place("wrong-quantity", scene, scene.forward, another)


def _pre_activations(scene: Scene) -> set[str]:
    """Name what only a function of it is made of: the a of f = sigmoid(a)."""
    sole = (e.right.args[0] for e in scene.forward if isinstance(e.right, Call) and len(e.right.args) == 1)
    return {leaf.name for leaf in sole if isinstance(leaf, Ref)} - states(scene)
