"""Writes the steps of a scan as source: numpy calls into arrays that are there already.

Expressions of one form are written together, as one call on longer arrays.
The source contains only names of our own making.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from rnncalc.compute.affine import ONE, Affine, Nodes, is_timed, slot_width
from rnncalc.compute.compiled import COMPILED
from rnncalc.compute.functions import FORWARD, softmax
from rnncalc.compute.matrices import Block, filled
from rnncalc.compute.products import weight_and_vector
from rnncalc.compute.reading import concrete_evaluator
from rnncalc.compute.regroup import readers
from rnncalc.compute.siblings import Group
from rnncalc.compute.values import Values, kept
from rnncalc.compute.workspace import Workspace
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Call, Node, Number, reads

_SIGNS = {"+": np.add, "-": np.subtract}


class NotGenerated(Exception):
    """An expression that the generator leaves to the interpreter."""


class Loop:
    """The loop over the steps of a piece."""

    def __init__(self, groups: Sequence[Group], sums: Mapping[Nodes, Affine], values: Values, space: Workspace):
        self.values, self.space, self.members, self.sums = values, space, space.widths, sums
        for one in (one for one in sums.values() if one.run):
            for slot in one.slots:
                self.space.slot((one.run[-1], slot), slot, one.back)
        self.lines: list[str] = []
        self.names: dict[str, object] = {"__builtins__": {}}
        self.columns: dict[str, np.ndarray] = {}  # loop variable -> its values at all steps
        self.known: dict[object, str] = {}  # expressions, or what else is kept -> the variable that holds it
        self.inside = readers_of(groups, space.widths)
        for group in groups:
            target = self.per_step(space.member([member.name for member in group]))
            self.into(tuple(member.equation.right for member in group), target)

    def source(self) -> str:
        lines = "\n".join(f"  {line}" for line in self.lines)
        return f"def scan(rows):\n for {', '.join(self.columns)}, in rows:\n{lines}"

    def rows(self) -> list[tuple]:
        """Give the loop variables of every step."""
        return list(zip(*self.columns.values(), strict=True))

    # --- variables ----------------------------------------------------------

    def per_step(self, column: np.ndarray) -> str:
        lies = ("column", column.ctypes.data, column.shape, column.strides)
        if lies not in self.known:
            self.known[lies] = f"s{len(self.columns)}"
            self.columns[self.known[lies]] = column
        return self.known[lies]

    def constant(self, value: object) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def buffer(self, nodes: Nodes) -> str:
        return self.constant(self.array(len(nodes), self.width(nodes)))

    def array(self, count: int, width: int) -> np.ndarray:
        lead = (count,) if count > 1 else ()
        return np.empty((*lead, width, self.space.n_sequences))

    def width(self, nodes: Nodes) -> int:
        return vector_width(nodes[0], self.values)

    def scalar(self, value: float) -> str:
        key = ("scalar", value)
        if key not in self.known:
            self.known[key] = self.constant(np.array(value))
        return self.known[key]

    # --- expressions ----------------------------------------------------------

    def value(self, nodes: Nodes) -> str:
        """Give the variable that holds expressions, computing them first where they are new."""
        nodes = single(nodes)
        if len(nodes) == 1 and isinstance(nodes[0], Number):
            return self.scalar(nodes[0].value)
        if nodes in self.known:
            return self.known[nodes]
        if self.is_new(nodes):
            out = self.buffer(nodes)
            self.into(nodes, out)
            return out
        self.known[nodes] = self.read(nodes) if id(nodes[0]) in self.inside else self.beforehand(nodes)
        return self.known[nodes]

    def is_new(self, nodes: Nodes) -> bool:
        """Tell whether expressions have to be computed within the step."""
        return isinstance(nodes[0], Call) and id(nodes[0]) in self.inside

    def read(self, nodes: Nodes) -> str:
        index = nodes[0].index
        if index.anchor != "step":
            raise NotGenerated
        return self.per_step(self.space.member([node.name for node in nodes], abs(index.offset)))

    def beforehand(self, nodes: Nodes) -> str:
        """Evaluate what is outside the recurrence: for all steps, or once."""
        width = self.width(nodes)
        if any(is_timed(node) for node in nodes):
            return self.per_step(self.space.outside(nodes, width))
        each, shape = [concrete_evaluator(node, self.values) for node in nodes], (width, self.space.n_sequences)

        def compute() -> np.ndarray:
            found = [np.broadcast_to(run().reshape(-1, width).T, shape) for run in each]
            return np.array(found if len(found) > 1 else found[0], dtype=float, order="C")

        return self.constant(kept(compute, self.values, *nodes))

    def into(self, nodes: Nodes, out: str) -> None:
        """Write the statements that compute expressions into an array."""
        if not self.is_new(nodes):
            self.call("copyto", out, self.value(nodes))
            return
        op = nodes[0].op
        if nodes in self.sums:
            self.affine(self.sums[nodes], nodes, out)
        elif op == "matmul":
            self.product(nodes, out)
        elif op in ("concat", "part"):
            self.pieces(nodes[0], out)
        elif op == "softmax":
            self.assign(out, softmax, self.value(arguments(nodes, 0)), "-2")
        elif op == "dot":
            self.assign(out, _column_dot, *(self.value((arg,)) for arg in nodes[0].args))
        elif op in COMPILED:
            self.elementwise(nodes, out)
        else:
            raise NotGenerated

    def call(self, function: str, *args: str) -> None:
        self.names.setdefault(function, getattr(np, function))
        self.lines.append(f"{function}({', '.join(args)})")

    def assign(self, out: str, function: object, *args: str) -> None:
        self.call("copyto", out, f"{self.constant(function)}({', '.join(args)})")

    def elementwise(self, nodes: Nodes, out: str) -> None:
        parts = [arguments(nodes, at) for at in range(len(nodes[0].args))]
        if self.is_new(parts[0]) and len(parts[0]) == len(nodes) and self.width(parts[0]) == self.width(nodes):
            self.into(parts[0], out)
            names = [out, *map(self.value, parts[1:])]
        else:
            names = [self.value(part) for part in parts]
        template = COMPILED[nodes[0].op]
        if template is None:
            self.assign(out, FORWARD[nodes[0].op], *names)
            return
        for statement in template:
            filled = statement.arguments.format(*names, out=out, one=self.scalar(1.0), zero=self.scalar(0.0))
            self.call(statement.function, filled)

    def product(self, nodes: Nodes, out: str) -> None:
        """Write A @ x as A.dot(x, out), x @ A as Aᵀ.dot(x, out); several as one call."""
        layout = self.values.case.system.layout
        pairs = [weight_and_vector(node, layout) for node in nodes]
        weights = [self.weight(node, matrix, vector) for node, (matrix, vector) in zip(nodes, pairs, strict=True)]
        vector = self.value(tuple(vector for _, vector in pairs))
        if len(nodes) == 1:
            matrix = kept(lambda: np.ascontiguousarray(weights[0]()), self.values, pairs[0][0])
            self.lines.append(f"{self.constant(matrix.dot)}({vector}, {out})")
        else:
            stacked = kept(lambda: np.stack([w() for w in weights]), self.values, *(matrix for matrix, _ in pairs))
            self.call("matmul", self.constant(stacked), vector, out)

    def weight(self, node: Node, matrix: Node, vector: Node) -> Callable[[], np.ndarray]:
        """Give the function for the matrix of a product as it stands to the left of columns."""
        evaluate = self.matrix(matrix)
        if evaluate().shape != (self.width((node,)), self.width((vector,))):
            raise NotGenerated
        return evaluate

    def matrix(self, node: Node) -> Callable[[], np.ndarray]:
        if any(running or leaf.name in self.members for leaf, running in reads(node)):
            raise NotGenerated
        evaluate = concrete_evaluator(node, self.values)
        return evaluate if self.values.case.system.layout == "column" else lambda: evaluate().swapaxes(-1, -2)

    def affine(self, one: Affine, nodes: Nodes, out: str) -> None:
        """Write A a + B b + c as one product, several of them as rows of one matrix, then what is left of the sums."""
        vector, starts = self.from_members(one) if one.run else self.from_own(one)
        width, blocks = self.width(nodes), []
        for place, sign, weight, factor in one.terms:
            rows = slice(place * width, (place + 1) * width)
            blocks.append(Block(rows, starts[factor], sign, self.block(weight, factor)))
        columns = max(part.stop for part in starts.values())
        matrix = filled((len(nodes) * width, columns), blocks, self.values)
        self.lines.append(f"{self.constant(matrix.dot)}({vector}, {self.flat(out)})")
        for parts in zip(*one.rest, strict=True):
            self.call(_SIGNS[parts[0][0]].__name__, out, self.value(tuple(node for _, node in parts)), out)

    def from_members(self, one: Affine) -> tuple[str, dict[str | Node, slice]]:
        """Give the variable of a long vector that begins with members, and where its parts are."""
        below = self.space.slots_below(one.run[-1])
        widths = {name: self.members[name] for name in one.run} | {key[1]: self.members[key] for key in below}
        return self.per_step(self.space.long(one.run, one.back)), _slices(widths)

    def from_own(self, one: Affine) -> tuple[str, dict[str | Node, slice]]:
        """Compute the vector with which a long one begins; give the variable of that, and where its parts are."""
        known = self.values.case.known
        parts = _slices({one.own: self.width((one.own,))} | {slot: slot_width(slot, known) for slot in one.slots})
        long = self.space.apart(parts)
        self.into((one.own,), self.per_step(long[:, parts[one.own]]))
        return self.per_step(long), parts

    def block(self, weight: Node, vector: Node | str) -> Callable[[], np.ndarray]:
        """Give the function for the columns of a matrix that meet a vector; a bias is a column that meets 1."""
        if vector != ONE:
            return self.matrix(weight)
        evaluate = concrete_evaluator(weight, self.values)
        return lambda: evaluate().reshape(-1, 1)

    def flat(self, out: str) -> str:
        """Give the variable for several vectors as one long one."""
        array = self.columns.get(out, self.names.get(out))
        if out in self.columns:
            return self.per_step(array.reshape(len(array), -1, array.shape[-1])) if array.ndim == 4 else out
        return self.constant(array.reshape(-1, array.shape[-1])) if array.ndim == 3 else out

    def pieces(self, node: Call, out: str) -> None:
        if node.op == "part":
            which = int(node.args[2].text) - 1
            widths = [self.width((arg,)) for arg in node.args[3:]]
            start = sum(widths[:which])
            self.call("copyto", out, f"{self.value(node.args[:1])}[{start}:{start + widths[which]}]")
            return
        ends = list(itertools.accumulate((self.width((arg,)) for arg in node.args), initial=0))
        for arg, start, stop in zip(node.args, ends, ends[1:], strict=False):
            self.call("copyto", f"{out}[{start}:{stop}]", self.value((arg,)))


def _slices(widths: Mapping[str | Node, int]) -> dict[str | Node, slice]:
    ends = list(itertools.accumulate(widths.values(), initial=0))
    return {key: slice(start, stop) for key, start, stop in zip(widths, ends, ends[1:], strict=False)}


def readers_of(groups: Sequence[Group], members: Collection[str]) -> set[int]:
    """Give the ids of what is computed within a step."""
    return {part for group in groups for member in group for part in readers(member.equation.right, members)}


def single(nodes: Nodes) -> Nodes:
    """Give one expression for several equal ones."""
    return nodes[:1] if all(node == nodes[0] for node in nodes[1:]) else nodes


def arguments(nodes: Nodes, at: int) -> Nodes:
    return single(tuple(node.args[at] for node in nodes))


def vector_width(node: Node, values: Values) -> int:
    """Give the number of entries of a vector or scalar."""
    rows, columns = infer_shape(node, values.case.known)
    if min(rows, columns) > 1:
        raise NotGenerated
    return rows * columns


def _column_dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=-2, keepdims=True)
