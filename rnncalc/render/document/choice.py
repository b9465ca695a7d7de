"""What of a worked solution is wanted."""

from __future__ import annotations

from typing import NamedTuple

from rnncalc.language.writer import Notation
from rnncalc.render.filling import Detail


class Choice(NamedTuple):
    """Which part of a solution is written, and how; empty collections mean all, no decimals those of the file.

    `backward` has backpropagation in the solution of a problem with a loss,
    `derive` puts its equations before it, `paths`
    names weights whose gradient is also written as a sum over paths,
    `misprints` notes what the file declares as misprinted, and `exact` adds the
    closed forms of the forward pass, for which SymPy is needed.
    """

    detail: Detail = "equations"
    notation: Notation = "paren"
    decimals: int | None = None
    only: frozenset[str] = frozenset()
    steps: frozenset[int] = frozenset()
    backward: bool = True
    derive: bool = False
    paths: tuple[str, ...] = ()
    misprints: bool = True
    exact: bool = False

    def shown_decimals(self, decimals: int) -> int:
        """Give the decimals that are shown, those of the file where none are asked for."""
        return decimals if self.decimals is None else self.decimals
