"""Turn an expression into a function that evaluates it, by the operation table.

The functions work on arrays (…, rows, columns). What a leaf stands for is the
caller's business: evaluate.py reads all steps at once or one step of a loop,
trace.py one concrete step.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncalc.compute.functions import ALONG_FEATURES, FORWARD
from rnncalc.language.kinds import Shapes, feature_axis, infer_shape
from rnncalc.language.nodes import Node, Number

Step = int | None
Evaluator = Callable[[Step], np.ndarray]


def compile_node(node: Node, known: Shapes, read: Callable[[Node], Evaluator | None]) -> Evaluator:
    """Give the function of the time step that evaluates an expression.

    `read` is asked for every part first: it gives the evaluator of a leaf, or
    of an operation that the caller has computed already, else None.
    """
    if (ready := read(node)) is not None:
        return ready
    if isinstance(node, Number):
        constant = np.full((1, 1), node.value)
        return lambda step: constant
    function = FORWARD[node.op]
    if node.op in ALONG_FEATURES:
        function = _along(function, node, known)
    args = [compile_node(arg, known, read) for arg in node.args]
    if len(args) == 1:
        (only,) = args
        return lambda step: function(only(step))
    if len(args) == 2:
        first, second = args
        return lambda step: function(first(step), second(step))
    return lambda step: function(*(arg(step) for arg in args))


def _along(function: Callable, node: Node, known: Shapes) -> Callable:
    shapes = [infer_shape(arg, known) for arg in node.args]
    axis = feature_axis(shapes if node.op != "lookup" else [], known.layout) - 2
    return lambda *args: function(*args, axis=axis)
