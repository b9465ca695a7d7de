"""The equations of a problem: from the catalogue or the file's own, with its loss.

`build_network` chooses and adapts the equations; it knows names, not numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import nearest
from rnncalc.language.nodes import Equation
from rnncalc.problem import yaml_tree
from rnncalc.problem.equations import region
from rnncalc.problem.loss import Loss, loss_equation
from rnncalc.problem.yaml_tree import Scalar
from rnncalc.recurrences.activations import read_activation
from rnncalc.recurrences.adapt import drop_absent, to_rows
from rnncalc.recurrences.catalogue import Impossible, Recurrence, entry_names, expand, read_entry
from rnncalc.recurrences.system import System, build_system

CHOICES = ("variant", "reset", "update")


class Network(NamedTuple):
    """A system before its loss is added, and what the loss will need.

    `recurrence` is None for the file's own equations; `dropped` names the
    biases of the catalogue entry that the file does not give.
    """

    system: System
    span: Span
    recurrence: Recurrence | None = None
    dropped: tuple[str, ...] = ()
    loss: Loss | None = None
    activations: Mapping = ()


def build_network(found: dict, span: Span) -> Network:
    """Make the system that the keys of a file describe.

    Raises:
        RnncalcError: slugs `no-equations`, `equations-and-recurrence`,
            `unknown-recurrence`, `unused-key`, `impossible-choice`, and those of
            build_system.
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
    collector = Collector()
    if name is None:
        _refuse_unused(found, (*CHOICES, "layers"), "equations of your own", collector)
        activations = _activations(found, {}, collector)
        collector.raise_if_any()
        system = build_system(found["equations"], activations, layout)
        return Network(system, span, None, (), found.get("loss"), activations)
    recurrence = _recurrence(name, found, collector)
    activations = _activations(found, recurrence.entry.activations, collector)
    collector.raise_if_any()
    equations, dropped = drop_absent(recurrence, _given_weights(found))
    if layout == "row":
        equations = to_rows(equations, recurrence.weights)
    system = build_system(equations, activations, layout)
    return Network(system, name.span, recurrence, dropped, found.get("loss"), activations)


def with_loss(network: Network, output: str, target: str, pairs: int) -> System:
    """Give the system with the equations of its loss."""
    extra: list[Equation] = loss_equation(network.loss, output, target, pairs)
    return build_system((*network.system.equations, *extra), network.activations, network.system.layout)


def _recurrence(name: Scalar, found: dict, collector: Collector) -> Recurrence:
    names = entry_names()
    if name.text not in names:
        close = nearest(name.text, names)
        raise refuse(
            "unknown-recurrence",
            name.span,
            f"The catalogue has no recurrence '{name.text}'.",
            (f"Did you mean '{close}'? " if close else "") + f"It has {', '.join(names)}; or write 'equations: |'.",
        )
    entry = read_entry(name.text)
    _refuse_unused(found, [key for key in CHOICES if key not in entry.choices], f"'{name.text}'", collector)
    if not entry.deep:
        _refuse_unused(found, ("layers",), f"'{name.text}'", collector)
    collector.raise_if_any()
    chosen = {key: found[key].text for key in entry.choices if key in found}
    try:
        return expand(entry, chosen, found.get("layers"))
    except Impossible as reason:
        place = found[next(iter(chosen))].span
        raise refuse("impossible-choice", place, f"These choices exclude each other: {reason}.") from None


def _refuse_unused(found: dict, keys, what: str, collector: Collector) -> None:
    for key in keys:
        if key in found:
            value = found[key]
            with collector:
                place = value.span if isinstance(value, Scalar) else found["rnncalc"].span
                raise refuse("unused-key", place, f"'{key}' says nothing about {what}.", "Delete it.")


def _given_weights(found: dict) -> set[str]:
    weights = found.get("weights")
    return {key.text for key, _ in weights.pairs} if weights else set()


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
            result[key.text] = read_activation(value.text, *region(value))
    return result
