"""Put functions in their place: hidden(…) becomes tanh(…), next(x) becomes x[t+1].

What a file names under `activations:` is replaced here, so that everything
after works on operations of the table alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Source
from rnncalc.base.words import nearest, plural
from rnncalc.language.nodes import Call, Equation, Name, Node, Number, Ref, rebuild
from rnncalc.language.operations import ACTIVATIONS, ANY, FUNCTIONS, OPERATIONS, SIGNED
from rnncalc.language.parser import parse_expression

LETTERS = {"σ": "sigmoid"}  # what a letter means where the file does not say


def read_activation(text: str, source: Source, start: int, end: int) -> tuple[str, tuple[Node, ...]]:
    """Read `tanh` or `leaky_relu(0.2)`: the operation and its further arguments.

    Raises:
        RnncalcError: slug `unknown-activation`.
    """
    node = parse_expression(source, start, end)
    name = node.op if isinstance(node, Call) else getattr(node, "name", "")
    arguments = node.args if isinstance(node, Call) else ()
    if name not in ACTIVATIONS or any(not isinstance(arg, Number) for arg in arguments):
        close = nearest(name or text, ACTIVATIONS)
        raise refuse(
            "unknown-activation",
            node.span,
            f"'{text}' is no activation.",
            (f"Did you mean '{close}'? " if close else "") + f"Known are: {', '.join(ACTIVATIONS)}.",
        )
    return name, arguments


def resolve_functions(equation: Equation, activations: Mapping[str, tuple[str, tuple[Node, ...]]]) -> Equation:
    """Give the equation with every function a row of the operation table.

    Raises:
        RnncalcError: slugs `undefined-function`, `wrong-argument-count`.
    """
    collector = Collector()

    def change(node: Node) -> Node:
        if not isinstance(node, Call) or node.op in SIGNED:
            return node
        with collector:
            return _resolve(node, equation, activations)
        return node

    right = rebuild(equation.right, change)
    collector.raise_if_any()
    return equation._replace(right=right)


def _resolve(node: Call, equation: Equation, activations: Mapping) -> Node:
    op, args = node.op, node.args
    if op in activations:
        op, extra = activations[op]
        args = (*args, *extra)
    op = LETTERS.get(op, op)
    if op not in OPERATIONS or OPERATIONS[op].derived:
        raise _undefined(node, activations)
    least, most = OPERATIONS[op].arity
    if not least <= len(args) <= most:
        wanted = f"at least {plural(least, 'argument')}" if most == ANY else plural(least, "argument")
        wanted = wanted if least == most or most == ANY else f"{least} to {most} arguments"
        message = f"'{op}' takes {wanted}; here {_are(len(args))}."
        raise refuse("wrong-argument-count", node.span, message, f"Give '{op}' {wanted}.")
    if op == "next":
        return _next(node, equation)
    if op == "identity" and node.op in activations:
        return args[0]
    return Call(op, args, node.span)


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"


def _next(node: Call, equation: Equation) -> Ref:
    inner = node.args[0]
    if isinstance(equation.left, Ref) and isinstance(inner, Name):
        return Ref(inner.name, equation.left.index._replace(offset=1), node.span)
    if isinstance(inner, Ref) and inner.index.anchor == "step":
        return Ref(inner.name, inner.index._replace(offset=inner.index.offset + 1), node.span)
    raise refuse("bad-next", node.span, "'next' is a sequence one step later.", "Write 'next(x)' or 'x[t+1]'.")


def _undefined(node: Call, activations: Mapping) -> RnncalcError:
    known = [*FUNCTIONS, *activations]
    close = nearest(node.op, known)
    if node.op in ("phi", "φ", "sigma", "hidden", "output"):
        remedy = f"Say under 'activations:' what it is: 'activations: {{{node.op}: tanh}}'."
    else:
        remedy = f"Did you mean '{close}'?" if close else f"Known functions are: {', '.join(known)}."
    return refuse("undefined-function", node.span, f"There is no function '{node.op}'.", remedy)
