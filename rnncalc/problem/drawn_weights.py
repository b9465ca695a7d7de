"""Draw the weights that a training file does not give: their shapes, from data and sizes, and their numbers.

`draw_weights` is the one to read first; weight_shapes.py finds the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Span
from rnncalc.problem.data import Data
from rnncalc.problem.fields import Count
from rnncalc.problem.grids import Grid
from rnncalc.problem.initial_rules import NONE, Init
from rnncalc.problem.network import Network
from rnncalc.problem.published import Published


def drawn_names(published: Published | None, data: Data, init: Init) -> tuple[str, ...]:
    """Name the weights of a published recurrence that are to be drawn: all that neither stand in the file nor are left out.

    The equations keep a bias that is among them; see drop_absent.
    """
    raise NotImplementedError


def draw_weights(
    init: Init,
    sizes: Mapping[str, Count],
    network: Network,
    data: Data,
    *,
    seed: int,
    collector: Collector,
    place: Span,
    symbols: int | None = None,
    classes: int | None = None,
) -> dict[str, Grid]:
    """Draw every weight that the equations read and the file does not give."""
    raise NotImplementedError


def add_weights(data: Data, drawn: Mapping[str, Grid]) -> Data:
    """Give the data with weights more."""
    keys = {("weights", name): grid.span for name, grid in drawn.items()}
    return data._replace(weights={**data.weights, **drawn}, keys={**data.keys, **keys})
