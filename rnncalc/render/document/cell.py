r"""Write a section for a cell of a notebook: HTML that leaves the rest of the notebook as it is, or display math."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from rnncalc.language.nodes import Name, Node, Ref
from rnncalc.render.document.blocks import Equations, Given, Line, Lines, Math, Section
from rnncalc.render.document.html_section import write_section
from rnncalc.render.document.markup import element
from rnncalc.render.document.tex import leaf_tex, tex

_STYLE = Path(__file__).parent / "cell.css"


def cell_html(section: Section) -> str:
    """Write a section as a fragment of a page; what it is called by differs from section to section."""
    number = zlib.crc32(repr(section.blocks).encode())
    style = element("style", _STYLE.read_text(encoding="utf-8").rstrip("\n"))
    return element("div", style, "\n", write_section(section, number, "paren"), "\n", class_="rnncalc")


def cell_latex(section: Section) -> str:
    r"""Write the formulas of a section as display math, one a line: name = equation = numbers = value.

    MathJax and amsmath read it; words and tables are left out.
    """
    rows = list(_rows(section))
    body = " \\\\\n".join(rows)
    return f"$$\\begin{{aligned}}\n{body}\n\\end{{aligned}}$$" if rows else ""


def _rows(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Equations):
            yield from (_row(equation.left, (Math(equation.right),)) for equation, _ in block.rows)
        elif isinstance(block, Given):
            yield from (_row(leaf, (math,)) for leaf, math in block.items)
        elif isinstance(block, Lines):
            yield from map(_line, block.lines)


def _line(line: Line) -> str:
    return _row(line.left, (*line.sides, *filter(None, (line.value,))))


def _row(left: Node, sides: tuple[Math, ...]) -> str:
    name = leaf_tex(left) if isinstance(left, Name | Ref) else tex(Math(left))
    return f"{name} &= {' = '.join(map(tex, sides))}"
