"""What a command needs of a problem beyond being readable: a loss, a finite one."""

from __future__ import annotations

import numpy as np

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Span, whole
from rnncalc.base.words import nearest
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Name, Ref, walk
from rnncalc.language.writer import write
from rnncalc.problem.building import check_size
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


def require_room(problem: Problem) -> None:
    """Refuse to compute all sequences at once where only those of a mini-batch find room.

    Raises:
        RnncalcError: slug `too-large`.
    """
    case = problem.case
    check_size(case.system, case.shapes, case.lengths, case.n_sequences, problem.network.span)


def require_finite_loss(problem: Problem, values: Values) -> None:
    """Refuse a loss that is infinite or no number, and say at which step.

    Raises:
        RnncalcError: slug `no-finite-loss`.
    """
    for alone in [share.values for share in values.parts] or [values]:
        _check_finite(problem, alone)


def _check_finite(problem: Problem, values: Values) -> None:
    step = _not_finite_at(problem, values)
    if step is None:
        return
    if (reason := _no_logarithm(problem, values, step)) is not None:
        raise reason
    remedy = "See in 'rnncalc forward' what grows beyond all numbers; take smaller weights or fewer steps."
    raise refuse("no-finite-loss", _loss_place(problem), f"{_loss_words(problem, step)} is not finite.", remedy)


def no_logarithm(problem: Problem, values: Values) -> RnncalcError | None:
    """Give what is wrong where the loss takes the logarithm of what has none, else None."""
    step = _not_finite_at(problem, values)
    return None if step is None else _no_logarithm(problem, values, step)


def _not_finite_at(problem: Problem, values: Values) -> int | None:
    """Give the first step at which the loss is infinite or no number, 1 where it has no step."""
    name = problem.case.loss
    found = (values.sequences if problem.case.system.is_sequence(name) else values.singles)[name]
    return None if np.isfinite(found).all() else int(np.argwhere(~np.isfinite(found))[0][0]) + 1


def _no_logarithm(problem: Problem, values: Values, step: int) -> RnncalcError | None:
    equation = problem.case.system.general[problem.case.loss]
    logarithm = next((n for n in walk(equation.right) if isinstance(n, Call) and n.op in _NEEDS), None)
    if logarithm is None or _is_inside(logarithm, values, step):
        return None
    _, needs, remedy = _NEEDS[logarithm.op]
    reason = f"'{write(logarithm.args[0])}' is not {needs} there, and its logarithm is taken"
    message = f"{_loss_words(problem, step)} is not finite: {reason}."
    return refuse("no-finite-loss", _loss_place(problem), message, remedy)


def _loss_words(problem: Problem, step: int) -> str:
    name = problem.case.loss
    return f"{name}({step})" if problem.case.system.is_sequence(name) else name


def _loss_place(problem: Problem) -> Span:
    loss = problem.network.loss
    return loss.span if loss else problem.case.system.general[problem.case.loss].span


# what takes a logarithm: the bound below which its argument must stay, in words, what to do
_NEEDS = {
    "log": (np.inf, "above 0", "Take the logarithm of numbers above 0 only."),
    "cross_entropy": (np.inf, "above 0", "Cross-entropy needs probabilities above 0, as softmax gives them."),
    "binary_cross_entropy": (
        1,
        "between 0 and 1",
        "Binary cross-entropy needs probabilities between 0 and 1, as sigmoid gives them.",
    ),
}


def _is_inside(logarithm: Call, values: Values, step: int) -> bool:
    """Tell whether the argument of a logarithm is a quantity within the bounds at a step."""
    argument = logarithm.args[0]
    if not isinstance(argument, Name | Ref):
        return False
    running = isinstance(argument, Ref) and argument.index.anchor == "step"
    array = values.at(argument.name, step + argument.index.offset) if running else values.of(argument)
    return bool(((array > 0) & (array < _NEEDS[logarithm.op][0])).all())


def require_one_index(problem: Problem) -> None:
    """Refuse a problem whose quantities run along several index letters, where a step is to be counted.

    Raises:
        RnncalcError: slug `several-index-letters`.
    """
    system = problem.case.system
    letters = dict.fromkeys(system.letters[name] for name in system.defined if system.is_sequence(name))
    if len(letters) > 1:
        raise refuse(
            "several-index-letters",
            whole(problem.source),
            f"The quantities run along {', '.join(letters)}, so a path has no single count of steps.",
            "Use 'rnncalc bptt' without --truncate: its gradients sum over all the paths.",
        )


def require_equal_lengths(problem: Problem) -> None:
    """Refuse a batch of unequal lengths, for what shows sequences of one length alone.

    Raises:
        RnncalcError: slug `unequal-lengths`.
    """
    if problem.case.own_lengths:
        raise refuse(
            "unequal-lengths",
            whole(problem.source),
            "The sequences have unequal lengths, and this is for sequences of one length.",
            "Give one sequence alone, without 'lengths'; 'rnncalc forward' and 'bptt' take all of them.",
        )


def require_weight(problem: Problem, name: str) -> str | None:
    """Give what is wrong with a name that should be a weight, else None."""
    weights = list(problem.case.weights)
    if name in weights:
        return None
    close = nearest(name, weights)
    return f"'{name}' is no weight; " + (f"did you mean '{close}'?" if close else f"there are {', '.join(weights)}")


def require_unrounded(problem: Problem) -> None:
    """Refuse closed forms where every quantity is rounded before it is used.

    Raises:
        RnncalcError: slug `no-closed-form`.
    """
    if problem.case.rounding.every_step:
        message = "The file rounds every quantity before it is used, so none has a closed form."
        remedy = "Take 'intermediate: every-step' out, or '--exact'."
        raise refuse("no-closed-form", whole(problem.source), message, remedy)
