"""What one equation sends back to each quantity that it reads.

The derivative goes through the equation as the author wrote it, by the
templates of the operation table, so that every derived line is recognised:
from h[t] = tanh(z[t]) comes ∇z[t] = (1 − h[t]²) ⊙ ∇h[t].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from rnncalc.base.diagnostics import refuse
from rnncalc.language.kinds import SCALAR, Shapes, infer_shape
from rnncalc.language.nodes import Call, Equation, Name, Node, Number, Ref, leaves
from rnncalc.language.operations import OPERATIONS
from rnncalc.language.parser import parse_text

_ARGUMENTS = "abc"


def adjoint_terms(
    equation: Equation, incoming: Node, known: Shapes, wanted: Callable[[Name | Ref], bool]
) -> Iterator[tuple[Name | Ref, Node]]:
    """List the contributions of an equation, in reading order, not yet simplified.

    For h[t] = tanh(z[t]) and incoming ∇h[t] the only one is
    (z[t], (1 − h[t]²) ⊙ ∇h[t]).

    Args:
        equation: One equation, its shapes known.
        incoming: The adjoint of its left side.
        known: The shapes of names.
        wanted: Which leaves are of interest; nothing is derived for the others.

    Raises:
        RnncalcError: slug `no-adjoint` where an operation has no derivative.

    Source: reverse mode, e.g. Goodfellow, Bengio & Courville 2016, section 6.5.
    """
    yield from _through(equation.right, incoming, equation.left, known, wanted)


def _through(node: Node, g: Node, y: Node, known: Shapes, wanted: Callable) -> Iterator[tuple[Name | Ref, Node]]:
    if isinstance(node, Name | Ref):
        yield node, g
    if not isinstance(node, Call):
        return
    row = OPERATIONS[node.op]
    if not row.adjoint:
        raise _no_adjoint(node)
    for number, arg in enumerate(node.args):
        if not any(wanted(leaf) for leaf in leaves(arg)):
            continue
        if row.adjoint == ("part",):
            sent = Call("part", (g, arg, Number(str(number + 1)), *node.args))
        elif not row.adjoint[number]:
            continue
        else:
            sent = _filled(row.adjoint[number], g, y, node.args)
        if node.op in ("softmax", "log_softmax") and 1 not in infer_shape(arg, known):
            raise _no_adjoint(node)
        if row.kind == "broadcast":
            sent = _fitted(sent, infer_shape(node, known), infer_shape(arg, known))
        yield from _through(arg, sent, arg, known, wanted)


@cache
def _template(text: str) -> Node:
    return parse_text(text, "<adjoint>")


def _filled(text: str, g: Node, y: Node, args: tuple[Node, ...]) -> Node:
    """Put g, y and the arguments in the place of their letters; absent arguments fall away."""
    letters = dict(zip(_ARGUMENTS, args, strict=False)) | {"g": g, "y": y}

    def fill(node: Node) -> Node:
        if isinstance(node, Name):
            return letters[node.name]
        if isinstance(node, Call):
            present = (arg for arg in node.args if not isinstance(arg, Name) or arg.name in letters)
            return Call(node.op, tuple(fill(arg) for arg in present))
        return node

    return fill(_template(text))


def _fitted(sent: Node, result: tuple, arg: tuple) -> Node:
    """Sum over what a smaller argument was spread to."""
    if arg == result:
        return sent
    if arg == SCALAR:
        return Call("sum", (sent,))
    return Call("sum_columns" if arg[1] == 1 else "sum_rows", (sent,))


def _no_adjoint(node: Call):
    return refuse(
        "no-adjoint",
        node.span,
        f"'{node.op}' has no derivative here, so nothing can be sent back through it.",
        "Use a function that has one, or ask for the forward pass.",
    )
