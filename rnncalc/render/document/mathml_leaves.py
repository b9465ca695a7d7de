"""The leaves of formulas in MathML: numbers, names, time steps, matrices of numbers, each also in words.

Every piece is a Drawn: its markup, the words that a screen reader says where
it knows no MathML, and about how wide it is, in digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rnncalc.language.nodes import Index
from rnncalc.language.writer import Notation, write_index
from rnncalc.render.document.blocks import BLANK
from rnncalc.render.document.markup import element, escaped, words_of

_PLAIN = re.compile(r"(-?)(\d+\.?\d*|\.\d+)")
_SCIENTIFIC = re.compile(rf"{_PLAIN.pattern}[eE]([+-]?)0*(\d+)")
_FENCES = {"(": ")", "[": "]"}
_ACCENTS = dict(
    zip(
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030c",
        zip("`´^~¯˘˙¨˚ˇ", "grave acute hat tilde bar breve dot double-dot ring check".split(), strict=True),
        strict=True,
    )
)
_MOST_SAID = 40  # numbers of a matrix that its words list
_DIGIT, _POINT = 0.5, 0.26  # widths in em, in the usual fonts for mathematics


class Drawn(NamedTuple):
    """A piece of a formula: its markup, its words, its width in digits."""

    markup: str
    words: str
    width: float


def together(drawn: Sequence[Drawn]) -> Drawn:
    """Set pieces beside each other."""
    return Drawn(
        "".join(one.markup for one in drawn), words_of(*(one.words for one in drawn)), sum(one.width for one in drawn)
    )


def row(drawn: Sequence[Drawn]) -> Drawn:
    """Set pieces beside each other as one; a single one stays as it is."""
    if len(drawn) == 1:
        return drawn[0]
    joined = together(drawn)
    return joined._replace(markup=element("mrow", joined.markup))


@lru_cache(maxsize=1000)
def sign(text: str, words: str | None = None, **attributes: str | None) -> Drawn:
    """Write an operator, a bracket, a comma."""
    return Drawn(element("mo", escaped(text), **attributes), text if words is None else words, len(text))


@lru_cache(maxsize=1000)
def word(text: str, words: str | None = None) -> Drawn:
    """Write a name of several letters, such as that of a function."""
    return Drawn(element("mi", escaped(text)), text if words is None else words, len(text))


def scripted(tag: str, base: Drawn, script: Drawn, words: str) -> Drawn:
    """Put an exponent (msup) or an index (msub) at a base."""
    return Drawn(element(tag, base.markup, script.markup), words, base.width + 0.7 * script.width)


def enclosed(inner: Drawn, opening: str = "(") -> Drawn:
    """Put a piece between brackets, which grow with it."""
    closing = _FENCES[opening]
    markup = element("mrow", sign(opening).markup, inner.markup, sign(closing).markup)
    return Drawn(markup, f"{opening}{inner.words}{closing}", inner.width + 2)


# --- numbers -----------------------------------------------------------------


def plain_number(text: str) -> Drawn | None:
    """Write a number of digits, with a point or an exponent; None where the text is no such number."""
    if text == BLANK:
        return Drawn('<mtext class="blank">\u2003\u2003</mtext>', "blank", 4)
    if text in ("inf", "-inf"):
        return _signed(text.startswith("-"), "∞", "infinity")
    if found := _PLAIN.fullmatch(text):
        return _signed(bool(found[1]), found[2], found[2])
    if found := _SCIENTIFIC.fullmatch(text):
        exponent = _signed(found[3] == "-", found[4], found[4])
        power = scripted("msup", Drawn("<mn>10</mn>", "", 2), exponent, "")
        mantissa = _signed(bool(found[1]), found[2], f"{found[2]} times 10 to the power {exponent.words}")
        return row([mantissa, sign("·", ""), power])
    return None


def _signed(negative: bool, digits: str, words: str) -> Drawn:
    number = Drawn(element("mn", digits), words, len(digits))
    return row([sign("−", "minus", form="prefix"), number]) if negative else number


# --- names -------------------------------------------------------------------


@lru_cache(maxsize=1000)
def name(text: str) -> Drawn:
    """Write a name: what follows `_` is an index, and so is the number behind a single letter.

    >>> name("W_f").words, name("h1").markup
    ('W f', '<msub><mi>h</mi><mn>1</mn></msub>')
    """
    if text.startswith("∇"):
        return row([sign("∇", "gradient of", form="prefix", rspace="0"), name(text[1:])])
    head, *indices = text.split("_")
    if head[1:].isdigit():
        head, indices = head[0], [head[1:], *indices]
    nucleus = _letter(head) if len(head) == 1 else word(head)
    written: list[Drawn] = []
    for index in filter(None, indices):
        written += [sign(",", "")] * bool(written)
        written.append(Drawn(element("mn", index), index, len(index)) if index.isdigit() else word(index))
    if not written:
        return nucleus
    below = row(written)
    return scripted("msub", nucleus, below, f"{nucleus.words} {below.words}")


def _letter(letter: str) -> Drawn:
    base, *accents = unicodedata.normalize("NFD", letter)
    if len(accents) != 1 or accents[0] not in _ACCENTS:
        return word(letter)
    accent, words = _ACCENTS[accents[0]]
    markup = element("mover", element("mi", escaped(base)), element("mo", accent), accent="true")
    return Drawn(markup, f"{base} {words}", 1)


@lru_cache(maxsize=1000)
def at_step(of: Drawn, index: Index, notation: Notation) -> Drawn:
    """Write a quantity at a time step: h(t), hₜ or h⁽ᵗ⁾."""
    step = index_of(index)
    words = f"{of.words} of {step.words}"
    if notation == "subscript":
        return scripted("msub", of, step, words)
    closed = enclosed(step)
    if notation == "superscript":
        return scripted("msup", of, closed, words)
    return row([of, closed])._replace(words=words)


def index_of(index: Index) -> Drawn:
    """Write what stands between the brackets: t−1, 0, T+1, :."""
    found = [_index_token(token) for token in re.findall(r"\d+|\w+|[-+:]", write_index(index))]
    return row(found)


def _index_token(token: str) -> Drawn:
    if token.isdigit():
        return Drawn(element("mn", token), token, len(token))
    if token in "+-":
        return sign(token.replace("-", "−"), "plus" if token == "+" else "minus")
    return sign(":", "all steps") if token == ":" else word(token)


# --- matrices ----------------------------------------------------------------


def matrix(cells: Sequence[Sequence[Drawn]], texts: Sequence[Sequence[str]]) -> Drawn:
    """Write rows of numbers between square brackets, each column aligned on its decimal point."""
    columns = list(zip(*texts, strict=True))
    spaces = zip(*map(_spaces, columns), strict=True)
    rows = [
        element("mtr", *(element("mtd", one.markup, space) for one, space in zip(line, row, strict=True)))
        for line, row in zip(cells, spaces, strict=True)
    ]
    table = element("mrow", "<mo>[</mo>", element("mtable", *rows, columnalign="right"), "<mo>]</mo>")
    width = sum(max(map(len, column)) + 1.6 for column in columns)
    return Drawn(table, _matrix_words(cells), width + 1)


def _matrix_words(cells: Sequence[Sequence[Drawn]]) -> str:
    n_rows, n_columns = len(cells), len(cells[0])
    if n_rows * n_columns > _MOST_SAID:
        return f"matrix of {n_rows} rows and {n_columns} columns"
    said = "; ".join(", ".join(one.words for one in line) for line in cells)
    if n_rows == 1:
        return f"row {said}"
    return f"column {said.replace(';', ',')}" if n_columns == 1 else f"matrix with the rows {said}"


def _spaces(texts: Sequence[str]) -> list[str]:
    """Give what stands behind each number of a column in the place of the digits and the point that it lacks."""
    if not all(_PLAIN.fullmatch(text) for text in texts):
        return [""] * len(texts)
    digits = [len(text.partition(".")[2]) for text in texts]
    most, pointed = max(digits), any("." in text for text in texts)
    widths = [
        (most - n) * _DIGIT + (pointed and "." not in text) * _POINT for n, text in zip(digits, texts, strict=True)
    ]
    return [f'<mspace width="{width:g}em"></mspace>' if width else "" for width in widths]
