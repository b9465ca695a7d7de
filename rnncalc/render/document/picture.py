"""The unrolled network as a picture: a node for each quantity at each step, arrows from what is read to what reads it.

Every quantity has a row of its own, in the order of calculation from below;
steps are columns. The sequences of a second index letter, such as a decoder's,
stand to the right of those of the first. Weights and targets are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.compute.bptt import Gradients
from rnncalc.compute.case import Case
from rnncalc.compute.trace import trace
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Index, Name, Ref
from rnncalc.language.writer import write_leaf
from rnncalc.recurrences.backward import adjoint_name
from rnncalc.render.document.blocks import Node2D, Picture, Place
from rnncalc.render.document.computed import place_of, read_by
from rnncalc.render.filling import Filling
from rnncalc.render.numbers import write_number
from rnncalc.render.unequal import own_filling

_MOST_NUMBERS = 6  # of a value; of more the first are shown


def picture(filling: Filling, gradients: Gradients | None) -> Picture:
    """Draw the forward pass, and the adjoints where there are any; of a batch its first sequence."""
    first, back = filling, gradients.values if gradients else None
    if filling.values.parts:
        first = own_filling(filling, filling.values.parts[0])
        back = gradients.parts[0].values if gradients else None
    values = first.values
    case, starts = values.case, _first_columns(values)
    arrows, rows = _arrows(first), _rows(case)
    columns = {place: starts[case.system.letters[place[0]]] + place[1] for place in _steps(values)}
    for source, target in arrows:  # what has no step stands above the last step that it reads
        if target not in columns and target[0] in rows:
            columns[target] = max(columns.get(source, 1), columns.get(target, 0))
    columns |= {(name, None): 1 for name in case.values if name in rows and (name, None) not in columns}
    nodes = tuple(_node(place, column, rows, first, back) for place, column in columns.items() if place[0] in rows)
    known = {node.place for node in nodes}
    which = "" if filling.values.case.n_sequences == 1 else ", sequence 1"
    return Picture(
        f"the unrolled network{which}",
        nodes,
        tuple((source, target) for source, target in arrows if source in known and target in known),
    )


def _rows(case: Case) -> dict[str, int]:
    """Give each quantity its row: inputs first, then in the order of calculation."""
    names = [name for name in (*case.values, *case.sequences) if name not in case.targets]
    names += [equation.left.name for block in case.blocks for equation in block.equations]
    return {name: row for row, name in enumerate(dict.fromkeys(names))}


def _first_columns(values: Values) -> dict[str, int]:
    """Give for each index letter the column of its step 0."""
    found, column = {}, 0
    for letter in dict.fromkeys(values.case.system.letters[name] for name in values.sequences):
        outside = [step for name, step in values.places if values.case.system.letters[name] == letter]
        first, last = min([1, *outside]), max([values.case.lengths[letter], *outside])
        found[letter] = column - first
        column += last - first + 1
    return found


def _steps(values: Values) -> list[Place]:
    case = values.case
    places = [(name, step) for name, array in values.sequences.items() for step in range(1, len(array) + 1)]
    return [place for place in (*values.places, *places) if place[0] not in case.targets]


def _arrows(filling: Filling) -> list[tuple[Place, Place]]:
    weights = filling.values.case.weights
    found = {
        (source, place_of(line.left)): None
        for step in trace(filling.values)
        for line in step.lines
        for source in read_by(line.right, filling)
        if source[0] not in weights
    }
    return list(found)


def _node(place: Place, column: int, rows: Mapping[str, int], filling: Filling, back: Values | None) -> Node2D:
    name, step = place
    leaf = Name(name) if step is None else Ref(name, Index("start", "", step))
    texts = filling.leaf_texts(leaf, filling.values.of(leaf))[0]
    adjoint = "" if back is None else _adjoint(adjoint_name(name), step, back, filling.decimals)
    return Node2D(place, write_leaf(leaf, "screen", filling.notation), _listed(texts), adjoint, column, rows[name])


def _adjoint(name: str, step: int | None, back: Values, decimals: int) -> str:
    """Give the adjoint of a quantity; '' where none is computed."""
    if (name, step) in back.places:
        found = back.places[name, step]
    elif step is None:
        found = back.singles.get(name)
    else:
        steps = back.sequences.get(name, ())
        found = steps[step - 1] if 1 <= step <= len(steps) else None
    if found is None:
        return ""
    return _listed(np.array([write_number(float(x), decimals) for x in found[0].flat], dtype=object))


def _listed(texts: np.ndarray) -> str:
    shown = [str(text) for text in texts.flat]
    return ", ".join(shown if len(shown) <= _MOST_NUMBERS else [*shown[: _MOST_NUMBERS - 1], "…"])
