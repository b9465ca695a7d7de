"""Writes the steps of a scan as source: numpy calls into arrays that are there already.

Expressions of one form are written together, as one call on longer arrays.
The source contains only names of our own making.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from rnncalc.compute.compiled import COMPILED
from rnncalc.compute.functions import FORWARD, softmax
from rnncalc.compute.products import packed_products, weight_and_vector
from rnncalc.compute.reading import concrete_evaluator
from rnncalc.compute.regroup import readers
from rnncalc.compute.siblings import Group
from rnncalc.compute.values import Values, kept
from rnncalc.compute.workspace import Workspace
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Call, Node, Number, reads, walk

Nodes = tuple[Node, ...]  # expressions of one form

PACKED_FROM = 3  # products from which gathering their operands pays


class NotGenerated(Exception):
    """An expression that the generator leaves to the interpreter."""


class Loop:
    """The loop over the steps of a piece."""

    def __init__(self, groups: Sequence[Group], values: Values, space: Workspace):
        self.values, self.space, self.members = values, space, space.widths
        self.lines: list[str] = []
        self.names: dict[str, object] = {"__builtins__": {}}
        self.columns: dict[str, np.ndarray] = {}  # loop variable -> its values at all steps
        self.known: dict[object, str] = {}  # expressions, or what else is kept -> the variable that holds it
        self.inside = {
            part for group in groups for member in group for part in readers(member.equation.right, space.widths)
        }
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
        name = f"s{len(self.columns)}"
        self.columns[name] = column
        return name

    def constant(self, value: object) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def buffer(self, nodes: Nodes) -> str:
        return self.constant(self.array(len(nodes), self.width(nodes)))

    def array(self, count: int, width: int) -> np.ndarray:
        lead = (count,) if count > 1 else ()
        return np.empty((*lead, self.space.n_sequences, width))

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
        each = [concrete_evaluator(node, self.values) for node in nodes]

        def compute() -> np.ndarray:
            found = np.broadcast_arrays(*(run().reshape(-1, width) for run in each))
            return np.ascontiguousarray(found if len(found) > 1 else found[0], dtype=float)

        return self.constant(kept(compute, self.values))

    def into(self, nodes: Nodes, out: str) -> None:
        """Write the statements that compute expressions into an array."""
        if not self.is_new(nodes):
            self.call("copyto", out, self.value(nodes))
            return
        op = nodes[0].op
        if op == "matmul":
            self.product(nodes, out)
        elif op == "add" and len(nodes) == 1 and self.sum_of_products(nodes[0], out):
            return
        elif op in ("concat", "part"):
            self.pieces(nodes[0], out)
        elif op == "softmax":
            self.assign(out, softmax, self.value(arguments(nodes, 0)), "-1")
        elif op == "dot":
            self.assign(out, _row_dot, *(self.value((arg,)) for arg in nodes[0].args))
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
        """Write A @ x as x.dot(Aᵀ, out), x @ A as x.dot(A, out); several as one call."""
        weights = [self.weight(node) for node in nodes]
        packed = weights[0] if len(nodes) == 1 else lambda: np.stack([weight() for weight in weights])
        vector = self.value(tuple(weight_and_vector(node, self.values.case.system.layout)[1] for node in nodes))
        if len(nodes) == 1:
            self.lines.append(f"{vector}.dot({self.constant(kept(packed, self.values))}, {out})")
        else:
            self.call("matmul", vector, self.constant(kept(packed, self.values)), out)

    def weight(self, node: Call) -> Callable[[], np.ndarray]:
        """Give the function for the matrix of a product as it stands to the right of rows."""
        layout = self.values.case.system.layout
        matrix, vector = weight_and_vector(node, layout)
        if any(running or leaf.name in self.members for leaf, running in reads(matrix)):
            raise NotGenerated
        evaluate = concrete_evaluator(matrix, self.values)
        turn = np.transpose if layout == "column" else np.asarray
        value = evaluate()
        if value.ndim != 2 or self.width((vector,)) != len(turn(value)):
            raise NotGenerated
        return lambda: np.ascontiguousarray(turn(evaluate()), dtype=float)

    def sum_of_products(self, node: Node, out: str) -> bool:
        """Write A a + B b + C c + … with a, b, c side by side as one product, where there is one."""
        layout = self.values.case.system.layout
        products, rest = packed_products(node, self.inside, self.members, self.values.case.known)
        if len(products) < PACKED_FROM:
            return False
        vectors = [weight_and_vector(product, layout)[1] for product in products]
        column = self.space.member([vector.name for vector in vectors], abs(vectors[0].index.offset)).swapaxes(1, 2)
        gathered = np.empty(column.shape[1:])
        weights = [self.weight(product) for product in products]
        packed = kept(lambda: np.concatenate([weight() for weight in weights]), self.values)
        self.call("copyto", self.constant(gathered), self.per_step(column))
        flat = gathered.reshape(len(gathered), -1)
        self.lines.append(f"{self.constant(flat)}.dot({self.constant(packed)}, {out})")
        for sign, part in rest:
            self.call("add" if sign == "+" else "subtract", out, self.value((part,)), out)
        return True

    def pieces(self, node: Call, out: str) -> None:
        if node.op == "part":
            which = int(node.args[2].text) - 1
            widths = [self.width((arg,)) for arg in node.args[3:]]
            start = sum(widths[:which])
            self.call("copyto", out, f"{self.value(node.args[:1])}[:, {start}:{start + widths[which]}]")
            return
        ends = list(itertools.accumulate((self.width((arg,)) for arg in node.args), initial=0))
        for arg, start, stop in zip(node.args, ends, ends[1:], strict=False):
            self.call("copyto", f"{out}[:, {start}:{stop}]", self.value((arg,)))


def single(nodes: Nodes) -> Nodes:
    """Give one expression for several equal ones."""
    return nodes[:1] if all(node == nodes[0] for node in nodes[1:]) else nodes


def arguments(nodes: Nodes, at: int) -> Nodes:
    return single(tuple(node.args[at] for node in nodes))


def is_timed(node: Node) -> bool:
    return any(running for _, running in reads(node)) or any(
        isinstance(part, Call) and part.op == "column_of" for part in walk(node)
    )


def vector_width(node: Node, values: Values) -> int:
    """Give the number of entries of a vector or scalar."""
    rows, columns = infer_shape(node, values.case.known)
    if min(rows, columns) > 1:
        raise NotGenerated
    return rows * columns


def _row_dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=-1, keepdims=True)
