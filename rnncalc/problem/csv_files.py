"""Read a CSV file beside a problem: its first line names the columns."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest, plural
from rnncalc.problem.array_files import inside_folder
from rnncalc.problem.places import quoted
from rnncalc.problem.text_files import read_text
from rnncalc.problem.yaml_tree import Scalar

MAX_CELLS = 2 * 10**7


class Table(NamedTuple):
    """The rows of a CSV file as texts, with the number of the line on which each begins."""

    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    shown: str
    place: Span

    def column(self, name: Scalar) -> list[str]:
        """Give a column by its name.

        Raises:
            RnncalcError: slug `missing-column`.
        """
        at = self.at(name)
        return [row[at] for row in self.rows]

    def at(self, name: Scalar) -> int:
        """Give the place of a column."""
        if name.text not in self.header:
            close = nearest(name.text, self.header)
            remedy = f"Did you mean {quoted(close)}?" if close else f"Its columns are {quoted(', '.join(self.header))}."
            message = f"{self.shown} has no column {quoted(name.text)}."
            if len(self.header) == 1 and any(sign in self.header[0] for sign in ";\t|"):
                remedy = f"Put commas between the columns; {quoted(self.header[0])} is one."
            raise refuse("missing-column", name.span, message, remedy)
        return self.header.index(name.text)

    def numbers(self, names: tuple[Scalar, ...]) -> np.ndarray:
        """Give columns of finite numbers: (n_rows, n_columns).

        Raises:
            RnncalcError: slugs `missing-column`, `unreadable-line`.
        """
        places = [self.at(name) for name in names]
        cells = [[row[at] for at in places] for row in self.rows]
        try:
            found = np.array(cells, dtype=float)
        except ValueError:
            found = np.array([[_number(cell) for cell in row] for row in cells])
        wrong = np.argwhere(~np.isfinite(found))
        if len(wrong):
            row, column = map(int, wrong[0])
            where = f"Line {self.lines[row]:,} of {self.shown}, column {quoted(names[column].text)}"
            cell = cells[row][column]
            message = f"{where}: {quoted(cell)} is no number." if cell.strip() else f"{where}: nothing stands there."
            raise refuse("unreadable-line", self.place, message, "Correct the line, or take it out.")
        return found


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan


def read_csv(name: Scalar) -> Table:
    """Read a CSV file.

    Raises:
        RnncalcError: slugs `outside-folder`, `unreadable-line`, `empty-data`, `too-large`, and those of
            read_text.
    """
    text, shown = read_text(inside_folder(name.text, name.span), name.span), quoted(name.text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, start = [], [], 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(start)
            if len(rows) * len(rows[0] if rows else ()) > MAX_CELLS:
                message = f"{shown} has more than {MAX_CELLS:,} numbers or texts."
                raise refuse("too-large", name.span, message, "Use a part of it.")
            start = reader.line_num + 1
    except csv.Error as error:
        message = f"Line {start:,} of {shown} cannot be read: {error}."
        raise refuse("unreadable-line", name.span, message, "Close every quotation mark.") from None
    if len(rows) < 2:
        message = f"{shown} is empty." if not rows else f"{shown} has the names of its columns alone, and no row."
        raise refuse("empty-data", name.span, message, "Write the names of the columns, then a row a line.")
    header = tuple(cell.strip() for cell in rows[0])
    twice = next((cell for at, cell in enumerate(header) if cell in header[:at]), None)
    if twice is not None:
        message = f"Line 1 of {shown} names two columns {quoted(twice)}."
        raise refuse("unreadable-line", name.span, message, "Give each column a name of its own.")
    for row, line in zip(rows[1:], lines[1:], strict=True):
        if len(row) != len(header):
            message = f"Line {line:,} of {shown} has {plural(len(row), 'column')}, line 1 has {len(header)}."
            raise refuse(
                "unreadable-line", name.span, message, f"Give {plural(len(header), 'column')}: {_names(header)}."
            )
    return Table(header, rows[1:], lines[1:], shown, name.span)


def _names(header: tuple[str, ...]) -> str:
    return listing(header[:6]) + ("" if len(header) <= 6 else " and so on")
