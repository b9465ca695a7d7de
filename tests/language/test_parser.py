"""The parser: trees, precedence, time steps, spans, and what it says of a faulty expression."""

from __future__ import annotations

import pytest
from language.marks import diagnostics, refusals

from rnncalc.base.span import Source
from rnncalc.language.nodes import Call, Index, Name, Node, Number, Ref, walk
from rnncalc.language.parser import MAX_DEPTH, parse_expression, parse_text


def shown(node: Node) -> str:
    """Write a tree with every operation as (op argument …)."""
    if isinstance(node, Number):
        return node.text
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Ref):
        index = node.index
        return f"{node.name}:{index.anchor}:{index.letter}{index.offset:+d}"
    return f"({node.op} {' '.join(shown(arg) for arg in node.args)})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", "a"),
        ("0.4620", "0.4620"),
        ("a + b + c", "(add (add a b) c)"),
        ("a - b - c", "(sub (sub a b) c)"),
        ("a - (b - c)", "(sub a (sub b c))"),
        ("a / b / c", "(div (div a b) c)"),
        ("a + b * c", "(add a (mul b c))"),
        ("a * b + c", "(add (mul a b) c)"),
        ("(a + b) * c", "(mul (add a b) c)"),
        ("A @ B @ c", "(matmul (matmul A B) c)"),
        ("A @ (B @ c)", "(matmul A (matmul B c))"),
        ("W @ x + P * c", "(add (matmul W x) (mul P c))"),
        ("R @ (r * h)", "(matmul R (mul r h))"),
        ("(W @ x) * r", "(mul (matmul W x) r)"),
        ("r * (W @ x)", "(mul r (matmul W x))"),
        ("a ** b ** c", "(pow a (pow b c))"),
        ("(a ** b) ** c", "(pow (pow a b) c)"),
        ("A @ b ** 2", "(matmul A (pow b 2))"),
        ("-a ** 2", "(neg (pow a 2))"),
        ("a ** -2", "(pow a (neg 2))"),
        ("-a * b", "(neg (mul a b))"),
        ("(-a) * b", "(mul (neg a) b)"),
        ("-A @ b", "(neg (matmul A b))"),
        ("a * -b", "(mul a (neg b))"),
        ("A @ -b", "(matmul A (neg b))"),
        ("-a + b", "(add (neg a) b)"),
        ("a + -b + c", "(add (add a (neg b)) c)"),
        ("--a", "(neg (neg a))"),
        ("+a - +b", "(sub a b)"),
        ("1 - h ** 2", "(sub 1 (pow h 2))"),
        ("A.T @ b", "(matmul (transpose A) b)"),
        ("(A @ b).T", "(transpose (matmul A b))"),
        ("A.T.T", "(transpose (transpose A))"),
        ("-A.T", "(neg (transpose A))"),
        ("A.T ** 2", "(pow (transpose A) 2)"),
        ("tanh(a + b)", "(tanh (add a b))"),
        ("clip(a, -1, 1)", "(clip a (neg 1) 1)"),
        ("phi(a)", "(phi a)"),
        ("concat(a, b, c)", "(concat a b c)"),
        ("[a, b + c]", "(concat a (add b c))"),
        ("W @ [h, x]", "(matmul W (concat h x))"),
        ("tanh(a)[2]", "(entry (tanh a) 2)"),
        ("(y)[2]", "(entry y 2)"),
        ("(a + b)[1]", "(entry (add a b) 1)"),
        ("((a))", "a"),
        ("Uᵀ ⊙ 2", "(mul (transpose U) 2)"),
        ("Uᵀ·ĥ − β", "(sub (matmul (transpose U) ĥ) β)"),
        ("r ⊙ ĥ", "(mul r ĥ)"),
        ("σ(z)", "(σ z)"),
    ],
)
def test_trees(text, tree):
    assert shown(parse_text(text)) == tree


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("h[t]", Index("step", "t")),
        ("h[t-1]", Index("step", "t", -1)),
        ("h[t − 1]", Index("step", "t", -1)),
        ("h[t+12]", Index("step", "t", 12)),
        ("h[t-0]", Index("step", "t", 0)),
        ("s[i]", Index("step", "i")),
        ("s[i-2]", Index("step", "i", -2)),
        ("h[0]", Index("start", "", 0)),
        ("h[1]", Index("start", "", 1)),
        ("h[-1]", Index("start", "", -1)),
        ("h[T]", Index("end", "t")),
        ("h[T+1]", Index("end", "t", 1)),
        ("h[T-2]", Index("end", "t", -2)),
        ("s[N]", Index("end", "i")),
        ("s[K]", Index("end", "k")),
        ("h[:]", Index("all")),
        ("h[ : ]", Index("all")),
    ],
)
def test_time_steps(text, index):
    assert parse_text(text) == Ref(text[0], index)


def test_an_entry_of_a_step_differs_from_a_step():
    assert parse_text("x[t][2]") == Call("entry", (Ref("x", Index("step", "t")), Number("2")))
    assert parse_text("x[2]") == Ref("x", Index("start", "", 2))


@pytest.mark.parametrize(
    ("marked", "slug"),
    [
        ("<U @ x[t] * b>", "mixed-products"),
        ("<U @ x[t] / b>", "mixed-products"),
        ("c + <r * W @ ĥ[t]>", "mixed-products"),
        ("<r ⊙ W·ĥ[t]>", "mixed-products"),
        ("-<A @ b * c>", "mixed-products"),
        ("<a * -B @ c>", "mixed-products"),
        ("<A @ -b * c>", "mixed-products"),
        ("<A @ +b * c>", "mixed-products"),
        ("<(A + B) @ c * d>", "mixed-products"),
        ("tanh<(>a + b", "unbalanced-parenthesis"),
        ("σ<(>(α + β)", "unbalanced-parenthesis"),
        ("tanh(a + b)<)>", "unbalanced-parenthesis"),
        ("a + <)>", "unbalanced-parenthesis"),
        ("x<[>t", "unbalanced-parenthesis"),
        ("x[t]<]>", "unbalanced-parenthesis"),
        ("<[>a, b", "unbalanced-parenthesis"),
        ("x[t]<[>2", "unbalanced-parenthesis"),
        ("2 <x>[t]", "unexpected-token"),
        ("α <β>", "unexpected-token"),
        ("tanh(U <x>[t])", "unexpected-token"),
        ("a + <*> b", "unexpected-token"),
        ("A @ <@> b", "unexpected-token"),
        ("a <=> b", "unexpected-token"),
        ("max(a, <,> b)", "unexpected-token"),
        ("1.2<.3>", "unexpected-token"),
        ("a <+>", "unfinished-expression"),
        ("ĥ[t] <−>", "unfinished-expression"),
        ("<(>", "unfinished-expression"),
        ("<>", "unfinished-expression"),
        ("x[<tt>]", "bad-time-step"),
        ("ĥ[<1.5>]", "bad-time-step"),
        ("x[t-<1.5>]", "bad-time-step"),
        ("x[t-<k>]", "bad-time-step"),
        ("x[<]>", "bad-time-step"),
        ("x[t-<]>", "bad-time-step"),
        ("x[<Tx>]", "bad-time-step"),
        ("x[t-<1234567890>]", "bad-time-step"),
        ("x[t][<0>]", "bad-entry"),
        ("x[t][<00>]", "bad-entry"),
        ("ŷ[t][<1.5>]", "bad-entry"),
        ("x[t][<i>]", "bad-entry"),
        ("x[t][<:>]", "bad-entry"),
        ("x[t][<->1]", "bad-entry"),
    ],
)
def test_faults(marked, slug):
    assert refusals(parse_expression, marked) == [(slug, marked)]


@pytest.mark.parametrize("text", ["x[t*2]", "x[t, 1]", "x[t:2]", "tanh(a = b)", "(a : b)", "[a : b]"])
def test_a_bracket_that_is_closed_is_not_said_to_be_open(text):
    (found,) = diagnostics(parse_expression, text)
    assert "never closed" not in found.message


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("U @ x[t] * b", ["(U @ x[t]) * b", "U @ (x[t] * b)"]),
        ("a / B @ c", ["a / (B @ c)", "(a / B) @ c"]),
        ("(A + B) @ c * d", ["((A + B) @ c) * d", "(A + B) @ (c * d)"]),
        ("a * B @ (c + d)", ["a * (B @ (c + d))", "(a * B) @ (c + d)"]),
        ("(a + b) * C @ d", ["(a + b) * (C @ d)", "((a + b) * C) @ d"]),
    ],
)
def test_both_readings_of_mixed_products_are_shown(text, readings):
    """CONTRACT A4: with both readings shown. Each must read as an expression of the same parts."""
    (found,) = diagnostics(parse_expression, text)
    assert [reading for reading in readings if f"'{reading}'" not in found.remedy] == []


def test_the_sign_of_the_author_is_kept_in_the_readings():
    (found,) = diagnostics(parse_expression, "a / B @ c")
    assert "*" not in found.remedy


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("U.T @ x[t] + b", ["U.T @ x[t] + b", "U.T @ x[t]", "U.T", "U", "x[t]", "b"]),
        ("σ(ĥ[t−1])", ["σ(ĥ[t−1])", "ĥ[t−1]"]),
        ("-a * b", ["-a * b", "a * b", "a", "b"]),
        ("[a, b]", ["[a, b]", "a", "b"]),
        ("x[t][2]", ["x[t][2]", "x[t]", "2"]),
        ("clip( a , 0 , 1 )", ["clip( a , 0 , 1 )", "a", "0", "1"]),
        ("a ** 2", ["a ** 2", "a", "2"]),
    ],
)
def test_spans(text, parts):
    assert [part.span.text for part in walk(parse_text(text))] == parts


@pytest.mark.parametrize(
    "text",
    ["(a + b) * c", "a ⊙ (β + γ)", "(A @ B).T", "(a + b)[2]", "-(a + b)", "((a)) + ((b))", "(a) ** (b)", "+(a) * b"],
)
def test_the_span_of_an_operation_holds_the_parentheses_of_its_arguments(text):
    assert parse_text(text).span.text == text.removeprefix("+")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "a" + ")" * 5000,
        "tanh(" * 5000 + "a" + ")" * 5000,
        "-" * 5000 + "a",
        "+" * 5000 + "a",
        "a" + " ** a" * 5000,
        "A" + ".T" * 5000,
        "x[t]" + "[1]" * 5000,
        "[" * 5000,
        "(" * 5000,
        "a" + " @ a" * 5000,
    ],
    ids=["parentheses", "calls", "minus", "plus", "powers", "transposes", "entries", "brackets", "open", "products"],
)
def test_depth_is_capped(text):
    """CONTRACT B11: 100 levels, and no crash of the interpreter beyond them."""
    assert [found.slug for found in diagnostics(parse_expression, text)] == ["expression-too-deep"]


@pytest.mark.parametrize("text", ["(" * 50 + "a" + ")" * 50, "tanh(" * 50 + "a" + ")" * 50, "a" + " + a" * 50])
def test_what_a_textbook_could_hold_is_not_too_deep(text):
    assert MAX_DEPTH == 100
    parse_text(text)


@pytest.mark.parametrize("text", ["__import__('os')", "().__class__", "a if b else c", "lambda: 0", "x[t].T.__dict__"])
def test_python_is_not_the_language(text):
    assert diagnostics(parse_expression, text)


def test_nodes_compare_by_content_not_by_place():
    assert parse_text("a + b") == parse_text("  a  +  (b)")
    assert parse_text("a + b") != parse_text("b + a")
    assert hash(parse_text("a + b")) == hash(parse_text("(a) + b"))


def test_a_part_of_a_text_is_read_where_it_stands():
    source = Source("<test>", "xx a + b yy")
    node = parse_expression(source, 3, 8)
    assert (node.span.start, node.span.end, shown(node)) == (3, 8, "(add a b)")
