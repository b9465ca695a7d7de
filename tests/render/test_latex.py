"""Worked solutions in LaTeX: numbers read back, words as they are, formulas within their page."""

from __future__ import annotations

import shutil

import pytest
from render.test_read_back import CHOICE, compare
from render.tex_pages import compiled, formulas
from running import BIGRAMS, PROBLEMS

import rnncalc
from rnncalc.render.document.blocks import Document, Given, Grid, Heading, Line, Lines, Paragraph, Section
from rnncalc.render.document.building import document_of
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.computed import shown
from rnncalc.render.document.latex import write_latex
from rnncalc.render.document.latex_text import ascii_only, latex_text
from rnncalc.render.document.tex_pieces import pieces_of, width_of
from rnncalc.render.document.tex_rows import rows_of

needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
MOST = 5.0  # points that a box may stand out
HOSTILE = (
    r"\input{/etc/passwd} $x^2$ % & # _ { } ~ ^ < > | \" ' ` -- ?` \\ \end{document} ^^5c [b] "
    "\x1b[31m\u202e σ⊙ᵀ₁ é ñ ß Ł ∂J/∂W … “q” 中文 🙂 \N{COMBINING ACUTE ACCENT}"
)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_numbers_of_the_page_are_those_of_the_trace(name):
    problem = rnncalc.load(name)
    found = formulas(write_latex(document_of([problem], CHOICE)))
    compare("\n\n".join(f"```math\n{formula.strip()}\n```" for formula in found), problem)


@needs_tex
def test_every_problem_compiles_within_its_page(tmp_path):
    problems = [rnncalc.load(name) for name in (*PROBLEMS, *BIGRAMS)]
    tex = write_latex(document_of(problems, Choice(derive=True), "All", "Course", "Date"))
    found = compiled(tex, tmp_path)
    assert found.errors == () and max(found.overfull, default=0) <= MOST and found.pages > len(problems)


@needs_tex
@pytest.mark.parametrize("detail", ["equations", "entries"])
@pytest.mark.parametrize("form", [{"paper": "letter"}, {"exam": True}, {"fragment": True}], ids=str)
def test_other_forms_compile_within_their_page(form, detail, tmp_path):
    problems = [rnncalc.load(name) for name in ("lstm-2-units-bptt", "unequal-lengths", "sam-i-am")]
    tex = write_latex(document_of(problems, Choice(derive=True, detail=detail, paths=())), **form)
    if "fragment" in form:
        assert r"\documentclass" not in tex
        tex = (
            f"\\documentclass{{article}}\n\\usepackage{{amsmath,textcomp}}\n\\begin{{document}}\n{tex}\\end{{document}}"
        )
    found = compiled(tex, tmp_path)
    assert found.errors == () and max(found.overfull, default=0) <= MOST


@needs_tex
def test_hostile_words_compile(tmp_path):
    line = Line(shown_name(), (), None, ("x", None), note=HOSTILE)
    blocks = (Heading(HOSTILE), Paragraph(HOSTILE), Lines(HOSTILE, (line,)), grid(HOSTILE), Given(()))
    document = Document(HOSTILE, HOSTILE, HOSTILE, (Section(HOSTILE, HOSTILE, blocks), Section("b", "", ())))
    for exam in (False, True):
        tex = write_latex(document, exam=exam)
        assert r"\input{/" not in tex and "\x1b" not in tex and "\u202e" not in tex
        assert compiled(tex, tmp_path).errors == ()


def shown_name():
    from rnncalc.language.nodes import Name

    return Name("x")


def grid(text: str) -> Grid:
    return Grid(text, text, (text,), ((text, (text,)),), (text, (text,)))


def test_letters_beyond_ascii_are_commands():
    assert ascii_only("σ é ß 中 🙂") == r"\ensuremath{\sigma} {\'{e}} \ss{} \texttt{U+4E2D} \texttt{U+1F642}"
    assert latex_text("a\x07b--c") == "a?b-{}-{}c"


@pytest.mark.parametrize("room", [60, 100, 150, 250, 480])
def test_rows_fit_and_keep_every_number(room):
    wide = r"\begin{bmatrix} 0.1111 & 0.2222 & 0.3333 & 0.4444 \\ 1 & 2 & 3 & 4 \end{bmatrix}"
    formula = rf"\tanh\left({wide} \, x(1) + \frac{{2 \cdot \left({wide} - {wide}\right)}}{{6}} + b\right)"
    rows = rows_of(formula, room)
    assert max(row.width for row in rows) <= room or room < 80
    tex = " ".join(row.tex for row in rows)
    assert all(tex.count(number) == 3 for number in ("0.1111", "0.4444"))
    for row in rows:
        assert row.tex.count(r"\left") == row.tex.count(r"\right") and row.tex.count("{") == row.tex.count("}")


def test_a_formula_that_fits_stays_in_one_row():
    assert [row.tex for row in rows_of("U x(1) + b", 400)] == ["Ux(1) + b"]


def test_widths_grow_with_what_is_in_them():
    assert width_of("h(t-1)") < width_of("h(t-1) + b") < width_of(r"\begin{bmatrix} 1 & 2 & 3 \end{bmatrix} + b")
    assert [piece.role for piece in pieces_of("a - -b")] == ["ord", "bin", "ord", "ord"]


def test_answers_are_boxed_and_others_are_not():
    tex = write_latex(document_of([rnncalc.load("ntu-tutorial-8-q1a")]))
    boxed = [row for row in tex.splitlines() if r"\boxed" in row]
    assert {row.split("(")[0].strip() for row in boxed} == {"h", "y"} and len(boxed) == 8


def test_misprints_are_noted_beside_the_right_value():
    problem = rnncalc.load("class4-activity-1")
    tex = write_latex(document_of([problem]))
    assert "misprint in the published solution: h(2){[}1{]} = 0.96" in tex
    assert "misprint" not in write_latex(document_of([problem], Choice(misprints=False)))


def test_cells_of_a_matrix_are_aligned_texts():
    import numpy as np

    block = Lines("", (Line(shown_name(), (), shown(np.array([["1", "-2"]], dtype=object)), ("x", None)),))
    document = Document("", "", "", (Section("", "", (block,)),))
    assert r"x & = \begin{bmatrix} 1 & -2 \end{bmatrix} &&" in write_latex(document, fragment=True)
