"""The order of evaluation: forward scans, reverse scans, and maps over all steps at once.

The quantities of a system form a graph; an edge carries the time offset of
the read. Each strongly connected component becomes one block. `schedule` is
the one to read first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Literal, NamedTuple

from rnncalc.base.diagnostics import Collector, Note, RnncalcError, refuse
from rnncalc.language.nodes import Equation, Index, Name, Ref, reads
from rnncalc.language.writer import write
from rnncalc.recurrences.components import components
from rnncalc.recurrences.system import System, is_outside, is_place

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
    """One read: by which leaf, of which node, at which offset (None: as a whole sequence)."""

    target: Hashable
    offset: int | None
    leaf: Name | Ref


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
        if (leaf.name, step) in nodes:
            yield _Edge((leaf.name, step), 0, leaf)
            continue
        if leaf.name in nodes and (step is None or not is_outside(step)):
            yield _Edge(leaf.name, _offset(step, running), leaf)
        if step is not None and step.anchor in ("step", "all"):
            yield from (
                _Edge(place, 0, leaf) for place in system.places if place[0] == leaf.name and _touches(step, place[1])
            )
    if not is_place(equation):  # a step with an equation of its own is there before the others are filled in
        for place, own in system.places.items():
            if place[0] == equation.left.name and not is_outside(place[1]):
                yield _Edge(place, 0, own.left)


def _offset(step: Index | None, running: bool) -> int | None:
    if step is None:
        return 0
    return step.offset if running else None


def _touches(read: Index, place: Index) -> bool:
    """Tell whether reading a sequence at a running step, or as a whole, meets a place of its own."""
    if not is_outside(place):
        return True
    if read.anchor != "step":
        return False
    return 1 + read.offset <= place.offset if place.anchor == "start" else read.offset >= place.offset


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
    first = nodes[cycle[0]]
    edge = next(edge for edge in same_step[cycle[0]] if edge.target in cycle)
    labels = [key if isinstance(key, str) else write(nodes[key].left) for key in cycle]
    if isinstance(first.left, Ref) and not is_place(first):
        letter = first.left.index.letter
        when, alone = " at the same time step", write(first.left)
        remedy = f"Read one of them a step earlier, such as '{edge.target}[{letter}-1]'."
    else:
        when, alone, remedy = "", labels[0], "Compute one of them from something else."
    message = f"'{alone}' is computed from itself{when}."
    if len(cycle) > 1:
        chain = " and ".join(f"'{label}'" for label in labels)
        message = f"{chain} depend on each other{when}."
    notes = [
        Note(nodes[key].left.span, f"'{label}' is defined here")
        for key, label in zip(cycle[1:], labels[1:], strict=True)
    ]
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
