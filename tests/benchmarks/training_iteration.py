"""One iteration of training as the benchmarks time it, through the objects that learning itself uses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

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


def by_jax(loss_of: Callable, weights: dict, rate: float) -> Iterate:
    """Give one iteration of optax.adam under jit, on a loss of weights by name; the state is given away."""
    import jax
    import optax

    adam = optax.adam(rate)

    @partial(jax.jit, donate_argnums=(0, 1))
    def train(w, state):
        loss, gradients = jax.value_and_grad(loss_of)(w)
        changes, state = adam.update(gradients, state)
        return optax.apply_updates(w, changes), state, loss

    kept = [weights, adam.init(weights)]

    def iterate() -> float:
        kept[0], kept[1], loss = train(*kept)
        return float(loss)

    return iterate
