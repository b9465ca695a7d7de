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

    Slugs: `missing-weight`, `missing-input`, `unknown-name`, `unknown-weight`,
    `unknown-input`, `unknown-initial`, `name-given-twice`. A missing name and
    an unread one that looks like it are one fault.
    """
    system, keys = network.system, data.keys
    missing = [(name, ("weights", "inputs", "targets")) for name in system.given_values]
    missing += [(name, ("inputs", "targets")) for name in system.given_sequences]
    missing = [name for name, sections in missing if not any((section, name) in keys for section in sections)]
    unread = {
        "weights": [n for s, n in keys if s == "weights" and n not in system.given_values],
        "inputs": [n for s, n in keys if s == "inputs" and n not in _readable(system)],
    }
    explained: set[str] = set()  # names that the message about a missing one speaks of
    for name in missing:
        with collector:
            raise _missing(name, network, unread, keys, explained)
    for section, names in unread.items():
        known = set(system.given_values) if section == "weights" else _readable(system)
        for name in names:
            if name not in explained:
                with collector:
                    raise _unknown(section, name, keys[section, name], known)
    started = {name for name, places in system.reads.items() if places}
    for section, name in keys:
        if section == "initial" and name not in started:
            with collector:
                raise _unknown(section, name, keys[section, name], started)
        if section == "weights" and ("inputs", name) in keys:
            with collector:
                place = keys["inputs", name]
                raise refuse("name-given-twice", place, f"'{name}' is given as a weight and as an input.", "Keep one.")


def _readable(system) -> set[str]:
    return {*system.given_values, *system.given_sequences, *system.defined}


def _missing(name: str, network: Network, unread: dict, keys: dict, explained: set[str]) -> Exception:
    sequence = network.system.is_sequence(name)
    section = "inputs" if sequence else "weights"
    kind, close = _SINGULAR[section], nearest(name, unread[section])
    span = _reading_place(name, network)
    if close:
        explained.add(close)
    if close and network.recurrence:
        place = keys[section, close]
        return refuse(f"unknown-{kind}", place, f"No equation reads the {kind} '{close}'.", f"Did you mean '{name}'?")
    if close:
        return refuse("unknown-name", span, f"'{name}' is no {kind} of this file.", f"Did you mean '{close}'?")
    where = f"the recurrence '{network.recurrence.entry.name}'" if network.recurrence else f"'{span.text}'"
    remedy = f"Write '{name}: …' under '{section}:'."
    if sequence and ("weights", name) in keys:
        explained.add(name)
        remedy = f"Give '{name}' under 'inputs:' instead of 'weights:', one list for each step."
    return refuse(f"missing-{kind}", span, f"The {kind} '{name}', read by {where}, is not given.", remedy)


def _reading_place(name: str, network: Network) -> Span:
    for equation in network.system.equations:
        for leaf in leaves(equation.right):
            if leaf.name == name and leaf.span.source is network.span.source:
                return leaf.span
    return network.span if network.recurrence else Span(network.span.source, 0, 0)


def _unknown(section: str, name: str, place: Span, known: set[str]) -> Exception:
    close = nearest(name, known)
    remedy = (
        f"Did you mean '{close}'?"
        if close
        else f"The equations read {listing(sorted(known))}."
        if known
        else "Delete it."
    )
    slug = "unknown-" + section.removesuffix("s")
    return refuse(slug, place, f"No equation reads the {_SINGULAR[section]} '{name}'.", remedy)
