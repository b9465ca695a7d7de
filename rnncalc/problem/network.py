"""The equations of a problem: from the catalogue or the file's own, with its loss.

`build_network` chooses and adapts the equations; it knows names, not numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import nearest
from rnncalc.language.nodes import Equation
from rnncalc.problem import yaml_tree
from rnncalc.problem.equations import Lines
from rnncalc.problem.fields import CHOICES, SHAPE
from rnncalc.problem.loss import Loss, loss_equation
from rnncalc.problem.places import in_place, shown_at
from rnncalc.problem.published import Published, refuse_unused
from rnncalc.problem.yaml_tree import Scalar
from rnncalc.recurrences.activations import read_activation, resolve_functions
from rnncalc.recurrences.adapt import drop_absent, to_rows
from rnncalc.recurrences.expand import Recurrence
from rnncalc.recurrences.system import System, build_system


class Network(NamedTuple):
    """A system before its loss is added, and what the loss will need.

    `stated` has the equations of the loss too, where the file writes them;
    `published` is None for the file's own equations; `dropped` names the
    biases of the catalogue entry that the file does not give.
    """

    system: System
    stated: System
    span: Span
    published: Published | None = None
    dropped: tuple[str, ...] = ()
    loss: Loss | None = None
    activations: Mapping = ()

    @property
    def recurrence(self) -> Recurrence | None:
        """The catalogue entry with its choices made."""
        return self.published.recurrence if self.published else None


def build_network(found: dict, span: Span, published: Published | None, weights: Collection[str]) -> Network:
    """Make the system that the keys of a file describe, for the weights that it gives.

    Raises:
        RnncalcError: slugs `no-equations`, `equations-and-recurrence`,
            `unused-key`, and those of build_system.
    """
    name: Scalar | None = found.get("recurrence")
    if name is None and "equations" not in found:
        raise refuse(
            "no-equations",
            Span(span.source, span.start, span.start + 1),
            "The file names no recurrence and gives no equations.",
            "Write 'recurrence: elman' or 'equations: |'; 'rnncalc list' names the recurrences.",
        )
    if name is not None and "equations" in found:
        raise refuse(
            "equations-and-recurrence",
            name.span,
            "The file names a recurrence and gives equations too.",
            "Keep one of them.",
        )
    layout = found["layout"].text if "layout" in found else "column"
    collector, recurrence, dropped = Collector(), published.recurrence if published else None, ()
    if published is None:
        refuse_unused(found, (*SHAPE, "convention", *CHOICES), "equations of your own", collector)
    activations = _activations(found, recurrence.entry.activations if recurrence else {}, collector)
    if recurrence is None:
        equations = _own_equations(found, activations, collector)
    collector.raise_if_any()
    if recurrence is not None:
        equations, dropped = drop_absent(recurrence, weights)
        equations = to_rows(equations, recurrence.weights) if layout == "row" else equations
    system, loss = build_system(equations, activations, layout), found.get("loss")
    stated = build_system((*equations, *loss.equations), activations, layout) if loss and loss.equations else system
    return Network(system, stated, name.span if name else span, published, dropped, loss, activations)


def check_functions(found: dict, collector: Collector) -> None:
    """Say which functions of the file's own equations there are not, where no network can be built."""
    _own_equations(found, _activations(found, {}, collector), collector)


def _own_equations(found: dict, activations: Mapping, collector: Collector) -> tuple[Equation, ...]:
    """Give the file's own equations; where lines are at fault, functions of the others too are."""
    lines = found.get("equations", Lines((), ()))
    collector.found += lines.faults
    if collector.found:
        for equation in lines.equations:
            with collector:
                resolve_functions(equation, activations)
    return lines.equations


def with_loss(network: Network, output: str, target: str, pairs: int) -> System:
    """Give the system with the equation of a loss that the file names."""
    extra = loss_equation(network.loss, output, target, pairs)
    return build_system((*network.system.equations, *extra), network.activations, network.system.layout)


def _activations(found: dict, defaults: Mapping[str, str], collector: Collector) -> dict:
    result = {name: (op, ()) for name, op in defaults.items()}
    given: yaml_tree.Mapping | None = found.get("activations")
    for key, value in given.pairs if given else ():
        with collector:
            if defaults and key.text not in defaults:
                close = nearest(key.text, defaults)
                remedy = f"Did you mean '{close}'?" if close else f"It has {', '.join(defaults)}."
                raise refuse("unknown-activation", key.span, f"The recurrence has no activation '{key.text}'.", remedy)
            if not isinstance(value, Scalar):
                raise refuse("wrong-type", value.span, "An activation is a name.", f"Write '{key.text}: tanh'.")
            with shown_at(value):
                result[key.text] = read_activation(value.text, *in_place(value))
    return result
