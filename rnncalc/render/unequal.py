"""The tables of a pass: of a batch of unequal lengths one for all where a step reads alike, else one for each length.

Where sequences have ended, a table of all has a dash. A step reads differently
at a sequence's own last step, h(T), and where terms of an adjoint are absent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice, tee
from typing import NamedTuple

import numpy as np

from rnncalc.compute.case import own_step
from rnncalc.compute.trace import Line, Phase, Step, phases, trace
from rnncalc.compute.values import Share, Values
from rnncalc.language.nodes import SUMS_OVER_TIME, Call, Name, Node, Ref, walk
from rnncalc.render.chosen import headed, select
from rnncalc.render.filling import Filling
from rnncalc.render.matrices import number_texts


class Table(NamedTuple):
    """The lines of a step, how their numbers are written, and in words whose they are where not of all sequences."""

    step: Step
    filling: Filling
    whose: str = ""


def headed_tables(
    filling: Filling, only: Collection[str], wanted: Collection[int], before: str, after: str, descending: bool = False
) -> Iterator[tuple[str, Table]]:
    """Give each chosen step of a pass with its heading; `before` and `after` are for what has no step."""
    if filling.values.parts:
        tables = _tables(filling, descending)
    else:
        tables = (Table(step, filling) for step in trace(filling.values, descending))
    chosen = (t._replace(step=step) for t in tables for step in select(iter((t.step,)), only, wanted))
    first, second = tee(chosen)
    headings = headed((table.step for table in first), before, after)
    for (heading, _), table in zip(headings, second, strict=True):
        yield f"{heading}, {table.whose}" if table.whose else heading, table


def _tables(filling: Filling, descending: bool) -> Iterator[Table]:
    """Go through the steps of all parts side by side; one after the other where they run in different orders."""
    shares = filling.values.parts
    orders = [phases(share.values.case, descending) for share in shares]
    traces = [trace(share.values, descending) for share in shares]
    if len(set(map(_signature, orders))) > 1:
        for share, steps in zip(shares, traces, strict=True):
            yield from (Table(step, own_filling(filling, share), _words(share)) for step in steps)
        return
    for phase in orders[0]:
        found: dict[int, list[tuple[Share, Step]]] = {}
        for share, steps in zip(shares, traces, strict=True):
            count = share.values.case.lengths[phase.letter] if phase.letter else 1
            for step in islice(steps, count):
                found.setdefault(step.number, []).append((share, step))
        for number in sorted(found, reverse=phase.direction == "reverse"):
            yield from _at_once(filling, found[number])


def _signature(order: tuple[Phase, ...]) -> tuple:
    return tuple((phase.direction, phase.letter, *(e.left.name for e in phase.equations)) for phase in order)


def _at_once(filling: Filling, pairs: list[tuple[Share, Step]]) -> Iterator[Table]:
    nodes = [(share, tuple(node for line in step.lines for node in line[:2])) for share, step in pairs]
    if not alike(filling.values, nodes):
        for share, step in pairs:
            yield Table(step, own_filling(filling, share), _words(share))
        return
    lines = (Line(line.left, line.right, filling.values.of(line.left)) for line in pairs[0][1].lines)
    yield Table(pairs[0][1]._replace(lines=tuple(lines)), among(filling, [share for share, _ in pairs]))


def alike(values: Values, found: Sequence[tuple[Share, Sequence[Node]]]) -> bool:
    """Tell whether expressions with concrete steps are the same for all the shares, and do not depend on a length."""
    nodes = found[0][1]
    if any(other != nodes for _, other in found):
        return False
    parts = [part for node in nodes for part in walk(node)]
    if any(_is_whole(part) for part in parts):
        return False
    names = {part.name for part in parts if isinstance(part, Name | Ref)}
    shapes = [share.values.case.shapes for share, _ in found]
    return all(own[name] == values.case.shapes[name] for own in shapes for name in names)


def _is_whole(part: Node) -> bool:
    """Tell h[:], a column of it and a sum over the steps, which are as long as their sequence."""
    if isinstance(part, Ref):
        return part.index.anchor == "all"
    return isinstance(part, Call) and (part.op in SUMS_OVER_TIME or part.op == "column_of")


def _own_places(filling: Filling) -> dict[tuple[str, int], np.ndarray]:
    """Give the file's digits of initial values after the end, each sequence's after its own."""
    case, found = filling.values.case, {}
    for name, step in [key for key in filling.texts if isinstance(key, tuple) and key[1] > 0]:
        letter, given = case.system.letters[name], filling.texts[name, step]
        for members, own in filling.values.parts:
            place = name, own_step(step, case.lengths[letter], own.case.lengths[letter])
            if place not in found:
                found[place] = number_texts(filling.values.at(*place), None, filling.decimals)
            found[place][list(members)] = given[list(members)]
    return found


def among(filling: Filling, shares: Sequence[Share]) -> Filling:
    """Write all sequences together, dashes for those that are in none of the shares."""
    there = {p for share in shares for p in share.members}
    ended = frozenset(range(filling.values.case.n_sequences)) - there
    return replace(filling, ended=ended, texts={**filling.texts, **_own_places(filling)})


def own_filling(filling: Filling, share: Share) -> Filling:
    """Write the sequences of one length alone, by their numbers in the batch."""
    case, own, members = filling.values.case, share.values, list(share.members)
    texts = {}
    for key, array in filling.texts.items():
        if isinstance(key, tuple):
            name, step = key
            letter = case.system.letters[name]
            texts[name, own_step(step, case.lengths[letter], own.case.lengths[letter])] = array[members]
        elif key in case.weights:
            texts[key] = array
        else:
            texts[key] = array[:, members] if case.system.is_sequence(key) else array[members]
    return replace(filling, values=own, texts=texts, called=tuple(p + 1 for p in members))


def _words(share: Share) -> str:
    numbers = [str(p + 1) for p in share.members]
    if len(numbers) == 1:
        return f"sequence {numbers[0]}"
    return f"sequences {', '.join(numbers[:-1])} and {numbers[-1]}"
