"""Write diagnostics: FILE:LINE:COL: slug, the line with a caret, what is wrong, what to write."""

from __future__ import annotations

from collections.abc import Iterable

from rnncalc.base.diagnostics import Diagnostic
from rnncalc.base.span import Span
from rnncalc.render.clean import clean, clean_line

_EXCERPT = 100  # characters of a long line that are shown around the place


def write_diagnostics(diagnostics: Iterable[Diagnostic]) -> str:
    """Write diagnostics as text, an empty line between them."""
    return "\n\n".join(write_diagnostic(diagnostic) for diagnostic in diagnostics)


def write_diagnostic(diagnostic: Diagnostic) -> str:
    """Write one diagnostic.

    problems/q1.yaml:6:6: missing-comma
        6 |   U: [[3 4]]
          |        ^^^
    '3 4' is more than one number.
    Write '3, 4'.
    """
    span = diagnostic.span
    line, column = span.source.position(span.start)
    parts = [f"{clean(span.source.name)}:{line}:{column}: {diagnostic.slug}", *excerpt(span), clean(diagnostic.message)]
    for note in diagnostic.notes:
        if note.span.source is not span.source:
            parts.append(f"In {clean(note.span.source.name)}:")
        parts += excerpt(note.span, clean(note.message))
    if diagnostic.remedy:
        parts.append(clean(diagnostic.remedy))
    return "\n".join(parts)


def excerpt(span: Span, words: str = "") -> list[str]:
    """Show the line of a span with carets below the place, and words behind them."""
    if not span.source.text:
        return []
    line, column = span.source.position(span.start)
    text = span.source.line(line)
    length = max(min(span.end - span.start, len(text) - column + 1), 1)
    first = max(column - 1 - _EXCERPT // 2, 0) if len(text) > _EXCERPT else 0
    shown = text[first : first + _EXCERPT]
    before = "…" if first else ""
    after = "…" if first + _EXCERPT < len(text) else ""
    length = min(length, _EXCERPT - (column - 1 - first))
    indent = " " * (_width(text[first : column - 1]) + len(before))
    carets = "^" * max(_width(text[column - 1 : column - 1 + length]), 1)
    return [
        f"{line:>5} | {before}{clean_line(shown)}{after}",
        f"      | {indent}{carets} {words}".rstrip(),
    ]


def _width(text: str) -> int:
    """Give the columns that a text takes; East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)
