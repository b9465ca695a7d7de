"""Find the shapes of weights that are to be drawn: from the catalogue's words, or from the file's own equations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, Note, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import nearest, plural
from rnncalc.compute.orient import weight_array
from rnncalc.language.kinds import OPEN, SCALAR, Shape
from rnncalc.problem.data import Data
from rnncalc.problem.fields import Count
from rnncalc.problem.grids import Grid
from rnncalc.problem.network import Network
from rnncalc.problem.places import quoted
from rnncalc.recurrences.shapes import infer_shapes
from rnncalc.recurrences.tables import tables

_REPEATED = re.compile(r"\d*(_fwd|_bwd)?$")


class Told(NamedTuple):
    """What says how many entries quantities have: `sizes`, and data, each with its place."""

    sizes: Mapping[str, Count]
    data: Mapping[str, Count]

    def __getitem__(self, name: str) -> int | None:
        """Give the size of a quantity; h serves h1 and h2_bwd too."""
        for told in (self.data, self.sizes):
            for spelt in (name, re.sub(r"(_fwd|_bwd)$", "", name), _REPEATED.sub("", name)):
                if spelt in told:
                    return told[spelt].number
        return None
