"""Find where the shapes of an equation contradict each other, and which repair would fit.

`check_shapes` is the one to read first. Every name's shape is known by now;
the first contradiction of an equation is reported, innermost part first.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from rnncalc.base.diagnostics import Diagnostic, Note
from rnncalc.base.words import plural
from rnncalc.language.kinds import OPEN, Mismatch, Shape, Shapes, describe, infer_backwards, infer_shape
from rnncalc.language.nodes import Call, Equation, Name, Node, Ref, leaves, rebuild, walk
from rnncalc.language.writer import write

_WORDS = {
    "add": "added",
    "sub": "subtracted",
    "mul": "multiplied elementwise",
    "div": "divided",
    "matmul": "multiplied",
}


def check_shapes(equation: Equation, known: Shapes, origins: Mapping[str, Note]) -> Diagnostic | None:
    """Give the diagnostic of an equation whose shapes do not fit, else None.

    Args:
        equation: One equation, all names of which have a shape in `known`.
        known: Shapes of names, lengths, layout.
        origins: Where a name got its shape, with words such as
            "'U' has 2 rows and 3 columns here".
    """
    if (whole := _unstackable(equation, known)) is not None:
        return whole
    part = _first_misfit(equation.right, known)
    if part is None:
        right, left = infer_shape(equation.right, known), infer_shape(equation.left, known)
        if left == right:
            return None
        message = f"'{write(equation.left)}' is {describe(left)}, but '{write(equation.right)}' is {describe(right)}."
        return _diagnostic(equation, equation.right, message, known, origins)
    return _diagnostic(equation, part, _explain(part, known), known, origins)


def _unstackable(equation: Equation, known: Shapes) -> Diagnostic | None:
    """Say which h[:] is made of steps that cannot be set beside each other."""
    for leaf in leaves(equation.right):
        if isinstance(leaf, Ref) and leaf.index.anchor == "all":
            try:
                infer_shape(leaf, known)
            except Mismatch as mismatch:
                remedy = f"Define '{leaf.name}' transposed, or read single steps of it."
                return Diagnostic("shape-mismatch", leaf.span or equation.span, f"{mismatch}.", remedy)
    return None


def _first_misfit(node: Node, known: Shapes) -> Call | None:
    if not isinstance(node, Call):
        return None
    for arg in node.args:
        if (found := _first_misfit(arg, known)) is not None:
            return found
    try:
        infer_shape(node, known)
    except Mismatch:
        return node
    return None


def _explain(part: Call, known: Shapes) -> str:
    shown = [f"'{write(arg)}' is {describe(infer_shape(arg, known))}" for arg in part.args]
    try:
        infer_shape(part, known)
        reason = ""
    except Mismatch as mismatch:
        reason = str(mismatch)
    if part.op == "matmul":
        return f"{' and '.join(shown)}, so '{write(part)}' does not exist."
    if part.op in _WORDS:
        return f"{' and '.join(shown)}; they cannot be {_WORDS[part.op]}: {reason}."
    return f"{' and '.join(shown)}, so '{write(part)}' does not exist: {reason}."


def _diagnostic(equation: Equation, part: Node, message: str, known: Shapes, origins: Mapping[str, Note]) -> Diagnostic:
    named = dict.fromkeys(leaf.name for leaf in leaves(part))
    notes = [origins[name] for name in named if name in origins]
    span = part.span or equation.span
    homes = [note for note in notes if note.span.source is not span.source]
    remedy = _remedy(equation, part, known, origins)
    if homes:  # the equation is the catalogue's: point to the file, and show the equation
        line = Note(span, "here it is read")
        return Diagnostic("shape-mismatch", homes[0].span, message, remedy, (*homes[1:], line))
    return Diagnostic("shape-mismatch", span, message, remedy, tuple(notes))


def _remedy(equation: Equation, part: Node, known: Shapes, origins: Mapping[str, Note]) -> str:
    """Name the transpose, or the shape of a given matrix, with which the whole equation fits."""
    in_product = isinstance(part, Call) and part.op == "matmul"
    for name in dict.fromkeys(leaf.name for leaf in leaves(part) if isinstance(leaf, Name)):
        if 1 in known.names[name] and not in_product and Call("transpose", (Name(name),)) not in walk(part):
            continue
        repaired = _with_transpose(equation.right, name)
        if not _fits(equation, repaired, known):
            continue
        rows, columns = known.names[name]
        given = f"give {name} as {plural(columns, 'row')} of {rows}"
        if part.span is not None and any(note.span.source is part.span.source for note in origins.values()):
            return f"Write '{write(_with_transpose(part, name))}', or {given}."
        return f"{given[0].upper()}{given[1:]}."
    return _needed_shape(equation, part, known, origins)


def _with_transpose(node: Node, name: str) -> Node:
    def change(here: Node) -> Node:
        if isinstance(here, Name) and here.name == name:
            return Call("transpose", (here,), here.span)
        if isinstance(here, Call) and here.op == "transpose":
            inner = here.args[0]
            if isinstance(inner, Call) and inner.op == "transpose":
                return inner.args[0]
        return here

    return rebuild(node, change)


def _fits(equation: Equation, right: Node, known: Shapes) -> bool:
    try:
        pairs = zip(infer_shape(right, known), infer_shape(equation.left, known), strict=True)
    except Mismatch:
        return False
    return all(one == other or None in (one, other) for one, other in pairs)


def _needed_shape(equation: Equation, part: Node, known: Shapes, origins: Mapping[str, Note]) -> str:
    """Name the shape of a given quantity with which the whole equation fits."""
    if not isinstance(part, Call) or len(part.args) != 2:
        return ""
    for name in dict.fromkeys(leaf.name for leaf in leaves(part) if isinstance(leaf, Name) and leaf.name in origins):
        for shape in _wanted_shapes(equation, part, name, known):
            if _fits(equation, equation.right, _with_shape(known, name, shape)):
                return f"Give {name} as {describe(shape)}."
    left, right = part.args
    rows, columns = infer_shape(left, known)
    if part.op == "matmul":
        return f"'{write(right)}' needs {columns} rows, as '{write(left)}' has {columns} columns."
    return f"Write a number from 1 to {rows * columns}." if part.op == "entry" and 1 in (rows, columns) else ""


def _wanted_shapes(equation: Equation, part: Call, name: str, known: Shapes) -> list[Shape]:
    """List what the left side, and then the other side of the part, say of a name, were its shape not known."""
    told: list[Shape] = []
    opened = _with_shape(known, name, OPEN)

    def learn(other: str, shape: Shape) -> None:
        if other == name:
            told.append(shape)

    infer_backwards(equation.right, infer_shape(equation.left, known), opened, learn)
    certain = [shape for shape in told if None not in shape]
    with suppress(Mismatch):
        told.clear()
        infer_backwards(part, infer_shape(part, opened), opened, learn)
    return certain + [_filled(shape, known.names[name]) for shape in told]


def _filled(shape: Shape, given: Shape) -> Shape:
    return tuple(old if new is None else new for old, new in zip(given, shape, strict=True))


def _with_shape(known: Shapes, name: str, shape: Shape) -> Shapes:
    return known._replace(names={**known.names, name: shape})
