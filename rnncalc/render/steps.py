"""The screen of a forward pass: a table for each time step, a row for each equation.

Wide terminals show equation, numbers and value in one row, narrow ones below
each other; nothing is cut. `render_forward` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from rich import box
from rich.table import Table
from rich.text import Text

from rnncalc.compute.trace import Line, Step, terms
from rnncalc.language.nodes import Name, Ref
from rnncalc.language.writer import write_leaf
from rnncalc.render.boxes import Box, beside, padded, stacked, text_box
from rnncalc.render.drawing import Drawing
from rnncalc.render.filling import Detail, draws_by_sequence

_HEADINGS = ("quantity", "equation", "with numbers", "value")
_GAP = 3  # columns between cells
_LEAST_NUMBERS = 24  # columns below which numbers go on a line of their own
_UNLIMITED = 10**6


class Row(NamedTuple):
    """A line of the table as boxes."""

    quantity: Box
    equation: Box
    numbers: Box
    value: Box

    @property
    def cells(self) -> tuple[Box, Box, Box, Box]:
        return (self.quantity, self.equation, self.numbers, self.value)


def render_step(step: Step, drawing: Drawing, width: int, detail: Detail) -> Table:
    """Draw one step as a table that is at most `width` columns wide."""
    rows = _all_rows(step.lines, drawing, detail, _Room(_UNLIMITED, _UNLIMITED, width))
    widths = _column_widths(rows)
    left_for_numbers = width - widths[0] - widths[1] - widths[3] - 3 * _GAP
    if left_for_numbers >= min(widths[2], _LEAST_NUMBERS):
        if widths[2] > left_for_numbers:
            rows = _all_rows(step.lines, drawing, detail, _Room(_UNLIMITED, left_for_numbers, width))
        if max(row.numbers.width for row in rows) <= left_for_numbers:
            return _wide(rows)
    return _narrow(step.lines, drawing, detail, width)


class _Room(NamedTuple):
    """How many columns equation, numbers and value may take."""

    equation: int
    numbers: int
    value: int


def _all_rows(lines: tuple[Line, ...], drawing: Drawing, detail: Detail, room: _Room) -> list[Row]:
    return [row for line in lines for row in _rows(line, drawing, detail, room)]


def plain_row(quantity: str, equation: Box, numbers: Box, value: Box) -> Row:
    """Make a row of boxes and a name."""
    return Row(text_box(quantity), equation, numbers, value)


def render_rows(rows: list[Row], width: int) -> Table:
    """Draw rows of boxes side by side where they fit, else below each other."""
    return _wide(rows) if sum(_column_widths(rows)) + 3 * _GAP <= width else _stacked_rows(rows)


def _rows(line: Line, drawing: Drawing, detail: Detail, room: _Room) -> list[Row]:
    """Give the rows of a line: one, or one for each sequence where they are not one matrix."""
    if drawing.sequence is None and draws_by_sequence(line, drawing.values):
        batch = range(drawing.values.case.n_sequences)
        return [row for p in batch for row in _rows(line, replace(drawing, sequence=p), detail, room)]
    name = write_leaf(line.left, "screen", drawing.notation)
    if drawing.sequence is not None:
        name += f" [{drawing.number_of(drawing.sequence)}]"
    equation, numbers = drawing.symbols(line.right, room.equation), drawing.numbers(line.right, room.numbers)
    rows = [Row(text_box(name), equation, numbers, drawing.value_box(line, room.value))]
    if detail != "equations":
        rows += _term_rows(line, drawing, room)
    if detail == "entries":
        rows += _entry_rows(line, drawing, room)
    if drawing.closed is not None:
        rows += _closed_rows(line, drawing, room)
    return rows


def _term_rows(line: Line, drawing: Drawing, room: _Room) -> list[Row]:
    """Give a row for each addend that is more than a name."""
    parts = terms(line, drawing.values)
    rows = []
    for sign, node, value in parts:
        if len(parts) > 1 and not isinstance(node, Name | Ref):
            label = beside([text_box(f"  {sign} "), drawing.symbols(node, room.equation - 4)])
            shown = drawing.array_box(value, room.value)
            rows.append(Row(text_box(""), label, drawing.numbers(node, room.numbers), shown))
    return rows


def _entry_rows(line: Line, drawing: Drawing, room: _Room) -> list[Row]:
    """Give a row for each entry."""
    from rnncalc.render.entries import entries

    rows, name = [], write_leaf(line.left, "screen", drawing.notation)
    for entry in entries(line, drawing):
        which = f" [{drawing.number_of(entry.sequence)}]" if len(line.value) > 1 else ""
        numbers = drawing.symbols(entry.expression, room.numbers)
        rows.append(plain_row("", text_box(f"  {name}[{entry.place}]{which}"), numbers, text_box(entry.text)))
    return rows


def _closed_rows(line: Line, drawing: Drawing, room: _Room) -> list[Row]:
    """Give a row for the closed form of each entry."""
    from rnncalc.render.entries import NO_FORM, closed_entries

    rows, name = [], write_leaf(line.left, "screen", drawing.notation)
    for entry in closed_entries(line, drawing):
        which = f" [{drawing.number_of(entry.sequence)}]" if len(line.value) > 1 else ""
        place = f"[{entry.place}]" if entry.place else ""
        known = entry.expression is not None
        numbers = drawing.symbols(entry.expression, room.numbers) if known else text_box(NO_FORM)
        rows.append(plain_row("", text_box(f"  {name}{place}{which}"), numbers, text_box(entry.text)))
    return rows


def _column_widths(rows: list[Row]) -> list[int]:
    """Give the width of each column, its heading included."""
    columns = zip(_HEADINGS, zip(*(row.cells for row in rows), strict=True), strict=True)
    return [max(len(heading), *(cell.width for cell in column)) for heading, column in columns]


def _wide(rows: list[Row]) -> Table:
    table = _table(_column_widths(rows))
    for heading, column in zip(_HEADINGS, table.columns, strict=True):
        column.header = Text(heading, style="dim")
    for number, row in enumerate(rows):
        cells = _level(row.cells)
        tall = len(cells[0].lines) > 1
        blank = number + 1 < len(rows) and (tall or rows[number + 1].numbers.height > 1)
        table.add_row(*(Text("\n".join(cell.lines + ("",) * blank)) for cell in cells))
    return table


def _table(widths: Iterable[int], show_header: bool = True) -> Table:
    """Make a table of columns whose widths are known, so that rich need not measure them."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0, show_edge=False, show_header=show_header)
    widths = list(widths)
    for number, width in enumerate(widths):
        style = "bold" if number in (0, 3) else ""
        gap = _GAP - 1 if number + 1 < len(widths) else 0
        table.add_column(style=style, no_wrap=True, overflow="ignore", width=width + gap)
    return table


def _level(cells: tuple[Box, ...]) -> list[Box]:
    above = max(cell.baseline for cell in cells)
    below = max(cell.height - cell.baseline for cell in cells)
    return [padded(cell, above - cell.baseline, below - cell.height + cell.baseline) for cell in cells]


def _narrow(lines: tuple[Line, ...], drawing: Drawing, detail: Detail, width: int) -> Table:
    """Stack equation, numbers and value of each quantity."""
    names = _all_rows(lines, drawing, detail, _Room(_UNLIMITED, _UNLIMITED, _UNLIMITED))
    room = max(width - max(row.quantity.width for row in names) - _GAP - 2, 12)
    return _stacked_rows(_all_rows(lines, drawing, detail, _Room(room, room, room)))


def _stacked_rows(rows: list[Row]) -> Table:
    found = [(row.quantity, stacked([_first(row), *map(_equals, filter(_is_drawn, row.cells[2:]))])) for row in rows]
    widths = max(quantity.width for quantity, _ in found), max(body.width for _, body in found)
    table = _table(widths, show_header=False)
    for number, (quantity, body) in enumerate(found, start=1):
        table.add_row(Text("\n".join(padded(quantity, body.baseline, 0).lines)), Text("\n".join(body.lines)))
        if number < len(found) and rows[number].quantity.lines[0].strip():
            table.add_row(Text(""), Text(""))
    return table


def _first(row: Row) -> Box:
    """Set the equation after its quantity; a term has no quantity, only its sign."""
    return _equals(row.equation) if row.quantity.lines[0].strip() else row.equation


def _is_drawn(box: Box) -> bool:
    return any(line.strip() for line in box.lines)


def _equals(part: Box) -> Box:
    return beside([text_box("= "), part])
