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
from rnncalc.compute.steps import ABSENT, bounds, without_absent
from rnncalc.compute.values import Values
from rnncalc.language.nodes import SUMS_OVER_TIME, Call, Equation, Index, Name, Node, Ref, reads
from rnncalc.language.nodes import Step as StepNode
from rnncalc.language.sums import addends
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


def phases(case: Case, descending: bool = False) -> tuple[Phase, ...]:
    """Group the blocks of a case: those of one letter and direction run side by side.

    Maps go along with forward scans, where steps descend (as in a backward
    pass) with reverse scans.
    """
    found: list[Phase] = []
    natural = "reverse" if descending else "forward"
    for block in case.blocks:
        direction = natural if block.direction == "map" else block.direction
        if found and _joins(found[-1], block, direction):
            found[-1] = found[-1]._replace(equations=(*found[-1].equations, *block.equations))
        else:
            found.append(Phase(direction, block.letter, block.equations))
    return tuple(found)


def _joins(phase: Phase, block: Block, direction: str) -> bool:
    if phase.direction != direction or phase.letter != block.letter:
        return False
    if direction == "once":
        return True
    names = {equation.left.name for equation in phase.equations}
    sign = 1 if direction == "reverse" else -1
    read = [(leaf, running) for e in block.equations for leaf, running in reads(e.right) if leaf.name in names]
    return all(running and leaf.index.offset * sign >= 0 for leaf, running in read)


def trace(values: Values, descending: bool = False) -> Iterator[Step]:
    """Go through all lines of a pass, in the order in which they are computed."""
    for letter, number, equations in ordered(values, descending):
        yield Step(letter, number, tuple(_line(equation, number, values) for equation in equations))


def ordered(values: Values, descending: bool = False) -> Iterator[tuple[str, int, tuple[Equation, ...]]]:
    """Go through the steps of a pass, each with its index letter, its number and the equations that hold there."""
    for phase in phases(values.case, descending):
        if phase.direction == "once":
            yield "", 0, phase.equations
            continue
        steps = range(1, values.case.lengths[phase.letter] + 1)
        for number in reversed(steps) if phase.direction == "reverse" else steps:
            yield phase.letter, number, tuple(e for e in phase.equations if _holds(e, number, values))


def _holds(equation: Equation, number: int, values: Values) -> bool:
    """Tell whether a step is not given by the file or by an equation of its own."""
    name = equation.left.name
    return number > len(values.case.sequences.get(name, ())) and (name, number) not in values.places


def _line(equation: Equation, number: int, values: Values) -> Line:
    left = concrete(equation.left, number, values)
    return Line(left, concrete(equation.right, number, values), values.of(left))


def concrete(node: Node, number: int, values: Values) -> Node:
    """Put the number of the step in the place of t, and of T; terms absent at the step fall away.

    What stands under a sum over time keeps its running step.
    """
    if isinstance(node, Ref) and node.index.anchor == "step":
        return node._replace(index=Index("start", "", number + node.index.offset))
    if isinstance(node, Ref) and node.index.anchor == "end":
        return node._replace(index=Index("start", "", values.step_of(node)))
    if not isinstance(node, Call) or node.op in SUMS_OVER_TIME:
        return node
    if node.op == "column_of":
        return Call("column_of", (node.args[0], StepNode(Index("start", "", number))), node.span)
    if node.op in ("between", "only_at"):
        first, last = bounds(node, values)
        return concrete(node.args[0], number, values) if first <= number <= last else ABSENT
    return without_absent(node, [concrete(arg, number, values) for arg in node.args])


def terms(line: Line, values: Values) -> list[tuple[str, Node, np.ndarray]]:
    """Give the addends of a line's right side, each with its sign and value."""
    with np.errstate(all="ignore"):
        return [(sign, node, evaluate_concrete(node, values)) for sign, node in addends(line.right)]
