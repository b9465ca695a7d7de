r"""Write expressions in TeX, numbers in the place of names: what LaTeX, Markdown and notebooks have in common.

Needs amsmath alone; MathJax and KaTeX read it too. `tex` is the one to read
first.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.language.nodes import Name, Node, Number
from rnncalc.language.writer import Base, Notation, Parens, Part, compose, join, write_leaf
from rnncalc.render.clean import clean
from rnncalc.render.document.blocks import BLANK, Math

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_SCIENTIFIC = re.compile(rf"({_PLAIN.pattern})[eE]([+-]?)0*([0-9]+)")
BLANK_TEX = r"\underline{\qquad}"
_WORDS = {"nan": r"\mathrm{nan}", "inf": r"\infty", "-inf": r"-\infty", BLANK: BLANK_TEX}
_OPENS = ("(", "[", "{", ",", r"\lVert")  # behind these a negative number needs no parentheses
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def tex(math: Math, notation: Notation = "paren") -> str:
    r"""Write an expression; a name in `math.cells` is written as its numbers.

    >>> from rnncalc.language.parser import parse_text
    >>> tex(Math(parse_text("U.T @ x[t] + b"), {"b": np.array([["-0.1"]], dtype=object)}))
    'U^{\\top} \\, x(t) + \\left(-0.1\\right)'
    """
    parts = _filled(compose(math.node, "latex"), math)
    return join(parts, lambda leaf: leaf_tex(leaf, notation), "latex")


def leaf_tex(leaf: Node, notation: Notation = "paren") -> str:
    """Write a number, a name, or a name at a time step."""
    return number_tex(leaf.text) if isinstance(leaf, Number) else write_leaf(leaf, "latex", notation)


def matrix_tex(cells: np.ndarray) -> str:
    r"""Write (rows, columns) of texts: a single one bare, anything larger as a bmatrix.

    >>> matrix_tex(np.array([["1", "-0.5"], ["2e-7", "0"]], dtype=object))
    '\\begin{bmatrix} 1 & -0.5 \\\\ 2 \\cdot 10^{-7} & 0 \\end{bmatrix}'
    """
    if cells.shape == (1, 1):
        return number_tex(str(cells[0, 0]))
    rows = r" \\ ".join(" & ".join(number_tex(str(text)) for text in row) for row in cells)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


@lru_cache(maxsize=20_000)  # the same numbers stand at every step
def number_tex(text: str) -> str:
    r"""Write a number as it stands in a file or on the page, also 1/3 and 0.3*tanh(0.5); other texts as words.

    >>> number_tex("0.50"), number_tex("1.2e+20"), number_tex("1/3"), number_tex("50%")
    ('0.50', '1.2 \\cdot 10^{20}', '\\frac{1}{3}', '\\text{50\\%}')
    """
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if scientific := _SCIENTIFIC.fullmatch(text):
        return rf"{scientific[1]} \cdot 10^{{{scientific[2].strip('+')}{scientific[3]}}}"
    from rnncalc.language.parser import parse_text

    try:
        return tex(Math(parse_text(text)))
    except RnncalcError:
        return rf"\text{{{text_tex(text)}}}"


def text_tex(text: str) -> str:
    r"""Write words, every character as itself; control characters are marked.

    >>> text_tex(r"100% of {x_1} \input{y}")
    '100\\% of \\{x\\_1\\} \\textbackslash{}input\\{y\\}'
    """
    return "".join(_SPECIAL.get(letter, letter) for letter in clean(text))


def _filled(parts: tuple[Part, ...], math: Math, inside: str = "") -> tuple[Part, ...]:
    """Put matrices in the place of names; single numbers get a sign of multiplication, and parentheses at need."""
    written: list[Part] = []
    for part in parts:
        before = written[-1] if written else inside
        if isinstance(part, Parens):
            part = part._replace(parts=_filled(part.parts, math))
        elif isinstance(part, Base):
            part = part._replace(parts=_filled(part.parts, math, part.sign))
        elif isinstance(part, Name) and part.name in math.cells:
            cells = math.cells[part.name]
            part = matrix_tex(cells)
            if cells.size == 1:
                if before == r" \, ":
                    before = written[-1] = r" \cdot "
                if _needs_parentheses(part, before):
                    part = rf"\left({part}\right)"
        written.append(part)
    return tuple(written)


def _needs_parentheses(number: str, before: Part) -> bool:
    """Tell whether a single number could be read together with what stands around it."""
    if not isinstance(before, str) or not before or before.rstrip().endswith(_OPENS):
        return False
    return not re.fullmatch(r"[0-9.]+|\\[a-z]+|\\(mathrm|underline|text)\{.*\}", number)
