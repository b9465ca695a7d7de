"""Cut one line of source into tokens, each with its span.

The paper's signs are accepted: ⊙ for *, · for @, ᵀ for .T, − (U+2212) for -.
Columns count characters, whatever their width in bytes.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import NamedTuple

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Source, Span

MAX_EXPRESSION = 100_000  # characters of one line; a longer one is no textbook's equation

MAX_DIGITS = 400  # characters of one number

# Latin and Greek; of these blocks what is a letter, as `[^\W\d_]` says
_LETTER = r"(?=[^\W\d_])[A-Za-zÀ-ɏͰ-ϿḀ-ỿἀ-῿]"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r]+)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>{_LETTER}(?:[A-Za-z0-9_]|{_LETTER})*)
    |(?P<sign>\*\*|\.T\b|[-+*/@=()\[\],:⊙·ᵀ−])""",
    re.VERBOSE,
)
_PAPER = {"⊙": "*", "·": "@", "ᵀ": ".T", "−": "-"}
_INSTEAD = {
    "^": "'**' for a power, '.T' for a transpose",
    "×": "'*' for the elementwise product, '@' for the matrix product",
    "'": "'.T' for a transpose",
    "&": "one equation a line",
    ";": "one equation a line",
    "{": "parentheses",
    "}": "parentheses",
    "∘": "'*' for the elementwise product",
}


class Token(NamedTuple):
    """A token: `kind` is number, name, sign or end; `text` is what it means."""

    kind: str
    text: str
    span: Span


def read_tokens(source: Source, start: int, end: int) -> list[Token]:
    """Cut source.text[start:end], which is one line, into tokens and a closing `end`.

    Raises:
        RnncalcError: slugs `unknown-character`, `expression-too-long`,
            `too-many-digits`, `not-finite`.
    """
    text = source.text
    comment = text.find("#", start, end)
    if comment >= 0:
        end = comment
    end = start + len(text[start:end].rstrip())
    if end - start > MAX_EXPRESSION:
        raise refuse(
            "expression-too-long",
            Span(source, start, start + 1),
            f"This line has {end - start:,} characters; at most {MAX_EXPRESSION:,} are read.",
            "Give parts of it names, each on a line of its own.",
        )
    found, at = [], start
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:
            raise _unknown_character(Span(source, at, at + 1))
        span, at = Span(source, at, match.end()), match.end()
        if match.lastgroup != "space":
            written = match.group()
            if match.lastgroup == "number":
                _check_number(written, span)
            found.append(Token(match.lastgroup, _PAPER.get(written, written), span))
    found.append(Token("end", "", Span(source, end, end)))
    return found


def _check_number(text: str, span: Span) -> None:
    """Refuse what no file may have as a number."""
    if len(text) > MAX_DIGITS:
        raise refuse(
            "too-many-digits",
            Span(span.source, span.start, span.start + 1),
            f"This number has {len(text):,} characters; at most {MAX_DIGITS} are read.",
            "Write the digits that matter.",
        )
    if not isfinite(float(text)):
        raise refuse("not-finite", span, f"'{text}' is no finite number.", "Write a finite number.")


def _unknown_character(span: Span):
    import unicodedata

    name = unicodedata.name(span.text, f"U+{ord(span.text):04X}")
    return refuse(
        "unknown-character",
        span,
        f"'{span.text}' ({name}) has no meaning in an equation.",
        f"Write {_INSTEAD.get(span.text, 'names with letters, digits and _, and the signs + - * / @ ** .T')}.",
    )
