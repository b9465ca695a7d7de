"""The derivative of one quantity with respect to one entry of a weight, and why it may be zero.

Source: activities on sequences, 3.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.compute.bptt import Gradients, backpropagate, derive
from rnncalc.compute.reading import evaluate_steps
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Equation, Index, Name, Node, Ref
from rnncalc.language.writer import write
from rnncalc.recurrences.shift import at_number
from rnncalc.recurrences.system import System

_PROBE = "∎"


class Sensitivity(NamedTuple):
    """∂q/∂W[r, c]: the value for every entry of q, and the reason where all are zero."""

    value: np.ndarray
    reason: str


def sensitivity(values: Values, weight: str, entry: tuple[int, int], name: str, step: int) -> Sensitivity:
    """Differentiate a quantity at a step with respect to W[row, column], both counted from 1.

    Shapes:
        value: (n_sequences, entries of the quantity)
    """
    probed, backward = _probed(values, name)
    size = int(np.prod(values.case.shapes[name]))
    found = np.zeros((values.case.n_sequences, size))
    last: Gradients | None = None
    for p in range(values.case.n_sequences):
        for m in range(size):
            last = backpropagate(probed, backward, {_PROBE + "q": _seed(values, name, step, p, m)})
            found[p, m] = last.of(weight)[entry[0] - 1, entry[1] - 1]
    reason = "" if found.any() or last is None else _reason(last, weight, entry, step)
    return Sensitivity(found, reason)


def _probed(values: Values, name: str):
    """Put a loss dot(q, name) in the place of the case's own."""
    case, system = values.case, values.case.system
    letter = system.letters.get(name, "t")
    here = Index("step", letter)
    probe = Equation(Ref(_PROBE, here), Call("dot", (Ref(_PROBE + "q", here), Ref(name, here))))
    letters = dict(system.letters) | {_PROBE: letter, _PROBE + "q": letter}
    shapes = dict(case.shapes) | {_PROBE: (1, 1), _PROBE + "q": case.shapes[name]}
    moved = replace(case, system=System((*system.equations, probe), letters, system.layout), shapes=shapes, loss=_PROBE)
    return Values(moved, values.sequences, values.singles, values.places), derive(moved, starts=False)


def _seed(values: Values, name: str, step: int, p: int, m: int) -> np.ndarray:
    seed = np.zeros(values.sequences[name].shape)
    seed[step - 1, p].flat[m] = 1.0
    return seed


def _reason(gradients: Gradients, weight: str, entry: tuple[int, int], step: int) -> str:
    """Find the factor that is zero wherever the entry is used up to the step."""
    row, column = entry[0] - 1, entry[1] - 1
    found = []
    for node, letter in gradients.backward.sums.get(weight, ()):
        if not letter:
            return ""
        for at in range(1, step + 1):
            cause = next(_zero_factors(node, row, column, at, gradients.values), None)
            if cause is None:
                return ""
            found.append(cause)
    if not found:
        return f"no path leads from {weight} to it"
    causes = ", ".join(dict.fromkeys(found))
    return f"{weight}[{entry[0]},{entry[1]}] is only ever multiplied by {causes}"


def _zero_factors(node: Node, row: int, column: int, at: int, values: Values) -> Iterator[str]:
    if not isinstance(node, Call) or node.op != "matmul":
        return
    for factor, axis, place in ((node.args[1], -1, column), (node.args[0], -2, row)):
        bare = factor.args[0] if isinstance(factor, Call) and factor.op == "transpose" else factor
        if isinstance(bare, Ref | Name):
            value = evaluate_steps(factor, range(at, at + 1), values)
            if not value.take(place, axis=axis).any():
                yield f"{write(at_number(bare, at), 'screen')}[{place + 1}] = 0"
