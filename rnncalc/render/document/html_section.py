"""One problem of a page in HTML: its title and its blocks in their order."""

from __future__ import annotations

from collections.abc import Iterator

from rnncalc.language.nodes import Equation
from rnncalc.language.writer import Notation
from rnncalc.render.document.anchors import Anchors, anchors_of
from rnncalc.render.document.blocks import (
    Block,
    Equations,
    Given,
    Grid,
    Heading,
    Lines,
    Math,
    Paragraph,
    Picture,
    Room,
    Section,
)
from rnncalc.render.document.html_lines import pieces, write_given, write_lines
from rnncalc.render.document.markup import element, escaped, lines_of, printed
from rnncalc.render.document.mathml import expression, formula
from rnncalc.render.document.picture_svg import svg_element

_LOWEST = 6  # HTML has no smaller heading
_ROOM = 40  # characters of a table's row that fit on a phone


def write_section(section: Section, number: int, notation: Notation, titled: str = "") -> str:
    """Write a problem; `titled` is the id of a heading of the page that serves as its title."""
    own = f"p{number}"
    title = "" if titled else element("h2", escaped(called(section, number)), id=f"{own}-title")
    source = element("p", escaped(section.source), class_="origin") if section.source else ""
    blocks = _blocks(section.blocks, anchors_of(own, section.blocks), notation, 1 if titled else 2)
    body = lines_of([title, source, *blocks])
    return element("section", "\n", body, "\n", class_="problem", id=own, aria_labelledby=titled or f"{own}-title")


def called(section: Section, number: int) -> str:
    """Give the words by which a problem is called: its title, else its file, else its number."""
    return section.title or section.name or f"Problem {number}"


def _blocks(blocks: tuple[Block, ...], anchors: Anchors, notation: Notation, level: int) -> Iterator[str]:
    """Write blocks; a heading is never more than one level below the one before it."""
    last = level  # of the headings that are no steps
    for number, block in enumerate(blocks):
        if isinstance(block, Heading):
            last = min(level + block.level, last + 1, _LOWEST)
            yield element(f"h{last}", escaped(block.text))
        elif isinstance(block, Lines):
            step = element(f"h{min(last + 1, _LOWEST)}", escaped(block.step), class_="step") if block.step else ""
            yield element("div", step, write_lines(block, number, anchors, notation), class_="part")
        else:
            yield _block(block, number, anchors, notation)


def _block(block: Block, number: int, anchors: Anchors, notation: Notation) -> str:
    own = f"{anchors.prefix}-b{number}"
    if isinstance(block, Paragraph):
        return element("p", escaped(printed(block.text)))
    if isinstance(block, Given):
        return write_given(block, number, anchors, notation)
    if isinstance(block, Equations):
        return _equations(block, notation)
    if isinstance(block, Grid):
        return _grid(block, own)
    if isinstance(block, Picture):
        caption = element("figcaption", escaped(block.caption)) if block.caption else ""
        return element("figure", _scroll(svg_element(block, own, anchors.nodes), "picture"), caption)
    if isinstance(block, Room):
        rules = '<span class="rule"></span>' * block.lines
        return element("div", rules, class_="room", role="img", aria_label=f"room to write, {block.lines} lines")
    raise TypeError(type(block).__name__)


def _equations(block: Equations, notation: Notation) -> str:
    rows = []
    for equation, sources in block.rows:
        origin = ""
        if sources:
            shown = ", ".join(_equation(one, notation) for one in sources)
            origin = element("span", "from ", shown, class_="from")
        rows.append(element("li", _equation(equation, notation), origin))
    return element("ul", "\n", lines_of(rows), "\n", class_="equations")


def _equation(equation: Equation, notation: Notation) -> str:
    left = formula(expression(equation.left, notation))
    return element("span", left, pieces(Math(equation.right), notation, "="), class_="formula")


def _grid(block: Grid, own: str) -> str:
    caption = element("caption", escaped(block.caption), id=own) if block.caption else ""
    columns = "".join(element("th", escaped(printed(text)), scope="col") for text in block.columns)
    corner = element("th", escaped(block.corner), scope="col") if block.corner else "<td></td>"
    head = element("thead", element("tr", corner, columns))
    body = element("tbody", *(_row(name, texts) for name, texts in block.rows))
    foot = element("tfoot", _row(*block.totals)) if block.totals else ""
    table = element("table", caption, head, body, foot)
    widest = max([len(block.corner), *(len(name) for name, _ in block.rows)])
    widths = [len(text) for text in block.columns]
    for _, texts in block.rows:
        widths = [max(width, len(text)) for width, text in zip(widths, texts, strict=True)]
    wide = widest + sum(width + 2 for width in widths) > _ROOM
    return _scroll(table, block.caption or "table") if wide else element("div", table, class_="scroll")


def _row(name: str, texts: tuple[str, ...]) -> str:
    cells = "".join(element("td", escaped(printed(text))) for text in texts)
    return element("tr", element("th", escaped(printed(name)), scope="row"), cells)


def _scroll(inside: str, label: str) -> str:
    """Put something wide into a box that the keyboard can reach and scroll."""
    return element("div", inside, class_="scroll", tabindex="0", role="group", aria_label=label)
