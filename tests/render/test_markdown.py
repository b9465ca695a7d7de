"""Worked solutions as Markdown: what GitHub makes of them, and that every text comes out as itself."""

from __future__ import annotations

import re

import numpy as np
import pytest
from render.pages import foreign, formulas, pieces, words

from rnncalc.language.nodes import Index, Name, Ref
from rnncalc.language.parser import parse_text
from rnncalc.render.clean import clean
from rnncalc.render.document.blocks import (
    BLANK,
    Document,
    Equations,
    Given,
    Grid,
    Heading,
    Line,
    Lines,
    Math,
    Paragraph,
    Room,
    Section,
)
from rnncalc.render.document.markdown import write_markdown
from rnncalc.render.document.tex import matrix_tex, tex

HOSTILE = [
    "# 1. *W* and _b_, `code`, [link](javascript:alert(1)) ![x](http://a.example/x.png)",
    "<script>alert(1)</script> <b onclick=x> &lt; &amp; &#36;",
    "$x^2$ and $$y$$, \\(z\\), \\[u\\], \\begin{align}v\\end{align}, $`w`$",
    "a | b | c",
    "-",
    "- - -",
    "---",
    "+ item",
    "7.",
    "C:\\Users\\new \\ x",
    "3) three",
    "=====",
    "~~~",
    "```math",
    "{{x}} {%y%} <!-- no --> <https://a.example>",
    "\x1b[31mred\x07 \u202e back\u2028next\nline",
    ":smile: @octocat name@example.org",
    "a\\",
    "ends in two spaces  \nand goes on",
]


def cells(*rows) -> np.ndarray:
    return np.array(rows, dtype=object)


def matrix(*rows) -> Math:
    return Math(Name("█"), {"█": cells(*rows)})


def at(name: str, step: int) -> Ref:
    return Ref(name, Index("start", "", step))


def page(*blocks, title="A title", source="", course="", date="", sections=1, **options) -> str:
    section = Section(title, source, blocks, "p")
    return write_markdown(Document(title, course, date, (section,) * sections), **options)


def shown(text: str) -> str:
    return " ".join(clean(text).split())


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_every_text_comes_out_as_itself(text):
    grid = Grid(text, text, (text, text), ((text, (text, text)),), (text, (text, text)))
    found = page(Heading(text), Paragraph(text), grid, title=text, source=text, course=text, date=text, sections=2)
    assert foreign(found) == []
    assert words(found, "h1") == [shown(text)]
    assert words(found, "h2") == [shown(text)] * 2
    assert words(found, "h3") == [shown(text)] * 2
    assert words(found, "th") == [shown(text)] * 6
    assert words(found, "td") == [shown(text)] * 12
    assert words(found, "p").count(shown(text)) >= 6
    assert formulas(found) == []


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_signs_of_formulas_emoji_and_mentions_have_no_neighbours(text):
    for piece in pieces(page(Paragraph(text))):
        assert piece in ("$", "\\", ":", "@") or not re.search(r"\$|\\(?=\S)|:[a-z]+:|(?<!\w)@\w", piece)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_note_stands_below_its_line(text):
    line = Line(at("h", 1), (Math(parse_text("tanh(z[1])")),), matrix(["0.5"]), ("h", 1), note=text)
    found = page(Lines("t = 1", (line,)))
    assert words(found, "p")[-1] == shown(text)
    assert foreign(found) == []


def test_a_line_is_name_equation_numbers_value():
    numbers = Math(parse_text("a @ b + c"), {"a": cells(["1", "2"]), "b": cells(["3"], ["-4"]), "c": cells(["-0.5"])})
    line = Line(at("z", 2), (Math(parse_text("U @ x[2] + b")), numbers), matrix(["-5.50"]), ("z", 2), final=True)
    (found,) = formulas(page(Lines("t = 2", (line,))))
    assert found.split("\n") == [
        r"\begin{aligned}",
        r"z(2) &= U \, x(2) + b \\",
        r"&= \begin{bmatrix} 1 & 2 \end{bmatrix} \, \begin{bmatrix} 3 \\ -4 \end{bmatrix} + \left(-0.5\right) \\",
        r"&= \boxed{-5.50}",
        r"\end{aligned}",
    ]


def test_a_short_line_is_one_line():
    line = Line(at("h", 2), (Math(parse_text("tanh(z[2])")),), matrix(["0.46"]), ("h", 2))
    assert formulas(page(Lines("t = 2", (line,)))) == [r"h(2) = \tanh\left(z(2)\right) = 0.46"]
    assert formulas(page(Lines("t = 2", (line,)), notation="subscript")) == [r"h_{2} = \tanh\left(z_{2}\right) = 0.46"]


def test_what_github_refuses_is_not_there():
    from rnncalc.language.nodes import Equation

    row = Equation(Name("J"), parse_text("sum(softmax(z[T])) + cross_entropy(d, y)"))
    (found,) = formulas(page(Equations(((row, ()),))))
    assert r"\operatorname" not in found
    assert r"\mathop{\mathrm{cross\_entropy}}\left(d, y\right)" in found


def test_given_numbers_stand_beside_each_other():
    (found,) = formulas(page(Given(((Name("U_z"), matrix(["1/3", "1e-3"])), (at("h", 0), matrix(["0"]))))))
    assert found == "U_{z} = \\begin{bmatrix} \\frac{1}{3} & 1 \\cdot 10^{-3} \\end{bmatrix} \\qquad\nh(0) = 0"


def test_several_problems_have_a_table_of_contents():
    found = page(title="Keys", sections=2)
    for number in (1, 2):
        assert f"{number}. [Keys](#problem-{number})" in found
        assert f'<a id="problem-{number}"></a>\n\n## Keys' in found
    assert "](#problem" not in page(title="Key")


def test_room_to_write():
    assert "<br>\n<br>\n<br>\n" in page(Room(3))


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("a - b", r"2 - \left(-0.5\right)"),
        ("b * a", r"-0.5 \odot 2"),
        ("a @ b", r"2 \cdot \left(-0.5\right)"),
        ("b ** 2", r"\left(-0.5\right)^{2}"),
        ("a / b", r"\frac{2}{-0.5}"),
        ("tanh(b)", r"\tanh\left(-0.5\right)"),
        ("1 - (a - b)", r"1 - \left(2 - \left(-0.5\right)\right)"),
        ("concat(a, b)", r"\left[2, -0.5\right]"),
    ],
)
def test_single_numbers_cannot_be_misread(expression, written):
    assert tex(Math(parse_text(expression), {"a": cells(["2"]), "b": cells(["-0.5"])})) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (BLANK, r"\underline{\qquad}"),
        ("-inf", r"-\infty"),
        ("nan", r"\mathrm{nan}"),
        ("1.50e+20", r"1.50 \cdot 10^{20}"),
        ("-2E-07", r"-2 \cdot 10^{-7}"),
        ("0.3*tanh(.5)", r"0.3 \cdot \tanh\left(.5\right)"),
        (r"\input{x}", r"\text{\textbackslash{}input\{x\}}"),
    ],
)
def test_numbers_as_they_are_written(text, written):
    assert matrix_tex(cells([text])) == written
