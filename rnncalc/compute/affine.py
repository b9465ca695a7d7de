"""Sums of products as one product: A a + B b + c is (A B c) (a b 1)ᵀ.

Vectors that lie one above the other in memory are one longer vector. The
members of a scan do so by themselves; what is outside the recurrence, and the
1 of a bias, get slots below them.

`affine_sums` is the one to read first; workspace.py lays out the memory.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rnncalc.compute.products import multiplied, weight_and_vector
from rnncalc.compute.siblings import Group, stacks
from rnncalc.language.kinds import Layout, Shapes, infer_shape
from rnncalc.language.nodes import Call, Node, Ref, leaves, reads, walk
from rnncalc.language.sums import addends

Nodes = tuple[Node, ...]  # expressions of one form
Signed = tuple[str, Node]
ONE = "1"


class Term(NamedTuple):
    """A weight, or a bias, of one of the expressions, and the vector that it meets: a member, an expression or ONE."""

    place: int  # of the expression
    sign: str
    weight: Node
    vector: str | Node


class Affine(NamedTuple):
    """Expressions of one form as a product.

    `run` are the members, read `back` steps before, whose vectors begin the
    long one, or instead of them it begins with a vector of the step, `own`;
    `slots` are what stands below; `rest` is what is left of each expression, in
    as many parts of one form.
    """

    run: tuple[str, ...]
    back: int
    own: Node | None
    slots: tuple[str | Node, ...]
    terms: tuple[Term, ...]
    rest: tuple[tuple[Signed, ...], ...]


def affine_sums(
    groups: Sequence[Group],
    inside: Collection[int],
    widths: Mapping[str, int],
    weights: Collection[str],
    known: Shapes,
) -> dict[Nodes, Affine]:
    """Find the sums of a scan that are to be one product each; slots fit below the members that they follow.

    Args:
        groups: The equations, those of one form together.
        inside: Ids of what is computed within a step.
        widths: The members in the order in which they lie, with their numbers of entries.
        weights: What is the same for every sequence.
        known: The shapes of all quantities.
    """
    order = {name: at for at, name in enumerate(widths)}
    joints = {pair for names in stacks(groups) for pair in itertools.pairwise(names)}
    followed: dict[str, int] = {}  # member below which there are slots -> steps back at which they are read
    found: dict[Nodes, Affine] = {}
    for group in groups:
        for nodes in _sums(tuple(member.equation.right for member in group), inside):
            one = _affine(nodes, inside, order, weights, known)
            if one is None or any(name in followed for name in one.run[:-1]):
                continue
            if one.own is not None:
                found[nodes] = one
                continue
            last = one.run[-1]
            if one.slots:
                if followed.get(last, one.back) != one.back or any(before == last for before, _ in joints):
                    continue
                followed[last] = one.back
            joints |= set(itertools.pairwise(one.run))
            found[nodes] = one
    return found


def side_by_side(groups: Sequence[Group], layout: Layout) -> list[str]:
    """Order the members: what is evaluated or read together stays so, what one sum multiplies by weights comes next."""
    names = [member.name for group in groups for member in group]
    joints = {pair for found in stacks(groups) for pair in itertools.pairwise(found)}
    blocks: list[list[str]] = []
    for before, name in itertools.pairwise(["", *names]):
        blocks[-1].append(name) if (before, name) in joints else blocks.append([name])
    sums = [list(multiplied(member.equation.right, layout)) for group in groups for member in group]
    wanted = [name for found in sorted(sums, key=len, reverse=True) for name in found]
    places = {name: at for at, name in reversed(list(enumerate(wanted)))}
    ordered = sorted(blocks, key=lambda block: min(places.get(name, len(wanted)) for name in block))
    return [name for block in ordered for name in block]


def with_slots(
    widths: Mapping[str, int], affines: Iterable[Affine], known: Shapes
) -> dict[str | tuple[str, str | Node], int]:
    """Give the members with the slots below them, (member, what it holds), with their numbers of entries."""
    slots: dict[str, dict[str | Node, None]] = {}
    for one in (one for one in affines if one.run):
        slots.setdefault(one.run[-1], {}).update(dict.fromkeys(one.slots))
    found = {}
    for name, width in widths.items():
        found[name] = width
        for slot in slots.get(name, ()):
            found[name, slot] = slot_width(slot, known)
    return found


def slot_width(slot: str | Node, known: Shapes) -> int:
    """Give the number of entries of a slot."""
    return 1 if slot == ONE else math.prod(infer_shape(slot, known))


def _sums(nodes: Nodes, inside: Collection[int]) -> Iterator[Nodes]:
    """Go through the sums and products within expressions of one form, the outermost only."""
    if not isinstance(nodes[0], Call) or id(nodes[0]) not in inside:
        return
    if nodes[0].op in ("add", "sub", "matmul"):
        yield nodes
        return
    for parts in zip(*(node.args for node in nodes), strict=True):
        yield from _sums(parts, inside)


def _affine(
    nodes: Nodes, inside: Collection[int], order: Mapping[str, int], weights: Collection[str], known: Shapes
) -> Affine | None:
    parts = [addends(node) for node in nodes]
    reached = [_members(own, inside, known) for own in parts]
    if any(set(own) != set(reached[0]) for own in reached):  # each of its own member
        return None
    run, back = _longest_run(reached[0], order)
    own_vector = None if run else _own_vector(parts, inside, known)
    if not run and own_vector is None:
        return None
    terms, rest, slots = [], [], {}
    for place, own in enumerate(parts):
        left: list[Signed] = []
        for sign, part in own:
            same = infer_shape(part, known) == infer_shape(nodes[place], known)
            factors = _factors(part, run, back, own_vector, inside, known) if same else None
            if factors and not all(leaf.name in weights for leaf in leaves(factors[0])):
                factors = None
            if factors is None:
                left.append((sign, part))
            else:
                terms.append(Term(place, sign, *factors))
                slots |= {} if factors[1] in run or factors[1] is own_vector else {factors[1]: None}
        rest.append(tuple(left))
    if (
        max(len(run), 1) + len(slots) < 2
        or len({tuple((sign, id(p) in inside) for sign, p in own) for own in rest}) > 1
    ):
        return None
    ordered = sorted(slots, key=lambda slot: slot == ONE)
    return Affine(run, back, own_vector, tuple(ordered), tuple(terms), tuple(rest))


def _members(parts: Sequence[Signed], inside: Collection[int], known: Shapes) -> dict[tuple[int, str], None]:
    """Give the members that products of a sum read: steps back and name."""
    found = {}
    for _, part in parts:
        if isinstance(part, Call) and part.op == "matmul":
            vector = weight_and_vector(part, known.layout)[1]
            if isinstance(vector, Ref) and id(vector) in inside and vector.index.anchor == "step":
                found[abs(vector.index.offset), vector.name] = None
    return found


def _longest_run(keys: Collection[tuple[int, str]], order: Mapping[str, int]) -> tuple[tuple[str, ...], int]:
    """Give the longest list of members that lie one above the other, and how many steps before they are read."""
    runs: list[list[tuple[int, str]]] = [[]]
    for back, name in sorted(keys, key=lambda key: (key[0], order[key[1]])):
        if runs[-1] and (runs[-1][-1][0], order[runs[-1][-1][1]] + 1) != (back, order[name]):
            runs.append([])
        runs[-1].append((back, name))
    longest = max(runs, key=len)
    return tuple(name for _, name in longest), longest[0][0] if longest else 0


def _own_vector(parts: Sequence[Sequence[Signed]], inside: Collection[int], known: Shapes) -> Node | None:
    """Give the vector of the step that a single sum multiplies by a weight, such as r(t) ⊙ h(t-1)."""
    if len(parts) > 1:
        return None
    products = [part for _, part in parts[0] if isinstance(part, Call) and part.op == "matmul"]
    vectors = [weight_and_vector(product, known.layout)[1] for product in products]
    return next((v for v in vectors if isinstance(v, Call) and id(v) in inside and 1 in infer_shape(v, known)), None)


def _factors(
    part: Node, run: Collection[str], back: int, own: Node | None, inside: Collection[int], known: Shapes
) -> tuple[Node, str | Node] | None:
    """Give a part of a sum as a weight and a vector, None where it is none."""
    if id(part) not in inside and not is_timed(part):
        return part, ONE
    if not isinstance(part, Call) or part.op != "matmul":
        return None
    weight, vector = weight_and_vector(part, known.layout)
    if is_timed(weight) or 1 not in infer_shape(vector, known):
        return None
    if vector is own:
        return weight, vector
    if id(vector) not in inside:
        return (weight, vector) if is_timed(vector) else None
    if isinstance(vector, Ref) and vector.name in run and abs(vector.index.offset) == back:
        return weight, vector.name
    return None


def is_timed(node: Node) -> bool:
    """Tell whether an expression changes from step to step."""
    return any(running for _, running in reads(node)) or any(
        isinstance(part, Call) and part.op in ("column_of", "between", "only_at") for part in walk(node)
    )
