"""Words in Markdown, every character as itself, whatever reads it: GitHub, a notebook, a plain CommonMark renderer."""

from __future__ import annotations

import re

from rnncalc.render.clean import clean

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_OPENING = re.compile(r"[-+](?=\s|$)|[0-9]+(?=[.)](?:\s|$))|(?=-+$|=+$)")  # a list, a rule, an underlined heading
# TeX, emoji and mentions are looked for in the finished page: an element of its own keeps a sign from joining others
_APART = re.compile(r"\\(?=\S)|\$|:(?=[A-Za-z0-9_+-]+:)|(?<!\w)@(?=\w)")


def markdown_text(text: str) -> str:
    r"""Write words on one line.

    >>> markdown_text("1. *W* & <b> cost $5")
    '1\\. \\*W\\* \\& \\<b\\> cost <span>\\$</span>5'
    """
    words = " ".join(clean(text).split())
    pieces = _APART.split(words)
    signs = _APART.findall(words)
    written = _escaped(pieces[0])
    for sign, piece in zip(signs, pieces[1:], strict=True):
        written += f"<span>{'' if sign in ':@' else chr(92)}{sign}</span>{_escaped(piece)}"
    return _start(written)


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)


def _start(text: str) -> str:
    """Keep the first sign of a line from making a list or a rule of it."""
    opening = _OPENING.match(text)
    if not opening:
        return text
    at = opening.end() if opening[0].isdigit() else 0
    return f"{text[:at]}\\{text[at:]}"


def table(columns: list[str], rows: list[list[str]]) -> str:
    """Lay cells out as a table, the first column to the left, the others to the right; cells are Markdown."""
    marks = [":--", *["--:"] * (len(columns) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, marks, *rows))
