"""A scan by straight-line code, generated from its equations.

What does not depend on the recurrence is evaluated beforehand for all steps of
a piece; what is left becomes numpy calls into preallocated arrays. Where an
equation needs more than that (a matrix as a state, an entry, a lookup), no
code is generated and the interpreter runs the scan.

`generate_scan` is the one to read first; loop.py writes the code.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import lru_cache
from types import CodeType

import numpy as np

from rnncalc.compute.loop import Loop, NotGenerated, vector_width
from rnncalc.compute.reading import ABSENT, bounds, chunks, without_absent
from rnncalc.compute.regroup import regroup
from rnncalc.compute.siblings import apart, together
from rnncalc.compute.storage import lend
from rnncalc.compute.values import Values
from rnncalc.compute.workspace import Workspace
from rnncalc.language.nodes import Call, Equation, Node, reads, walk
from rnncalc.recurrences.schedule import Block


def generate_scan(block: Block, values: Values) -> Callable[[], None] | None:
    """Give the function that runs a scan by generated code into values.sequences; None where that cannot be done."""
    segments, forward = _segments(block, values), block.direction == "forward"
    most = max(segments, key=len)
    groups = together(_present(block, most, values), values.case.known)
    waiting = len(values.renewals or ())
    try:
        # members lie side by side in the order of the groups
        widths = {member.name: vector_width(member.equation.left, values) for group in groups for member in group}
        loops = []
        for segment in segments:
            pieces = list(chunks(segment, sum(widths.values()) * values.case.n_sequences))
            space = Workspace(values, widths, len(pieces[0]), _reach(block), forward)
            own = groups if segment is most else apart(_present(block, segment, values))
            loops.append((pieces if forward else pieces[::-1], space, Loop(own, values, space)))
    except NotGenerated:
        del (values.renewals or [])[waiting:]
        return None
    _store(block, values)
    runs = [_runner(pieces, space, loop) for pieces, space, loop in loops]

    def run() -> None:
        for segment in runs:
            segment()

    return run


def _runner(pieces: list[range], space: Workspace, loop: Loop) -> Callable[[], None]:
    scope: dict = {}
    exec(_code(loop.source()), loop.names, scope)  # our own names alone, never the file's
    scan, rows = scope["scan"], loop.rows()

    def run() -> None:
        space.done = 0
        for piece in pieces:
            space.load(piece)
            scan(rows[: len(piece)])
            space.save(piece)

    return run


@lru_cache(maxsize=128)
def _code(source: str) -> CodeType:
    return compile(source, "<generated scan>", "exec")


def _segments(block: Block, values: Values) -> list[range]:
    """Cut the steps where a term appears or goes absent; in the order of evaluation."""
    n_steps = values.case.lengths[block.letter]
    cuts = {1, n_steps + 1}
    for equation in block.equations:
        for node in walk(equation.right):
            if isinstance(node, Call) and node.op in ("between", "only_at"):
                first, last = bounds(node, values)
                cuts |= {first, last + 1}
    ordered = sorted(cut for cut in cuts if 1 <= cut <= n_steps + 1)
    ranges = [range(a, b) for a, b in itertools.pairwise(ordered)]
    return ranges if block.direction == "forward" else ranges[::-1]


def _present(block: Block, steps: range, values: Values) -> list[Equation]:
    """Give the equations as they are at some steps, what is outside the recurrence gathered."""
    members = {equation.left.name for equation in block.equations}
    return [e._replace(right=regroup(present(e.right, steps, values), members)) for e in block.equations]


def present(node: Node, steps: range, values: Values) -> Node:
    """Drop the terms that are absent throughout a range of steps."""
    if not isinstance(node, Call):
        return node
    if node.op in ("between", "only_at"):
        first, last = bounds(node, values)
        return present(node.args[0], steps, values) if first <= steps.start and steps.stop <= last + 1 else ABSENT
    return without_absent(node, [present(arg, steps, values) for arg in node.args])


def _reach(block: Block) -> int:
    """Give how many steps away the members of a scan are read."""
    members = {equation.left.name for equation in block.equations}
    found = [leaf for e in block.equations for leaf, running in reads(e.right) if running and leaf.name in members]
    return max(abs(leaf.index.offset) for leaf in found)


def _store(block: Block, values: Values) -> None:
    """Make room for the members of a scan, in one array: large arrays get large pages of memory."""
    case, n_steps = values.case, values.case.lengths[block.letter]
    shapes = {e.left.name: (n_steps, case.n_sequences, *case.shapes[e.left.name]) for e in block.equations}
    ends = list(itertools.accumulate((int(np.prod(shape)) for shape in shapes.values()), initial=0))
    flat = lend(ends[-1])
    for (name, shape), start, stop in zip(shapes.items(), ends, ends[1:], strict=False):
        values.sequences[name] = flat[start:stop].reshape(shape)
