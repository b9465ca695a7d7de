"""Marked regions: in `"tanh(U @ <x[q*2]> + b)"` the signs < > stand where a message must point."""

from __future__ import annotations

from collections.abc import Callable

from rnncalc.base.diagnostics import Diagnostic, RnncalcError
from rnncalc.base.span import Source, Span

NO_MARKS = str.maketrans("", "", "<>")


def plain(marked: str) -> str:
    """Give the text without its marks."""
    return marked.translate(NO_MARKS)


def mark(span: Span) -> str:
    """Give the source's text with marks around a span."""
    text = span.source.text
    return f"{text[: span.start]}<{span.text}>{text[span.end :]}"


def refusals(read: Callable[[Source], object], marked: str) -> list[tuple[str, str]]:
    """Read the text without its marks; give slug and marked text of every message, none if all is well."""
    return [(found.slug, mark(found.span)) for found in diagnostics(read, plain(marked))]


def diagnostics(read: Callable[[Source], object], text: str) -> tuple[Diagnostic, ...]:
    """Read a text and give the messages about it."""
    try:
        read(Source("<test>", text))
    except RnncalcError as error:
        return error.diagnostics
    return ()
