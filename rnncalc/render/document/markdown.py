r"""A worked solution as Markdown that GitHub renders: formulas in ```math fences, tables, headings.

Within a fence nothing is taken for Markdown; `\operatorname`, which GitHub
refuses, is written otherwise. The picture has no place here: the HTML has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from rnncalc.language.nodes import Equation
from rnncalc.language.writer import Notation
from rnncalc.render.document.blocks import (
    Block,
    Document,
    Equations,
    Given,
    Grid,
    Heading,
    Line,
    Lines,
    Math,
    Paragraph,
    Picture,
    Room,
    Section,
)
from rnncalc.render.document.markdown_text import markdown_text, table
from rnncalc.render.document.tex import leaf_tex, tex, text_tex


class Page(NamedTuple):
    """How blocks are written: the notation of steps, what sets a formula off, the level of the largest heading."""

    notation: Notation
    display: Callable[[str], str]
    top: int


_WIDE = 60  # characters of a formula from which on each side of it has a line of its own
_COMMANDS = re.compile(r"\\[A-Za-z]+")


def write_markdown(document: Document, notation: Notation = "paren") -> str:
    """Write a document as one Markdown text, which ends with a line end."""
    pieces = list(front(document))
    for number, section in enumerate(document.sections, start=1):
        page = Page(notation, fenced, top_level(document))
        pieces += section_head(document, section, number)
        pieces += [piece for block in section.blocks for piece in block_markdown(block, page)]
    return "\n\n".join(pieces) + "\n"


def fenced(formula: str) -> str:
    """Set a formula off in the fence that GitHub reads as TeX."""
    return f"```math\n{formula}\n```"


def front(document: Document) -> Iterator[str]:
    """Give title, course, date and, of several problems, a table of contents."""
    if document.title:
        yield f"# {markdown_text(document.title)}"
    if course := " · ".join(markdown_text(text) for text in (document.course, document.date) if text):
        yield course
    if len(document.sections) > 1:
        entries = enumerate(document.sections, start=1)
        yield "\n".join(f"{n}. [{markdown_text(section.title)}](#problem-{n})" for n, section in entries)


def top_level(document: Document) -> int:
    """Give the level of the headings within a problem; the only one, called like the document, has none of its own."""
    return 2 if [section.title for section in document.sections] == [document.title] else 3


def section_head(document: Document, section: Section, number: int) -> Iterator[str]:
    """Give the heading of a problem, with the place that the table of contents leads to, and its source."""
    if len(document.sections) > 1:
        yield f'<a id="problem-{number}"></a>'
    if top_level(document) > 2:
        yield f"## {markdown_text(section.title)}"
    if section.source:
        yield markdown_text(section.source)


def block_markdown(block: Block, page: Page) -> Iterator[str]:
    """Give the pieces of one block, between which stands an empty line."""
    notation, display = page.notation, page.display
    match block:
        case Heading(text, level):
            yield f"{'#' * (page.top + level - 1)} {markdown_text(text)}"
        case Paragraph(text):
            yield markdown_text(text)
        case Given(items):
            shown = (f"{leaf_tex(left, notation)} = {tex(math, notation)}" for left, math in items)
            yield display(_portable(" \\qquad\n".join(shown)))
        case Equations(rows):
            yield display(_portable(_aligned(row for each in rows for row in _equation_rows(*each, notation))))
        case Lines(step, lines):
            if step:
                yield f"{'#' * (page.top + 1)} {markdown_text(step)}"
            for line in lines:
                yield from _line_markdown(line, page)
        case Grid():
            yield from _grid_markdown(block)
        case Room(lines):
            yield "<br>\n" * (lines - 1) + "<br>"
        case Picture():
            return


def _portable(formula: str) -> str:
    return re.sub(r"\\operatorname\{([^{}]*)\}", r"\\mathop{\\mathrm{\1}}", formula)


def _aligned(rows) -> str:
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def _equation_rows(equation: Equation, origins: tuple[Equation, ...], notation: Notation) -> Iterator[str]:
    """Give an equation, and beside a derived one those that it comes from."""
    left, right = leaf_tex(equation.left, notation), tex(Math(equation.right), notation)
    written = f"{left} &= {right}"
    if origins:
        beside = (f"{leaf_tex(origin.left, notation)} = {tex(Math(origin.right), notation)}" for origin in origins)
        written += r" && \text{from } " + r", \quad ".join(beside)
    yield written


def _line_markdown(line: Line, page: Page) -> Iterator[str]:
    """Give a computed line, what is said about it, and its addends or entries below it."""
    yield page.display(_portable(_line_tex(line, page.notation)))
    if line.note and not line.sign:
        yield f"> {markdown_text(line.note)}"
    for detail in line.details:
        yield from _line_markdown(detail, page)


def _line_tex(line: Line, notation: Notation) -> str:
    """Write name = equation = numbers = value; an addend begins with its sign, and its note, instead of a name."""
    name = tex(Math(line.left), notation)
    if line.sequence:
        name += rf" \;\text{{(sequence {line.sequence})}}"
    sides = [tex(side, notation) for side in line.sides]
    if line.value is not None:
        value = tex(line.value, notation)
        sides.append(rf"\boxed{{{value}}}" if line.final else value)
    if line.sign:
        label = rf"\text{{{text_tex(line.note)}:}} \quad " if line.note else ""
        name, sides = rf"{label}{line.sign} {sides[0]}", sides[1:]
    if len(sides) < 2 or len(_COMMANDS.sub("x", "".join(sides))) <= _WIDE:
        return " = ".join([name, *sides])
    return _aligned([f"{name} &= {sides[0]}", *(f"&= {side}" for side in sides[1:])])


def _grid_markdown(grid: Grid) -> Iterator[str]:
    if grid.caption:
        yield f"**{markdown_text(grid.caption)}**"
    rows = [[f"**{markdown_text(name)}**" if name else "", *map(markdown_text, cells)] for name, cells in grid.rows]
    if grid.totals:
        name, cells = grid.totals
        rows.append([f"**{markdown_text(text)}**" if text else "" for text in (name, *cells)])
    yield table([markdown_text(grid.corner), *map(markdown_text, grid.columns)], rows)
