"""Rules by which the initial weights of a network are drawn.

RULES is the table: a row for each rule. `draw` is the function to call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

TRUNCATED_AT = 2  # standard deviations

Shape = tuple[int, ...]


class Fans(NamedTuple):
    """Of the product in which a weight stands: the number of inputs, and of outputs."""

    n_in: int
    n_out: int


class Rule(NamedTuple):
    """One row of the table: the names of its arguments, how it draws, and what the arguments must be."""

    words: tuple[str, ...]
    function: Callable[..., np.ndarray]
    holds: Callable[..., bool] = lambda *arguments: True
    needs: str = ""


def draw(rule: str, rng: np.random.Generator, shape: Shape, fans: Fans, arguments: Sequence[float] = ()) -> np.ndarray:
    """Draw a weight by a rule of the table.

    Shapes:
        result: `shape`.
    """
    return RULES[rule].function(rng, shape, fans, *arguments)


def glorot(rng: np.random.Generator, shape: Shape, fans: Fans) -> np.ndarray:
    """Draw uniformly between ±√(6 / (inputs + outputs)).

    Source: Glorot & Bengio 2010, equation 16, the normalised initialisation.
    """
    limit = sqrt(6 / (fans.n_in + fans.n_out))
    return rng.uniform(-limit, limit, shape)


def glorot_normal(rng: np.random.Generator, shape: Shape, fans: Fans) -> np.ndarray:
    """Draw from a normal distribution of variance 2 / (inputs + outputs).

    Source: Glorot & Bengio 2010, equation 12: the variance of `glorot`, which
    keeps that of the values and that of the gradients.
    """
    return rng.normal(0, sqrt(2 / (fans.n_in + fans.n_out)), shape)


def fan_in(rng: np.random.Generator, shape: Shape, fans: Fans) -> np.ndarray:
    """Draw from a truncated normal distribution of standard deviation 1 / √inputs, before it is cut.

    Source: LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", section 4.6.
    """
    return truncated_normal(rng, shape, fans, 0, 1 / sqrt(fans.n_in))


def uniform(rng: np.random.Generator, shape: Shape, fans: Fans, low: float, high: float) -> np.ndarray:
    """Draw uniformly from `low` to `high`."""
    return rng.uniform(low, high, shape)


def normal(rng: np.random.Generator, shape: Shape, fans: Fans, mean: float, sd: float) -> np.ndarray:
    """Draw from a normal distribution."""
    return rng.normal(mean, sd, shape)


def truncated_normal(rng: np.random.Generator, shape: Shape, fans: Fans, mean: float, sd: float) -> np.ndarray:
    """Draw from a normal distribution, again where a number is more than two standard deviations away.

    Source: the truncated normal initialiser of TensorFlow and Keras.
    """
    found = rng.standard_normal(shape)
    while (far := np.abs(found) > TRUNCATED_AT).any():
        found[far] = rng.standard_normal(np.count_nonzero(far))
    return mean + sd * found


def constant(rng: np.random.Generator, shape: Shape, fans: Fans, value: float) -> np.ndarray:
    """Give one number everywhere."""
    return np.full(shape, value, dtype=float)


_SPREAD = (("mean", "sd"), lambda mean, sd: sd >= 0, "sd must not be negative")

RULES: dict[str, Rule] = {
    "glorot": Rule((), glorot),
    "glorot_normal": Rule((), glorot_normal),
    "fan_in": Rule((), fan_in),
    "uniform": Rule(("low", "high"), uniform, lambda low, high: low <= high, "low must not be above high"),
    "normal": Rule(_SPREAD[0], normal, *_SPREAD[1:]),
    "truncated_normal": Rule(_SPREAD[0], truncated_normal, *_SPREAD[1:]),
    "constant": Rule(("value",), constant),
}
