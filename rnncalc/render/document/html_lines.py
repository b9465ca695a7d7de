"""The computed lines of a step in HTML: name = equation = numbers = value, each part breaking where it may."""

from __future__ import annotations

from rnncalc.language.writer import Notation
from rnncalc.render.document.anchors import Anchors
from rnncalc.render.document.blocks import Given, Line, Lines, Math
from rnncalc.render.document.markup import element, escaped, lines_of, printed
from rnncalc.render.document.mathml import expression, formula, formulas
from rnncalc.render.document.mathml_leaves import Drawn

_ROOM = 34  # digits; a formula that is wider scrolls in a box of its own on a phone
_EMPTY = '<span class="blank" role="img" aria-label="to fill in"></span>'


def pieces(math: Math, notation: Notation, before: str = "") -> str:
    """Write an expression as formulas beside each other, wide ones each in a box that scrolls."""
    return "".join(boxed(drawn) for drawn in formulas(math, notation, before))


def boxed(drawn: Drawn) -> str:
    """Write a formula; a wide one in a box that the keyboard can reach and scroll."""
    if drawn.width <= _ROOM:
        return formula(drawn)
    return element("span", formula(drawn), class_="wide", tabindex="0", role="group", aria_label="wide formula")


def write_lines(block: Lines, number: int, anchors: Anchors, notation: Notation) -> str:
    """Write the lines of a step, the block `number` of its section, each with its name for links and its sources."""
    rows = [
        _line(line, anchors.own[number, item], block.direction, anchors, notation)
        for item, line in enumerate(block.lines)
    ]
    return element("dl", "\n", lines_of(rows), "\n", class_="lines")


def _line(line: Line, own: str, direction: str, anchors: Anchors, notation: Notation) -> str:
    sources = " ".join(anchors.sources(line))
    parts = [element("dt", _label(line, own, notation)), *_sides(line, notation), *_value(line, notation)]
    if line.note:
        parts.append(element("dd", escaped(printed(line.note)), class_="note"))
    if line.details:
        rows = [_detail(detail, notation) for detail in line.details]
        parts.append(element("dd", element("dl", lines_of(rows), class_="addends"), class_="details"))
    return element(
        "div",
        *parts,
        class_=f"line {direction}",
        id=own,
        data_reads=sources or None,
        data_node=anchors.nodes.get(line.place),
    )


def _label(line: Line, own: str, notation: Notation) -> str:
    drawn = expression(line.left, notation)
    words = element("span", escaped(drawn.words), class_="unseen")
    name = element("a", formula(drawn, hidden=True), words, href=f"#{own}", class_="name")
    return name + (element("span", f" sequence {line.sequence}", class_="sequence") if line.sequence else "")


def _sides(line: Line, notation: Notation) -> list[str]:
    shown = line.sides[:1] if line.blank else line.sides
    kinds = ["equation", *["numbers"] * len(shown)]
    return [element("dd", pieces(side, notation, "="), class_=kind) for kind, side in zip(kinds, shown, strict=False)]


def _value(line: Line, notation: Notation) -> list[str]:
    if line.blank:
        return [element("dd", formula(_equals()), _EMPTY, class_="value")]
    if line.value is None:
        return []
    if not line.final:
        return [element("dd", pieces(line.value, notation, "="), class_="value")]
    answer = element("span", pieces(line.value, notation), class_="answer")
    return [element("dd", formula(_equals()), '<span class="unseen">final answer:</span>', answer, class_="value")]


def _equals() -> Drawn:
    return Drawn("<mo>=</mo>", "equals", 1)


def _detail(line: Line, notation: Notation) -> str:
    """Write an addend, called by its note and with the sign that joins it to the sum, or an entry, which has a name."""
    called = escaped(line.note) if line.sign else pieces(Math(line.left), notation)
    signs = [line.sign or "=", *["="] * len(line.sides)]
    sides = [
        element("dd", pieces(side, notation, sign), class_="numbers")
        for sign, side in zip(signs, line.sides, strict=False)
    ]
    note = [element("dd", escaped(printed(line.note)), class_="note")] if line.note and not line.sign else []
    return element("div", element("dt", called), *sides, *_value(line, notation), *note, class_="addend")


def write_given(block: Given, number: int, anchors: Anchors, notation: Notation) -> str:
    """Write what the problem gives, several beside each other."""
    rows = []
    for item, (left, math) in enumerate(block.items):
        name = formula(expression(left, notation))
        held = element("span", pieces(math, notation, "="), class_="value")
        rows.append(element("li", name, held, id=anchors.own[number, item]))
    return element("ul", "\n", lines_of(rows), "\n", class_="given")
