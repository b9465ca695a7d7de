"""Losses: a kind by name becomes an equation for J, like any other equation.

`read_loss` reads the key, `loss_equation` writes the equation, once outputs,
targets and the number of steps are known.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Source, Span
from rnncalc.base.words import nearest
from rnncalc.language.lines import parse_equations
from rnncalc.language.nodes import Equation
from rnncalc.problem.equations import read_equations
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Mapping, Scalar, Tree

LOSSES = {
    "squared-error": "sum(({y} - {d}) ** 2)",
    "half-squared-error": "0.5 * sum(({y} - {d}) ** 2)",
    "binary-cross-entropy": "binary_cross_entropy({y}, {d})",
    "cross-entropy": "cross_entropy({y}, {d})",
}
_TARGET = re.compile(r"\w+|next\(\s*(?P<ahead>\w+)\s*\)")
OPTIONS = {"kind": tuple(LOSSES), "output": (), "target": (), "reduction": ("sum", "mean"), "at": ("all", "last")}


class Loss(NamedTuple):
    """What the file says of its loss: a kind with options, or equations for J."""

    span: Span
    kind: str = ""
    output: str = "y"
    target: str = ""
    reduction: str = "sum"
    at: str = "all"
    equations: tuple[Equation, ...] = ()

    @property
    def looks_ahead(self) -> str | None:
        """The name x of a target `next(x)`."""
        return _TARGET.fullmatch(self.target)["ahead"] if self.target else None


def read_loss(node: Tree) -> Loss:
    """Read `loss: cross-entropy`, `loss: {kind: …}` or `loss: J[t] = …`.

    Raises:
        RnncalcError: slugs `unknown-loss`, `unknown-key`, `unknown-value`, `bad-loss`.
    """
    if isinstance(node, Scalar):
        if "=" in node.text:
            equations = read_equations(node)
            for equation in equations:
                if equation.left.name == "J":
                    return Loss(node.span, equations=equations)
            raise refuse("bad-loss", node.span, "A loss is an equation for J.", "Write 'J[t] = …' or 'J = …'.")
        return Loss(node.span, kind=_option("kind", node))
    if not isinstance(node, Mapping):
        raise refuse("bad-loss", node.span, "A loss is a kind or an equation.", "Write 'loss: squared-error'.")
    options, collector = {}, Collector()
    for key, value in node.pairs:
        with collector:
            if key.text not in OPTIONS:
                close = nearest(key.text, OPTIONS)
                remedy = f"Did you mean '{close}'?" if close else f"Its keys are {', '.join(OPTIONS)}."
                raise refuse("unknown-key", key.span, f"{quoted(key.text)} is no key of loss.", remedy)
            options[key.text] = _option(key.text, value)
    collector.raise_if_any()
    if "kind" not in options:
        raise refuse("bad-loss", node.span, "The loss has no kind.", f"Write 'kind: …', one of {', '.join(LOSSES)}.")
    return Loss(node.span, **options)


def _option(key: str, node: Tree) -> str:
    values, text = OPTIONS[key], getattr(node, "text", "")
    known = text in values if values else _TARGET.fullmatch(text)
    if not known:
        close = nearest(text, values)
        raise refuse(
            "unknown-loss" if key == "kind" else "unknown-value",
            node.span,
            f"{quoted(text)} is no {key} of a loss." if text else f"Here is no {key} of a loss.",
            (f"Did you mean '{close}'? " if close else "")
            + (f"Known are {', '.join(values)}." if values else f"Write a name, such as '{key}: d', or 'next(x)'."),
        )
    return text


def loss_equation(loss: Loss, output: str, target: str, pairs: int) -> list[Equation]:
    """Write the loss as equations.

    Args:
        loss: From read_loss.
        output, target: As they stand in the equation: 'y[t]', 'd[T]', 'next(x)'.
        pairs: Number of (sequence, step) pairs, by which a mean divides.
    """
    running = re.search(r"\[[a-z]\]$", output)
    left = f"J{running[0]}" if running else "J"
    right = LOSSES[loss.kind].format(y=output, d=target)
    if loss.reduction == "mean":
        right = f"{right} / {pairs}"
    return parse_equations(Source(f"rnncalc's {loss.kind}", f"{left} = {right}"))
