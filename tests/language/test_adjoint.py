"""The adjoints of the operation table, row by row, against central differences along random directions."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest
from language.test_operations import arities, draw_shapes
from running import slugs, system

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.interpreter import compile_node
from rnncalc.language.adjoint import adjoint_terms
from rnncalc.language.kinds import Shapes, infer_shape
from rnncalc.language.nodes import Call, Equation, Name, leaves
from rnncalc.language.operations import OPERATIONS
from rnncalc.language.parser import parse_text

STEP = 1e-5
WITH_ADJOINT = [name for name, row in OPERATIONS.items() if row.adjoint]
WRITTEN = [name for name in WITH_ADJOINT if not OPERATIONS[name].derived]
POSITIVE = {"log", "sqrt", "pow", "div", "cross_entropy", "binary_cross_entropy"}
NOTHING_FLOWS = {"lookup": ["b"], "dropout": ["b"]}  # an index; a probability that acts in training only


def value_of(node, arrays, shapes, layout):
    def read(part):
        return (lambda step: arrays[part.name]) if isinstance(part, Name) else None

    return compile_node(node, Shapes(shapes, {}, layout), read)(None)


def compare(node, arrays, layout="column", silent=()):
    """Hold what an equation y = node sends to every name against differences of Σ g ⊙ y; give what was sent."""
    rng = np.random.default_rng(5)
    shapes = {name: array.shape[-2:] for name, array in arrays.items()}
    shapes |= dict.fromkeys("yg", infer_shape(node, Shapes(shapes, {}, layout)))
    known = Shapes(shapes, {}, layout)
    y = value_of(node, arrays, shapes, layout)
    extended = {**arrays, "y": y, "g": rng.uniform(-1, 1, y.shape)}
    terms = list(adjoint_terms(Equation(Name("y"), node), Name("g"), known, lambda leaf: leaf.name not in silent))
    for name in dict.fromkeys(leaf.name for leaf in leaves(node) if leaf.name not in silent):
        sent = [expression for leaf, expression in terms if leaf.name == name]
        for expression in sent:
            assert infer_shape(expression, known) == shapes[name], name
        found = sum((value_of(part, extended, shapes, layout) for part in sent), np.zeros(arrays[name].shape))
        direction = rng.uniform(-1, 1, arrays[name].shape)
        above, below = (
            float((value_of(node, {**arrays, name: arrays[name] + step}, shapes, layout) * extended["g"]).sum())
            for step in (STEP * direction, -STEP * direction)
        )
        wanted = (above - below) / (2 * STEP)
        assert float((found * direction).sum()) == pytest.approx(wanted, rel=1e-6, abs=1e-8), f"{name} of {node}"
    return terms


def draw(op, shape, rng):
    """Draw numbers in the domain of an operation, none within 1e-3 of a kink."""
    if op in POSITIVE:
        return rng.uniform(0.1, 0.9, shape)
    array = rng.uniform(0.05, 3.0, shape) * rng.choice([-1, 1], shape)
    return np.where(np.abs(np.abs(array) - 2.5) < 1e-3, 1.0, array)


RANDOM = [name for name in WRITTEN if name not in ("lookup", "entry", "clip")]


@pytest.mark.parametrize("op", RANDOM)
@pytest.mark.parametrize("layout", ["column", "row"])
def test_every_row_on_random_shapes(op, layout):
    rng, draws = Random(f"{op} {layout} adjoint"), np.random.default_rng(sum(map(ord, op)))
    for count in arities(op) * 8:
        shapes = draw_shapes(op, count, rng, layout)
        if op in ("softmax", "log_softmax") and 1 not in shapes[0]:
            continue
        arrays = {"abc"[at]: draw(op, shape, draws) for at, shape in enumerate(shapes)}
        if OPERATIONS[op].kind == "same" and count > 1:
            continue  # variants with arguments have numbers there, below
        compare(Call(op, tuple(Name(name) for name in arrays)), arrays, layout, NOTHING_FLOWS.get(op, ()))


@pytest.mark.parametrize(
    "text",
    [
        "leaky_relu(a, 0.3)", "elu(a, 0.7)", "hard_sigmoid(a, 0.3)", "hard_sigmoid(a, 0.3, 0.4)", "dropout(a, 0.5)",
        "clip(a, -0.6, 0.9)", "a ** 3", "2 ** a", "a ** -1.5 * 0 + a", "(a)[2]", "(a)[3] * a",
        "concat(a, 2 * a, (a)[1])",
        "tanh(tanh(a))", "a * a", "a - a", "-(-a)", "softmax(softmax(a))", "norm(a) * a / sum(a * a)",
        "dot(a, tanh(a))", "min(a, 0.2)", "max(0.3, a)",
        "leaky_relu(a)", "elu(a)", "exp(-a ** 2)",
        "sqrt(a * a + 1)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("layout", ["column", "row"])
def test_variants_and_compositions(text, layout):
    array = draw("", (4, 1) if layout == "column" else (1, 4), np.random.default_rng(12))
    if text == "a ** -1.5 * 0 + a":
        array = np.abs(array)
    assert compare(parse_text(text), {"a": array}, layout)


@pytest.mark.parametrize("sizes", list(product([(1, 1), (3, 1), (1, 4), (3, 4)], repeat=2)), ids=str)
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "pow", "min", "max"])
def test_broadcasting(op, sizes):
    """A scalar with anything, a column and a row with a matrix, either way round; a column and a row never."""
    if sorted(sizes) == [(1, 4), (3, 1)]:
        return
    rng = np.random.default_rng(3)
    arrays = {name: rng.uniform(0.2, 2, size) for name, size in zip("ab", sizes, strict=True)}
    compare(Call(op, (Name("a"), Name("b"))), arrays)


@pytest.mark.parametrize("layout", ["column", "row"])
def test_lookup_sends_to_the_row_that_was_read(layout):
    rng = np.random.default_rng(0)
    arrays = {"a": rng.uniform(-1, 1, (5, 3)), "b": np.array([[2.0]])}
    ((leaf, expression),) = compare(parse_text("lookup(a, b)"), arrays, layout, silent="b")
    width = (3, 1) if layout == "column" else (1, 3)
    arrays["g"] = np.ones(width)
    sent = value_of(expression, arrays, {"a": (5, 3), "b": (1, 1), "g": width}, layout)
    assert leaf == Name("a")
    assert sent.tolist() == [[0.0] * 3] * 2 + [[1.0] * 3] + [[0.0] * 3] * 2


@pytest.mark.parametrize(
    ("fused", "inner", "plain"),
    [
        ("softmax_cross_entropy", "softmax", "cross_entropy"),
        ("sigmoid_cross_entropy", "sigmoid", "binary_cross_entropy"),
    ],
)
@pytest.mark.parametrize("layout", ["column", "row"])
def test_losses_from_the_logits(fused, inner, plain, layout):
    """Value and both derivatives; targets need not sum to one."""
    rng = np.random.default_rng(1)
    size = (4, 1) if layout == "column" else (1, 4)
    arrays = {"a": rng.uniform(-2, 2, size), "b": rng.uniform(0.1, 0.9, size)}
    together, apart = parse_text(f"{fused}(a, b, {inner}(a))"), parse_text(f"{plain}({inner}(a), b)")
    shapes = dict.fromkeys(arrays, size)
    values = [value_of(node, arrays, shapes, layout).item() for node in (together, apart)]
    assert values[0] == pytest.approx(values[1], rel=1e-12)
    compare(together, arrays, layout)
    compare(apart, arrays, layout)


@pytest.mark.parametrize(
    ("text", "second"),
    [("leaky_relu(a, b)", 0.3), ("elu(a, b)", 0.7), ("hard_sigmoid(a, b)", 0.3), ("hard_sigmoid(a, 0.3, b)", 0.4),
     ("clip(a, b, 2)", -0.6), ("clip(a, -2, b)", 0.7)],
)  # fmt: skip
def test_a_parameter_of_an_activation_is_never_passed_over(text, second):
    """A learned slope moves the value, so its derivative is right or refused, never silently zero."""
    arrays = {"a": draw("", (6, 1), np.random.default_rng(2)), "b": np.array([[second]])}
    try:
        compare(parse_text(text), arrays)
    except RnncalcError as error:
        assert [diagnostic.slug for diagnostic in error.diagnostics] == ["no-adjoint"]


@pytest.mark.parametrize(
    ("op", "p", "d", "wanted"),
    [
        ("cross_entropy", [0.25, 0.0, 0.75], [1.0, 0.0, 0.0], [-4.0, 0.0, 0.0]),
        ("binary_cross_entropy", [0.0, 1.0, 0.5], [0.0, 1.0, 1.0], [1.0, -1.0, -2.0]),
    ],
)
def test_no_log_of_zero_where_the_target_is_zero(op, p, d, wanted):
    """0 · log 0 is 0 in the value, so the derivative there is finite too, not 0/0."""
    arrays = {"a": np.array(p)[:, None], "b": np.array(d)[:, None], "g": np.ones((1, 1))}
    shapes = {"a": (3, 1), "b": (3, 1), "g": (1, 1), "y": (1, 1)}
    node = parse_text(f"{op}(a, b)")
    terms = list(adjoint_terms(Equation(Name("y"), node), Name("g"), Shapes(shapes, {}), lambda leaf: leaf.name == "a"))
    with np.errstate(all="ignore"):
        sent = sum(value_of(expression, arrays, shapes, "column") for _, expression in terms)
    assert sent[:, 0].tolist() == wanted


@pytest.mark.parametrize("op", [name for name in OPERATIONS if name not in WITH_ADJOINT])
def test_a_row_without_an_adjoint_fails_by_name(op):
    count = arities(op)[0]
    node = parse_text(f"{op}({', '.join(['a', '1', '1'][:count])})")
    assert node.op == op
    with pytest.raises(RnncalcError) as caught:
        list(adjoint_terms(Equation(Name("y"), node), Name("g"), Shapes({"a": (2, 1)}, {}), lambda leaf: True))
    assert [diagnostic.slug for diagnostic in caught.value.diagnostics] == ["no-adjoint"]
    assert f"'{op}'" in caught.value.diagnostics[0].message


@pytest.mark.parametrize("op", ["softmax", "log_softmax"])
def test_softmax_of_a_matrix_has_no_adjoint(op):
    with pytest.raises(RnncalcError) as caught:
        compare(parse_text(f"{op}(a)"), {"a": np.ones((2, 3))})
    assert caught.value.diagnostics[0].slug == "no-adjoint"


@pytest.mark.parametrize("op", [name for name, row in OPERATIONS.items() if row.derived])
def test_derived_rows_are_no_functions_of_the_language(op):
    assert slugs(system(f"y[t] = {op}(x[t], x[t], x[t])")) == ["undefined-function"]


def test_nothing_is_derived_for_what_is_not_wanted():
    equation = Equation(Name("y"), parse_text("W @ a + step(b) * c"))
    known = Shapes({"W": (2, 2), "a": (2, 1), "b": (2, 1), "c": (2, 1)}, {})
    found = [leaf.name for leaf, _ in adjoint_terms(equation, Name("g"), known, lambda leaf: leaf.name in "Wac")]
    assert found == ["W", "a", "c"]
