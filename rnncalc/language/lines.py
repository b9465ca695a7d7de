"""Read equations, one a line: `h[t] = …`, `y = …`, `h[0] = …`.

`parse_equations` reads a block of lines and reports the faults of all of them.
"""

from __future__ import annotations

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Source
from rnncalc.language.nodes import Equation, Name, Node, Ref
from rnncalc.language.parser import Parser
from rnncalc.language.tokens import read_tokens


def parse_equations(source: Source, start: int = 0, end: int | None = None) -> list[Equation]:
    """Read the lines of a block, one equation a line, `#` begins a comment.

    Raises:
        RnncalcError: every line that cannot be read, all in one.
    """
    end = len(source.text) if end is None else end
    equations, collector, at = [], Collector(), start
    while at < end:
        stop = source.text.find("\n", at, end)
        stop = end if stop < 0 else stop
        with collector:
            tokens = read_tokens(source, at, stop)
            if len(tokens) > 1:
                equations.append(_equation(Parser(tokens)))
        at = stop + 1
    collector.raise_if_any()
    return equations


def _equation(parser: Parser) -> Equation:
    first = parser.here
    left = parser.postfix() if first.kind == "name" else parser.expression(0)
    if not parser.take("="):
        raise refuse(
            "missing-equals-sign" if parser.here.kind == "end" else "unexpected-token",
            parser.here.span if parser.here.kind != "end" else first.span.to(parser.here.span),
            f"An equation is 'name[t] = expression'; here is no '=' after '{left.span.text}'.",
            "Write what is defined, then '=', then how it is computed.",
        )
    _check_left_side(left)
    right = parser.expression(0)
    parser.expect_end()
    return Equation(left, right, left.span.to(parser.extent(right)))


def _check_left_side(left: Node) -> None:
    if isinstance(left, Name):
        return
    if not isinstance(left, Ref):
        raise refuse(
            "bad-left-side",
            left.span,
            f"An equation defines one name; '{left.span.text}' is an expression.",
            "Write 'h[t] = …', 'y = …', 'h[0] = …'.",
        )
    index = left.index
    if index.anchor == "all" or index.anchor == "step" and index.offset:
        raise refuse(
            "bad-left-side",
            left.span,
            f"'{left.span.text}' cannot be defined as such.",
            f"Define '{left.name}[{index.letter or 't'}]' and shift the time steps on the right instead.",
        )
