"""Shape mismatches: the innermost part that does not fit, both shapes, the repair, the places."""

from __future__ import annotations

import re
from random import Random

import pytest
from language.marks import mark, plain

from rnncalc.base.diagnostics import Diagnostic, Note
from rnncalc.base.span import Source, Span
from rnncalc.language.kinds import Shapes
from rnncalc.language.lines import parse_equations
from rnncalc.language.shape_check import check_shapes

NAMES = {
    "U": (2, 3),
    "W": (3, 3),
    "V": (3, 4),
    "P": (2, 2),
    "b": (3, 1),
    "c": (4, 1),
    "r": (1, 3),
    "x": (2, 1),
    "h": (3, 1),
    "y": (4, 1),
    "J": (1, 1),
}
LETTERS = {"x": "t", "h": "t", "y": "t"}


def check(text: str, names=NAMES, given: str = "U W V P b c r") -> Diagnostic | None:
    """Check one equation below lines that give the names their shapes."""
    head = "".join(f"{name}: …\n" for name in given.split())
    source = Source("<test>", head + text)
    (equation,) = parse_equations(source, len(head))
    places = {name: head.index(f"{name}:") for name in given.split()}
    origins = {name: Note(Span(source, at, at + 1), f"'{name}' is given here") for name, at in places.items()}
    return check_shapes(equation, Shapes(names, {"t": 5}, "column", LETTERS), origins)


@pytest.mark.parametrize(
    "text",
    [
        "h[t] = tanh(U.T @ x[t] + W @ h[t-1] + b)",
        "y[t] = V.T @ h[t] + c",
        "J = sum(c)",
        "h[t] = h[:] @ softmax(h[:].T @ b)",
    ],
)
def test_equations_that_fit(text):
    assert check(text) is None


@pytest.mark.parametrize(
    ("marked", "message", "remedy"),
    [
        (
            "h[t] = tanh(<U @ x[t]> + W.T @ h[t-1] + b)",
            "'U' is 2×3 and 'x[t]' is a column of 2, so 'U @ x[t]' does not exist.",
            "Write 'U.T @ x[t]', or give U as 3 rows of 2.",
        ),
        (
            "y[t] = <V @ h[t]> + c",
            "'V' is 3×4 and 'h[t]' is a column of 3, so 'V @ h[t]' does not exist.",
            "Write 'V.T @ h[t]', or give V as 4 rows of 3.",
        ),
        (
            "x[t] = <U.T @ h[t]>",
            "'U.T' is 3×2 and 'h[t]' is a column of 3, so 'U.T @ h[t]' does not exist.",
            "Write 'U @ h[t]', or give U as 3 rows of 2.",
        ),
        (
            "h[t] = <b + r>",
            "'b' is a column of 3 and 'r' is a row of 3; they cannot be added: a column and a row do not go together.",
            "Give r as a column of 3.",
        ),
        (
            "h[t] = W @ (<c * b>)",
            "'c' is a column of 4 and 'b' is a column of 3; they cannot be multiplied elementwise: "
            "they have different sizes.",
            "Give c as a column of 3.",
        ),
        (
            "h[t] = <U.T @ x[t] + c>",
            "'U.T @ x[t]' is a column of 3 and 'c' is a column of 4; they cannot be added: they have different sizes.",
            "Give c as a column of 3.",
        ),
        (
            "x[t] = <P @ b>",
            "'P' is 2×2 and 'b' is a column of 3, so 'P @ b' does not exist.",
            "Give P as 2×3.",
        ),
        (
            "h[t] = <clip(b, c, 1)>",
            "'b' is a column of 3 and 'c' is a column of 4 and '1' is a scalar, so 'clip(b, c, 1)' does not exist: "
            "'clip' takes a scalar there.",
            "",
        ),
        ("h[t] = <V.T @ h[t]>", "'h[t]' is a column of 3, but 'V.T @ h[t]' is a column of 4.", "Give V as 3×3."),
        (
            "h[t] = <U.T @ c>",
            "'U.T' is 3×2 and 'c' is a column of 4, so 'U.T @ c' does not exist.",
            "Give U as 4×3.",
        ),
        ("J = <b>", "'J' is a scalar, but 'b' is a column of 3.", ""),
        ("h[t] = <J>", "'h[t]' is a column of 3, but 'J' is a scalar.", ""),
    ],
)  # fmt: skip
def test_messages(marked, message, remedy):
    found = check(plain(marked))
    assert (found.slug, found.message, found.remedy) == ("shape-mismatch", message, remedy)
    assert mark(found.span).splitlines()[-1] == marked


@pytest.mark.parametrize(
    "text",
    [
        "h[t] = tanh(U @ x[t] + W.T @ h[t-1] + b)",
        "y[t] = V @ h[t] + c",
        "x[t] = U.T @ h[t]",
        "y[t] = sigmoid(c + 2 * (V @ (W @ h[t])))",
        "J = dot(V @ h[t], c)",
    ],
)
def test_the_repair_fits(text):
    """What the remedy writes in the place of the faulty part gives an equation that fits."""
    found = check(text)
    (instead,) = re.findall(r"Write '(.+?)'", found.remedy)
    repaired = text.replace(found.span.text, instead)
    assert repaired != text
    assert check(repaired) is None


@pytest.mark.parametrize(
    "text",
    [
        "h[t] = tanh(U @ x[t] + b)",
        "y[t] = V @ h[t] + c",
        "x[t] = U.T @ h[t]",
        "x[t] = P @ b",
        "h[t] = P @ b",
        "h[t] = V.T @ h[t]",
        "h[t] = b + r",
        "h[t] = U.T @ x[t] + c",
        "h[t] = W @ (c * b)",
    ],
)
def test_the_given_shape_that_the_remedy_asks_for_fits(text):
    """DESIGN 3: the repair that would fit."""
    found = check(text)
    name, shape = re.search(r"[gG]ive (\w+) as (.+?)\.$", found.remedy).groups()
    sizes = [int(size) for size in re.findall(r"\d+", shape)]
    wanted = {"a column of": (sizes[0], 1), "a row of": (1, sizes[0])}.get(shape.rpartition(" ")[0], tuple(sizes))
    assert check(text, NAMES | {name: wanted}) is None, found.remedy


def test_both_places_are_named():
    """DESIGN 3: a contradiction names both places, in reading order, each once."""
    found = check("h[t] = U @ (b + W @ b) + h[t-1]")
    assert [(note.span.text, note.message) for note in found.notes] == [
        ("U", "'U' is given here"),
        ("b", "'b' is given here"),
        ("W", "'W' is given here"),
    ]


def test_the_innermost_misfit_is_reported_first():
    found = check("h[t] = W @ (b + c) + U @ x[t]")
    assert found.span.text.strip("()") == "b + c"


def test_an_equation_of_the_catalogue_points_into_the_file():
    """Where the equation is not the file's own, the message stands at the weight."""
    file = Source("q1.yaml", "weights:\n  U: [[1, 2, 3], [4, 5, 6]]\n")
    (equation,) = parse_equations(Source("rnncalc's elman", "h[t] = tanh(U @ x[t])"))
    origin = Note(Span(file, 11, 12), "'U' has 2 rows and 3 columns here")
    found = check_shapes(equation, Shapes(NAMES, {"t": 5}, "column", LETTERS), {"U": origin})
    assert found.span == origin.span
    assert found.remedy == "Give U as 3 rows of 2."
    assert [note.span.text for note in found.notes] == ["U @ x[t]"]


def test_a_diagnostic_is_given_exactly_where_shapes_contradict():
    """Random weights in one equation: it is reported if and only if the product does not exist or is no h."""
    rng = Random(5)
    for _ in range(300):
        m, n, k = rng.randint(2, 4), rng.randint(2, 4), rng.randint(2, 4)
        names = {"U": (m, n), "x": (k, 1), "h": (3, 1)}
        assert (check("h[t] = U @ x[t]", names, "U") is None) == (n == k and m == 3)
        assert (check("h[t] = U.T @ x[t]", names, "U") is None) == (m == k and n == 3)
