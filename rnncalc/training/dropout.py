"""Dropout as a product: dropout(a, p) becomes a ⊙ mask, the mask a given sequence that is drawn anew each iteration.

So the derived backward system needs to know nothing of it.

Source: Srivastava et al. 2014, in the inverted form: what is kept is divided by 1 − p.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.reading import evaluate_concrete
from rnncalc.compute.values import Values
from rnncalc.language.kinds import Shape, infer_shape
from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Ref, leaves, rebuild, walk
from rnncalc.recurrences.system import is_place

_NAME = "dropped"  # no name of a file has a space and a number behind it


class Drop(NamedTuple):
    """One mask: name, index letter ('' for a value), shape of what it multiplies, the part that is dropped."""

    name: str
    letter: str
    shape: Shape
    part: float


class Drops(NamedTuple):
    """All masks of a system."""

    drops: tuple[Drop, ...]
    equations: tuple[Equation, ...]

    def attach(self, case: Case) -> Case:
        """Give a case with masks, that `draw` is to fill."""
        arrays = {d.name: np.ones(_lead(d, case) + d.shape) for d in self.drops}
        sequences = {d.name: arrays[d.name] for d in self.drops if d.letter}
        values = {d.name: arrays[d.name] for d in self.drops if not d.letter}
        return replace(case, sequences={**case.sequences, **sequences}, values={**case.values, **values})

    def draw(self, case: Case, rng: np.random.Generator) -> None:
        """Fill the masks of a case in place: 0 with the probability p, else 1 / (1 − p)."""
        for drop in self.drops:
            mask = (case.sequences if drop.letter else case.values)[drop.name]
            rng.random(out=mask)
            np.greater_equal(mask, drop.part, out=mask)
            if drop.part < 1:
                np.divide(mask, 1 - drop.part, mask)


def drops_of(case: Case) -> Drops | None:
    """Find every dropout of a system, and write its equations with masks; None where there is none."""
    found: dict[Hashable, tuple[Drop, Call]] = {}
    placed = sorted(case.system.equations, key=lambda e: not _letter(e))  # those with a running step come first
    for equation in placed:
        for node in _dropouts(equation.right):
            if _key(node) not in found:
                runs = any(isinstance(leaf, Ref) and leaf.index.anchor == "step" for leaf in leaves(node.args[0]))
                letter = _letter(equation) if runs else ""
                shape = infer_shape(node.args[0], case.known)
                found[_key(node)] = Drop(f"{_NAME} {len(found) + 1}", letter, shape, _number(node.args[1], case)), node

    def changed(node: Node) -> Node:
        if not (isinstance(node, Call) and node.op == "dropout"):
            return node
        drop, first = found[_key(node)]
        mask = Ref(drop.name, _same_step(first.args[0], node.args[0])) if drop.letter else Name(drop.name)
        return Call("mul", (node.args[0], mask), node.span)

    equations = tuple(e._replace(right=rebuild(e.right, changed)) for e in case.system.equations)
    return Drops(tuple(drop for drop, _ in found.values()), equations) if found else None


def with_drops(case: Case, drops: Drops | None) -> Case:
    """Give a case whose system reads masks where it had dropouts."""
    if not drops:
        return case
    letters = {**case.system.letters, **{d.name: d.letter for d in drops.drops if d.letter}}
    system = replace(case.system, equations=drops.equations, letters=letters)
    return replace(case, system=system, shapes={**case.shapes, **{d.name: d.shape for d in drops.drops}})


def _dropouts(node: Node) -> Iterator[Call]:
    return (part for part in walk(node) if isinstance(part, Call) and part.op == "dropout")


def _letter(equation: Equation) -> str:
    runs = isinstance(equation.left, Ref) and not is_place(equation)
    return equation.left.index.letter if runs else ""


def _key(node: Call) -> Hashable:
    """Give what copies of one dropout, moved in time for a loss from the logits, have in common."""
    return node.span and (node.span.start, node.span.source.name), tuple(leaf.name for leaf in leaves(node))


def _same_step(first: Node, copy: Node) -> Index:
    """Give the step of the mask in a copy: what is t in the first."""
    for one, other in zip(leaves(first), leaves(copy), strict=True):
        if isinstance(one, Ref) and one.index.anchor == "step":
            return other.index._replace(offset=other.index.offset - one.index.offset)
    raise AssertionError("a mask with a step belongs to something that has one")


def _number(node: Node, case: Case) -> float:
    """Evaluate the part to drop, which has no step."""
    return float(evaluate_concrete(node, Values(case, {}, {**case.weights, **case.values}, {})).flat[0])


def _lead(drop: Drop, case: Case) -> tuple[int, ...]:
    return (case.lengths[drop.letter], case.n_sequences) if drop.letter else (case.n_sequences,)
