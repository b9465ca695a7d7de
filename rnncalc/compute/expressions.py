"""Expressions of the language over named intervals, for formulas that belong to no system."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from rnncalc.compute.intervals import INTERVAL, Interval, Rounding, Unrounded, point
from rnncalc.language.nodes import Call, Name, Node, Number
from rnncalc.language.parser import parse_text


def expression(text: str, rounding: Rounding | Unrounded, names: Mapping[str, Interval]) -> Interval:
    """Enclose an expression of the language in which names stand for intervals."""

    def of(node: Node) -> Interval:
        if isinstance(node, Number):
            return point(np.array(float(node.value)))
        if isinstance(node, Name):
            return names[node.name]
        return INTERVAL[node.op](rounding, *map(of, node.args))

    return of(_parsed(text))


@cache
def _parsed(text: str) -> Call | Name | Number:
    return parse_text(text)
