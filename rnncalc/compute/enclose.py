"""Enclose an expression: the interval in which its value lies when people round on the way.

Sums of several addends are rounded once, after the products within them;
(1 − z) n + z h is taken as the convex combination that it is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncalc.compute.functions import FORWARD
from rnncalc.compute.intervals import INTERVAL, Interval, Rounding, hull, negative, plus, point, products, times
from rnncalc.compute.steps import ABSENT
from rnncalc.compute.values import Values
from rnncalc.language.kinds import feature_axis, infer_shape
from rnncalc.language.nodes import SUMS_OVER_TIME, Call, Name, Node, Number, Ref
from rnncalc.language.sums import addends

Read = Callable[[Name | Ref], Interval]
Concrete = Callable[[Node, int], Node]


class Enclosure:
    """Encloses expressions over intervals of the quantities that they read.

    Args:
        values: A pass, for shapes and lengths.
        rounding: How far one operation may be off.
        read: The interval of a quantity at a concrete place.
        concrete: Puts the number of a step in the place of t.
    """

    def __init__(self, values: Values, rounding: Rounding, read: Read, concrete: Concrete):
        self.values, self.rounding, self.read, self.concrete = values, rounding, read, concrete

    def of(self, node: Node) -> Interval:
        """Enclose an expression, (n_sequences, rows, columns), of weights (rows, columns)."""
        if isinstance(node, Number):
            return point(np.full((1, 1), node.value))
        if isinstance(node, Name | Ref):
            return self.read(node)
        if node.op in SUMS_OVER_TIME:
            return self._over_time(node)
        if node.op == "sum_sequences":
            inner = self._spread(self.of(node.args[0]))
            return self.rounding.widen(Interval(inner.low.sum(axis=0), inner.high.sum(axis=0)))
        if node.op == "column_of":
            return self._column(node)
        if node.op in ("add", "sub", "matmul"):
            return self._sum(node)
        if node.op in ("concat", "lookup"):
            return self._joined(node)
        return INTERVAL[node.op](self.rounding, *map(self.of, node.args))

    def _sum(self, node: Node) -> Interval:
        """Enclose a sum: its products are rounded each, the sum once."""
        if (mixed := self._mixture(node)) is not None:
            return mixed
        found = None
        for sign, part in addends(node):
            inner = self._unrounded(part)
            inner = inner if sign == "+" else negative(inner)
            found = inner if found is None else plus(found, inner)
        return self.rounding.widen(found)

    def _unrounded(self, part: Node) -> Interval:
        if isinstance(part, Call) and part.op == "matmul":
            left, right = map(self.of, part.args)
            return products(left, right, self.rounding)
        return self.of(part)

    def _mixture(self, node: Node) -> Interval | None:
        """Enclose (1 − z) a + z b, which lies between a and b."""
        if node.op != "add":
            return None
        first, second = node.args
        for one, other in ((first, second), (second, first)):
            pair = complement(one, other)
            if pair is not None:
                z, a, b = map(self.of, pair)
                z = Interval(np.clip(z.low, 0, 1), np.clip(z.high, 0, 1))
                one_minus = point(np.ones((1, 1)))
                ends = [
                    plus(times(plus(one_minus, negative(point(at))), a), times(point(at), b)) for at in (z.low, z.high)
                ]
                found, unit = hull(*ends), self.rounding.unit
                return Interval(found.low - 4 * unit, found.high + 4 * unit)  # 1 − z, two products, their sum
        return None

    def _over_time(self, node: Call) -> Interval:
        """Enclose Σ over steps, for a parameter over the sequences too."""
        letter, inner = node.args[1].index.letter, node.args[0]
        found = None
        for step in range(1, self.values.case.lengths[letter] + 1):
            part = self.concrete(inner, step)
            if part == ABSENT:
                continue
            term = self._spread(self._unrounded(part))
            found = term if found is None else plus(found, term)
        if node.op == "sum_all":
            found = Interval(found.low.sum(axis=0), found.high.sum(axis=0))
        return self.rounding.widen(found)

    def _column(self, node: Call) -> Interval:
        stack, at = self._spread(self.of(node.args[0])), node.args[1].index.offset - 1
        if self.values.case.system.layout == "column":
            return Interval(*(end[..., :, at : at + 1] for end in stack))
        return Interval(*(end[..., at : at + 1, :] for end in stack))

    def _joined(self, node: Call) -> Interval:
        known = self.values.case.known
        shapes = [infer_shape(arg, known) for arg in node.args] if node.op == "concat" else []
        axis = feature_axis(shapes, known.layout) - 2
        parts = [self.of(arg) for arg in node.args]
        if node.op == "lookup":
            return Interval(*(FORWARD["lookup"](end, parts[1].low, axis=axis) for end in parts[0]))
        return Interval(*(FORWARD["concat"](*ends, axis=axis) for ends in zip(*parts, strict=True)))

    def _spread(self, x: Interval) -> Interval:
        """Give what may lack the axis of sequences that axis."""
        lead = (self.values.case.n_sequences,)
        return Interval(*(end if end.ndim > 2 else np.broadcast_to(end, (*lead, *end.shape)) for end in x))


def complement(one: Node, other: Node) -> tuple[Node, Node, Node] | None:
    """Find z, a and b in (1 − z) ⊙ a and z ⊙ b."""
    if not (isinstance(one, Call) and isinstance(other, Call) and one.op == other.op == "mul"):
        return None
    for rest, a in (one.args, one.args[::-1]):
        if isinstance(rest, Call) and rest.op == "sub" and rest.args[0] == Number("1"):
            z = rest.args[1]
            for same, b in (other.args, other.args[::-1]):
                if same == z:
                    return z, a, b
    return None
