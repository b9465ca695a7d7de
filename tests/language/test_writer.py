"""The writer: golden forms for the screen and LaTeX, three notations, and LaTeX that TeX can read."""

from __future__ import annotations

import re
from itertools import product
from random import Random

import pytest
from language.trees import random_tree

from rnncalc.base.span import Source
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Call, Name, Node, Number, Ref, walk
from rnncalc.language.parser import parse_text
from rnncalc.language.writer import Parens, Raised, compose, write, write_equation

NOTATIONS = ("paren", "subscript", "superscript")

FORMS = [  # source, screen, LaTeX
    ("a + b - c", "a + b - c", "a + b - c"),
    ("a - (b - c)", "a - (b - c)", r"a - \left(b - c\right)"),
    ("a - (b + c)", "a - (b + c)", r"a - \left(b + c\right)"),
    ("-(a + b)", "-(a + b)", r"-\left(a + b\right)"),
    ("(-a) * b", "(-a) ⊙ b", r"\left(-a\right) \odot b"),
    ("-a * b", "-a ⊙ b", r"-a \odot b"),
    ("W.T @ x[t] + b", "Wᵀ x(t) + b", r"W^{\top} \, x(t) + b"),
    ("(A @ B).T", "(A B)ᵀ", r"\left(A \, B\right)^{\top}"),
    ("A @ (B @ c)", "A (B c)", r"A \, \left(B \, c\right)"),
    ("A @ B @ c", "A B c", r"A \, B \, c"),
    ("A @ (b + c)", "A (b + c)", r"A \, \left(b + c\right)"),
    ("A @ (-b)", "A (-b)", r"A \, \left(-b\right)"),
    ("r[t] * h[t-1]", "r(t) ⊙ h(t-1)", r"r(t) \odot h(t-1)"),
    ("R @ (r * h)", "R (r ⊙ h)", r"R \, \left(r \odot h\right)"),
    ("(W @ x) * r", "(W x) ⊙ r", r"\left(W \, x\right) \odot r"),
    ("r * (W @ x)", "r ⊙ (W x)", r"r \odot \left(W \, x\right)"),
    ("a * (b * c)", "a ⊙ (b ⊙ c)", r"a \odot \left(b \odot c\right)"),
    ("a * (b + c)", "a ⊙ (b + c)", r"a \odot \left(b + c\right)"),
    ("(1 - z[t]) * n[t]", "(1 - z(t)) ⊙ n(t)", r"\left(1 - z(t)\right) \odot n(t)"),
    ("0.5 * J", "0.5 · J", r"0.5 \cdot J"),
    ("2 * (W @ x)", "2 · (W x)", r"2 \cdot \left(W \, x\right)"),
    ("a / b", "a / b", r"\frac{a}{b}"),
    ("a / (b + c)", "a / (b + c)", r"\frac{a}{b + c}"),
    ("(a + b) / 2", "(a + b) / 2", r"\frac{a + b}{2}"),
    ("a / (b / c)", "a / (b / c)", r"\frac{a}{\frac{b}{c}}"),
    ("1 - h[t] ** 2", "1 - h(t)²", "1 - h(t)^{2}"),
    ("(a + b) ** 2", "(a + b)²", r"\left(a + b\right)^{2}"),
    ("a ** (-1)", "a⁻¹", "a^{-1}"),
    ("a ** (b + c)", "a^(b + c)", "a^{b + c}"),
    ("(a ** 2) ** 3", "(a²)³", r"\left(a^{2}\right)^{3}"),
    ("tanh(z[t])", "tanh(z(t))", r"\tanh\left(z(t)\right)"),
    ("sigmoid(z)", "sigmoid(z)", r"\sigma\left(z\right)"),
    ("log_softmax(z)", "log_softmax(z)", r"\operatorname{log\_softmax}\left(z\right)"),
    ("clip(a, 0, 1)", "clip(a, 0, 1)", r"\operatorname{clip}\left(a, 0, 1\right)"),
    ("max(a, b)", "max(a, b)", r"\max\left(a, b\right)"),
    ("sqrt(a + b)", "√(a + b)", r"\sqrt{a + b}"),
    ("norm(x[t])", "‖x(t)‖", r"\left\lVert x(t) \right\rVert"),
    ("concat(h[t-1], x[t])", "[h(t-1), x(t)]", r"\left[h(t-1), x(t)\right]"),
    ("x[t][2]", "x(t)[2]", "x(t)_{2}"),
    ("(a + b)[2]", "(a + b)[2]", r"\left(a + b\right)_{2}"),
    ("(W @ x)[2]", "(W x)[2]", r"\left(W \, x\right)_{2}"),
    ("(-a)[1]", "(-a)[1]", r"\left(-a\right)_{1}"),
    ("h[:]", "h(:)", "h(:)"),
    ("h[T+1]", "h(T+1)", "h(T+1)"),
    ("s[N]", "s(N)", "s(N)"),
    ("h[0]", "h(0)", "h(0)"),
    ("0.4620 + 1e-3", "0.4620 + 1e-3", "0.4620 + 1e-3"),
]


@pytest.mark.parametrize(("source", "screen", "latex"), FORMS, ids=[row[0] for row in FORMS])
def test_forms(source, screen, latex):
    node = parse_text(source)
    assert (write(node), write(node, "screen"), write(node, "latex")) == (source, screen, latex)


@pytest.mark.parametrize(
    ("source", "written"),
    [  # screen and LaTeX, as a subscript and as a superscript
        ("h[t]", ["hₜ", "h_{t}", "h⁽ᵗ⁾", "h^{(t)}"]),
        ("h[t-1]", ["hₜ₋₁", "h_{t-1}", "h⁽ᵗ⁻¹⁾", "h^{(t-1)}"]),
        ("g[t+12]", ["gₜ₊₁₂", "g_{t+12}", "g⁽ᵗ⁺¹²⁾", "g^{(t+12)}"]),
        ("h[0]", ["h₀", "h_{0}", "h⁽⁰⁾", "h^{(0)}"]),
        ("s[i]", ["sᵢ", "s_{i}", "s⁽ⁱ⁾", "s^{(i)}"]),
        ("h[T]", ["h_(T)", "h_{T}", "h^(T)", "h^{(T)}"]),
        ("a_f[t]", ["a_fₜ", "a_{f,t}", "a_f⁽ᵗ⁾", "a_{f}^{(t)}"]),
        ("h1[t]", ["h1ₜ", "h_{1,t}", "h1⁽ᵗ⁾", "h_{1}^{(t)}"]),
        ("U.T @ x[t]", ["Uᵀ xₜ", r"U^{\top} \, x_{t}", "Uᵀ x⁽ᵗ⁾", r"U^{\top} \, x^{(t)}"]),
    ],
)
def test_notations(source, written):
    node = parse_text(source)
    assert [
        write(node, style, notation) for notation in ("subscript", "superscript") for style in ("screen", "latex")
    ] == written


@pytest.mark.parametrize("notation", NOTATIONS)
def test_source_has_one_notation(notation):
    assert write(parse_text("W @ h[t-1]"), "source", notation) == "W @ h[t-1]"


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("W", "W"),
        ("W_f", "W_{f}"),
        ("W_hh", "W_{hh}"),
        ("h_fwd_2", "h_{fwd,2}"),
        ("W1", "W_{1}"),
        ("W12", "W_{12}"),
        ("yhat", r"\mathrm{yhat}"),
        ("σ", r"\sigma"),
        ("Ω", r"\Omega"),
        ("α_1", r"\alpha_{1}"),
        ("α1", r"\alpha_{1}"),
    ],
)
def test_names_in_latex(name, latex):
    assert write(Name(name), "latex") == latex


@pytest.mark.parametrize(
    "name",
    ["ŷ", "é", "ϕ", "ο", "Α", "ς", "W_α", "dα"],
    ids=lambda name: "-".join(f"U+{ord(character):04X}" for character in name),
)
def test_latex_needs_no_package_for_letters(name):
    """DESIGN 8: LaTeX that compiles as it stands, amsmath alone; bare ŷ or ς in formulas does not."""
    assert write(Name(name), "latex").isascii()


@pytest.mark.parametrize(
    ("text", "style", "written"),
    [
        ("h[t] = tanh(z[t])", "source", "h[t] = tanh(z[t])"),
        ("h[t] = tanh(z[t])", "screen", "h(t) = tanh(z(t))"),
        ("y = V @ h[T]", "latex", r"y = V \, h(T)"),
    ],
)
def test_equations(text, style, written):
    (equation,) = parse_equations(Source("<test>", text))
    assert write_equation(equation, style) == written


def test_parts_keep_their_leaves_apart():
    """A renderer puts matrices in the place of the leaves, and draws tall parentheses round Parens."""
    parts = compose(parse_text("tanh(U @ (x[t] + b) ** 2)"))
    assert parts[0] == "tanh"
    (inner,) = parts[1:]
    assert isinstance(inner, Parens)
    assert [part for part in inner.parts if isinstance(part, Name | Ref)] == [Name("U")]
    assert [type(part) for part in inner.parts[2:]] == [Parens, Raised]
    assert inner.parts[3].parts == (Number("2"),)


# --- what must hold for every expression -------------------------------------


def double_scripts(tex: str) -> list[str]:
    """Find where a second ^ or _ follows on the same nucleus, which TeX refuses; give the text up to there."""
    found, scripts, open_groups, argument = [], set(), [], False
    for token in re.finditer(r"\\[A-Za-z]+|\\.|[{}^_]|\S", tex):
        sign = token.group()
        if sign in "^_":
            if sign in scripts:
                found.append(tex[: token.end()])
            scripts.add(sign)
            argument = True
        elif sign == "{":
            open_groups.append(scripts if argument else set())
            scripts, argument = set(), False
        elif sign == "}":
            scripts = open_groups.pop()
        else:
            scripts, argument = scripts if argument else set(), False
    return found


@pytest.mark.parametrize(
    ("tex", "count"),
    [
        (r"a_{1}^{2}", 0),
        (r"a^{\top}^{2}", 1),
        (r"\left(a^{2}\right)^{3}", 0),
        (r"x_{t}_{2}", 1),
        ("a_{b_{c}}_d", 1),
        ("a_1b_2", 0),
        ("{a_1}_2", 0),
    ],
)
def test_the_check_for_double_scripts(tex, count):
    assert len(double_scripts(tex)) == count


SCRIPTED = ["h[t] ** 2", "h[t].T", "A.T ** 2", "A.T.T", "x[t][2]", "x[t][1] ** 2", "(W_f)[1]", "(x1)[2]", "a_f[t].T"]


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("source", SCRIPTED)
def test_latex_has_no_double_scripts(source, notation):
    """TeX stops at 'Double superscript' and 'Double subscript'."""
    assert double_scripts(write(parse_text(source), "latex", notation)) == []


def test_latex_of_random_expressions():
    """Groups and tall parentheses balance, and no nucleus has two scripts of a kind."""
    rng = Random(4)
    for _ in range(500):
        tree = random_tree(rng)
        for notation in NOTATIONS:
            tex = write(tree, "latex", notation)
            plain = tex.replace(r"\{", "").replace(r"\}", "")
            assert plain.count("{") == plain.count("}"), tex
            assert tex.count(r"\left") == tex.count(r"\right"), tex
            assert double_scripts(tex) == [], tex


def grown(trees: list[Node]) -> list[Node]:
    """Give all operations of one level more on the given trees."""
    unary = [Call(op, (a,)) for op in ("neg", "transpose", "concat", "tanh", "sqrt", "norm") for a in trees]
    entries = [Call("entry", (a, Number("2"))) for a in trees]
    pairs = list(product(trees, repeat=2))
    return unary + entries + [Call(op, pair) for op in ("add", "sub", "mul", "div", "matmul", "pow") for pair in pairs]


@pytest.mark.parametrize("style", ["source", "screen", "latex"])
def test_different_expressions_look_different(style):
    """All trees of two levels: what is printed can be read in one way only."""
    leaves = [Name("a"), Number("2")]
    seen = {}
    for tree in grown(leaves + grown(leaves)):
        text = write(tree, style)
        assert seen.setdefault(text, tree) == tree, f"{text}: {seen[text]} and {tree}"


def test_round_trip():
    """parse(write(e)) == e, and the span of every part is that part's own text."""
    rng = Random(2)
    for _ in range(500):
        tree = random_tree(rng)
        text = write(tree)
        assert parse_text(text) == tree, text


def test_spans_of_random_expressions():
    """The text under the span of a part reads as that part."""
    rng = Random(3)
    for _ in range(300):
        text = write(random_tree(rng))
        for part in walk(parse_text(text)):
            assert parse_text(part.span.text) == part, f"{part.span.text!r} in {text!r}"
