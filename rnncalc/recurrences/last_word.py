"""A loss that the equations read again."""

from __future__ import annotations

from rnncalc.language.kinds import SCALAR, Shapes
from rnncalc.language.nodes import Equation
from rnncalc.recurrences.system import System


def with_last_word(system: System, known: Shapes, loss: str) -> tuple[System, Shapes, str]:
    """Copy a loss that the equations read again under a name that nothing reads, so that it has an adjoint itself."""
    copy = f"total {loss}"
    left = system.general[loss].left
    equation = Equation(left._replace(name=copy), left)
    letters = {**system.letters, copy: system.letters.get(loss, "t")}
    names = {**known.names, copy: SCALAR}
    return System((*system.equations, equation), letters, system.layout), known._replace(names=names), copy
