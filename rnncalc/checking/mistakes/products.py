"""Slips of arithmetic in one product of a sum: left out, or with the wrong sign, at one step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncalc.checking.mistakes.rewriting import shown
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.scene import Scene
from rnncalc.checking.walk import Place
from rnncalc.compute.trace import concrete
from rnncalc.language.nodes import Call, Name, Node, rebuild

MOST = 400  # products of one line that are tried


def product_slips(scene: Scene, place: Place) -> Iterator[Slip]:
    """Go through the products with a weight in the line of a place, each left out and each with its sign turned.

    A product is a weight's entry times something: the slip takes a weight with
    that entry 0, or with its sign turned, at this step alone.
    """
    work = scene.works[place]
    weights = {part.name for part in _factors(work.equation.right)} & scene.values.case.weights.keys()
    entries = [(name, at) for name in sorted(weights) for at in np.ndindex(scene.values.case.shapes[name])]
    line = shown(concrete(work.equation.left, work.number, work.values))
    for name, (row, column) in entries if len(entries) <= MOST else ():
        weight = scene.values.singles[name]
        if not weight[..., row, column].any():
            continue
        entry = f"{name}[{row + 1},{column + 1}]"
        for slug, words, factor in (
            ("dropped-product", f"the product with {entry} is left out", 0.0),
            ("sign-slip", f"the product with {entry} has the wrong sign", -1.0),
        ):
            other = weight.copy()
            other[..., row, column] *= factor
            changed = f"∎{name}"
            node = rebuild(work.equation.right, lambda part, n=name, c=changed: _renamed(part, n, c))
            yield Slip(slug, f"{words} in {line}", {work.equation.left: node}, {(changed, None): other}, place[1])


def _factors(node: Node) -> Iterator[Name]:
    """Go through the weights that stand in matrix products."""
    if isinstance(node, Call):
        for arg in node.args:
            bare = arg.args[0] if isinstance(arg, Call) and arg.op == "transpose" else arg
            if node.op == "matmul" and isinstance(bare, Name):
                yield bare
            yield from _factors(arg)


def _renamed(part: Node, name: str, changed: str) -> Node:
    """Put the changed weight in the place of a weight within a product."""
    if not isinstance(part, Call) or part.op != "matmul":
        return part
    args = []
    for arg in part.args:
        if arg == Name(name):
            arg = Name(changed)
        elif arg == Call("transpose", (Name(name),)):
            arg = Call("transpose", (Name(changed),))
        args.append(arg)
    return Call("matmul", tuple(args), part.span)
