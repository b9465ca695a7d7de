r"""A worked solution in LaTeX: a document that pdflatex compiles as it stands, a fragment for \input, or an exam.

`write_latex` is the one to read first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rnncalc.language.letters import name_in_latex
from rnncalc.language.writer import Notation
from rnncalc.render.document.blocks import (
    Block,
    Document,
    Equations,
    Given,
    Grid,
    Heading,
    Lines,
    Paragraph,
    Picture,
    Room,
    Section,
)
from rnncalc.render.document.latex_grid import write_grid
from rnncalc.render.document.latex_lines import write_equations, write_given, write_lines
from rnncalc.render.document.latex_page import Page, geometry, page_of
from rnncalc.render.document.latex_text import latex_text
from rnncalc.render.document.tex import BLANK_TEX

_STATEMENT = ("Given", "Equations")  # headings of what belongs to the question of an exam
_TALL_BLANK = r"\underline{\rule{0pt}{2em}\qquad}"  # to write in by hand
_MATRIX_COLUMNS = 99
_PARAGRAPHS = [r"\setlength{\parindent}{0pt}", r"\setlength{\parskip}{4pt}", r"\raggedright"]
_SKIPS = "".join(rf"\{side}displayskip=4pt plus 3pt\relax" for side in ("above", "below"))
_PLAIN_SOLUTION = r"\renewenvironment{TheSolution}{\par\noindent\solutiontitle\par}{\par}"  # breaks where a page ends
_SETTINGS = [r"\allowdisplaybreaks", rf"\setcounter{{MaxMatrixCols}}{{{_MATRIX_COLUMNS}}}"]


def write_latex(
    document: Document, notation: Notation = "paren", paper: str = "a4", fragment: bool = False, exam: bool = False
) -> str:
    r"""Write a document.

    Args:
        paper: 'a4' or 'letter'.
        fragment: Leave out preamble and title, for \input in another document.
        exam: Write questions with solutions for the class `exam`.
    """
    page = page_of(paper, fragment, exam)
    if fragment:
        pieces = [
            *_needs(exam),
            r"\begingroup",
            *_SETTINGS,
            *_PARAGRAPHS,
            _SKIPS,
            *_body(document, page, notation, exam),
            r"\endgroup",
        ]
    else:
        pieces = [
            *_preamble(paper, exam),
            r"\begin{document}",
            _SKIPS,
            *_title(document, exam),
            *_body(document, page, notation, exam),
            r"\end{document}",
        ]
    return "\n".join(pieces).replace(BLANK_TEX, _TALL_BLANK) + "\n"


def _needs(exam: bool) -> list[str]:
    """Say what a fragment needs of the document around it."""
    words = ["% For \\input. Needs \\usepackage{amsmath} and \\usepackage{textcomp}."]
    return [*words, "% Needs \\documentclass{exam}; \\printanswers shows the solutions."] if exam else words


def _preamble(paper: str, exam: bool) -> list[str]:
    kind = r"\documentclass{exam}" if exam else r"\documentclass{article}"
    lines = [
        kind,
        rf"\usepackage[{geometry(paper)}]{{geometry}}",
        r"\usepackage{amsmath}",
        r"\usepackage{textcomp}",
        *_SETTINGS,
        *_PARAGRAPHS,
    ]
    return [*lines, r"\printanswers", _PLAIN_SOLUTION] if exam else lines


def _title(document: Document, exam: bool) -> Iterator[str]:
    """Write title, course and date, and a table of contents of several problems."""
    heading = document.title or (document.sections[0].title if len(document.sections) == 1 else "")
    about = " \\hfill ".join(latex_text(words) for words in (document.course, document.date) if words)
    if about:
        yield rf"{about}\par\medskip"
    if heading:
        yield rf"{{\LARGE\bfseries {latex_text(heading)}\par}}\medskip"
    if len(document.sections) > 1 and not exam:
        yield r"\tableofcontents"
        yield r"\clearpage"


def _body(document: Document, page: Page, notation: Notation, exam: bool) -> Iterator[str]:
    several = len(document.sections) > 1
    if exam:
        yield r"\begin{questions}"
        for section in document.sections:
            yield from _question(section, page, notation, several or section.title != document.title)
        yield r"\end{questions}"
        return
    for number, section in enumerate(document.sections):
        if several:
            if number:
                yield r"\clearpage"
            yield rf"\section{{{latex_text(section.title)}}}"
        elif section.title and document.title not in ("", section.title):
            yield rf"\section*{{{latex_text(section.title)}}}"
        yield from _source(section)
        for block in section.blocks:
            yield from _block(block, page, notation)


def _source(section: Section) -> Iterator[str]:
    if section.source:
        yield rf"\emph{{{latex_text(section.source)}}}\par"


def _question(section: Section, page: Page, notation: Notation, titled: bool) -> Iterator[str]:
    """Write the statement as a question, everything else as its solution."""
    heading = rf" \textbf{{{latex_text(section.title)}}}\par" if titled else r" \leavevmode\par"
    yield rf"\question{heading}"
    yield from _source(section)
    solved = False
    for block in section.blocks:
        if not solved and (isinstance(block, Picture) or _is_solution(block)):
            yield r"\begin{solution}"
            solved = True
        yield from _block(block, page, notation)
    if solved:
        yield r"\end{solution}"


def _is_solution(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == 1 and block.text not in _STATEMENT


def _block(block: Block, page: Page, notation: Notation) -> Iterator[str]:
    match block:
        case Heading(text, level):
            kind = r"\subsection*" if level == 1 else r"\subsubsection*"
            yield rf"{kind}{{{latex_text(text)}}}"
        case Paragraph(text):
            yield rf"{latex_text(text)}\par"
        case Given():
            yield from write_given(block, page, notation)
        case Equations():
            yield from write_equations(block, page, notation)
        case Lines():
            if block.step:
                yield rf"\par\medskip\noindent\textbf{{{_step(block.step)}}}\nopagebreak"
            yield from write_lines(block, page, notation)
        case Grid():
            yield from write_grid(block, page)
        case Room(lines):
            yield rf"\par\vspace{{{lines * 18}pt}}"


def _step(words: str) -> str:
    """Write t = 3 and ∂J/∂W as formulas, other words as they are."""
    if found := re.match(r"(\w) = (\d+)(.*)", words):
        return rf"\boldmath${found[1]} = {found[2]}${latex_text(found[3])}"
    if found := re.match(r"∂J/∂(\w+)(.*)", words):
        return rf"\boldmath$\partial J/\partial {name_in_latex(found[1])}${latex_text(found[2])}"
    return latex_text(words)
