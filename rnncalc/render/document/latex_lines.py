r"""Computed lines, equations and given numbers as displays of amsmath, broken to fit the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rnncalc.language.nodes import Equation
from rnncalc.language.writer import Notation
from rnncalc.render.document.blocks import Equations, Given, Line, Lines, Math
from rnncalc.render.document.latex_page import Page
from rnncalc.render.document.latex_text import ascii_only, latex_text
from rnncalc.render.document.tex import tex
from rnncalc.render.document.tex_pieces import width_of
from rnncalc.render.document.tex_rows import Row, rows_of

_EQUALS, _INDENT, _BOX = 15.0, 14.0, 7.0
_LEAST = 120.0  # points that are left to a formula beside its name
_SIZES = (("", 1.0), (r"\small", 0.9), (r"\footnotesize", 0.8), (r"\scriptsize", 0.7), (r"\tiny", 0.5))


class Display(NamedTuple):
    """A formula as it is set: its name, what follows it, each with the sign before; `note` is said below it."""

    name: str
    sides: tuple[str, ...]
    sign: str = "="
    note: str = ""
    indent: bool = False


def write_lines(block: Lines, page: Page, notation: Notation) -> Iterator[str]:
    """Write the lines of a step, addends and entries below each."""
    yield from _set([display for line in block.lines for display in _displays(line, notation)], page)


def _displays(line: Line, notation: Notation, inner: bool = False) -> Iterator[Display]:
    sides = [_tex(side, notation) for side in line.sides]
    if line.value is not None:
        value = _tex(line.value, notation)
        sides.append(rf"\boxed{{{value}}}" if line.final else value)
    name = _tex(Math(line.left), notation)
    if line.sequence:
        name += rf"\;\text{{[{line.sequence}]}}"
    if line.sign:
        label = rf"\text{{{latex_text(line.note)}:}}" if line.note else ""
        yield Display(label, tuple(sides), line.sign, indent=True)
    else:
        yield Display(name, tuple(sides), note=line.note, indent=inner)
    for detail in line.details:
        yield from _displays(detail, notation, inner=True)


def write_equations(block: Equations, page: Page, notation: Notation) -> Iterator[str]:
    """Write equations, below each derived one those that it comes from."""
    displays = []
    for equation, origins in block.rows:
        displays.append(Display(_name(equation, notation), (_tex(Math(equation.right), notation),)))
        for number, origin in enumerate(origins):
            label = r"\text{from}" if number == 0 else r"\phantom{\text{from}}"
            written = f"{_name(origin, notation)} = {_tex(Math(origin.right), notation)}"
            displays.append(Display("", (written,), rf"\quad {label}\quad"))
    yield from _set(displays, page)


def _name(equation: Equation, notation: Notation) -> str:
    return _tex(Math(equation.left), notation)


def write_given(block: Given, page: Page, notation: Notation) -> Iterator[str]:
    """Write given numbers, several beside each other."""
    rows: list[Row] = []
    for name, math in block.items:
        label = f"{_tex(Math(name), notation)} = "
        shown = _broken(_tex(math, notation), page.room - width_of(label))
        first = Row(label + shown[0].tex, width_of(label) + shown[0].width)
        if rows and len(shown) == 1 and rows[-1].width + 20 + first.width <= page.room:
            rows[-1] = Row(rf"{rows[-1].tex} \qquad {first.tex}", rows[-1].width + 20 + first.width)
        else:
            rows += [first, *(Row(rf"\quad {row.tex}", row.width + 10) for row in shown[1:])]
    if rows:
        yield _display((f"& {row.tex} &" for row in rows), max(row.width for row in rows), page.room)


def _set(displays: Sequence[Display], page: Page) -> Iterator[str]:
    """Set formulas below each other, their signs aligned; a note ends one display."""
    together: list[Display] = []
    for display in displays:
        together.append(display)
        if display.note:
            yield _aligned(together, page)
            yield rf"\noindent\hspace*{{1.5em}}\emph{{{latex_text(display.note)}}}" + "\n"
            together = []
    if together:
        yield _aligned(together, page)


def _aligned(displays: Sequence[Display], page: Page) -> str:
    names = [width_of(one.name) + _INDENT * one.indent for one in displays]
    beside = max((width for width in names if page.room - width >= _LEAST), default=0.0)
    room = page.room - beside - _EQUALS
    rows, widest = [], 0.0
    for one, width in zip(displays, names, strict=True):
        body = list(_rows(one.sides, room)) or [Row("", 0.0)]  # what is left out altogether
        widest = max([widest, *(row.width for row in body)])
        name = (r"\quad " if one.indent else "") + one.name
        if width > beside:  # a long name has a row of its own
            rows.append(f"& {name} &&")
            name = ""
        for number, row in enumerate(body):
            sign = one.sign if number == 0 and one.sides else ""
            rows.append(f"{name if number == 0 else ''} & {sign} {row.tex} &&")
    return _display(rows, widest, room)


def _rows(sides: Iterable[str], room: float) -> Iterator[Row]:
    """Put sides beside each other where they fit, with = between them."""
    current: Row | None = None
    for number, side in enumerate(sides):
        for at, row in enumerate(_broken(side, room - 12)):
            if number == 0 and at == 0:
                current = row
            elif at == 0 and current.width + _EQUALS + row.width <= room:
                current = Row(f"{current.tex} = {row.tex}", current.width + _EQUALS + row.width)
            else:
                yield current
                current = Row(f"= {row.tex}" if at == 0 else rf"\quad {row.tex}", row.width + 12)
    if current is not None:
        yield current


def _broken(formula: str, room: float) -> list[Row]:
    """Break a formula; a box that does not fit is put around each of its rows."""
    if not formula.startswith(r"\boxed{"):
        return rows_of(formula, room)
    inner = rows_of(formula[len(r"\boxed{") : -1], room - _BOX)
    return [Row(rf"\boxed{{{row.tex}}}", row.width + _BOX) for row in inner]


def _display(rows: Iterable[str], widest: float, room: float) -> str:
    """Set rows flush left, in smaller type where a row that cannot be broken is wider than the page."""
    size = next((name for name, scale in _SIZES if widest * scale <= room), _SIZES[-1][0])
    body = " \\\\[3pt]\n".join(rows)
    written = f"\\begin{{flalign*}}\n{body}\n\\end{{flalign*}}"
    return f"{{{size}\n{written}\n}}" if size else written


def _tex(math: Math, notation: Notation) -> str:
    return ascii_only(tex(math, notation))
