"""The sizes of a script's arrays, in terms of T where they come from h[:], so that sequences of any length fit."""

from __future__ import annotations

from collections.abc import Mapping

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.case import Case
from rnncalc.language.kinds import Shape
from rnncalc.language.nodes import Ref, leaves
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.render.scripts.numpy_code import Scope, shifted


def array_sizes(case: Case, scope: Scope) -> dict[str, tuple[str, ...]]:
    """Give the size of each axis of one step of the sequences that equations define."""
    longer = {letter: _longer(case, letter) for letter in scope.ends}
    found = {}
    for name in case.system.defined:
        if case.system.is_sequence(name):
            sizes = []
            for axis, size in enumerate(case.shapes[name]):
                tied = [letter for letter in scope.ends if longer[letter][name][axis] == size + 1]
                sizes += [shifted(scope.ends[a], size - case.lengths[a]) for a in tied[:1]] or [str(size)]
            found[name] = ((), (sizes[0] if case.shapes[name][0] > 1 else sizes[1],), tuple(sizes))[scope.axes[name]]
    return found


def _longer(case: Case, letter: str) -> Mapping[str, Shape]:
    """Give the shapes that the equations would have with one step more, or as they are where that does not fit."""
    read = {leaf for e in case.system.equations for leaf in leaves(e.right) if isinstance(leaf, Ref)}
    if not any(leaf.index.anchor == "all" and case.system.letters[leaf.name] == letter for leaf in read):
        return case.shapes
    given = {name: shape for name, shape in case.shapes.items() if name not in case.system.defined}
    starts = {name: case.shapes[name] for name, _ in case.initial}
    try:
        return infer_shapes(case.system, starts | given, {**case.lengths, letter: case.lengths[letter] + 1}, {})
    except RnncalcError:
        return case.shapes
