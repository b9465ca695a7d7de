"""A worked solution as data, before any format: sections of headings, equations, computed lines, tables, pictures.

Every text here is plain: a format escapes it. Expressions stay trees of the
language, so that each format composes them in its own style
(`rnncalc.language.writer.compose`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnncalc.language.nodes import Call, Equation, Name, Node, Ref

Place = tuple[str, int | None]  # a quantity and its step; None where it has none

BLANK = "___"  # in the cells of a matrix: a number that is left out of a worksheet


class Math(NamedTuple):
    """An expression, with matrices of written numbers in the place of some names.

    Shapes:
        cells[name]: (rows, columns) of texts, for a Name in the tree that stands for numbers
    """

    node: Node
    cells: Mapping[str, np.ndarray] = MappingProxyType({})


class Line(NamedTuple):
    """One computed quantity: name = equation = the same with numbers = value.

    `sides` are what stands between the name and the value, the equation first.
    `final` marks an answer that is asked for, which is boxed; `blank` one that
    is left out of a worksheet; `sequence` the sequence of a batch (from 1) that
    the line is about, 0 for all; `note` is said beside the value, such as a
    misprint of a published solution. `place` names the number for links,
    `reads` where the numbers in it come from. `details` are addends or single
    entries, each a line of its own below this one; an addend has a `sign` and
    is written without its left side, an entry has a Call of `entry` on the left,
    and `sides` may be empty where a number is said without a formula.
    """

    left: Name | Ref | Call
    sides: tuple[Math, ...]
    value: Math | None
    place: Place
    reads: tuple[Place, ...] = ()
    final: bool = False
    blank: bool = False
    sequence: int = 0
    note: str = ""
    sign: str = ""  # of an addend among details
    details: tuple[Line, ...] = ()


class Heading(NamedTuple):
    """A heading within a section; level 1 is the largest."""

    text: str
    level: int = 1


class Paragraph(NamedTuple):
    """Words."""

    text: str


class Given(NamedTuple):
    """What the problem gives: name = numbers, several beside each other."""

    items: tuple[tuple[Name | Ref, Math], ...]


class Equations(NamedTuple):
    """Equations with their names; beside a derived one those that it comes from."""

    rows: tuple[tuple[Equation, tuple[Equation, ...]], ...]


class Lines(NamedTuple):
    """The computed lines of one step, in the order of calculation; `step` is empty where there is none.

    `direction` is 'forward' or 'backward', for stepping and for the layers of the picture.
    """

    step: str
    lines: tuple[Line, ...]
    direction: str = "forward"


class Grid(NamedTuple):
    """A table of texts with names for rows and columns; `totals` is a last row, such as sums.

    `place` is the quantity whose numbers these are, where they are those of one.
    """

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    totals: tuple[str, tuple[str, ...]] | None = None
    place: Place | None = None


class Node2D(NamedTuple):
    """A node of a picture: a quantity at a step, at a column (the step) and a row (its layer from below)."""

    place: Place
    label: str
    value: str
    adjoint: str
    column: int
    row: int


class Picture(NamedTuple):
    """The unrolled network: nodes with their values, arrows from what is read to what reads it."""

    caption: str
    nodes: tuple[Node2D, ...]
    arrows: tuple[tuple[Place, Place], ...]


class Room(NamedTuple):
    """Empty lines to write in, in a worksheet."""

    lines: int


Block = Heading | Paragraph | Given | Equations | Lines | Grid | Picture | Room


class Section(NamedTuple):
    """One problem with its solution; `name` is that of its file."""

    title: str
    source: str
    blocks: tuple[Block, ...]
    name: str = ""


class Document(NamedTuple):
    """What is handed out: problems under one title, with a table of contents where they are several."""

    title: str
    course: str
    date: str
    sections: tuple[Section, ...]
