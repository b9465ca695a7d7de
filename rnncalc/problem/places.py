"""Texts of the file: where a scalar's text stands in it, how a message quotes it.

What is read from a scalar is read in the file itself, so that messages show
the author's own line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.base.span import Source, Span
from rnncalc.language.nodes import Node
from rnncalc.language.parser import parse_expression
from rnncalc.problem.yaml_tree import Scalar

MOST_SHOWN = 60  # characters of a text that a message repeats


def quoted(text: str) -> str:
    """Give a text in quotes, cut short where it is long."""
    return f"'{text}'" if len(text) <= MOST_SHOWN else f"'{text[: MOST_SHOWN - 1]}…'"


def in_place(scalar: Scalar) -> Span:
    """Give the stretch of the file that reads as the scalar's text.

    A text that the file has folded or escaped stands in a source of its own.
    """
    source, start, end = scalar.span
    if scalar.style in ("'", '"'):
        start, end = start + 1, end - 1
    if source.text[start:end] == scalar.text:
        return Span(source, start, end)
    return Span(Source(source.name, scalar.text), 0, len(scalar.text))


def parse_scalar(scalar: Scalar) -> Node:
    """Read an expression from a scalar; the place of every fault is in the file."""
    with shown_at(scalar):
        return parse_expression(*in_place(scalar))


@contextmanager
def shown_at(scalar: Scalar) -> Iterator[None]:
    """Move faults of a text that does not stand in the file as such to the scalar it comes from."""
    try:
        yield
    except RnncalcError as error:
        raise RnncalcError(d._replace(span=place_of(d.span, scalar)) for d in error.diagnostics) from None


def place_of(span: Span, scalar: Scalar) -> Span:
    """Give the place of a part of a scalar: its own if it is in the file, else the scalar's."""
    return span if span.source is scalar.span.source else scalar.span
