"""A line as a function of what is known: compiled once, evaluated for every slip and every student."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncalc.checking.walk import Place
from rnncalc.compute.interpreter import Evaluator, compile_node
from rnncalc.compute.steps import ABSENT, spread
from rnncalc.compute.trace import concrete
from rnncalc.compute.values import Values, stack
from rnncalc.language.nodes import SUMS_OVER_TIME, Call, Name, Node, Ref

Read = Callable[[Place], np.ndarray]


def place_of(leaf: Name | Ref, values: Values) -> Place:
    """Give the place that a concrete leaf names."""
    return leaf.name, (None if isinstance(leaf, Name) else values.step_of(leaf))


def all_places(leaf: Ref, values: Values) -> list[Place]:
    """Give the places of a whole sequence, h[:]."""
    return [(leaf.name, step) for step in range(1, values.case.n_steps(leaf.name) + 1)]


def compile_line(node: Node, number: int, values: Values) -> Callable[[Read], np.ndarray]:
    """Give the function that evaluates an expression at a step, given what reads a place."""

    def read(part: Node) -> Evaluator | None:
        if isinstance(part, Ref) and part.index.anchor == "all":
            places, layout = all_places(part, values), values.case.system.layout
            return lambda at: stack(np.stack([at(place) for place in places]), layout)
        if isinstance(part, Name | Ref):
            place = place_of(part, values)
            return lambda at: at(place)
        if not isinstance(part, Call):
            return None
        if part.op in SUMS_OVER_TIME:
            return _sum(part, values)
        if part.op == "sum_sequences":
            inner = compile_line(part.args[0], number, values)
            return lambda at: spread(inner(at), (values.case.n_sequences,)).sum(axis=0)
        if part.op == "column_of":
            inner, k = compile_line(part.args[0], number, values), part.args[1].index.offset - 1
            if values.case.system.layout == "column":
                return lambda at: inner(at)[..., :, k : k + 1]
            return lambda at: inner(at)[..., k : k + 1, :]
        return None

    return compile_node(concrete(node, number, values), values.case.known, read)


def _sum(part: Call, values: Values) -> Evaluator:
    letter = part.args[1].index.letter
    found = [concrete(part.args[0], step, values) for step in range(1, values.case.lengths[letter] + 1)]
    terms = [compile_line(term, 0, values) for term in found if term is not ABSENT]
    lead = (values.case.n_sequences,)
    if part.op == "sum_all":
        return lambda at: sum(spread(term(at), lead).sum(axis=0) for term in terms)
    return lambda at: sum(spread(term(at), lead) for term in terms)
