"""Hold the names that a file gives against those that its equations read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest
from rnncalc.language.nodes import Ref, leaves
from rnncalc.problem.data import Data
from rnncalc.problem.network import Network
from rnncalc.recurrences.system import System

MOST_LISTED = 6  # names of one message

_A = {"weights": "a weight", "inputs": "an input", "targets": "a target"}
_ONE = {"weights": "weight", "inputs": "input", "targets": "target", "initial": "initial value"}


def check_names(network: Network, data: Data, collector: Collector) -> None:
    """Collect what is missing and what nothing reads.

    Slugs: `missing-weight`, `missing-input`, `missing-target`, `unknown-name`,
    `unknown-weight`, `unknown-input`, `unknown-initial`, `name-given-twice`. A
    missing name and an unread one that looks like it are one fault.
    """
    system = network.stated
    read = {"weights": system.given_values, "inputs": (*system.given_values, *system.given_sequences)}
    explained = _check_twice(data, collector)  # names that another message speaks of
    unread = {
        "weights": [name for name in data.names("weights") if name not in read["weights"]],
        "inputs": [name for name in data.names("inputs") if name not in (*read["inputs"], *system.defined)],
    }
    _check_missing(network, data, unread, explained, collector)
    unread["initial"] = [name for name in data.names("initial") if name not in _perhaps_outside(system)]
    read["inputs"] = [name for name in read["inputs"] if ("weights", name) not in data.keys]
    read["initial"] = [name for name, places in system.reads.items() if places]
    for section, names in unread.items():
        for name in names:
            if name not in explained or section == "initial":
                with collector:
                    raise unknown(section, name, data.keys[section, name], read[section])


def _perhaps_outside(system: System) -> set[str]:
    """Give the sequences read beside their steps, or at a place of which only their lengths tell; see initial.py."""
    return {name for name, places in system.reads.items() if places} | {leaf.name for leaf in anchored(system)}


def anchored(system: System) -> Iterator[Ref]:
    """Go through the references to one place: x[3], x[T-1]."""
    for equation in system.equations:
        for leaf in leaves(equation.right):
            if isinstance(leaf, Ref) and leaf.index.anchor in ("start", "end"):
                yield leaf


def _check_twice(data: Data, collector: Collector) -> set[str]:
    """Refuse a name that two sections give."""
    found = set()
    for first, second in combinations(("weights", "inputs", "targets"), 2):
        for name in data.names(second):
            if (first, name) in data.keys:
                found.add(name)
                with collector:
                    message = f"'{name}' is given as {_A[first]} and as {_A[second]}."
                    raise refuse("name-given-twice", data.keys[second, name], message, "Keep one.")
    return found


def _check_missing(network: Network, data: Data, unread: dict, explained: set[str], collector: Collector) -> None:
    system, alone = network.stated, []
    for name in (*system.given_values, *system.given_sequences):
        if _is_given(name, network, data):
            continue
        section = _home(name, network)
        rest = [other for other in unread[section] if other not in explained] if section in unread else []
        close = nearest(name, rest)
        if close:
            explained.add(close)
            with collector:
                raise _mistyped(name, close, section, network, data)
        else:
            alone.append(name)
    for section in ("weights", "inputs", "targets"):
        names = [name for name in alone if _home(name, network) == section]
        together = [names] if network.recurrence and section != "targets" else [[name] for name in names]
        for group in filter(None, together):
            with collector:
                raise _missing(group, section, network, data, explained)


def _is_given(name: str, network: Network, data: Data) -> bool:
    sections = ["inputs"] if network.stated.is_sequence(name) else ["weights", "inputs"]
    if not network.recurrence or not _is_read(name, network.system):
        sections.append("targets")  # equations of the file may read its targets, those of the catalogue do not
    return any((section, name) in data.keys for section in sections)


def _home(name: str, network: Network) -> str:
    """Give the section where a missing name belongs."""
    if not _is_read(name, network.system):
        return "targets"
    return "inputs" if network.system.is_sequence(name) else "weights"


def _is_read(name: str, system: System) -> bool:
    return name in system.given_values or name in system.given_sequences


def _mistyped(name: str, close: str, section: str, network: Network, data: Data) -> RnncalcError:
    kind = _ONE[section]
    if network.recurrence:
        place, slug = data.keys[section, close], f"unknown-{kind}"
        return refuse(slug, place, f"No equation reads the {kind} '{close}'.", f"Did you mean '{name}'?")
    place = _reading_place(name, network)
    return refuse("unknown-name", place, f"'{name}' is no {kind} of this file.", f"Did you mean '{close}'?")


def _missing(names: list[str], section: str, network: Network, data: Data, explained: set[str]) -> RnncalcError:
    name, kind, slug = names[0], _ONE[section], f"missing-{_ONE[section]}"
    if section == "targets":
        place = next(e.span for e in network.stated.equations if any(leaf.name == name for leaf in leaves(e.right)))
        return refuse(slug, place, f"'{name}' is not given.", f"Write 'targets: {{{name}: …}}'.")
    span = _reading_place(name, network)
    where = f"the recurrence '{network.recurrence.entry.name}'" if network.recurrence else f"'{span.text}'"
    remedy = f"Write '{name}: …' under '{section}:'."
    if section == "inputs" and ("weights", name) in data.keys:
        explained.add(name)
        remedy = f"Give '{name}' under 'inputs:' instead of 'weights:', one list for each step."
    if len(names) == 1:
        return refuse(slug, span, f"The {kind} '{name}', read by {where}, is not given.", remedy)
    listed = (
        f"{kind}s {listing(names)}"
        if len(names) <= MOST_LISTED
        else f"{len(names)} {kind}s from '{name}' to '{names[-1]}'"
    )
    message = f"The {listed}, read by {where}, are not given."
    return refuse(slug, span, message, f"Write '{name}: …' and so on under '{section}:'.")


def _reading_place(name: str, network: Network) -> Span:
    for equation in network.system.equations:
        for leaf in leaves(equation.right):
            if leaf.name == name and leaf.span.source is network.span.source:
                return leaf.span
    return network.span if network.recurrence else Span(network.span.source, 0, 0)


def unknown(section: str, name: str, place: Span, known: Iterable[str]) -> RnncalcError:
    """Make the error for a name that nothing reads."""
    known = sorted(known)
    close = nearest(name, known)
    remedy = f"Did you mean '{close}'?" if close else f"The equations read {listing(known)}." if known else "Delete it."
    slug = "unknown-" + section.removesuffix("s")
    return refuse(slug, place, f"No equation reads the {_ONE[section]} '{name}'.", remedy)
