"""The operation table tests itself: every row is evaluated, shaped, written and read back."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from rnncalc.compute.functions import ALONG_FEATURES, FORWARD
from rnncalc.compute.interpreter import compile_node
from rnncalc.language.kinds import Layout, Shape, Shapes, infer_shape
from rnncalc.language.nodes import Call, Name, Number
from rnncalc.language.operations import ACTIVATIONS, ANY, FUNCTIONS, INFIX, OPERATIONS
from rnncalc.language.parser import parse_text
from rnncalc.language.writer import write

# DESIGN 3, the functions of the language
PROMISED = [
    "tanh", "sigmoid", "relu", "leaky_relu", "elu", "softplus", "hard_sigmoid", "identity", "exp", "log", "sqrt",
    "clip", "min", "max", "softmax", "log_softmax", "concat", "lookup", "dropout", "next", "sum", "dot", "norm",
]  # fmt: skip

WRITTEN = [name for name, row in OPERATIONS.items() if not row.derived]  # the others come from adjoints alone
EVALUATED = [name for name in WRITTEN if name != "next"]  # x[t+1] has taken its place by then
WRITTEN_ONLY = {"derivative", "direct_derivative", "chain"}  # factors along a path through time
OVER_TIME = {
    "between",
    "only_at",
    "sum_steps",
    "sum_all",
    "sum_sequences",
    "column_of",
}  # compute/reading.py evaluates them


def test_every_operation_has_a_function_that_evaluates_it():
    assert sorted(FORWARD) == sorted(set(OPERATIONS) - {"next"} - OVER_TIME - WRITTEN_ONLY)
    assert set(OPERATIONS) >= ALONG_FEATURES


def test_all_promised_functions_can_be_called():
    assert [name for name in PROMISED if name not in FUNCTIONS] == []


def test_functions_are_read_as_their_operation():
    for name in FUNCTIONS:
        assert parse_text(f"{name}(a, b)") == Call(name, (Name("a"), Name("b")))


def test_every_sign_is_of_one_operation():
    assert {sign: row.name for sign, row in INFIX.items()} == {
        "+": "add", "-": "sub", "*": "mul", "/": "div", "@": "matmul", "**": "pow",
    }  # fmt: skip


def test_activations_take_one_vector_and_keep_its_shape():
    for name in ACTIVATIONS:
        row = OPERATIONS[name]
        assert (row.kind, row.arity[0]) == ("same", 1), name


# --- shapes against numpy ------------------------------------------------------


def draw_shapes(op: str, count: int, rng: Random, layout: Layout) -> list[Shape]:
    """Draw shapes of arguments that go together."""
    m, n, k = rng.sample(range(2, 7), 3)
    vector = (lambda size: (size, 1)) if layout == "column" else (lambda size: (1, size))
    kind = OPERATIONS[op].kind
    if kind == "product":
        return [(rng.choice((1, m)), k), (k, rng.choice((1, n)))]
    if kind == "broadcast":
        fits = [(m, n), (m, 1), (1, n), (1, 1)]
        pair = [(m, n), rng.choice(fits)] if rng.random() < 0.7 else [vector(m), rng.choice([vector(m), (1, 1)])]
        return pair if rng.random() < 0.5 else pair[::-1]
    if kind == "concat":
        return [vector(rng.randint(1, 4)) for _ in range(count)]
    if kind == "lookup":
        return [(m, n), (1, 1)]
    if kind == "entry":
        return [rng.choice([vector(m), (m, 1), (1, n)]), (1, 1)]
    first = rng.choice([vector(m), (m, n), (1, 1), (m, 1), (1, n)])
    return [first] * count if kind == "total" else [first] + [(1, 1)] * (count - 1)


def arities(op: str) -> list[int]:
    least, most = OPERATIONS[op].arity
    return list(range(least, 4 if most == ANY else most + 1))


@pytest.mark.parametrize("op", EVALUATED)
@pytest.mark.parametrize("layout", ["column", "row"])
def test_the_kind_rule_agrees_with_numpy(op, layout):
    rng = Random(f"{op} {layout}")
    draw = np.random.default_rng(rng.randrange(10**6)).uniform
    for count in arities(op) * 8:
        shapes = draw_shapes(op, count, rng, layout)
        arrays = {f"a{number}": draw(0.1, 0.9, (3, 2, *shape)) for number, shape in enumerate(shapes)}
        args = [Name(name) for name in arrays]
        if op == "entry":
            args[1] = Number("2")
        if op == "lookup":
            arrays["a0"] = arrays["a0"][0, 0]  # a weight has neither time nor batch
        known = Shapes(dict(zip(arrays, shapes, strict=True)), {}, layout)
        node = Call(op, tuple(args))
        result = compile_node(node, known, lambda part, arrays=arrays: reader(part, arrays))(None)
        assert result.shape == (3, 2, *infer_shape(node, known)), shapes
        assert np.isfinite(result).all()


def reader(part, arrays):
    return (lambda step: arrays[part.name]) if isinstance(part, Name) else None


DERIVED = [  # arguments as shapes, a number as itself; the shape of the result
    ("softmax_cross_entropy", [(3, 1), (3, 1), (3, 1)], (1, 1)),
    ("sigmoid_cross_entropy", [(1, 3), (1, 3), (1, 3)], (1, 1)),
    ("step", [(3, 2)], (3, 2)),
    ("leaky_relu_slope", [(3, 1)], (3, 1)),
    ("elu_slope", [(3, 1), (1, 1)], (3, 1)),
    ("hard_sigmoid_slope", [(1, 3), (1, 1), (1, 1)], (1, 3)),
    ("within", [(3, 1), (1, 1), (1, 1)], (3, 1)),
    ("ratio", [(3, 2), (3, 2)], (3, 2)),
    ("unit", [(1, 1), 2, (3, 1)], (3, 1)),
    ("unit", [(1, 1), 2, (1, 3)], (1, 3)),
    ("part", [(5, 1), (3, 1), 2, (2, 1), (3, 1)], (3, 1)),
    ("part", [(1, 5), (1, 2), 1, (1, 2), (1, 3)], (1, 2)),
    ("scatter", [(4, 1), (1, 1), (7, 4)], (7, 4)),
    ("spread", [(1, 1), (3, 4)], (3, 4)),
    ("sum_columns", [(3, 4)], (3, 1)),
    ("sum_rows", [(3, 4)], (1, 4)),
]


@pytest.mark.parametrize(("op", "args", "shape"), DERIVED, ids=str)
def test_the_kind_rule_of_derived_operations(op, args, shape):
    draw = np.random.default_rng(3).uniform
    names = [Number(str(arg)) if isinstance(arg, int) else Name(f"a{at}") for at, arg in enumerate(args)]
    shapes = {name.name: arg for name, arg in zip(names, args, strict=True) if isinstance(name, Name)}
    arrays = {name: draw(0.1, 0.9, (3, 2, *size)) for name, size in shapes.items()}
    node, known = Call(op, tuple(names)), Shapes(shapes, {})
    assert infer_shape(node, known) == shape
    assert compile_node(node, known, lambda part: reader(part, arrays))(None).shape == (3, 2, *shape)


def test_every_derived_operation_is_listed():
    derived = {name for name, row in OPERATIONS.items() if row.derived}
    assert derived == {op for op, _, _ in DERIVED} | OVER_TIME | WRITTEN_ONLY


# --- forms ---------------------------------------------------------------------


@pytest.mark.parametrize("op", WRITTEN)
def test_every_operation_is_written_and_read_back(op):
    for count in arities(op):
        inner = [parse_text(text) for text in ("a + b", "-c", "A @ x[t]")][:count]
        if op == "entry":
            inner[1] = Number("3")
        node = Call(op, tuple(inner))
        assert parse_text(write(node)) == node
        for outer in (Call("neg", (node,)), Call("matmul", (node, node)), Call("transpose", (node,))):
            assert parse_text(write(outer)) == outer


@pytest.mark.parametrize("op", WRITTEN)
@pytest.mark.parametrize("style", ["source", "screen", "latex"])
def test_every_form_shows_all_arguments_and_leaves_no_slot(op, style):
    for count in arities(op):
        names = ["X", "7" if op == "entry" else "Y", "Z"][:count]
        args = [Number(name) if name == "7" else Name(name) for name in names]
        written = write(Call(op, tuple(args)), style)
        assert [name for name in names if name not in written] == []
        assert not {"{0", "{1", "{*"} & {written[at : at + 2] for at in range(len(written))}


@pytest.mark.parametrize("op", OPERATIONS)
def test_latex_braces_balance(op):
    for count in arities(op):
        args = [Number("2") if op == "entry" and at else Name("a_b") for at in range(count)]
        tex = write(Call(op, tuple(args)), "latex")
        depth = 0
        for sign in tex.replace(r"\{", "").replace(r"\}", ""):
            depth += {"{": 1, "}": -1}.get(sign, 0)
            assert depth >= 0, tex
        assert depth == 0, tex
        assert tex.count(r"\left") == tex.count(r"\right"), tex


@pytest.mark.parametrize(
    ("node", "tex"),
    [
        (Call("spread", (Name("g"), Name("a"))), r"g \, \mathbf{1}"),
        (Call("sum_columns", (Name("A"),)), r"A \, \mathbf{1}"),
        (Call("sum_rows", (Name("A"),)), r"\mathbf{1}^{\top} A"),
        (Call("unit", (Name("g"), Number("2"), Name("a"))), r"g \, e_{2}"),
    ],
    ids=["spread", "sum_columns", "sum_rows", "unit"],
)
def test_vectors_of_ones_in_latex(node, tex):
    assert write(node, "latex") == tex
