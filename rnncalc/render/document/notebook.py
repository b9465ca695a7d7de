"""A worked solution as a notebook: the words and formulas in Markdown, and cells that compute the same with rnncalc.

A notebook carries the text of its problems, so that it runs wherever rnncalc
is installed; only files that a problem names must lie beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rnncalc.language.writer import Notation
from rnncalc.problem.problem import Problem
from rnncalc.render.document.blocks import Document, Heading, Lines, Section
from rnncalc.render.document.markdown import Page, block_markdown, front, section_head, top_level

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_SETUP = "import io\n\nimport rnncalc"


def write_notebook(document: Document, problems: Sequence[Problem | Bigram], notation: Notation = "paren") -> str:
    """Write a document as a notebook of format 4.5; `problems` are those of its sections, in their order."""
    cells = []
    opening = list(front(document))
    if opening:
        cells.append(_markdown(opening))
    cells.append(_code(_SETUP))
    for number, (section, problem) in enumerate(zip(document.sections, problems, strict=True), start=1):
        head = list(section_head(document, section, number))
        page = Page(notation, displayed, top_level(document))
        cells += [_markdown(pieces) for pieces in _chapters(section, head, page)]
        cells += [_code(source) for source in _recomputed(problem, section)]
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
    notebook = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def displayed(formula: str) -> str:
    """Set a formula off as notebooks read it."""
    return f"$$\n{formula}\n$$"


def _chapters(section: Section, head: list[str], page: Page) -> Iterator[list[str]]:
    """Give the pieces of each cell of a section; a heading begins a cell."""
    pieces = head
    for block in section.blocks:
        if isinstance(block, Heading) and pieces:
            yield pieces
            pieces = []
        pieces = [*pieces, *block_markdown(block, page)]
    if pieces:
        yield pieces


def _recomputed(problem: Problem | Bigram, section: Section) -> Iterator[str]:
    """Give the cells that read the problem, compute what the section has and judge its answers; all show themselves."""
    yield f'problem = rnncalc.load("-", io.BytesIO({_literal(problem.source.text)}.encode()))'
    if isinstance(problem, Problem):
        yield "problem.forward()"
        if any(isinstance(block, Lines) and block.direction == "backward" for block in section.blocks):
            yield "problem.bptt()"
        answers = problem.case.claims.answers
    else:
        yield "problem"
        answers = problem.claims.answers
    if answers:
        yield "problem.check()"


def _literal(text: str) -> str:
    """Write a text as a string of Python that keeps its lines."""
    kept = re.sub(r'"(?="|\Z)', r'\\"', text.replace("\\", "\\\\"))  # no two bare quotes beside each other, none last
    written = "".join(c if c == "\n" or c.isprintable() else f"\\U{ord(c):08x}" for c in kept)
    return f'"""\\\n{written}"""'


def _markdown(pieces: Sequence[str]) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines("\n\n".join(pieces))}


def _code(source: str) -> dict:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": _lines(source)}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
