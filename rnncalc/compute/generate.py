"""A scan by straight-line code, generated from its equations.

What does not depend on the recurrence is evaluated beforehand for all steps of
a piece; what is left becomes numpy calls into preallocated arrays. Where an
equation needs more than that (a matrix as a state, an entry, a lookup), no
code is generated and the interpreter runs the scan.

`generate_scan` is the one to read first: siblings.py groups the equations,
affine.py finds their products, tables.py and workspace.py lay out the memory,
loop.py writes the code.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import lru_cache
from types import CodeType

from rnncalc.compute.affine import affine_sums, side_by_side, with_slots
from rnncalc.compute.borders import without_borders
from rnncalc.compute.inline import in_order, passing, put_in_place, shared_products, with_products, with_vectors
from rnncalc.compute.loop import Loop, NotGenerated, readers_of, vector_width
from rnncalc.compute.regroup import is_outside, regroup
from rnncalc.compute.siblings import apart, together
from rnncalc.compute.steps import ABSENT, bounds, chunks, without_absent
from rnncalc.compute.tables import InOneTable, InPieces
from rnncalc.compute.values import Values
from rnncalc.language.kinds import infer_shape
from rnncalc.language.nodes import Call, Equation, Node, leaves, reads, walk
from rnncalc.recurrences.schedule import Block


def generate_scan(block: Block, values: Values) -> Callable[[], None] | None:
    """Give the function that runs a scan by generated code into values.sequences; None where that cannot be done."""
    block, values = _shortened(block, values)
    block = without_borders(block, values)
    segments = _segments(block, values)
    mark = values.renewals.mark() if values.renewals else None
    most = max(segments, key=len)
    groups = together(_present(block, most, values), values.case.known)
    try:
        lefts = {member.name: member.equation.left for group in groups for member in group}
        widths = {name: vector_width(lefts[name], values) for name in side_by_side(groups, values.case.system.layout)}
        sums = affine_sums(groups, readers_of(groups, widths), widths, values.case.weights, values.case.known)
        rows = with_slots(widths, sums.values(), values.case.known)
        pieces = [list(chunks(steps, sum(rows.values()) * values.case.n_sequences)) for steps in segments]
        memory = InOneTable if all(len(found) == 1 for found in pieces) else InPieces
        scan = memory(block, pieces, widths, rows, _reach(block), values)
        for steps, space in zip(segments, scan.spaces, strict=True):
            own = groups if steps is most else apart(_present(block, steps, values))
            loop = Loop(own, sums if steps is most else {}, values, space)
            scan.loops.append((_compiled(loop), loop.rows()))
    except NotGenerated:
        if values.renewals:
            values.renewals.take_back(mark)
        return None
    scan.name_sequences()
    scan.prepare()
    return scan.run


def _shortened(block: Block, values: Values) -> tuple[Block, Values]:
    """Leave out the members that nobody asks a repeated pass for, where the others can do without them."""
    if values.renewals is None or values.renewals.wanted is None:
        return block, values
    case, layout = values.case, values.case.system.layout
    others = (e for e in case.system.equations if e not in block.equations)
    wanted = {leaf.name for equation in others for leaf in leaves(equation.right)} | values.renewals.wanted
    equations = put_in_place(block.equations, passing(block.equations, wanted))
    names = shared_products(equations, layout)
    equations, vectors = with_vectors(with_products(equations, names, block.letter), layout, block.letter)
    more = vectors | {name: product for product, name in names.items()}
    shapes = {name: infer_shape(node, case.known) for name, node in more.items()}
    case = replace(case, shapes={**case.shapes, **shapes})
    return block._replace(equations=tuple(in_order(equations))), values._replace(case=case)


def _compiled(loop: Loop) -> Callable[[list], None]:
    scope: dict = {}
    exec(_code(loop.source()), loop.names, scope)  # our own names alone, never the file's
    return scope["scan"]


@lru_cache(maxsize=128)
def _code(source: str) -> CodeType:
    return compile(source, "<generated scan>", "exec")


def _segments(block: Block, values: Values) -> list[range]:
    """Cut the steps where a term appears or goes absent; in the order of evaluation."""
    n_steps, members = values.case.lengths[block.letter], {equation.left.name for equation in block.equations}
    cuts = {1, n_steps + 1}
    for equation in block.equations:
        for node in walk(equation.right):
            if isinstance(node, Call) and node.op in ("between", "only_at") and not is_outside(node, members):
                first, last = bounds(node, values)
                cuts |= {first, last + 1}
    ordered = sorted(cut for cut in cuts if 1 <= cut <= n_steps + 1)
    ranges = [range(a, b) for a, b in itertools.pairwise(ordered)]
    return ranges if block.direction == "forward" else ranges[::-1]


def _present(block: Block, steps: range, values: Values) -> list[Equation]:
    """Give the equations as they are at some steps, what is outside the recurrence gathered."""
    members = {equation.left.name for equation in block.equations}
    return [e._replace(right=regroup(present(e.right, steps, members, values), members)) for e in block.equations]


def present(node: Node, steps: range, members: Collection[str], values: Values) -> Node:
    """Drop the terms with members that are absent throughout a range of steps; what reads no member is zero there."""
    if not isinstance(node, Call) or is_outside(node, members):
        return node
    if node.op in ("between", "only_at"):
        first, last = bounds(node, values)
        inside = first <= steps.start and steps.stop <= last + 1
        return present(node.args[0], steps, members, values) if inside else ABSENT
    return without_absent(node, [present(arg, steps, members, values) for arg in node.args])


def _reach(block: Block) -> int:
    """Give how many steps away the members of a scan are read."""
    members = {equation.left.name for equation in block.equations}
    found = [leaf for e in block.equations for leaf, running in reads(e.right) if running and leaf.name in members]
    return max(abs(leaf.index.offset) for leaf in found)
