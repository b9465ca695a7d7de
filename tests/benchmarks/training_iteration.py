"""One iteration of training as the benchmarks time it, through the objects that learning itself uses."""

from __future__ import annotations

import json
from collections.abc import Callable

from rnncalc.compute.case import Case
from rnncalc.compute.gradient_pass import GradientPass, Parameters
from rnncalc.training.optimisers import updater
from rnncalc.training.plan import Choice

Iterate = Callable[[], float]


def text_of(**keys: object) -> str:
    """Write a problem file of these keys."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in ({"rnncalc": 1} | keys).items())


def ours(case: Case, rate: float) -> Iterate:
    """Give one iteration with Adam: forward and backward pass, update, loss."""
    parameters = Parameters(case.weights)
    work, update = GradientPass(case, parameters), updater(Choice("adam", rate), parameters.flat.size)

    def iterate() -> float:
        loss = work.run()
        update(parameters.flat, work.gradient)
        return loss

    return iterate
