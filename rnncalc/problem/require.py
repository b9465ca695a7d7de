"""What a command needs of a problem beyond being readable: a loss, a finite one."""

from __future__ import annotations

import numpy as np

from rnncalc.base.diagnostics import refuse
from rnncalc.base.span import whole
from rnncalc.base.words import nearest
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, walk
from rnncalc.language.writer import write
from rnncalc.problem.loss import LOSSES
from rnncalc.problem.problem import Problem


def require_loss(problem: Problem) -> None:
    """Refuse a problem without a loss, and say which lines to add.

    Raises:
        RnncalcError: slug `no-loss`.
    """
    if problem.case.loss is None:
        outputs = problem.network.system.defined
        output = "y" if "y" in outputs else outputs[-1]
        raise refuse(
            "no-loss",
            whole(problem.source),
            "The file gives no loss, so there is nothing to differentiate.",
            f"Add 'targets: {{d: …}}', one value for each step, and 'loss: {{kind: squared-error, output: {output}}}' "
            f"(or {', '.join(list(LOSSES)[1:])}).",
        )


def require_finite_loss(problem: Problem, values: Values) -> None:
    """Refuse a loss that is infinite or no number, and say at which step.

    Raises:
        RnncalcError: slug `no-finite-loss`.
    """
    name, system = problem.case.loss, problem.case.system
    found = (values.sequences if system.is_sequence(name) else values.singles)[name]
    if np.isfinite(found).all():
        return
    step = int(np.argwhere(~np.isfinite(found))[0][0]) + 1
    where = f"{name}({step})" if system.is_sequence(name) else name
    equation = system.general[name]
    logarithm = next((n for n in walk(equation.right) if isinstance(n, Call) and n.op in _LOGARITHMS), None)
    reason = f": it takes the logarithm of '{write(logarithm.args[0])}', which holds a 0 there" if logarithm else ""
    span = problem.network.loss.span if problem.network.loss else equation.span
    raise refuse(
        "no-finite-loss",
        span,
        f"{where} is not finite{reason}.",
        "Cross-entropy needs probabilities above 0, as softmax or sigmoid give them.",
    )


_LOGARITHMS = ("log", "cross_entropy", "binary_cross_entropy")


def require_weight(problem: Problem, name: str) -> str | None:
    """Give what is wrong with a name that should be a weight, else None."""
    weights = list(problem.case.weights)
    if name in weights:
        return None
    close = nearest(name, weights)
    return f"'{name}' is no weight; " + (f"did you mean '{close}'?" if close else f"there are {', '.join(weights)}")
