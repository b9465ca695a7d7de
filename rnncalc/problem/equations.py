"""Read equations from where they stand in the file, so that spans are the file's own."""

from __future__ import annotations

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import Source
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Equation
from rnncalc.problem.yaml_tree import Scalar, Tree


def read_equations(node: Tree) -> list[Equation]:
    """Read a block `|` of equations, or a single one written in line.

    Raises:
        RnncalcError: slugs `wrong-type`, `no-equations`, `folded-block`, and
            those of parse_equations.
    """
    if not isinstance(node, Scalar):
        raise refuse(
            "wrong-type", node.span, "Equations are text.", "Write 'equations: |' and one equation a line below."
        )
    equations = parse_equations(*region(node))
    if not equations:
        raise refuse("no-equations", node.span, "Here is no equation.", "Write 'h[t] = …', one equation a line.")
    return equations


def region(node: Scalar) -> tuple[Source, int, int]:
    """Give source, start and end of a scalar's text in the file itself."""
    source, start, end = node.span.source, node.span.start, node.span.end
    if node.style == "|":
        first = at = source.text.index("\n", start) + 1
        for _ in node.text.splitlines():
            stop = source.text.find("\n", at)
            at = len(source.text) if stop < 0 else stop + 1
        return source, first, at
    if node.style in ("'", '"'):
        if source.text[start + 1 : end - 1] == node.text:
            return source, start + 1, end - 1
        return Source(f"{source.name}, equations", node.text), 0, len(node.text)
    if "\n" in source.text[start:end]:
        raise refuse(
            "folded-block", node.span, "These lines would be folded into one.", "Write 'equations: |', with the sign |."
        )
    return source, start, end
