"""Evaluators of expressions within a pass: all steps at once, one step of a loop, one concrete place.

What does not depend on the recurrence is computed once, for all steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection

import numpy as np

from rnncalc.compute.functions import FORWARD, LARGE_PRODUCT, rows_added
from rnncalc.compute.interpreter import Evaluator, compile_node
from rnncalc.compute.steps import bounds, shifted, spread
from rnncalc.compute.values import Values, kept
from rnncalc.compute.wide import gram, stored_vectors, untransposed, wide_sequence
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Call, Name, Node, Ref, leaves, reads, walk

Filler = Callable[[range, np.ndarray], None]

ONE_THREAD = 500_000  # multiplications up to which it starts no threads, which a busy machine would make wait


def evaluate_concrete(node: Node, values: Values) -> np.ndarray:
    """Evaluate an expression whose time steps are all concrete: h[1], h[T], h[:], a sum over steps."""
    return concrete_evaluator(node, values)()


def concrete_evaluator(node: Node, values: Values) -> Callable[[], np.ndarray]:
    """Give the function that evaluates an expression whose time steps are all concrete."""

    def read(part: Node) -> Evaluator | None:
        if isinstance(part, Name | Ref):
            return _always(values.of(part))
        if _is_sum(part):
            total = sum_evaluator(part, values)
            return lambda step: total()
        if isinstance(part, Call) and part.op == "sum_sequences":
            each = concrete_evaluator(part.args[0], values)
            return lambda step: spread(each(), (values.case.n_sequences,)).sum(axis=0)
        if isinstance(part, Call) and part.op == "column_of":
            stack = concrete_evaluator(part.args[0], values)
            return lambda step: _columns(stack(), values)[part.args[1].index.offset - 1]
        return None

    evaluate = compile_node(node, values.case.known, read)
    return lambda: evaluate(None)


def evaluate_steps(node: Node, steps: range, values: Values) -> np.ndarray:
    """Evaluate an expression for a range of steps at once: (n_steps, n_sequences, rows, columns).

    What is the same at every step may lack the leading axes.
    """
    return steps_evaluator(node, values)(steps)


def steps_evaluator(node: Node, values: Values) -> Callable[[range], np.ndarray]:
    """Give the function that evaluates an expression for a range of steps at once."""

    def read(part: Node) -> Callable | None:
        if isinstance(part, Name | Ref):
            if isinstance(part, Ref) and part.index.anchor == "step":
                return lambda steps: shifted(part.name, part.index.offset, steps, values)
            return _always(values.of(part))
        if not isinstance(part, Call):
            return None
        if part.op == "matmul" and values.renewals is not None:
            return _stored_product(part, values)
        if _is_sum(part):
            return _always(kept(sum_evaluator(part, values), values, part))
        if part.op in ("between", "only_at"):
            return _some_steps(part, values)
        if part.op == "column_of":
            stack = concrete_evaluator(part.args[0], values)
            columns = kept(lambda: _columns(stack(), values), values, part)
            return lambda steps: columns[steps.start - 1 : steps.stop - 1]
        return None

    return compile_node(node, values.case.known, read)


def _stored_product(part: Call, values: Values) -> Callable[[range], np.ndarray] | None:
    """Give a weight times a sequence in a repeated pass, from the sequence as it is laid out for gradients too."""
    case, layout = values.case, values.case.system.layout
    weight, vector = part.args if layout == "column" else part.args[::-1]
    is_sequence = isinstance(vector, Ref) and vector.index.anchor == "step"
    if not is_sequence or not all(leaf.name in case.weights for leaf in leaves(weight)):
        return None
    if case.shapes[vector.name][1 if layout == "column" else 0] != 1:
        return None
    size = math.prod(infer_shape(part, case.known))
    if size * math.prod(case.shapes[vector.name]) * case.n_sequences >= LARGE_PRODUCT:
        return None
    matrix, plain = concrete_evaluator(weight, values), [steps_evaluator(arg, values) for arg in part.args]

    def run(steps: range) -> np.ndarray:
        wide = wide_sequence(vector, steps, values)
        if wide is None:
            return FORWARD["matmul"](*(arg(steps) for arg in plain))
        product = (matrix() if layout == "column" else matrix().T) @ wide
        turned = product.reshape(size, len(steps), case.n_sequences).transpose(1, 2, 0)
        return turned[..., None] if layout == "column" else turned[..., None, :]

    return run


def steps_filler(node: Node, values: Values) -> Filler:
    """Give the function that evaluates an expression for a range of steps into an array with all axes."""
    function, most = FORWARD.get(node.op) if isinstance(node, Call) else None, _most_steps(node, values)
    if not isinstance(function, np.ufunc):
        evaluate = steps_evaluator(node, values)
        return lambda steps, target: np.copyto(target, evaluate(steps))
    args = [steps_evaluator(arg, values) for arg in node.args]

    def fill(steps: range, target: np.ndarray) -> None:
        for start in range(0, len(steps), most):
            part = slice(start, start + most)
            function(*[arg(steps[part]) for arg in args], out=target[part])

    return fill


def _most_steps(node: Node, values: Values) -> int:
    """Give for how many steps at once the products of an expression stay small."""
    known, most = values.case.known, 1
    for part in walk(node):
        if isinstance(part, Call) and part.op == "matmul":
            left, right = (infer_shape(arg, known) for arg in part.args)
            most = max(most, math.prod(left) * right[1])
    return max(ONE_THREAD // (most * values.case.n_sequences), 1)


def one_step(node: Node, steps: range, n_steps: int, members: Collection[str], values: Values) -> Evaluator:
    """Give the evaluator of one step of a scan over the quantities `members`.

    `steps` are those that will be asked for, `n_steps` the length of the scan.
    """

    def read(part: Node) -> Evaluator | None:
        inside = list(reads(part))
        if not any(leaf.name in members for leaf, _ in inside):
            return _beforehand(part, any(running for _, running in inside), steps, values)
        if isinstance(part, Ref):
            if part.index.anchor != "step":
                return _always(values.of(part))  # an initial value, known beforehand
            return _member(part, n_steps, values)
        if isinstance(part, Call) and part.op in ("between", "only_at"):
            first, last = bounds(part, values)
            inner = one_step(part.args[0], range(first, last + 1), n_steps, members, values)
            absent = np.zeros((values.case.n_sequences, *infer_shape(part.args[0], values.case.known)))
            return lambda step: inner(step) if first <= step <= last else absent
        return None

    return compile_node(node, values.case.known, read)


def _beforehand(part: Node, running: bool, steps: range, values: Values) -> Evaluator:
    """Compute what does not depend on the recurrence, for all steps of a range at once or once."""
    if running or any(op in ("between", "only_at", "column_of") for op in _operations(part)):
        lead, evaluate = (len(steps), values.case.n_sequences), steps_evaluator(part, values)
        found, first = kept(lambda: spread(evaluate(steps), lead), values, part), steps.start
        return lambda step: found[step - first]
    return _always(kept(concrete_evaluator(part, values), values, part))


def _operations(node: Node) -> list[str]:
    return [part.op for part in walk(node) if isinstance(part, Call)]


def _member(part: Ref, n_steps: int, values: Values) -> Evaluator:
    name, offset, sequence, places = part.name, part.index.offset, values.sequences[part.name], values.places
    if offset == 0:
        return lambda step: sequence[step - 1]
    return lambda step: sequence[at - 1] if 1 <= (at := step + offset) <= n_steps else places[name, at]


def _always(value: np.ndarray) -> Evaluator:
    return lambda step: value


def _is_sum(part: Node) -> bool:
    return isinstance(part, Call) and part.op in ("sum_steps", "sum_all")


def _some_steps(part: Call, values: Values) -> Callable[[range], np.ndarray]:
    """Evaluate a term at the steps where it is present; it is absent, not multiplied by zero, elsewhere."""
    first, last = bounds(part, values)
    shape = (values.case.n_sequences, *infer_shape(part.args[0], values.case.known))
    evaluate = steps_evaluator(part.args[0], values)

    def run(steps: range) -> np.ndarray:
        inside = range(max(first, steps.start), min(last + 1, steps.stop))
        if inside == steps:
            return evaluate(steps)
        result = np.zeros((len(steps), *shape))
        if len(inside):
            result[inside.start - steps.start : inside.stop - steps.start] = evaluate(inside)
        return result

    return run


def _columns(stack: np.ndarray, values: Values) -> np.ndarray:
    """Give the columns of a stack as a sequence: (P, n, T) becomes (T, P, n, 1)."""
    stack = spread(stack, (values.case.n_sequences,))
    if values.case.system.layout == "column":
        return stack.transpose(2, 0, 1)[..., None]
    return stack.transpose(1, 0, 2)[:, :, None, :]


def sum_evaluator(part: Call, values: Values) -> Callable[[], np.ndarray]:
    """Give the function that carries out Σ over steps, for a parameter over the sequences too.

    A sum of products Σₜ a(t) b(t) is one product of long matrices, so that
    memory stays linear in the number of steps. Steps at the border, where
    initial values are read, are summed apart: the others need no copy.
    """
    inner, letter = part.args[0], part.args[1].index.letter
    steps = range(1, values.case.lengths[letter] + 1)
    if isinstance(inner, Call) and inner.op == "between":
        first, last = bounds(inner, values)
        inner, steps = inner.args[0], range(first, last + 1)
    beyond = [leaf for leaf, running in reads(inner) if running and leaf.name not in values.around]
    offsets = [0, *(leaf.index.offset for leaf in beyond)]
    low = min(steps.start - min(offsets), steps.stop)
    high = max(steps.stop - max(offsets), low)
    pieces = [range(steps.start, low), range(low, high), range(high, steps.stop)]
    found = [_piece_evaluator(part.op, inner, piece, values) for piece in pieces if len(piece)]
    return found[0] if len(found) == 1 else lambda: sum(run() for run in found)


def _piece_evaluator(op: str, inner: Node, steps: range, values: Values) -> Callable[[], np.ndarray]:
    lead, shape = (len(steps), values.case.n_sequences), infer_shape(inner, values.case.known)
    if op == "sum_all" and isinstance(inner, Call) and inner.op == "matmul":
        if infer_shape(inner.args[0], values.case.known)[1] == 1:  # outer products: no copy for each step
            left, right = (_vectors_kept(arg, steps, values) for arg in inner.args)
            return lambda: gram(left(), right())
        first, second = (steps_evaluator(arg, values) for arg in inner.args)
        return lambda: (
            spread(first(steps), lead).transpose(2, 0, 1, 3).reshape(shape[0], -1)
            @ spread(second(steps), lead).reshape(-1, shape[1])
        )
    if op == "sum_all" and isinstance(inner, Call) and inner.op == "scatter":
        sent, which = (vectors_evaluator(arg, steps, values) for arg in inner.args[:2])
        return lambda: rows_added(_row_by_row(sent()), which().reshape(-1), shape)
    if op == "sum_all" and 1 in shape:
        vectors = vectors_evaluator(inner, steps, values)
        return lambda: vectors().sum(axis=1).sum(axis=1).reshape(shape)
    evaluate = steps_evaluator(inner, values)
    return lambda: spread(evaluate(steps), lead).sum(axis=(0, 1) if op == "sum_all" else 0)


def _vectors_kept(vector: Node, steps: range, values: Values) -> Callable[[], np.ndarray]:
    """Give the function for a vector as vectors_evaluator does; a repeated pass lays it out once for all products."""
    vector = untransposed(vector)
    vectors, n_steps = vectors_evaluator(vector, steps, values), len(steps)
    if values.renewals is None:
        return vectors
    if (wide := wide_sequence(vector, steps, values)) is not None:
        stored = wide.reshape(len(wide), n_steps, -1)
        return lambda: stored
    key, shared = (vector, steps), values.renewals.shared
    if key not in shared:
        shared[key] = kept(vectors, values, vector)
    return lambda: shared[key]


def _row_by_row(vectors: np.ndarray) -> np.ndarray:
    """Lay vectors (n, n_steps, n_sequences) out as rows, (n_steps · n_sequences, n)."""
    return np.ascontiguousarray(vectors.transpose(1, 2, 0)).reshape(-1, len(vectors))


def vectors_evaluator(vector: Node, steps: range, values: Values) -> Callable[[], np.ndarray]:
    """Give the function for a vector of n entries at all steps of all sequences, (n, n_steps, n_sequences)."""
    if values.renewals is not None and (part := stored_vectors(vector, steps, values)) is not None:
        return lambda: part
    evaluate, lead = steps_evaluator(vector, values), (len(steps), values.case.n_sequences)
    size = math.prod(infer_shape(vector, values.case.known))
    return lambda: spread(evaluate(steps), lead).reshape(*lead, size).transpose(2, 0, 1)
