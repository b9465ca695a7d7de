"""The addends of a weight's gradient: what its use at each step adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.compute.bptt import Gradients
from rnncalc.compute.trace import concrete
from rnncalc.language.nodes import Call, Node
from rnncalc.render.filling import Filling
from rnncalc.render.unequal import alike, among, own_filling


class Addend(NamedTuple):
    """What a weight's use at one step adds: formula, how it is written, value; `whose` where not of all."""

    node: Node
    filling: Filling
    value: np.ndarray
    whose: str = ""


def addends_at(
    filling: Filling, own: Sequence[tuple[Gradients, np.ndarray]], weight: str, number: int
) -> Iterator[Addend]:
    """Give what is added at a step: by all sequences, or by those of each length where the formula is not the same."""
    nodes = [use_at(gradients, weight, number, len(parts)) for gradients, parts in own]
    if not (shares := filling.values.parts):
        if nodes[0] is not None:
            yield Addend(nodes[0], filling, own[0][1][number - 1])
        return
    found = [
        (share, node, parts[number - 1])
        for share, node, (_, parts) in zip(shares, nodes, own, strict=True)
        if node is not None
    ]
    if found and alike(filling.values, [(share, (node,)) for share, node, _ in found]):
        together = among(filling, [share for share, *_ in found])
        yield Addend(found[0][1], together, sum(value for *_, value in found))
        return
    for share, node, value in found:
        numbers = ", ".join(str(p + 1) for p in share.members)
        yield Addend(node, own_filling(filling, share), value, f" [{numbers}]")


def use_at(gradients: Gradients, weight: str, number: int, n_parts: int) -> Node | None:
    """Give the addend of a gradient at one step, its steps concrete."""
    values, total = gradients.values, None
    for node, letter in gradients.backward.sums.get(weight, ()):
        last = values.case.lengths[letter] if letter else n_parts
        if number > last or not letter and number != last:
            continue
        part = concrete(node, number, values)
        total = part if total is None else Call("add", (total, part))
    return total
