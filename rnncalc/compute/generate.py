"""Straight-line code for the steps of a scan, generated from its equations.

What does not depend on the recurrence is evaluated beforehand for all steps;
what is left becomes numpy calls into preallocated buffers, (sequences,
features) each. The source contains only names of our own making. Where an
equation needs more than that (a matrix as a state, an entry, a lookup), no
code is generated and the interpreter runs the scan.

`generate_scan` is the one to read first.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from rnncalc.compute.compiled import COMPILED
from rnncalc.compute.functions import FORWARD, softmax
from rnncalc.compute.reading import ABSENT, bounds, chunks, evaluate_concrete, steps_evaluator, without_absent
from rnncalc.compute.regroup import regroup
from rnncalc.compute.values import Values
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Call, Node, Number, Ref, reads, walk
from rnncalc.recurrences.schedule import Block


class NotGenerated(Exception):
    """An expression that the generator leaves to the interpreter."""


def generate_scan(block: Block, values: Values) -> bool:
    """Run a scan by generated code into values.sequences; False where that cannot be done."""
    try:
        loops = [_Loop(block, values, segment).build() for segment in _segments(block, values)]
    except NotGenerated:
        return False
    size = values.case.n_sequences * max(int(np.prod(values.case.shapes[e.left.name])) for e in block.equations)
    for steps, (source, names, columns) in zip(_segments(block, values), loops, strict=True):
        scope: dict = {}
        exec(compile(source, "<generated scan>", "exec"), names, scope)  # our own names alone, never the file's
        pieces = list(chunks(steps, size))
        for piece in pieces if block.direction == "forward" else reversed(pieces):
            rows = [column(piece) for column in columns]
            scope["scan"](zip(*(row if block.direction == "forward" else reversed(row) for row in rows), strict=True))
    return True


def _segments(block: Block, values: Values) -> list[range]:
    """Cut the steps where a term appears or goes absent; in the order of evaluation."""
    n_steps = values.case.lengths[block.letter]
    cuts = {1, n_steps + 1}
    for equation in block.equations:
        for node in walk(equation.right):
            if isinstance(node, Call) and node.op in ("between", "only_at"):
                first, last = bounds(node, values)
                cuts |= {first, last + 1}
    ordered = sorted(cut for cut in cuts if 1 <= cut <= n_steps + 1)
    ranges = [range(a, b) for a, b in itertools.pairwise(ordered)]
    return ranges if block.direction == "forward" else ranges[::-1]


class _Loop:
    """Writes the loop over one range of steps."""

    def __init__(self, block: Block, values: Values, steps: range):
        self.block, self.values, self.steps = block, values, steps
        self.members = {equation.left.name for equation in block.equations}
        self.lines: list[str] = []
        self.names: dict[str, object] = {"__builtins__": {}}
        self.columns: dict[str, Callable[[range], list]] = {}  # loop variable -> its values over some steps
        self.known: dict[object, str] = {}  # node -> the variable that holds it

    def build(self) -> tuple[str, dict[str, object], list[Callable[[range], list]]]:
        rights = [regroup(present(e.right, self.steps, self.values), self.members) for e in self.block.equations]
        self.pack_products(rights)
        for equation, right in zip(self.block.equations, rights, strict=True):
            self.into(right, self.view(equation.left.name, 0))
        head = f"def scan(rows):\n for {', '.join(self.columns)}, in rows:\n"
        return head + "\n".join(f"  {line}" for line in self.lines), self.names, list(self.columns.values())

    # --- variables ----------------------------------------------------------

    def per_step(self, column: Callable[[range], list]) -> str:
        name = f"s{len(self.columns)}"
        self.columns[name] = column
        return name

    def constant(self, value: object) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def buffer(self, node: Node) -> str:
        return self.constant(np.empty((self.values.case.n_sequences, self.width(node))))

    def width(self, node: Node) -> int:
        rows, columns = infer_shape(node, self.values.case.known)
        if min(rows, columns) > 1:
            raise NotGenerated
        return rows * columns

    def view(self, name: str, offset: int) -> str:
        """Give the loop variable for a member of the scan, `offset` steps away."""
        key = (name, offset)
        if key not in self.known:
            sequence = self.values.sequences[name]
            flat = sequence.reshape(len(sequence), sequence.shape[1], -1)
            self.width(Ref(name, self.block.equations[0].left.index))
            self.known[key] = self.per_step(lambda steps: self.views(name, flat, steps, offset))
        return self.known[key]

    def views(self, name: str, flat: np.ndarray, steps: range, offset: int) -> list:
        """Give a member's values at shifted steps, initial values where they lie outside."""
        first, last = steps.start + offset, steps.stop - 1 + offset
        outside = lambda step: np.ascontiguousarray(self.values.places[name, step].reshape(flat.shape[1:]))  # noqa: E731
        before = [outside(step) for step in range(first, min(1, last + 1))]
        after = [outside(step) for step in range(max(len(flat) + 1, first), last + 1)]
        return [*before, *flat[max(first, 1) - 1 : max(min(last, len(flat)), 0)], *after]

    # --- expressions ----------------------------------------------------------

    def into(self, node: Node, out: str) -> None:
        """Write the statements that compute a node into a buffer."""
        if not isinstance(node, Call) or node in self.known or self.is_outside(node):
            self.lines.append(f"copyto({out}, {self.value(node)})")
            self.names.setdefault("copyto", np.copyto)
            return
        if node.op == "matmul":
            self.product(node, out)
        elif node.op in ("concat", "part"):
            self.pieces(node, out)
        elif node.op == "softmax":
            self.assign(out, softmax, f"{self.value(node.args[0])}, -1")
        elif node.op == "dot":
            self.assign(out, _row_dot, ", ".join(self.value(arg) for arg in node.args))
        elif node.op in COMPILED:
            self.elementwise(node, out)
        else:
            raise NotGenerated

    def elementwise(self, node: Call, out: str) -> None:
        first = node.args[0]
        if self.is_new(first) and self.width(first) == self.width(node):
            self.into(first, out)
            names = [out, *(self.value(arg) for arg in node.args[1:])]
        else:
            names = [self.value(arg) for arg in node.args]
        template = COMPILED[node.op]
        if template is None:
            self.assign(out, FORWARD[node.op], ", ".join(names))
            return
        for statement in template:
            self.names.setdefault(statement.function, getattr(np, statement.function))
            filled = statement.arguments.format(*names, out=out, one=self.scalar(1.0), zero=self.scalar(0.0))
            self.lines.append(f"{statement.function}({filled})")

    def scalar(self, value: float) -> str:
        key = ("scalar", value)
        if key not in self.known:
            self.known[key] = self.constant(np.array(value))
        return self.known[key]

    def assign(self, out: str, function: object, arguments: str) -> None:
        self.names.setdefault("copyto", np.copyto)
        self.lines.append(f"copyto({out}, {self.constant(function)}({arguments}))")

    def product(self, node: Call, out: str) -> None:
        """Write A @ x as x.dot(Aᵀ, out), x @ A as x.dot(A, out)."""
        weight, vector = self.weight_and_vector(node)
        self.lines.append(f"{self.value(vector)}.dot({self.constant(weight)}, {out})")

    def weight_and_vector(self, node: Call) -> tuple[np.ndarray, Node]:
        left, right = node.args
        column = self.values.case.system.layout == "column"
        matrix, vector = (left, right) if column else (right, left)
        if any(running or leaf.name in self.members for leaf, running in reads(matrix)):
            raise NotGenerated
        value = evaluate_concrete(matrix, self.values)
        if value.ndim != 2 or self.width(vector) != value.shape[1 if column else 0]:
            raise NotGenerated
        return np.ascontiguousarray(value.T if column else value, dtype=float), vector

    def pack_products(self, rights: list[Node]) -> None:
        """Compute all products with the same earlier state, as those of the gates, in one."""
        siblings: dict[Node, dict[Node, np.ndarray]] = {}
        for node in (part for right in rights for part in walk(right)):
            if isinstance(node, Call) and node.op == "matmul" and not self.is_outside(node):
                weight, vector = self.weight_and_vector(node)
                if isinstance(vector, Ref) and vector.index.offset and vector.index.anchor == "step":
                    siblings.setdefault(vector, {})[node] = weight
        for vector, weights in siblings.items():
            if len(weights) > 1:
                packed = np.ascontiguousarray(np.concatenate(list(weights.values()), axis=1))
                result = np.empty((self.values.case.n_sequences, packed.shape[1]))
                self.lines.append(f"{self.value(vector)}.dot({self.constant(packed)}, {self.constant(result)})")
                at = 0
                for node, weight in weights.items():
                    self.known[node] = self.constant(result[:, at : at + weight.shape[1]])
                    at += weight.shape[1]

    def pieces(self, node: Call, out: str) -> None:
        self.names.setdefault("copyto", np.copyto)
        if node.op == "part":
            which = int(node.args[2].text) - 1
            widths = [self.width(arg) for arg in node.args[3:]]
            start = sum(widths[:which])
            part = f"{self.value(node.args[0])}[:, {start}:{start + widths[which]}]"
            self.lines.append(f"copyto({out}, {part})")
            return
        at = 0
        for arg in node.args:
            width = self.width(arg)
            self.lines.append(f"copyto({out}[:, {at}:{at + width}], {self.value(arg)})")
            at += width

    def is_new(self, node: Node) -> bool:
        """Tell whether a node still has to be computed within the step."""
        return isinstance(node, Call) and node not in self.known and not self.is_outside(node)

    def is_outside(self, node: Node) -> bool:
        return not any(leaf.name in self.members for leaf, _ in reads(node))

    def value(self, node: Node) -> str:
        """Give the variable that holds a node, computing it first where it is new."""
        if isinstance(node, Number):
            return self.scalar(node.value)
        if node in self.known:
            return self.known[node]
        if isinstance(node, Ref) and node.name in self.members:
            if node.index.anchor != "step":
                raise NotGenerated
            return self.view(node.name, node.index.offset)
        if self.is_outside(node):
            self.known[node] = self.beforehand(node)
            return self.known[node]
        out = self.buffer(node)
        self.into(node, out)
        return out

    def beforehand(self, node: Node) -> str:
        """Evaluate what is outside the recurrence: for all steps, or once."""
        width = self.width(node)
        timed = any(running for _, running in reads(node)) or any(
            isinstance(part, Call) and part.op in ("column_of",) for part in walk(node)
        )
        if not timed:
            value = evaluate_concrete(node, self.values)
            return self.constant(np.ascontiguousarray(value.reshape(-1, width)))
        evaluator, n_sequences = steps_evaluator(node, self.values), self.values.case.n_sequences

        def column(steps: range) -> list:
            value = evaluator(steps)
            spread = np.broadcast_to(value, (len(steps), n_sequences, *value.shape[-2:]))
            return list(np.ascontiguousarray(spread).reshape(len(steps), n_sequences, width))

        return self.per_step(column)


def present(node: Node, steps: range, values: Values) -> Node:
    """Drop the terms that are absent throughout a range of steps."""
    if not isinstance(node, Call):
        return node
    if node.op in ("between", "only_at"):
        first, last = bounds(node, values)
        return present(node.args[0], steps, values) if first <= steps.start and steps.stop <= last + 1 else ABSENT
    return without_absent(node, [present(arg, steps, values) for arg in node.args])


def _row_dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=-1, keepdims=True)
