"""Kinds: every value is rows × columns, a column is n × 1, a row 1 × n, a scalar 1 × 1.

`infer_shape` gives the shape of an expression as far as it is known (None
stands for an open dimension), `infer_backwards` what a known result says about
the quantities inside. shape_check.py says where shapes contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from rnncalc.language.nodes import Call, Name, Node, Number, Ref, Step
from rnncalc.language.operations import OPERATIONS

Layout = Literal["column", "row"]
Shape = tuple[int | None, int | None]

OPEN: Shape = (None, None)
SCALAR: Shape = (1, 1)


class Mismatch(Exception):
    """Two shapes do not go together; the message says why, after 'so'."""


class Shapes(NamedTuple):
    """What is known: the shape of each name, the length of each index letter, the layout.

    `unit_sums` are targets whose entries sum to one at every step.
    """

    names: Mapping[str, Shape]
    lengths: Mapping[str, int]
    layout: Layout = "column"
    letters: Mapping[str, str] | None = None  # the index letter of each sequence
    unit_sums: frozenset[str] = frozenset()


def describe(shape: Shape) -> str:
    """Say a shape in words: 'a column of 3', '2×3'."""
    rows, columns = shape
    if shape == SCALAR:
        return "a scalar"
    if columns == 1:
        return f"a column of {'?' if rows is None else rows}"
    if rows == 1:
        return f"a row of {'?' if columns is None else columns}"
    return f"{'?' if rows is None else rows}×{'?' if columns is None else columns}"


def stacked(shape: Shape, length: int | None, layout: Layout) -> Shape:
    """Give the shape of h[:]: one column a step, or one row a step in row layout.

    Raises:
        Mismatch: a step is no such vector.
    """
    wide = shape[1] if layout == "column" else shape[0]
    if wide not in (1, None):
        lies = "column" if layout == "column" else "row"
        raise Mismatch(f"'[:]' sets one {lies} a step beside the other, and a step is {describe(shape)}")
    return (shape[0], length) if layout == "column" else (length, shape[1])


def infer_shape(node: Node, known: Shapes) -> Shape:
    """Give the shape of an expression as far as the known names determine it.

    Raises:
        Mismatch: two known shapes contradict each other.
    """
    if isinstance(node, Number | Step):
        return SCALAR
    if isinstance(node, Name):
        return known.names.get(node.name, OPEN)
    if isinstance(node, Ref):
        shape = known.names.get(node.name, OPEN)
        if node.index.anchor == "all":
            letter = (known.letters or {}).get(node.name, "t")
            return stacked(shape, known.lengths.get(letter), known.layout)
        return shape
    return result_shape(node, [infer_shape(arg, known) for arg in node.args], known.layout)


def result_shape(node: Call, args: list[Shape], layout: Layout) -> Shape:
    """Apply the kind rule of an operation to the shapes of its arguments."""
    return _RULES[OPERATIONS[node.op].kind](node, args, layout)


def infer_backwards(node: Node, shape: Shape, known: Shapes, learn: Callable[[str, Shape], None]) -> None:
    """Tell `learn` what a known result says about the names inside an expression."""
    if isinstance(node, Name | Ref):
        if isinstance(node, Name) or node.index.anchor != "all":
            learn(node.name, shape)
        return
    if not isinstance(node, Call):
        return
    args = []
    for arg in node.args:
        try:
            args.append(infer_shape(arg, known))
        except Mismatch:
            return
    rule = OPERATIONS[node.op].kind
    if rule == "same":
        wanted = [shape, *[SCALAR] * (len(args) - 1)]
    elif rule == "broadcast":
        likely = _unspread(shape, known.layout)
        wanted = [likely if arg != SCALAR else SCALAR for arg in args]
    elif rule == "product":
        wanted = [(shape[0], args[1][0]), (args[0][1], shape[1])]
    elif rule == "flip":
        wanted = [shape[::-1]]
    elif rule == "lookup":
        wanted = [(None, shape[0] if known.layout == "column" else shape[1]), SCALAR]
    elif node.op in ("dot", "cross_entropy", "binary_cross_entropy"):
        wanted = [args[1], args[0]]
    else:
        wanted = [OPEN] * len(args)
    for arg, want, has in zip(node.args, wanted, args, strict=True):
        merged = tuple(have if have is not None else w for have, w in zip(has, want, strict=True))
        infer_backwards(arg, merged, known, learn)


def _unspread(shape: Shape, layout: Layout) -> Shape:
    """Give what a sum says of an addend: a vector of the layout may have been spread over a matrix."""
    rows, columns = shape
    if layout == "column":
        return rows, 1 if columns == 1 else None
    return 1 if rows == 1 else None, columns


# --- the rules --------------------------------------------------------------


def _same(node: Call, args: list[Shape], layout: Layout) -> Shape:
    for extra in args[1:]:
        if None not in extra and extra != SCALAR:
            raise Mismatch(f"'{node.op}' takes a scalar there")
    return args[0]


def _broadcast(node: Call, args: list[Shape], layout: Layout) -> Shape:
    left, right = args
    if _is_vector(left) and _is_vector(right) and (left[0] == 1) != (right[0] == 1):
        raise Mismatch("a column and a row do not go together")
    return _fit(left[0], right[0]), _fit(left[1], right[1])


def _fit(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        here = one if other is None else other
        return None if here == 1 else here
    if one != other and 1 not in (one, other):
        raise Mismatch("they have different sizes")
    return max(one, other)


def _is_vector(shape: Shape) -> bool:
    return None not in shape and (shape[0] == 1) != (shape[1] == 1)


def _product(node: Call, args: list[Shape], layout: Layout) -> Shape:
    (rows, inner), (other, columns) = args
    if inner is not None and other is not None and inner != other:
        raise Mismatch("columns on the left and rows on the right differ")
    return rows, columns


def _flip(node: Call, args: list[Shape], layout: Layout) -> Shape:
    return args[0][::-1]


def _concat(node: Call, args: list[Shape], layout: Layout) -> Shape:
    if not _has_axis(args):
        return OPEN
    along = feature_axis(args, layout)
    across = 1 - along
    widths = {arg[across] for arg in args if arg[across] is not None}
    if len(widths) > 1:
        raise Mismatch("they do not continue each other")
    total = None if any(arg[along] is None for arg in args) else sum(arg[along] for arg in args)
    width = widths.pop() if widths else None
    return (total, width) if along == 0 else (width, total)


def _has_axis(args: list[Shape]) -> bool:
    """Tell whether the axis of the features is settled, whatever the open shapes turn out to be."""
    known = [arg for arg in args if None not in arg]
    return len(known) == len(args) or any(arg != SCALAR for arg in known)


def feature_axis(args: list[Shape], layout: Layout) -> int:
    """Give the axis (0 rows, 1 columns) along which features lie."""
    known = [arg for arg in args if None not in arg]
    if any(arg[0] == 1 and arg[1] > 1 for arg in known):
        return 1
    if any(arg[1] == 1 and arg[0] > 1 for arg in known):
        return 0
    return 0 if layout == "column" else 1


def _entry(node: Call, args: list[Shape], layout: Layout) -> Shape:
    rows, columns = args[0]
    if None not in args[0]:
        if 1 not in args[0]:
            raise Mismatch("an entry is picked from a vector")
        if int(node.args[1].text) > rows * columns:
            raise Mismatch(f"there is no entry {node.args[1].text}")
    return SCALAR


def _lookup(node: Call, args: list[Shape], layout: Layout) -> Shape:
    if None not in args[1] and args[1] != SCALAR:
        raise Mismatch("a row is looked up by one number")
    width = args[0][1]
    return (width, 1) if layout == "column" else (1, width)


def _total(node: Call, args: list[Shape], layout: Layout) -> Shape:
    if len(args) == 2 and None not in (*args[0], *args[1]) and args[0] != args[1]:
        raise Mismatch("they have different sizes")
    return SCALAR


def _first_total(node: Call, args: list[Shape], layout: Layout) -> Shape:
    return _total(node, args[:2], layout)


def _column(node: Call, args: list[Shape], layout: Layout) -> Shape:
    return (args[0][0], 1) if layout == "column" else (1, args[0][1])


_RULES = {
    "first total": _first_total,
    "first": lambda node, args, layout: args[0],
    "second": lambda node, args, layout: args[1],
    "third": lambda node, args, layout: args[2],
    "sum columns": lambda node, args, layout: (args[0][0], 1),
    "sum rows": lambda node, args, layout: (1, args[0][1]),
    "column": _column,
    "same": _same,
    "broadcast": _broadcast,
    "product": _product,
    "flip": _flip,
    "concat": _concat,
    "entry": _entry,
    "lookup": _lookup,
    "total": _total,
}
