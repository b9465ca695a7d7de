"""Kinds: the shape of an expression, what stays open, and what a result says about its parts."""

from __future__ import annotations

from itertools import product

import pytest

from rnncalc.language.kinds import OPEN, SCALAR, Mismatch, Shapes, describe, feature_axis, infer_backwards, infer_shape
from rnncalc.language.parser import parse_text

NAMES = {
    "A": (2, 3),
    "B": (3, 2),
    "S": (3, 3),
    "a": (3, 1),
    "b": (2, 1),
    "r": (1, 3),
    "q": (1, 2),
    "s": SCALAR,
    "h": (3, 1),
    "k": (1, 3),
    "E": (7, 4),
    "u": OPEN,
    "c": (None, 1),
    "d": (1, None),
    "M": (2, None),
}
LENGTHS = {"t": 5, "i": 6}
LETTERS = {"h": "t", "k": "i"}


def known(layout: str = "column", **more) -> Shapes:
    return Shapes(NAMES | more, LENGTHS, layout, LETTERS)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("2.5", (1, 1)),
        ("A", (2, 3)),
        ("h[t-1]", (3, 1)),
        ("h[0]", (3, 1)),
        ("h[T]", (3, 1)),
        ("A.T", (3, 2)),
        ("a.T", (1, 3)),
        ("s.T", (1, 1)),
        ("A @ a", (2, 1)),
        ("A @ B", (2, 2)),
        ("r @ a", (1, 1)),
        ("a @ r", (3, 3)),
        ("a @ a.T", (3, 3)),
        ("r @ B", (1, 2)),
        ("b @ s", (2, 1)),
        ("s @ q", (1, 2)),
        ("a + h[t]", (3, 1)),
        ("A + b", (2, 3)),
        ("b + A", (2, 3)),
        ("A * r", (2, 3)),
        ("A + s", (2, 3)),
        ("1 - a", (3, 1)),
        ("a / a", (3, 1)),
        ("a ** 2", (3, 1)),
        ("-A", (2, 3)),
        ("max(a, 0)", (3, 1)),
        ("tanh(A @ a)", (2, 1)),
        ("softmax(r)", (1, 3)),
        ("clip(A, -1, s)", (2, 3)),
        ("dropout(a, 0.5)", (3, 1)),
        ("leaky_relu(a, 0.2)", (3, 1)),
        ("sum(A)", (1, 1)),
        ("norm(a)", (1, 1)),
        ("dot(a, h[t])", (1, 1)),
        ("cross_entropy(a, h[t])", (1, 1)),
        ("(a)[3]", (1, 1)),
        ("h[t][2]", (1, 1)),
        ("(r)[3]", (1, 1)),
        ("concat(a, b)", (5, 1)),
        ("concat(a, s, 1)", (5, 1)),
        ("concat(r, q)", (1, 5)),
        ("concat(s, r)", (1, 4)),
        ("concat(A, B.T)", (4, 3)),
        ("S @ concat(b, s)", (3, 1)),
        ("u", (None, None)),
        ("u + a", (3, None)),
        ("u + A", (2, 3)),
        ("u + 1", (None, None)),
        ("A @ u", (2, None)),
        ("u @ A", (None, 3)),
        ("M @ B.T.T", (2, 2)),
        ("concat(c, a)", (None, 1)),
        ("concat(c, u)", (None, None)),
        ("u.T", (None, None)),
        ("c.T", (1, None)),
        ("sum(u)", (1, 1)),
        ("dot(a, u)", (1, 1)),
        ("dot(c, a)", (1, 1)),
        ("dot(a, c)", (1, 1)),
    ],
)
def test_shapes(text, shape):
    assert infer_shape(parse_text(text), known()) == shape


@pytest.mark.parametrize(
    ("text", "column", "row"),
    [
        ("h[:]", (3, 5), None),
        ("k[:]", None, (6, 3)),
        ("h[:] @ softmax(h[:].T @ a)", (3, 1), None),
        ("softmax(r @ k[:].T) @ k[:]", None, (1, 3)),
        ("lookup(E, 2)", (4, 1), (1, 4)),
        ("lookup(E, s)", (4, 1), (1, 4)),
        ("concat(s, s)", (2, 1), (1, 2)),
        ("concat(A, A)", (4, 3), (2, 6)),
        ("concat(a, s)", (4, 1), (4, 1)),
    ],
)
def test_layouts(text, column, row):
    """CONTRACT A2: `layout` says only what an unmarked vector is."""
    for layout, shape in (("column", column), ("row", row)):
        if shape is not None:
            assert infer_shape(parse_text(text), known(layout)) == shape, layout


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a + r", "a column and a row"),
        ("a * r", "a column and a row"),
        ("a - h[t].T", "a column and a row"),
        ("a + b", "different sizes"),
        ("A + B", "different sizes"),
        ("A + a", "different sizes"),
        ("A * q", "different sizes"),
        ("max(a, b)", "different sizes"),
        ("A @ b", "columns on the left and rows on the right differ"),
        ("a @ a", "columns on the left and rows on the right differ"),
        ("s @ a", "columns on the left and rows on the right differ"),
        ("A @ A", "columns on the left and rows on the right differ"),
        ("clip(a, b, 1)", "takes a scalar"),
        ("dropout(a, a)", "takes a scalar"),
        ("dot(a, b)", "different sizes"),
        ("cross_entropy(a, b)", "different sizes"),
        ("(A)[2]", "from a vector"),
        ("h[t][4]", "no entry 4"),
        ("(q)[3]", "no entry 3"),
        ("lookup(E, a)", "one number"),
        ("concat(a, r)", "do not continue"),
        ("concat(A, q)", "do not continue"),
        ("tanh(a + b)", "different sizes"),
    ],
)
def test_contradictions(text, reason):
    with pytest.raises(Mismatch, match=reason):
        infer_shape(parse_text(text), known())


def may_be_added(one, other) -> bool:
    """CONTRACT A3: a column applies to each column of a matrix, a row to each row, a scalar to everything."""
    if one == other or SCALAR in (one, other):
        return True
    for vector, matrix in ((one, other), (other, one)):
        if min(matrix) > 1 and (vector == (matrix[0], 1) or vector == (1, matrix[1])):
            return True
    return False


def test_nothing_else_broadcasts():
    sizes = list(product((1, 2, 3), repeat=2))
    for one, other in product(sizes, sizes):
        shapes = known(one=one, other=other)
        try:
            infer_shape(parse_text("one + other"), shapes)
        except Mismatch:
            allowed = False
        else:
            allowed = True
        assert allowed == may_be_added(one, other), (one, other)


@pytest.mark.parametrize("text", ["u + v", "u * v", "u @ v", "concat(u, v)", "tanh(u)", "u.T @ v", "u + v.T"])
def test_what_is_said_of_open_shapes_stays_true(text):
    """Learning more never contradicts what was inferred from less."""
    sizes = [(1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (2, 3)]
    partial = [lambda s: OPEN, lambda s: (s[0], None), lambda s: (None, s[1]), lambda s: s]
    for one, other in product(sizes, sizes):
        try:
            whole = infer_shape(parse_text(text), known(u=one, v=other))
        except Mismatch:
            continue
        for hide, hide_other in product(partial, partial):
            inferred = infer_shape(parse_text(text), known(u=hide(one), v=hide_other(other)))
            told = [(a, b) for a, b in zip(inferred, whole, strict=True) if a is not None]
            assert all(a == b for a, b in told), (one, other, hide(one), hide_other(other), inferred, whole)


@pytest.mark.parametrize(
    ("text", "result", "name", "shape"),
    [
        ("u", (3, 1), "u", (3, 1)),
        ("u + a", (3, 1), "u", (3, 1)),
        ("a - u", (3, 1), "u", (3, 1)),
        ("tanh(u)", (3, 1), "u", (3, 1)),
        ("-u", (3, 1), "u", (3, 1)),
        ("u.T", (1, 3), "u", (3, 1)),
        ("A @ u", (2, 1), "u", (3, 1)),
        ("u @ a", (2, 1), "u", (2, 3)),
        ("A @ u + b", (2, 1), "u", (3, 1)),
        ("s * u", (3, 1), "u", (3, 1)),
        ("dot(u, a)", SCALAR, "u", (3, 1)),
        ("dot(a, u)", SCALAR, "u", (3, 1)),
        ("h[:] @ u", (3, 1), "u", (5, 1)),
        ("clip(u, 0, 1)", (3, 1), "u", (3, 1)),
        ("softmax(S @ u)", (3, 1), "u", (3, 1)),
        ("A @ tanh(S @ u)", (2, 1), "u", (3, 1)),
        ("u[t-1] + 1", (3, 1), "u", (3, 1)),
    ],
)
def test_a_known_result_tells_of_its_parts(text, result, name, shape):
    learned = {}
    infer_backwards(parse_text(text), result, known(), learned.__setitem__)
    assert learned[name] == shape


def test_the_whole_sequence_tells_nothing_of_one_step():
    learned = {}
    infer_backwards(parse_text("w[:]"), (3, 5), known(), learned.__setitem__)
    assert learned == {}


def test_a_contradiction_tells_nothing():
    learned = {}
    infer_backwards(parse_text("(A @ b) + u"), (2, 1), known(), learned.__setitem__)
    assert learned == {}


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((1, 1), "a scalar"),
        ((3, 1), "a column of 3"),
        ((1, 3), "a row of 3"),
        ((2, 3), "2×3"),
        ((None, 1), "a column of ?"),
        ((1, None), "a row of ?"),
        ((2, None), "2×?"),
        ((None, None), "?×?"),
    ],
)
def test_shapes_in_words(shape, words):
    assert describe(shape) == words


@pytest.mark.parametrize(
    ("shapes", "column", "row"),
    [
        ([(3, 1)], 0, 0),
        ([(1, 3)], 1, 1),
        ([(1, 1)], 0, 1),
        ([(1, 1), (1, 3)], 1, 1),
        ([(2, 3), (2, 3)], 0, 1),
        ([(None, None), (3, 1)], 0, 0),
    ],
)
def test_the_axis_of_features(shapes, column, row):
    assert (feature_axis(shapes, "column"), feature_axis(shapes, "row")) == (column, row)
