"""The forward pass as lines to be shown: what, by which equation, with which value.

`trace` orders the lines as they are evaluated: phases of steps that run
together, forward or reverse, and what is computed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.reading import evaluate_concrete
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Ref, leaves, rebuild
from rnncalc.recurrences.schedule import Block


class Line(NamedTuple):
    """One quantity at one step.

    Shapes:
        value: (n_sequences, rows, columns)
    """

    left: Name | Ref
    right: Node
    value: np.ndarray


class Step(NamedTuple):
    """The lines of one time step; `letter` is empty where there is no step."""

    letter: str
    number: int
    lines: tuple[Line, ...]


class Phase(NamedTuple):
    """Equations whose steps are shown together."""

    direction: str
    letter: str
    equations: tuple[Equation, ...]


def phases(case: Case) -> tuple[Phase, ...]:
    """Group the blocks of a case: those of one letter and direction run side by side."""
    found: list[Phase] = []
    for block in case.blocks:
        if found and _joins(found[-1], block):
            last = found[-1]
            direction = block.direction if last.direction == "map" else last.direction
            found[-1] = last._replace(direction=direction, equations=(*last.equations, *block.equations))
        else:
            found.append(Phase(block.direction, block.letter, block.equations))
    return tuple(found)


def _joins(phase: Phase, block: Block) -> bool:
    if phase.direction == "once" or block.direction == "once":
        return phase.direction == block.direction
    pair = {phase.direction, block.direction}
    if phase.letter != block.letter or len(pair - {"map"}) > 1 or pair == {"map", "reverse"}:
        return False
    names = {equation.left.name for equation in phase.equations}
    reads = [leaf for equation in block.equations for leaf in leaves(equation.right) if leaf.name in names]
    return all(leaf.index.anchor == "step" and leaf.index.offset <= 0 for leaf in reads)


def trace(values: Values) -> Iterator[Step]:
    """Go through all lines of a forward pass, in the order in which they are computed."""
    for phase in phases(values.case):
        if phase.direction == "once":
            yield Step("", 0, tuple(_once(equation, values) for equation in phase.equations))
            continue
        steps = range(1, values.case.lengths[phase.letter] + 1)
        for number in reversed(steps) if phase.direction == "reverse" else steps:
            lines = (_at_step(equation, number, values) for equation in phase.equations)
            yield Step(phase.letter, number, tuple(line for line in lines if line is not None))


def _once(equation: Equation, values: Values) -> Line:
    left = concrete(equation.left, 0, values)
    return Line(left, concrete(equation.right, 0, values), values.of(left))


def _at_step(equation: Equation, number: int, values: Values) -> Line | None:
    """Give a line, or None where the step is given by the file or by an equation of its own."""
    name = equation.left.name
    given = values.case.sequences.get(name, ())
    if number <= len(given) or (name, number) in values.places:
        return None
    left = concrete(equation.left, number, values)
    return Line(left, concrete(equation.right, number, values), values.at(name, number))


def concrete(node: Node, number: int, values: Values) -> Node:
    """Put the number of the step in the place of t, and of T."""

    def change(part: Node) -> Node:
        if isinstance(part, Ref) and part.index.anchor == "step":
            return part._replace(index=Index("start", "", number + part.index.offset))
        if isinstance(part, Ref) and part.index.anchor == "end":
            return part._replace(index=Index("start", "", values.step_of(part)))
        return part

    return rebuild(node, change)


def terms(line: Line, values: Values) -> list[tuple[str, Node, np.ndarray]]:
    """Give the addends of a line's right side, each with its sign and value."""
    return [(sign, node, evaluate_concrete(node, values)) for sign, node in addends(line.right)]


def addends(node: Node, sign: str = "+") -> list[tuple[str, Node]]:
    """Split a sum into its addends with their signs."""
    if isinstance(node, Call) and node.op in ("add", "sub"):
        left, right = node.args
        flipped = {"+": "-", "-": "+"}[sign]
        return [*addends(left, sign), *addends(right, sign if node.op == "add" else flipped)]
    if isinstance(node, Call) and node.op == "neg":
        return addends(node.args[0], {"+": "-", "-": "+"}[sign])
    return [(sign, node)]
