"""Read equations from where they stand in the file, so that spans are the file's own."""

from __future__ import annotations

from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, Diagnostic, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Equation
from rnncalc.problem.places import in_place, shown_at
from rnncalc.problem.yaml_tree import Scalar, Tree


class Lines(NamedTuple):
    """The equations that could be read, and the faults of the other lines."""

    equations: tuple[Equation, ...]
    faults: tuple[Diagnostic, ...]


def read_lines(node: Tree) -> Lines:
    """Read a block `|` of equations, or a single one written in line.

    Raises:
        RnncalcError: slugs `wrong-type`, `no-equations`, `folded-block`.
    """
    if not isinstance(node, Scalar):
        raise refuse(
            "wrong-type", node.span, "Equations are text.", "Write 'equations: |' and one equation a line below."
        )
    equations, collector = [], Collector()
    for line in _lines(_region(node)):
        with collector, shown_at(node):
            equations += parse_equations(*line)
    if not equations and not collector.found:
        raise refuse("no-equations", node.span, "Here is no equation.", "Write 'h[t] = …', one equation a line.")
    return Lines(tuple(equations), tuple(collector.found))


def read_equations(node: Tree) -> tuple[Equation, ...]:
    """Read equations of which every line can be read."""
    lines = read_lines(node)
    if lines.faults:
        raise RnncalcError(lines.faults)
    return lines.equations


def _region(node: Scalar) -> Span:
    """Give the stretch of the file that holds a scalar's lines, each with its indentation."""
    source, start, end = node.span
    if node.style == "|":
        first = at = source.text.index("\n", start) + 1
        for _ in range(node.text.count("\n") + (node.text[-1:] not in ("", "\n"))):
            stop = source.text.find("\n", at)
            at = len(source.text) if stop < 0 else stop + 1
        return Span(source, first, at)
    if node.style not in ("'", '"') and "\n" in source.text[start:end]:
        raise refuse(
            "folded-block", node.span, "These lines would be folded into one.", "Write 'equations: |', with the sign |."
        )
    return in_place(node)


def _lines(region: Span) -> list[Span]:
    lines, at = [], region.start
    for line in region.text.split("\n"):
        lines.append(Span(region.source, at, at + len(line)))
        at += len(line) + 1
    return lines
