"""Find the shape of every quantity of a system from the shapes that are given.

`infer_shapes` lets what is known flow through the equations, both ways, until
nothing changes; what is still open is a vector of the layout's orientation.
Then every equation is checked, and each name remembers who gave its shape.
`told_shapes` stops before the check, where weights are not there yet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rnncalc.base.diagnostics import Diagnostic, Note, RnncalcError
from rnncalc.language.kinds import OPEN, SCALAR, Mismatch, Shape, Shapes, describe, infer_backwards, infer_shape
from rnncalc.language.nodes import Equation, leaves
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
    origins = dict(origins)
    known = _settled(system, given, lengths, origins)
    diagnostics = list(filter(None, (check_shapes(equation, known, origins) for equation in system.equations)))
    if not diagnostics:
        diagnostics = [_no_shape(system, name) for name in system.defined if None in known.names[name]][:1]
    if diagnostics:
        raise RnncalcError(diagnostics)
    return known.names


def told_shapes(system: System, given: Mapping[str, Shape], lengths: Mapping[str, int]) -> dict[str, Shape]:
    """Give the shapes of names as far as what is given tells; weights may be open among it, and may stay so."""
    return _settled(system, given, lengths, {}).names


def _settled(system: System, given: Mapping, lengths: Mapping[str, int], origins: dict[str, Note]) -> Shapes:
    """Find the shapes of all names, and remember in `origins` what told them."""
    names: dict[str, Shape] = dict.fromkeys(system.defined, OPEN) | dict(given)
    known = Shapes(names, lengths, system.layout, system.letters)
    _settle(system, known, origins)
    for name in system.defined:
        if None in names[name]:
            names[name] = _as_vector(names[name], system.layout)
            _settle(system, known, origins)
    for name in system.defined:
        if None in names[name] and _may_be_scalars(system, {name}, known):
            names[name] = SCALAR
            _settle(system, known, origins)
    rest = {name for name in system.defined if None in names[name]}
    if rest and _may_be_scalars(system, rest, known):
        names |= dict.fromkeys(rest, SCALAR)
        _settle(system, known, origins)
    return known


def _settle(system: System, known: Shapes, origins: dict[str, Note]) -> None:
    """Let shapes flow until nothing changes.

    What an equation computes tells the shape of its left side for certain; what
    its left side tells of its parts is only likely, as a scalar may have been
    spread, so that is asked when nothing else is left.
    """

    def learn(equation: Equation, name: str, shape: Shape) -> bool:
        has = known.names.get(name)
        if has is None or None not in has:
            return False
        merged = tuple(old if old is not None else new for old, new in zip(has, shape, strict=True))
        known.names[name] = merged
        if None not in merged:
            origins.setdefault(name, Note(equation.span, f"'{name}' is {describe(merged)} by this equation"))
        return merged != has

    def forwards(equation: Equation) -> bool:
        try:
            return learn(equation, equation.left.name, infer_shape(equation.right, known))
        except Mismatch:
            return False

    def backwards(equation: Equation) -> bool:
        found: list[bool] = []
        left = known.names[equation.left.name]
        infer_backwards(equation.right, left, known, lambda *told: found.append(learn(equation, *told)))
        return any(found)

    unsettled, changed = list(system.equations), True
    while changed:
        unsettled = [equation for equation in unsettled if _is_open(equation, known)]
        learned = [forwards(equation) for equation in unsettled]
        changed = any(learned) or any(map(backwards, unsettled))


def _is_open(equation: Equation, known: Shapes) -> bool:
    names = (leaf.name for leaf in (equation.left, *leaves(equation.right)))
    return any(None in known.names.get(name, SCALAR) for name in names)


def _as_vector(shape: Shape, layout: str) -> Shape:
    rows, columns = shape
    if layout == "column":
        return rows, 1 if columns is None else columns
    return 1 if rows is None else rows, columns


def _may_be_scalars(system: System, names: Collection[str], known: Shapes) -> bool:
    """Tell whether quantities of open size come out as numbers where all else that they read are numbers."""
    assumed = known._replace(names={**known.names, **dict.fromkeys(names, SCALAR)})
    mine = [e for e in system.equations if e.left.name in names]
    others = {leaf.name for e in mine for leaf in leaves(e.right)} - set(names)
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
