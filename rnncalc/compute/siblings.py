"""Equations of the same form, as those of the gates of a cell, evaluated together.

f(t) = σ(a_f(t)), i(t) = σ(a_i(t)) and o(t) = σ(a_o(t)) are one σ of a longer
array, where their values and their operands lie side by side; so are products
of several weights with the same state. Only the form of the equations counts.

`together` is the one to read first.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rnncalc.compute.compiled import COMPILED
from rnncalc.compute.products import multiplied
from rnncalc.compute.regroup import readers
from rnncalc.language.kinds import Shapes, infer_shape
from rnncalc.language.nodes import Call, Equation, Node, leaves, reads

_FUSED = frozenset({"matmul", *(op for op, statements in COMPILED.items() if statements)})


class Member(NamedTuple):
    """An equation of a scan: `form` has its operations, shapes and offsets, `operands` the members it reads.

    In equations of one form, operands at the same place mean the same.
    """

    equation: Equation
    form: Hashable
    operands: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.equation.left.name


Group = list[Member]


def together(equations: Sequence[Equation], known: Shapes) -> list[Group]:
    """Group equations that may be evaluated together: the groups in an order of evaluation.

    Members in the order of the groups lie side by side as their equations need it.
    """
    needs = _needs(equations)
    members = [_member(equation, needs, known) for equation in equations]
    found = [_by_form(members, levels) for levels in (_soonest(needs), _latest(needs))]
    sums = [list(multiplied(equation.right, known.layout)) for equation in equations]
    beside = {name for names in sums if len(names) > 1 for name in names}
    return min((_cut(_as_read(groups, beside)) for groups in found), key=len)


def stacks(groups: Sequence[Group]) -> Iterator[tuple[str, ...]]:
    """Go through the members that are evaluated together, and those that these read together."""
    for group in groups:
        yield tuple(member.name for member in group)
        yield from _stacks(group)


def apart(equations: Sequence[Equation]) -> list[Group]:
    """Give groups of one equation each."""
    return [[Member(equation, None, ())] for equation in equations]


def _by_form(members: Sequence[Member], levels: Mapping[str, int]) -> list[Group]:
    """Group first what reads the same members, as f(t) · ∇c(t) and g(t) · ∇c(t), then what reads different ones."""
    found: list[Group] = []
    for level in sorted(set(levels.values())):
        alone: Group = []
        here = [member for member in members if levels[member.name] == level]
        for group in _gather(here, lambda member: (member.form, member.operands)):
            found.append(group) if len(group) > 1 else alone.extend(group)
        found += _gather(alone, lambda member: member.form)
    return found


def _gather(members: Group, key: Callable[[Member], Hashable]) -> list[Group]:
    groups: dict[Hashable, Group] = {}
    for member in members:
        groups.setdefault(key(member), []).append(member)
    return list(groups.values())


def _as_read(groups: list[Group], beside: Collection[str]) -> list[Group]:
    """Order each group as the groups after it read it, else what a sum reads with members of other groups last."""
    wanted: dict[str, tuple[int, int]] = {}
    found = []
    for number in reversed(range(len(groups))):
        free = len(groups), 0
        group = sorted(groups[number], key=lambda m: (wanted.get(m.name, free), m.name in beside))
        for names in _stacks(group):
            wanted |= {name: (number, at) for at, name in enumerate(names)}
        found.append(group)
    return found[::-1]


def _cut(groups: list[Group]) -> list[Group]:
    """Cut groups where what they read does not lie side by side."""
    places = {name: at for at, name in enumerate(member.name for group in groups for member in group)}
    found: list[Group] = []
    for group in groups:
        current: Group = []
        for member in group:
            stacks = [itertools.pairwise(names) for names in _stacks([*current, member])]
            if not all(places[after] == places[before] + 1 for pairs in stacks for before, after in pairs):
                found.append(current)
                current = []
            current.append(member)
        found.append(current)
    return found


def _stacks(group: Group) -> Iterator[tuple[str, ...]]:
    """Go through the places where equations of one form read different members."""
    operands = zip(*(member.operands for member in group), strict=True) if len(group) > 1 else ()
    return (names for names in operands if any(name != names[0] for name in names))


def _member(equation: Equation, members: Collection[str], known: Shapes) -> Member:
    inside = readers(equation.right, members)
    operands = tuple(leaf.name for leaf in leaves(equation.right) if leaf.name in members)
    name = equation.left.name
    form = (known.names[name], _form(equation.right, inside, known))
    return Member(equation, form if _fuses(equation.right, inside) else name, operands)


def _form(node: Node, inside: Collection[int], known: Shapes) -> Hashable:
    if id(node) not in inside:
        return infer_shape(node, known)
    if isinstance(node, Call):
        return (node.op, *[_form(arg, inside, known) for arg in node.args])
    return (node.index, known.names[node.name])


def _fuses(node: Node, inside: Collection[int]) -> bool:
    if not isinstance(node, Call) or id(node) not in inside:
        return True
    return node.op in _FUSED and all(_fuses(arg, inside) for arg in node.args)


def _needs(equations: Sequence[Equation]) -> dict[str, set[str]]:
    """Give for each member those that it reads at the same step."""
    names = {equation.left.name for equation in equations}
    found = {}
    for equation in equations:
        here = {leaf.name for leaf, running in reads(equation.right) if running and not leaf.index.offset}
        found[equation.left.name] = here & names
    return found


def _soonest(needs: Mapping[str, Collection[str]]) -> dict[str, int]:
    levels: dict[str, int] = {}
    for name, needed in needs.items():
        levels[name] = 1 + max((levels[other] for other in needed), default=0)
    return levels


def _latest(needs: Mapping[str, Collection[str]]) -> dict[str, int]:
    levels = dict.fromkeys(needs, 0)
    for name in reversed(needs):
        for other in needs[name]:
            levels[other] = min(levels[other], levels[name] - 1)
    return levels
