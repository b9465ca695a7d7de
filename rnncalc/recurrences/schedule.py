"""The order of evaluation: forward scans, reverse scans, and maps over all steps at once.

The quantities of a system form a graph; an edge carries the time offset of
the read. Each strongly connected component becomes one block. `schedule` is
the one to read first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Literal, NamedTuple

from rnncalc.base.diagnostics import Collector, Note, RnncalcError, refuse
from rnncalc.language.nodes import Equation, Index, Ref, reads
from rnncalc.recurrences.components import components
from rnncalc.recurrences.system import System, is_place

Direction = Literal["forward", "reverse", "map", "once"]


class Block(NamedTuple):
    """Equations that are evaluated together, in this order.

    `forward` and `reverse` are loops over the steps of `letter`; a `map` is
    one vectorised evaluation of all steps; `once` has no step at all.
    """

    direction: Direction
    equations: tuple[Equation, ...]
    letter: str = ""


class _Edge(NamedTuple):
    """One read: by which leaf, of which node, at which offset (None: as a whole)."""

    target: Hashable
    offset: int | None
    leaf: Ref | None


def schedule(system: System) -> tuple[Block, ...]:
    """Order a system's equations into blocks.

    Raises:
        RnncalcError: slugs `algebraic-loop`, `not-causal`,
            `whole-sequence-loop`; one for each loop.
    """
    nodes = {_key(equation): equation for equation in system.equations}
    edges = {key: list(_edges(equation, system, nodes)) for key, equation in nodes.items()}
    collector, blocks = Collector(), []
    for component in components(_targets(edges)):
        with collector:
            blocks.append(_block([key for key in nodes if key in component], nodes, edges, system))
    collector.raise_if_any()
    return tuple(blocks)


def _key(equation: Equation) -> Hashable:
    return (equation.left.name, equation.left.index) if is_place(equation) else equation.left.name


def _edges(equation: Equation, system: System, nodes: Mapping[Hashable, Equation]) -> Iterable[_Edge]:
    for leaf, running in reads(equation.right):
        step = leaf.index if isinstance(leaf, Ref) else None
        if step is not None and (leaf.name, step) in nodes:
            yield _Edge((leaf.name, step), None, leaf)
            continue
        if leaf.name in nodes:
            yield _Edge(leaf.name, step.offset if running else None, leaf)
        if step is not None and step.anchor in ("step", "all"):
            for name, index in system.places:
                if name == leaf.name and _touches(step, index):
                    yield _Edge((name, index), None, leaf)


def _touches(read: Index, place: Index) -> bool:
    """Tell whether reading a sequence at a running step, or as a whole, meets a place of its own."""
    if place.anchor == "start" and place.offset < 1:
        return read.anchor == "step" and 1 + read.offset <= place.offset
    if place.anchor == "end" and place.offset > 0:
        return read.anchor == "step" and read.offset >= place.offset
    return True


def _targets(edges: Mapping[Hashable, list[_Edge]]) -> dict[Hashable, list[Hashable]]:
    return {key: [edge.target for edge in reads] for key, reads in edges.items()}


def _block(keys: list, nodes: Mapping, edges: Mapping, system: System) -> Block:
    members = set(keys)
    inside = {key: [edge for edge in edges[key] if edge.target in members] for key in keys}
    found = [edge for key in keys for edge in inside[key]]
    first = nodes[keys[0]]
    if not found:
        equation = first
        if is_place(equation) or not isinstance(equation.left, Ref):
            return Block("once", (equation,))
        return Block("map", (equation,), equation.left.index.letter)
    _refuse_loops(keys, nodes, inside, found)
    order = _in_order(keys, inside)
    direction = "reverse" if any(edge.offset > 0 for edge in found) else "forward"
    return Block(direction, tuple(nodes[key] for key in order), first.left.index.letter)


def _refuse_loops(keys: list, nodes: Mapping, inside: Mapping, found: list[_Edge]) -> None:
    whole = next((edge for edge in found if edge.offset is None), None)
    if whole is not None:
        name = whole.leaf.name
        raise refuse(
            "whole-sequence-loop",
            whole.leaf.span,
            f"'{whole.leaf.span.text}' needs the whole of '{name}', which is computed from this very equation.",
            f"Read '{name}' at an earlier step, such as '{name}[t-1]'.",
        )
    if any(edge.offset < 0 for edge in found) and any(edge.offset > 0 for edge in found):
        later = next(edge for edge in found if edge.offset > 0)
        earlier = next(edge for edge in found if edge.offset < 0)
        raise refuse(
            "not-causal",
            later.leaf.span,
            f"'{later.leaf.span.text}' needs the step after, '{earlier.leaf.span.text}' the step before, "
            "and each depends on the other: no order of evaluation exists.",
            "Separate the forward from the reverse recurrence, and combine their results.",
            Note(earlier.leaf.span, "the step before is read here"),
        )
    same_step = {key: [edge for edge in inside[key] if edge.offset == 0] for key in keys}
    for component in components(_targets(same_step)):
        cycle = [key for key in keys if key in component]
        if len(cycle) > 1 or any(edge.target == cycle[0] for edge in same_step[cycle[0]]):
            raise _algebraic_loop(cycle, nodes, same_step)


def _algebraic_loop(cycle: list, nodes: Mapping, same_step: Mapping) -> RnncalcError:
    edge = next(edge for edge in same_step[cycle[0]] if edge.target in cycle)
    letter = nodes[cycle[0]].left.index.letter
    chain = " and ".join(f"'{key}'" for key in cycle)
    message = (
        f"{chain} depend on each other at the same time step."
        if len(cycle) > 1
        else (f"'{cycle[0]}[{letter}]' is computed from itself at the same time step.")
    )
    notes = [Note(nodes[key].left.span, f"'{key}' is defined here") for key in cycle[1:]]
    remedy = f"Read one of them a step earlier, such as '{edge.target}[{letter}-1]'."
    return refuse("algebraic-loop", edge.leaf.span, message, remedy, *notes)


def _in_order(keys: list, inside: Mapping) -> list:
    """Order the quantities of one step, in the author's order as far as possible."""
    done: list = []
    waiting = list(keys)
    while waiting:
        ready = next(k for k in waiting if all(e.offset != 0 or e.target in done for e in inside[k]))
        done.append(ready)
        waiting.remove(ready)
    return done
