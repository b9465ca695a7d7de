"""Equations: one a line, what may stand on the left, and what a line that is none is told."""

from __future__ import annotations

import pytest
from language.marks import diagnostics, mark, refusals

from rnncalc.base.span import Source
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Index, Name, Ref
from rnncalc.language.parser import parse_text
from rnncalc.language.writer import write_equation


def equations(text: str):
    return parse_equations(Source("<test>", text))


ELMAN = """\
# Elman, as in the lecture
z[t] = U.T @ x[t] + W.T @ h[t-1] + b

  h[t] = tanh(z[t])   # the state
y = V.T @ h[T]
\t# s[i] = 1
s[0] = h[T]
"""


def test_one_equation_a_line():
    assert [write_equation(equation) for equation in equations(ELMAN)] == [
        "z[t] = U.T @ x[t] + W.T @ h[t-1] + b",
        "h[t] = tanh(z[t])",
        "y = V.T @ h[T]",
        "s[0] = h[T]",
    ]


def test_an_equation_stands_where_its_span_says():
    found = equations(ELMAN)
    assert [equation.span.text for equation in found] == [
        "z[t] = U.T @ x[t] + W.T @ h[t-1] + b",
        "h[t] = tanh(z[t])",
        "y = V.T @ h[T]",
        "s[0] = h[T]",
    ]
    assert [equation.span.line for equation in found] == [2, 4, 5, 7]
    assert [equation.left.span.text for equation in found] == ["z[t]", "h[t]", "y", "s[0]"]


def test_the_span_of_an_equation_holds_its_last_parenthesis():
    (found,) = equations("h[t] = W @ (x[t] + b)")
    assert found.span.text == "h[t] = W @ (x[t] + b)"
    assert found.right.span.text == "W @ (x[t] + b)"


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "   \n\t\n"])
def test_no_equations(text):
    assert equations(text) == []


def test_line_ends_of_windows():
    found = equations("a[t] = x[t]\r\nb[t] = a[t] # ä\r\n")
    assert [equation.span.text for equation in found] == ["a[t] = x[t]", "b[t] = a[t]"]


def test_the_last_line_needs_no_line_end():
    assert len(equations("a[t] = x[t]\nb[t] = a[t]")) == 2


def test_a_block_is_read_from_where_it_stands():
    text = "equations: |\n  h[t] = a\n  y[t] = b\nweights: {}"
    source = Source("<test>", text)
    found = parse_equations(source, text.index("  h"), text.index("weights"))
    assert [equation.span.text for equation in found] == ["h[t] = a", "y[t] = b"]
    assert [source.position(equation.span.start) for equation in found] == [(2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("h[t] = 1", Ref("h", Index("step", "t"))),
        ("s[i] = 1", Ref("s", Index("step", "i"))),
        ("s[0] = 1", Ref("s", Index("start", "", 0))),
        ("x[1] = 1", Ref("x", Index("start", "", 1))),
        ("g[T+1] = 1", Ref("g", Index("end", "t", 1))),
        ("g[T] = 1", Ref("g", Index("end", "t"))),
        ("y = 1", Name("y")),
        ("ŷ = 1", Name("ŷ")),
        ("T = 1", Name("T")),
    ],
)
def test_left_sides(text, left):
    (found,) = equations(text)
    assert (found.left, found.right) == (left, parse_text("1"))


@pytest.mark.parametrize(
    ("marked", "slug"),
    [
        ("<h[t-1]> = x[t]", "bad-left-side"),
        ("<ĥ[t+1]> = x[t]", "bad-left-side"),
        ("<h[:]> = x[t]", "bad-left-side"),
        ("<h[t][2]> = x[t]", "bad-left-side"),
        ("<h.T> = x[t]", "bad-left-side"),
        ("<tanh(h[t])> = x[t]", "bad-left-side"),
        ("<2> = x", "bad-left-side"),
        ("<-h> = x", "bad-left-side"),
        ("<h[t]>", "missing-equals-sign"),
        ("  <σ(h[t])>  # no more", "missing-equals-sign"),
        ("h[t] <+> 1 = x[t]", "unexpected-token"),
        ("h[t] = x[t] <=> y[t]", "unexpected-token"),
        ("h[t] =<=> x[t]", "unexpected-token"),
        ("h <x> = 1", "unexpected-token"),
        ("h[t] <=>", "unfinished-expression"),
        ("<=> x[t]", "unexpected-token"),
        ("h[t] <:>= x[t]", "unexpected-token"),
    ],
)
def test_faults(marked, slug):
    assert refusals(parse_equations, marked) == [(slug, marked)]


def test_a_shifted_definition_is_told_to_shift_the_right_side():
    (found,) = diagnostics(parse_equations, "h[t+1] = tanh(h[t])")
    assert "'h[t]'" in found.remedy


def test_every_faulty_line_is_reported_once_in_order():
    text = "h[t] = x[t] ^ 2\ny[t] = V @ h[t]\nσ\nJ[t] = (y[t]\n"
    found = diagnostics(parse_equations, text)
    assert [(one.slug, one.span.line) for one in found] == [
        ("unknown-character", 1),
        ("missing-equals-sign", 3),
        ("unbalanced-parenthesis", 4),
    ]
    assert mark(found[2].span) == "h[t] = x[t] ^ 2\ny[t] = V @ h[t]\nσ\nJ[t] = <(>y[t]\n"


@pytest.mark.parametrize("right", ["9" * 401, "0." + "1" * 4001], ids=["401 digits", "4001 decimals"])
def test_the_digits_of_a_number_are_capped(right):
    """CONTRACT B11: 400 digits, in equations as elsewhere."""
    assert diagnostics(parse_equations, f"y[t] = {right} * x[t]")


def test_a_number_beyond_all_floats_is_refused():
    """DESIGN 12: inf and nan do not come in."""
    assert diagnostics(parse_equations, "y[t] = 1e999 * x[t]")


def test_the_number_of_an_entry_is_capped():
    assert diagnostics(parse_equations, f"y[t] = x[t][{'9' * 5000}]")
