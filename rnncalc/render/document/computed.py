"""Lines of a pass as blocks: name = equation = the same with numbers = value, addends or entries below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rnncalc.compute import trace
from rnncalc.compute.trace import terms
from rnncalc.language.nodes import Call, Name, Node, Number, Ref, leaves, rebuild
from rnncalc.render.document.blocks import Line, Math, Place
from rnncalc.render.filling import Detail, Filling, draws_by_sequence
from rnncalc.render.matrices import number_texts

_VALUE = "\N{FULL BLOCK}"  # no name of a file


def computed_lines(line: trace.Line, filling: Filling, detail: Detail) -> Iterator[Line]:
    """Give a line of a pass: one, or one for each sequence where they are not one matrix."""
    if filling.sequence is None and draws_by_sequence(line, filling.values):
        for p in range(filling.values.case.n_sequences):
            if p not in filling.ended:
                yield from computed_lines(line, replace(filling, sequence=p), detail)
        return
    details = _addends(line, filling) if detail != "equations" else ()
    if detail == "entries":
        details = (*details, *_entries(line, filling))
    if filling.closed is not None:
        details = (*details, *_closed(line, filling))
    sequence = 0 if filling.sequence is None else filling.number_of(filling.sequence)
    value = shown(filling.value_texts(line))
    yield Line(
        line.left, sides(line.right, filling), value, place_of(line.left), read_by(line.right, filling),
        sequence=sequence, details=details,
    )  # fmt: skip


def sides(node: Node, filling: Filling) -> tuple[Math, ...]:
    """Give an expression with its names, and with numbers unless these are the value already."""
    numbers = Math(*filling.filled(node))
    return (Math(node),) if isinstance(numbers.node, Name) or not numbers.cells else (Math(node), numbers)


def shown(cells: np.ndarray) -> Math:
    """Give texts (rows, columns) as an expression."""
    return Math(Name(_VALUE), {_VALUE: cells})


def shown_array(value: np.ndarray, filling: Filling) -> Math:
    """Give a computed array as an expression, its sequences laid out."""
    return shown(filling.sheet(number_texts(value, None, filling.decimals)))


def place_of(leaf: Name | Ref) -> Place:
    """Give the quantity and step of a leaf whose step is concrete."""
    return (leaf.name, leaf.index.offset if isinstance(leaf, Ref) else None)


def read_by(node: Node, filling: Filling) -> tuple[Place, ...]:
    """List the places that an expression with concrete steps reads, each once; of h[:] every step."""
    found: dict[Place, None] = {}
    case = filling.values.case
    for part in leaves(node):
        if isinstance(part, Name) or part.index.anchor == "start":
            found[place_of(part)] = None
        elif part.index.anchor == "end":
            found[part.name, filling.values.step_of(part)] = None
        else:
            found |= dict.fromkeys((part.name, step) for step in range(1, case.n_steps(part.name) + 1))
    return tuple(found)


def _addends(line: trace.Line, filling: Filling) -> tuple[Line, ...]:
    """Give a line for each addend that is more than a name."""
    parts = terms(line, filling.values)
    return tuple(
        Line(line.left, sides(node, filling), shown_array(value, filling), place_of(line.left),
             read_by(node, filling), sign=sign)
        for sign, node, value in parts
        if len(parts) > 1 and not isinstance(node, Name | Ref)
    )  # fmt: skip


def _entries(line: trace.Line, filling: Filling) -> tuple[Line, ...]:
    """Give a line for each entry, as its sum of products."""
    from rnncalc.render.entries import entries

    several = len(line.value) > 1
    return tuple(
        Line(
            line.left if line.value[0].size == 1 else Call("entry", (line.left, Number(entry.place))),
            (_negatives_apart(entry.expression),),
            shown(np.array([[entry.text]], dtype=object)),
            place_of(line.left),
            read_by(line.right, filling),
            sequence=filling.number_of(entry.sequence) if several else 0,
        )
        for entry in entries(line, filling)
    )


def _closed(line: trace.Line, filling: Filling) -> tuple[Line, ...]:
    """Give a line for the closed form of each entry; one that is too long is noted."""
    from rnncalc.render.entries import NO_FORM, closed_entries

    several = len(line.value) > 1
    return tuple(
        Line(
            Call("entry", (line.left, Number(entry.place))) if entry.place else line.left,
            () if entry.expression is None else (_negatives_apart(entry.expression),),
            shown(np.array([[entry.text]], dtype=object)),
            place_of(line.left),
            read_by(line.right, filling),
            sequence=filling.number_of(entry.sequence) if several else 0,
            note=NO_FORM if entry.expression is None else "",
        )
        for entry in closed_entries(line, filling)
    )


def _negatives_apart(node: Node) -> Math:
    """Make cells of negative numbers, so that a format can put them in parentheses."""
    cells: dict[str, np.ndarray] = {}

    def change(part: Node) -> Node:
        if not isinstance(part, Number) or not part.text.startswith("-"):
            return part
        name = f"{_VALUE}{len(cells)}"
        cells[name] = np.array([[part.text]], dtype=object)
        return Name(name)

    return Math(rebuild(node, change), cells)
