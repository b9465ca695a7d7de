"""Let a network continue a text, symbol after symbol, from the probabilities it gives the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.training.stepping import NotStepwise, Stepper


class Choosing(NamedTuple):
    """How the next symbol is chosen.

    `temperature` divides the logarithms of the probabilities: below 1 the
    likely become likelier, at 0 the likeliest is taken. `top` leaves only the
    likeliest symbols to choose from.
    """

    temperature: float = 1.0
    top: int | None = None


class Sample(NamedTuple):
    """A text that a network has continued.

    Shapes:
        symbols: the new symbols, from 0, without the prompt and the end symbol
        distributions: (n_drawn, n_symbols), that of every symbol drawn, as it was drawn from; the end symbol's too
    """

    symbols: tuple[int, ...]
    distributions: np.ndarray
    ended: bool


def sample(
    stepper: Stepper,
    prompt: Sequence[int],
    length: int,
    choosing: Choosing = Choosing(),  # noqa: B008
    rng: np.random.Generator | None = None,
    end: int | None = None,
) -> Sample:
    """Continue a prompt.

    Args:
        stepper: The network; its outputs are the probabilities of the next symbol.
        prompt: At least one symbol, from 0, read before the first is drawn.
        length: How many symbols at most.
        choosing: Temperature, top.
        rng: For the drawing; not needed at temperature 0.
        end: The symbol at which the text ends.

    Raises:
        NotStepwise: the network reads other symbols than it tells apart; its numbers become too large.
    """
    if stepper.n_symbols != stepper.n_outputs:
        raise NotStepwise(f"it reads {stepper.n_symbols} symbols and tells {stepper.n_outputs} apart")
    rng = rng if rng is not None else np.random.default_rng(0)
    state = stepper.start()
    for symbol in prompt:
        state, probabilities = stepper.step(state, symbol)
    symbols: list[int] = []
    distributions = []
    while len(symbols) < length:
        if not np.isfinite(probabilities).all():
            raise NotStepwise(f"after {len(prompt) + len(symbols):,} symbols its probabilities are no finite numbers")
        distributions.append(sharpened(probabilities, choosing))
        symbol = int(rng.choice(len(probabilities), p=distributions[-1]))
        if symbol == end:
            return Sample(tuple(symbols), np.array(distributions), True)
        symbols.append(symbol)
        if len(symbols) < length:
            state, probabilities = stepper.step(state, symbol)
    return Sample(tuple(symbols), np.array(distributions).reshape(len(distributions), -1), False)


def sharpened(probabilities: np.ndarray, choosing: Choosing) -> np.ndarray:
    """Give the distribution that is drawn from: (n_symbols,)."""
    order = np.argsort(-probabilities, kind="stable")
    if choosing.temperature == 0:
        return np.eye(len(probabilities))[order[0]]
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities) / choosing.temperature
    if choosing.top is not None:
        logits[order[choosing.top :]] = -np.inf
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()
