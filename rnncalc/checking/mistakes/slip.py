"""One concrete slip: what is calculated in place of the right lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnncalc.language.nodes import Name, Node, Ref

NOTHING: Mapping = MappingProxyType({})


class Slip(NamedTuple):
    """A mistake at one place of a problem.

    `words` complete "this is what you get if …"; `lines` gives by left side the
    right side that is calculated in place of the equation's own, at every step
    or only `at` one; `numbers` what stands in place of given numbers, by place.
    """

    slug: str
    words: str
    lines: Mapping[Name | Ref, Node] = NOTHING
    numbers: Mapping[tuple[str, int | None], np.ndarray] = NOTHING
    at: int | None = None


class Changed(NamedTuple):
    """An expression with a slip in it, and words for the slip; those of a `kind` may be made everywhere at once."""

    words: str
    node: Node
    kind: str = ""


Alternatives = Callable[[Node], Iterable[Changed]]
