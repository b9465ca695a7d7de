"""Explain a printed value that is wrong by a change to the problem, with at most one slip in a product.

Tried are inputs with their entries in another order or of another step, square
weights transposed, and single products off by one in their last digit. Every
explanation gives all the printed digits of a line; ties are all named.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.checking.check import Finding
from rnncalc.checking.verdicts import RIGHT, Judgement, judge_number
from rnncalc.compute.reading import evaluate_concrete
from rnncalc.compute.trace import Line, trace
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Name, Node, Ref, leaves, rebuild, walk

MOST_NAMED = 4  # slips of a tie that are spelled out
MOST_ENTRIES = 400  # of a line that is tried
MOST_DECIMALS = 4  # of a product that people work out in full
_SLIP = "∎slip"


class Printed(NamedTuple):
    """One printed number of a line: its entry there, its text and value."""

    entry: tuple[int, ...]
    text: str
    given: float


def explain(name: str, step: int | None, printed: list[Printed], given: Collection[str], values: Values) -> str:
    """Say which change to the problem gives all numbers printed for one line; '' where none does.

    Quantities of the same step that are not `given` are worked out from their own equations.
    """
    line = _whole_line(name, step, given, values)
    with np.errstate(all="ignore"):
        for words, changed in _tried(line, values):
            wrong = _wrong(evaluate_concrete(line.right, changed), printed)
            if not wrong and words:
                return words
            if len(wrong) == 1:
                slips = list(dict.fromkeys(_slips(line, wrong[0], changed)))
                if slips:
                    return " and ".join(filter(None, (words, _tied(slips))))
    return ""


def _whole_line(name: str, step: int | None, given: Collection[str], values: Values) -> Line | None:
    """Give a line with what it reads of the same step put in; None where it is none, or too long."""
    lines = {_place(line, values): line for moment in trace(values) for line in moment.lines}
    line = lines.get((name, step))
    if line is None or line.value.size > MOST_ENTRIES:
        return None
    return line._replace(right=_inlined(line.right, step, given, lines, values))


def _tried(line: Line | None, values: Values) -> Iterator[tuple[str, Values]]:
    """Go through the problem as it is and changed ones, each in words."""
    return itertools.chain([("", values)], _changes(line, values)) if line else iter(())


def _place(line: Line, values: Values) -> tuple[str, int | None]:
    return line.left.name, values.step_of(line.left) if isinstance(line.left, Ref) else None


def _inlined(node: Node, step: int | None, given: Collection[str], lines: Mapping, values: Values) -> Node:
    """Put equations in the place of quantities of the same step that are not given."""

    def change(part: Node) -> Node:
        if isinstance(part, Ref) and part.index.anchor == "start" and part.name not in given:
            inner = lines.get((part.name, part.index.offset)) if part.index.offset == step else None
            if inner is not None:
                return _inlined(inner.right, step, given, lines, values)
        return part

    return rebuild(node, change)


def _wrong(value: np.ndarray, printed: list[Printed]) -> list[Printed]:
    return [one for one in printed if judge_number(one.text, one.given, float(value[one.entry])).verdict not in RIGHT]


def _changes(line: Line, values: Values) -> Iterator[tuple[str, Values]]:
    """Go through changed problems: what is changed, in words, and the values with it."""
    given = values.case.sequences
    for leaf in dict.fromkeys(leaves(line.right)):
        if isinstance(leaf, Ref) and leaf.name in given and leaf.index.anchor == "start":
            array, at = values.sequences[leaf.name], leaf.index.offset - 1
            if 0 <= at < len(array):
                for other in _others(array, at):
                    changed = array.copy()
                    changed[at] = other
                    words = f"{leaf.name}({at + 1}) = {_vector(other)} in place of {_vector(array[at])}"
                    yield words, values._replace(sequences={**values.sequences, leaf.name: changed})
        elif isinstance(leaf, Name) and leaf.name in values.case.weights:
            weight = values.singles[leaf.name]
            if weight.shape[0] == weight.shape[1] > 1:
                yield f"{leaf.name} transposed", values._replace(singles={**values.singles, leaf.name: weight.T})


def _others(array: np.ndarray, at: int) -> Iterator[np.ndarray]:
    """Give the vectors that may have been taken for that of a step: its entries swapped, another step's."""
    seen = {array[at].tobytes()}
    flat = array[at].reshape(len(array[at]), -1)
    for i, j in itertools.combinations(range(flat.shape[1]), 2):
        swapped = flat.copy()
        swapped[:, [i, j]] = swapped[:, [j, i]]
        yield from _new(swapped.reshape(array[at].shape), seen)
    for step in range(len(array)):
        yield from _new(array[step], seen)


def _new(vector: np.ndarray, seen: set[bytes]) -> Iterator[np.ndarray]:
    if vector.tobytes() not in seen:
        seen.add(vector.tobytes())
        yield vector


def _slips(line: Line, printed: Printed, values: Values) -> Iterator[str]:
    """Go through products that, off by one in their last digit, give the printed number."""
    for node in walk(line.right):
        if not isinstance(node, Call) or node.op != "matmul":
            continue
        left, right = (evaluate_concrete(arg, values) for arg in node.args)
        shape = evaluate_concrete(node, values).shape
        for row, column in np.ndindex(*shape[-2:]):
            for a, b in zip(_row(left, row), _column(right, column), strict=True):
                yield from _slip_of(line, node, (row, column), float(a), float(b), printed, values)


def _slip_of(
    line: Line, node: Node, at: tuple[int, int], a: float, b: float, printed: Printed, values: Values
) -> Iterator[str]:
    product = round(a * b, 9)
    decimals = next((d for d in range(1, MOST_DECIMALS + 1) if round(product, d) == product), None)
    if decimals is None or 0 in (a, b) or 1 in (abs(a), abs(b)):
        return
    for sign in (-1, 1):
        slip = np.zeros((1, *_shape(node, values)))
        slip[0][at] = sign * 10.0**-decimals
        changed = rebuild(line.right, lambda part: Call("add", (part, Name(_SLIP))) if part == node else part)
        known = values.case.shapes | {_SLIP: slip.shape[-2:]}
        moved = values._replace(singles={**values.singles, _SLIP: slip})
        value = evaluate_concrete(changed, _with_shapes(moved, known))
        if not _wrong(value, [printed]):
            yield f"{product + sign * 10.0**-decimals:.{decimals}f} for {a:g} · {b:g}"


def _with_shapes(values: Values, shapes: Mapping) -> Values:
    return values._replace(case=replace(values.case, shapes=shapes))


def _shape(node: Node, values: Values) -> tuple[int, ...]:
    return evaluate_concrete(node, values).shape[-2:]


def _row(array: np.ndarray, row: int) -> np.ndarray:
    return (array if array.ndim == 2 else array[0])[row]


def _column(array: np.ndarray, column: int) -> np.ndarray:
    return (array if array.ndim == 2 else array[0])[:, column]


def _tied(slips: list[str]) -> str:
    more = len(slips) - MOST_NAMED
    return " or ".join(slips[:MOST_NAMED]) + (f" or {more} more" if more > 0 else "")


def _vector(array: np.ndarray) -> str:
    return f"({', '.join(f'{value:g}' for value in array.ravel())})"


def with_explanations(findings: list[Finding], values: Values) -> list[Finding]:
    """Judge the wrong numbers of a published key once more: a misprint, where a change to the problem explains them."""
    lines: dict[tuple[str, int | None], dict[int, Printed]] = {}
    for at, finding in enumerate(findings):
        if values.case.batched or finding.key.gradient or finding.value is None or finding.misprint:
            continue
        place = _placed(finding, values)
        if place is not None:
            lines.setdefault(place[:2], {})[at] = Printed(place[2], finding.given, float(finding.given))
    explained, given = list(findings), {finding.key.name for finding in findings}
    for (name, step), printed in lines.items():
        wrong = [at for at in printed if findings[at].verdict == "differs"]
        words = explain(name, step, list(printed.values()), given, values) if wrong else ""
        for at in wrong if words else ():
            explained[at] = findings[at]._replace(judgement=Judgement("misprint", f"comes out with {words}"), remark="")
    return explained


def _placed(finding: Finding, values: Values) -> tuple[str, int | None, tuple[int, ...]] | None:
    """Give the line of a number, and its entry there."""
    key, rest, step = finding.key, finding.entry, finding.key.step
    if key.name == values.case.loss or not _is_number(finding.given):
        return None
    if values.case.system.is_sequence(key.name) and step is None:
        if not rest:
            return None
        step, rest = rest[0], rest[1:]
    rows, columns = values.case.shapes[key.name]
    if len(rest) > 1 or min(rows, columns) > 1:
        return None
    at = rest[0] - 1 if rest else 0
    return key.name, step, (0, at, 0) if columns == 1 else (0, 0, at)


def _is_number(text: str) -> bool:
    try:
        return np.isfinite(float(text))
    except ValueError:
        return False
