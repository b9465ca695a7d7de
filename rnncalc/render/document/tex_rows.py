r"""Break formulas into rows that fit a width: before + and -, else between factors, else between columns of a matrix.

Tall brackets that are open at the end of a row are closed invisibly and
opened invisibly again in the next. `rows_of` is the one to read first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rnncalc.render.document.tex_pieces import BRACKET, COLUMN_GAP, Piece, pieces_of, width_of

_INVISIBLE = 1.3  # of \left. and \right.
_BEFORE = 60.0  # of softmax( before a matrix
_EARLY = 0.35  # share of a row before which it is not broken where it can be later


class Row(NamedTuple):
    """A row of a formula and its width in points."""

    tex: str
    width: float


def rows_of(tex: str, room: float) -> list[Row]:
    """Break a formula into rows; one that cannot be broken is wider than the room."""
    pieces = list(_fitting(pieces_of(tex), room))
    rows: list[Row] = []
    first, opened = 0, []
    while first < len(pieces):
        last = _end(pieces, first, room - _INVISIBLE * 2 * len(opened), len(opened))
        shown = pieces[first:last]
        body = [piece.tex for piece in shown]
        if rows:
            body[0] = {"bin": f"{{}} {body[0]}", r"\,": r"{} \cdot"}.get(
                r"\," if body[0] == r"\," else shown[0].role, f"{{}} {body[0]}"
            )
        still = [*opened]
        for piece in shown:
            if piece.role == "open":
                still.append(piece)
            elif piece.role == "close" and still:
                still.pop()
        before, after = [r"\left."] * len(opened), [r"\right."] * len(still)
        width = sum(piece.width for piece in shown) + _INVISIBLE * (len(opened) + len(still))
        rows.append(Row(_joined([*before, *body, *after]), width))
        first, opened = last, still
    return rows


def _joined(parts: list[str]) -> str:
    """Put pieces after one another, apart where they would run together or be hard to read."""
    written = ""
    for part in parts:
        close = re.match(r"[\w.,()\[\]:|]", part) and re.search(r"[\w.(\[:}]$", written)
        command = re.search(r"\\[A-Za-z]+$", written)
        written += part if not written or close and not command else f" {part}"
    return written


def _end(pieces: list[Piece], first: int, room: float, depth: int) -> int:
    """Find where a row ends that begins with a piece: at the best place to break it, if it is too wide."""
    used, found = 0.0, []
    for at in range(first, len(pieces)):
        piece = pieces[at]
        if at > first and piece.role in ("bin", "product", "column"):
            level = {"bin": 0, "product": 1, "column": 2}[piece.role]
            found.append((2 * depth + level, at, used))
        used += piece.width
        depth += {"open": 1, "close": -1}.get(piece.role, 0)
        if used > room and found:
            late = [one for one in found if one[2] >= _EARLY * room] or found
            return min(late, key=lambda one: (one[0], -one[1]))[1]
    return len(pieces)


def _fitting(pieces: list[Piece], room: float) -> Iterator[Piece]:
    """Take what is wider than a row apart; a name and brackets before it need room too."""
    most = room if len(pieces) == 1 else room - min(_BEFORE, room / 4)
    for piece in pieces:
        if piece.width <= most or piece.role not in ("matrix", "frac", "group"):
            yield piece
        elif piece.role == "matrix":
            yield from _columns(piece, most)
        elif piece.role == "group":
            yield from _fitting(pieces_of(piece.inner[0]), room)
        else:
            above, below = piece.inner
            yield Piece(r"\left(", BRACKET, "open")
            yield from _fitting(pieces_of(above), room)
            yield Piece(r"\right)", BRACKET, "close")
            simple = len(pieces_of(below)) == 1
            written = below if simple else rf"\left({below}\right)"
            yield Piece(rf"/ {written}", width_of(written) + 8.0)


def _columns(piece: Piece, room: float) -> Iterator[Piece]:
    """Cut a matrix between its columns; its brackets stand at the first and the last part."""
    script = piece.tex[piece.tex.index(r"\end{bmatrix}") + len(r"\end{bmatrix}") :]
    columns = list(zip(*piece.inner, strict=True))
    groups: list[list] = []
    used = room
    for column in columns:
        width = max(map(width_of, column)) + COLUMN_GAP
        if used + width > room - 2 * BRACKET:
            groups.append([])
            used = 0.0
        groups[-1].append(column)
        used += width
    for number, group in enumerate(groups):
        rows = r" \\ ".join(" & ".join(row) for row in zip(*group, strict=True))
        left = r"\left[" if number == 0 else r"\left."
        last = number == len(groups) - 1
        right = rf"\right]{script}" if last else r"\right."
        width = sum(max(map(width_of, column)) + COLUMN_GAP for column in group) + 2 * BRACKET
        tex = rf"{left} \begin{{matrix}} {rows} \end{{matrix}} {right}"
        yield Piece(tex, width, "column" if number else "ord")
