"""Hold the names that a file gives against those that its equations read."""

from __future__ import annotations

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest
from rnncalc.language.nodes import leaves
from rnncalc.problem.network import Network

_SINGULAR = {"weights": "weight", "inputs": "input", "initial": "initial value"}


def check_names(network: Network, data, collector: Collector) -> None:
    """Collect what is missing and what nothing reads.

    Slugs: `missing-weight`, `missing-input`, `unknown-weight`,
    `unknown-input`, `unknown-initial`, `name-given-twice`.
    """
    system = network.system
    given = {"weights": data.weights, "inputs": data.inputs | data.targets}
    keys = data.keys  # names that could not be read are not missing
    for name in system.given_values:
        if not any((section, name) in keys for section in ("weights", "inputs", "targets")):
            with collector:
                raise _missing(name, network, given["weights"], data)
    for name in system.given_sequences:
        if not any((section, name) in keys for section in ("inputs", "targets")):
            with collector:
                raise _missing(name, network, data.inputs, data)
    weights, sequences = set(system.given_values), set(system.given_sequences)
    _unknown(data, "weights", weights, weights - set(data.weights), collector)
    inputs = weights | sequences | set(system.defined)
    _unknown(data, "inputs", inputs, (sequences | weights) - set(data.inputs) - set(data.weights), collector)
    started = {name for name, places in system.reads.items() if places}
    _unknown(data, "initial", started, started - set(data.initial), collector)
    for name in data.weights:
        if ("inputs", name) in keys:
            with collector:
                raise refuse(
                    "name-given-twice", keys["inputs", name], f"'{name}' is given as a weight and as an input.", "Keep one."
                )


def _missing(name: str, network: Network, given, data) -> Exception:
    sequence = network.system.is_sequence(name)
    kind = "input" if sequence else "weight"
    unread = [other for other in given if other not in (*network.system.given_values, *network.system.given_sequences)]
    close = nearest(name, unread)
    span = _reading_place(name, network)
    where = f"the recurrence '{network.recurrence.entry.name}'" if network.recurrence else f"'{span.text}'"
    if sequence and name in data.weights:
        remedy = f"Give '{name}' under 'inputs:', one list for each step."
    elif not sequence and any(name == other for other in network.system.defined):
        remedy = f"Write '{name}[t]'."
    elif close:
        remedy = f"'{close}' is given and not read: is it '{name}'?"
    else:
        remedy = f"Write '{name}: …' under '{kind}s:'."
    return refuse(f"missing-{kind}", span, f"The {kind} '{name}', read by {where}, is not given.", remedy)


def _reading_place(name: str, network: Network) -> Span:
    for equation in network.system.equations:
        for leaf in leaves(equation.right):
            if leaf.name == name and leaf.span.source is network.span.source:
                return leaf.span
    return network.span if network.recurrence else Span(network.span.source, 0, 0)


def _unknown(data, section: str, known: set[str], open_names: set[str], collector: Collector) -> None:
    """Refuse names of a section that nothing reads; the nearest is sought among those still open first."""
    singular = _SINGULAR[section]
    slug = "unknown-" + section.removesuffix("s")
    for (where, name), span in data.keys.items():
        if where != section or name in known:
            continue
        close = nearest(name, open_names) or nearest(name, known)
        if close:
            remedy = f"Did you mean '{close}'?"
        else:
            remedy = f"The equations read {listing(sorted(known))}." if known else "Delete it."
        with collector:
            raise refuse(slug, span, f"No equation reads the {singular} '{name}'.", remedy)

