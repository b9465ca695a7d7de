"""Find the shape of every quantity of a system from the shapes that are given.

`infer_shapes` lets what is known flow through the equations, both ways, until
nothing changes; what is still open is a vector of the layout's orientation.
Then every equation is checked, and each name remembers who gave its shape.
"""

from __future__ import annotations

from collections.abc import Mapping

from rnncalc.base.diagnostics import Diagnostic, Note, RnncalcError
from rnncalc.language.kinds import OPEN, SCALAR, Mismatch, Shape, Shapes, describe, infer_backwards, infer_shape
from rnncalc.language.nodes import leaves
from rnncalc.language.shape_check import check_shapes
from rnncalc.language.writer import write
from rnncalc.recurrences.system import System


def infer_shapes(
    system: System, given: Mapping[str, Shape], lengths: Mapping[str, int], origins: Mapping[str, Note]
) -> dict[str, Shape]:
    """Give (rows, columns) of every name of the system.

    Args:
        system: The equations.
        given: Shapes of weights, inputs, targets, initial values.
        lengths: Number of steps of each index letter.
        origins: Where the given shapes stand in the file.

    Raises:
        RnncalcError: slugs `shape-mismatch` (one an equation), `no-shape`.
    """
    names: dict[str, Shape] = dict.fromkeys(system.defined, OPEN) | dict(given)
    known = Shapes(names, lengths, system.layout, system.letters)
    origins = dict(origins)
    _settle(system, known, origins)
    for name in system.defined:
        if None in names[name]:
            names[name] = _as_vector(names[name], system.layout)
            _settle(system, known, origins)
    for name in system.defined:
        if None in names[name] and _may_be_scalar(system, name, known):
            names[name] = SCALAR
            _settle(system, known, origins)
    diagnostics = list(filter(None, (check_shapes(equation, known, origins) for equation in system.equations)))
    if not diagnostics:
        diagnostics = [_no_shape(system, name) for name in system.defined if None in names[name]][:1]
    if diagnostics:
        raise RnncalcError(diagnostics)
    return names


def _settle(system: System, known: Shapes, origins: dict[str, Note]) -> None:
    """Let shapes flow until nothing changes."""
    names = known.names
    changed = True

    def learn(name: str, shape: Shape) -> None:
        nonlocal changed
        has = names.get(name)
        if has is None or None not in has:
            return
        merged = tuple(old if old is not None else new for old, new in zip(has, shape, strict=True))
        if merged != has:
            names[name] = merged
            changed = True
            if None not in merged:
                origins.setdefault(name, Note(equation.span, f"'{name}' is {describe(merged)} by this equation"))

    while changed:
        changed = False
        for equation in system.equations:
            if all(None not in names.get(name, (1, 1)) for name in _names(system, equation)):
                continue
            try:
                learn(equation.left.name, infer_shape(equation.right, known))
            except Mismatch:
                continue
            infer_backwards(equation.right, names[equation.left.name], known, learn)


def _names(system: System, equation) -> tuple[str, ...]:
    return (equation.left.name, *(leaf.name for leaf in leaves(equation.right)))


def _as_vector(shape: Shape, layout: str) -> Shape:
    rows, columns = shape
    if layout == "column":
        return rows, 1 if columns is None else columns
    return 1 if rows is None else rows, columns


def _may_be_scalar(system: System, name: str, known: Shapes) -> bool:
    """Tell whether a quantity of open size comes out as a number where all that it reads are numbers."""
    assumed = known._replace(names={**known.names, name: SCALAR})
    mine = [e for e in system.equations if e.left.name == name]
    others = {leaf.name for e in mine for leaf in leaves(e.right)} - {name}
    try:
        return bool(others) and all(infer_shape(e.right, assumed) == SCALAR for e in mine)
    except Mismatch:
        return False


def _no_shape(system: System, name: str) -> Diagnostic:
    equation = next(e for e in system.equations if e.left.name == name)
    return Diagnostic(
        "no-shape",
        equation.left.span,
        f"Nothing says how many entries '{write(equation.left)}' has.",
        f"Give its start as a vector: 'initial: {{{name}: [0, 0]}}'.",
    )
