r"""Formulas in TeX as pieces between which a line may be broken, each with its width as TeX would set it.

Only what rnncalc writes is read: commands with groups, fractions, matrices,
\left and \right, scripts. Widths are those of Computer Modern at 10 points,
in points, rounded up. `pieces_of` is the one to read first.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

COLUMN_GAP, BRACKET = 10.0, 7.5  # between the columns of a matrix; a tall bracket with its gap
_SCRIPT = 0.74  # size of an index or exponent
_BINARY, _RELATION = 12.3, 13.4  # a sign with the gaps around it
_WIDTHS = {
    ".": 2.8, ",": 4.6, ":": 5.6, "(": 4.0, ")": 4.0, "[": 2.9, "]": 2.9, "|": 2.9, "/": 5.1, "m": 8.8, "w": 7.2,
    r"\,": 1.7, r"\;": 2.8, r"\quad": 10.0, r"\qquad": 20.0, r"\sum": 14.5, r"\nabla": 8.4, r"\infty": 10.0,
    r"\partial": 6.0, r"\top": 7.8, r"\big": 2.0, r"\lVert": 5.0, r"\rVert": 5.0,
}  # fmt: skip
_GROUPED = {"text", "mathrm", "operatorname", "mathbf", "underline", "boxed", "hat", "tilde", "bar", "dot", "ddot",
            "acute", "grave", "check", "breve", "mathring"}  # fmt: skip
_TOKEN = re.compile(
    r"\\begin\{bmatrix\}|\\(?:left|right)\s*(?:\\[A-Za-z]+|.)|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\s+|.", re.DOTALL
)


class Piece(NamedTuple):
    """A part of a formula.

    `role` is 'bin' or 'product' where a line may be broken before it, 'rel',
    'open' or 'close' for a tall bracket, 'matrix', 'frac' or 'group' for what
    can be taken apart (`inner`), 'ord' for anything else. In a `matrix`,
    `inner` holds its rows of cells.
    """

    tex: str
    width: float
    role: str = "ord"
    inner: tuple = ()


@lru_cache(maxsize=20_000)  # the same numbers stand in many matrices
def width_of(tex: str) -> float:
    """Give the width of a formula in one line.

    >>> round(width_of("0.25"), 1), width_of(r"x^{2}") > width_of("x")
    (17.8, True)
    """
    return sum(piece.width for piece in pieces_of(tex))


def pieces_of(tex: str) -> list[Piece]:
    """Cut a formula into pieces."""
    found: list[Piece] = []
    at, nested = 0, 0  # within plain parentheses, as of h(t-1), nothing is broken
    while at < len(tex):
        token = _TOKEN.match(tex, at)[0]
        start, at = at, at + len(token)
        if token.isspace():
            continue
        if token in "^_" and found:
            inner, at = _argument(tex, at)
            last = found[-1]
            found[-1] = last._replace(tex=last.tex + tex[start:at], width=last.width + _SCRIPT * width_of(inner) + 0.6)
            if last.role in ("bin", "product", "frac", "group"):
                found[-1] = found[-1]._replace(role="ord", inner=())
            continue
        piece, at = _piece(tex, token, start, at, found)
        nested += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token, 0)
        if nested and piece.role in ("bin", "product", "rel"):
            piece = piece._replace(role="ord")
        if token[0].isdigit() and found and found[-1][::2] == ("-", "ord"):  # a negative number
            piece = piece._replace(tex=f"-{token}", width=found.pop().width + piece.width)
        found.append(piece)
    return found


def _piece(tex: str, token: str, start: int, at: int, before: list[Piece]) -> tuple[Piece, int]:
    """Read one piece, and give where the next one begins."""
    if token == r"\begin{bmatrix}":
        end = tex.index(r"\end{bmatrix}", at)
        return matrix(tuple(tuple(_cells(row)) for row in tex[at:end].split(r"\\"))), end + len(r"\end{bmatrix}")
    if token.startswith((r"\left", r"\right")) and not token[1:].isalpha():
        return Piece(token, BRACKET, "open" if token.startswith(r"\left") else "close"), at
    if token == r"\frac":
        above, at = _argument(tex, at)
        below, at = _argument(tex, at)
        width = max(width_of(above), width_of(below)) + 2.4
        return Piece(tex[start:at], width, "frac", (above, below)), at
    if token == r"\sqrt" or token[1:] in _GROUPED and token[0] == "\\":
        inner, at = _argument(tex, at)
        words = token in (r"\text", r"\mathrm", r"\operatorname")
        width = sum(map(_letter, inner)) if words else width_of(inner)
        return Piece(tex[start:at], width + {r"\sqrt": 9.0, r"\boxed": 7.0, r"\operatorname": 2.0}.get(token, 0.0)), at
    if token == "{":
        inner, at = _argument(tex, start)
        return Piece(tex[start:at], width_of(inner), "group", (inner,)), at
    if token in "+-":
        unary = not before or before[-1].role in ("bin", "rel", "product", "open")
        return Piece(token, 7.8 if unary else _BINARY, "ord" if unary else "bin"), at
    if token == "=":
        return Piece(token, _RELATION, "rel"), at
    if token in (r"\,", r"\odot", r"\cdot"):
        return Piece(token, {r"\,": 1.7, r"\cdot": 7.3}.get(token, _BINARY), "product"), at
    return Piece(token, _width(token)), at


def matrix(rows: tuple[tuple[str, ...], ...]) -> Piece:
    """Make the piece of a matrix."""
    columns = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    written = r" \\ ".join(" & ".join(row) for row in rows)
    width = sum(columns) + COLUMN_GAP * (len(columns) - 1) + 2 * BRACKET
    return Piece(rf"\begin{{bmatrix}} {written} \end{{bmatrix}}", width, "matrix", rows)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("&")]


def _argument(tex: str, at: int) -> tuple[str, int]:
    """Read a group in braces, or a single token; give what is in it and where it ends."""
    while tex[at].isspace():
        at += 1
    if tex[at] != "{":
        token = _TOKEN.match(tex, at)[0]
        return token, at + len(token)
    depth, here = 0, at
    for found in re.finditer(r"\\.|[{}]", tex[at:]):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        here = at + found.end()
        if depth == 0:
            break
    return tex[at + 1 : here - 1], here


def _width(token: str) -> float:
    if token in _WIDTHS:
        return _WIDTHS[token]
    if token[0].isdigit():
        return 5.0 * len(token) - 2.2 * ("." in token)
    if len(token) > 1:
        return 5.4 * (len(token) - 1) + 2.0 if token[1:] in ("tanh", "exp", "log", "min", "max") else 7.0
    return 8.2 if token.isupper() else 5.8


def _letter(letter: str) -> float:
    """Give the width of an upright letter."""
    return 7.8 if letter.isupper() else 3.4 if letter in " .,ijltf()[]-" else 5.3 if letter != "m" else 8.4
