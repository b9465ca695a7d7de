"""Shapes of a whole system: inferred both ways, in any order of the lines, or refused with both places."""

from __future__ import annotations

from itertools import permutations

import pytest
from language.marks import mark, plain
from recurrences.systems import system_of

from rnncalc.base.diagnostics import Diagnostic, Note, RnncalcError
from rnncalc.base.span import Source, Span
from rnncalc.recurrences.shapes import infer_shapes

LENGTHS = {"t": 4, "i": 6}


def shapes(text: str, given: dict, layout: str = "column") -> dict:
    """Infer the shapes of a system; only of what its equations define."""
    system = system_of(text, layout=layout)
    found = infer_shapes(system, given, LENGTHS, {})
    return {name: found[name] for name in system.defined}


def faults(text: str, given: dict) -> tuple[Diagnostic, ...]:
    with pytest.raises(RnncalcError) as caught:
        shapes(text, given)
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("text", "given", "found"),
    [
        (
            "z[t] = U.T @ x[t] + W.T @ h[t-1] + b\nh[t] = tanh(z[t])\ny[t] = V.T @ h[t] + c",
            {"U": (2, 3), "W": (3, 3), "b": (3, 1), "V": (3, 4), "c": (4, 1), "x": (2, 1)},
            {"z": (3, 1), "h": (3, 1), "y": (4, 1)},
        ),
        (
            "h[t] = tanh(W @ concat(h[t-1], x[t]))",
            {"W": (3, 5), "x": (2, 1)},
            {"h": (3, 1)},
        ),
        ("h[t] = W @ h[t-1]", {"W": (3, 3)}, {"h": (3, 1)}),
        ("h[t] = h[t-1] + x[t]", {"x": (3, 1)}, {"h": (3, 1)}),
        ("h[t] = f[t] * h[t-1]\nf[t] = sigmoid(A @ x[t])", {"A": (3, 2), "x": (2, 1)}, {"h": (3, 1), "f": (3, 1)}),
        ("h[t] = tanh(h[t-1])", {"h": (3, 1)}, {"h": (3, 1)}),
        ("h[t] = tanh(h[t-1])\ny[t] = V @ h[t]", {"V": (2, 3)}, {"h": (3, 1), "y": (2, 1)}),
        ("s[0] = h[T]\ns[i] = tanh(s[i-1])\nh[t] = W @ h[t-1]", {"W": (3, 3)}, {"s": (3, 1), "h": (3, 1)}),
        ("a[t] = h[t-1]\nh[t] = tanh(a[t])", {"h": (2, 1)}, {"a": (2, 1), "h": (2, 1)}),
        ("M[t] = M[t-1] + x[t] @ x[t].T", {"x": (2, 1)}, {"M": (2, 2)}),
        ("e[i] = h[:].T @ s[i-1]\ns[i] = h[:] @ softmax(e[i])", {"h": (3, 1)}, {"e": (4, 1), "s": (3, 1)}),
        (
            "J[t] = sum((y[t] - d[t]) ** 2)\ny[t] = V @ x[t]",
            {"V": (2, 3), "x": (3, 1), "d": (2, 1)},
            {"J": (1, 1), "y": (2, 1)},
        ),
        ("q[t] = lookup(E, w[t])", {"E": (7, 3), "w": (1, 1)}, {"q": (3, 1)}),
        ("y[t] = x[t][2] + 1", {"x": (3, 1)}, {"y": (1, 1)}),
        ("h[t] = g[t] * x[t]\ng[t] = sum(x[t])", {"x": (3, 1)}, {"h": (3, 1), "g": (1, 1)}),
        ("H[t] = g[t] + A\ng[t] = V @ x[t]", {"A": (2, 3), "V": (2, 2), "x": (2, 1)}, {"H": (2, 3), "g": (2, 1)}),
        ("u[t] = tanh(y + x[t])\ny = sum(x[:])", {"x": (3, 1)}, {"u": (3, 1), "y": (1, 1)}),
        (
            "c[t] = concat(r[t], r[t])\nr[t] = k[t].T @ A\nk[t] = x[t]",
            {"A": (2, 3), "x": (2, 1)},
            {"c": (1, 6), "r": (1, 3), "k": (2, 1)},
        ),
    ],
    ids=[
        "Elman", "concat", "from a square weight", "from an addend", "through a gate", "from its start",
        "from its reader", "from another's start", "through a name", "matrix state", "attention", "loss", "embedding",
        "entry", "scalar gate", "column on a matrix", "scalar value", "row in column layout",
    ],
)  # fmt: skip
def test_shapes_in_any_order_of_the_lines(text, given, found):
    """CONTRACT A2, A4: kinds propagate both ways; equations may stand in any order."""
    for lines in permutations(text.splitlines()):
        assert shapes("\n".join(lines), given) == found, lines


@pytest.mark.parametrize(
    ("text", "given", "found"),
    [
        ("h[t] = tanh(x[t] @ U + h[t-1] @ W + b)", {"U": (2, 3), "W": (3, 3), "b": (1, 3), "x": (1, 2)}, {"h": (1, 3)}),
        ("h[t] = h[t-1] @ W", {"W": (3, 3)}, {"h": (1, 3)}),
        ("s[i] = softmax(q @ h[:].T) @ h[:]", {"h": (1, 3), "q": (1, 3)}, {"s": (1, 3)}),
        ("y[t] = concat(x[t], x[t-1])", {"x": (1, 2)}, {"y": (1, 4)}),
        ("y[t] = lookup(E, w[t])", {"E": (7, 3), "w": (1, 1)}, {"y": (1, 3)}),
    ],
)
def test_row_layout(text, given, found):
    assert shapes(text, given, "row") == found


@pytest.mark.parametrize(
    ("marked", "given"),
    [
        ("<h[t]> = tanh(h[t-1])", {}),
        ("<h[t]> = 0.5 * h[t-1]", {}),
        ("a[t] = V @ x[t]\n<h[t]> = h[t-1]", {"V": (2, 3), "x": (3, 1)}),
        ("<ĥ[t]> = ĥ[t−1] + 1", {}),
    ],
)
def test_what_stays_open_has_no_shape(marked, given):
    (found,) = faults(plain(marked), given)
    assert (found.slug, mark(found.span)) == ("no-shape", marked)


@pytest.mark.parametrize(
    ("marked", "given"),
    [
        ("h[t] = tanh(<U @ x[t]>)", {"U": (3, 3), "x": (2, 1)}),
        ("ĥ[t] = W @ x[t]\ny[t] = <V @ ĥ[t]>", {"W": (3, 2), "V": (2, 2), "x": (2, 1)}),
        ("h[t] = <U @ x[t]>", {"U": (3, 2), "x": (2, 1), "h": (2, 1)}),
        ("h[t] = W @ x[t]\ns[0] = <h[T]>\ns[i] = s[i-1]", {"W": (3, 2), "x": (2, 1), "s": (2, 1)}),
        ("y[t] = <lookup(E, x[t])>", {"E": (7, 3), "x": (2, 1)}),
    ],
)
def test_mismatches(marked, given):
    (found,) = faults(plain(marked), given)
    assert (found.slug, mark(found.span)) == ("shape-mismatch", marked)


def test_every_equation_that_does_not_fit_is_reported():
    text = "a[t] = U @ x[t]\nb[t] = x[t] + c\ny[t] = V @ x[t]"
    found = faults(text, {"U": (3, 3), "x": (2, 1), "c": (3, 1), "V": (2, 2)})
    assert [(one.slug, one.span.text) for one in found] == [
        ("shape-mismatch", "U @ x[t]"),
        ("shape-mismatch", "x[t] + c"),
    ]


def test_the_message_of_the_design():
    """DESIGN 12: both shapes, the place where U was given, and the repair that would fit."""
    text = "weights:\n  U: [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]\n"
    source = Source("problems/elman.yaml", text)
    system = system_of("h[t] = tanh(U @ x[t] + W.T @ h[t-1] + b)")
    given = {"U": (2, 3), "W": (3, 3), "b": (3, 1), "x": (2, 1)}
    origins = {"U": Note(Span(source, 11, 12), "'U' has 2 rows and 3 columns here")}
    with pytest.raises(RnncalcError) as caught:
        infer_shapes(system, given, LENGTHS, origins)
    (found,) = caught.value.diagnostics
    assert found.message == "'U' is 2×3 and 'x[t]' is a column of 2, so 'U @ x[t]' does not exist."
    assert found.span.text == "U"
    assert found.remedy.lower().endswith("give u as 3 rows of 2.")


def test_a_shape_from_an_equation_is_a_place_too():
    """DESIGN 3: the first use binds a dimension; a contradiction names both places."""
    (found,) = faults("h[t] = W @ x[t]\ny[t] = V @ h[t]", {"W": (3, 2), "V": (2, 2), "x": (2, 1)})
    assert [note.span.text for note in found.notes] == ["h[t] = W @ x[t]"]


def test_given_shapes_are_not_changed():
    given = {"W": (3, 3)}
    shapes("h[t] = W @ h[t-1]", given)
    assert given == {"W": (3, 3)}
