"""How a gradient changes the weights: one table of optimisers, each as published.

All of them work on one flat vector in place, and keep what they need in
buffers made once. `OPTIMISERS` is the one to read first; `updater` makes an
update from a plan's choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnncalc.training.plan import Choice

Update = Callable[[np.ndarray, np.ndarray], None]


class Optimiser(NamedTuple):
    """One row of the table.

    `constants` are the published defaults, `equations` what happens in each
    iteration t = 1, 2, … to the weights w, with their gradient g. `make(size,
    rate, **constants)` gives a function that takes weights and gradient, both
    (size,), and changes the weights in place.
    """

    title: str
    source: str
    constants: Mapping[str, float]
    equations: tuple[str, ...]
    make: Callable[..., Update]


def updater(choice: Choice, size: int) -> Update:
    """Make the update that a plan chooses, for vectors of `size` numbers.

    Raises:
        KeyError: there is no such optimiser.
        TypeError: it has no such constant.
    """
    row = OPTIMISERS[choice.kind]
    return row.make(size, choice.rate, **{**row.constants, **choice.constants})


def _constant(value: float) -> np.ndarray:
    """Give a number as an array, which numpy takes a third faster than a Python number."""
    return np.array(float(value))


def _gradient_descent(size: int, rate: float) -> Update:
    step, by, multiply, subtract = np.empty(size), _constant(rate), np.multiply, np.subtract

    def update(weights: np.ndarray, gradient: np.ndarray) -> None:
        multiply(gradient, by, step)
        subtract(weights, step, weights)

    return update


def _momentum(size: int, rate: float, momentum: float) -> Update:
    velocity, step = np.zeros(size), np.empty(size)
    by, kept, multiply, add, subtract = _constant(rate), _constant(momentum), np.multiply, np.add, np.subtract

    def update(weights: np.ndarray, gradient: np.ndarray) -> None:
        multiply(velocity, kept, velocity)
        add(velocity, gradient, velocity)
        multiply(velocity, by, step)
        subtract(weights, step, weights)

    return update


def _rmsprop(size: int, rate: float, decay: float, epsilon: float) -> Update:
    square, step = np.zeros(size), np.empty(size)
    by, kept, fresh, small = map(_constant, (rate, decay, 1 - decay, epsilon))
    multiply, add, subtract, divide, root = np.multiply, np.add, np.subtract, np.divide, np.sqrt

    def update(weights: np.ndarray, gradient: np.ndarray) -> None:
        multiply(gradient, fresh, step)
        multiply(step, gradient, step)
        multiply(square, kept, square)
        add(square, step, square)
        root(square, step)
        add(step, small, step)
        divide(gradient, step, step)
        multiply(step, by, step)
        subtract(weights, step, weights)

    return update


def _adam(size: int, rate: float, beta1: float, beta2: float, epsilon: float) -> Update:
    """Make Adam's update.

    The two corrections are numbers: with r = √(1 − β₂ᵗ), rate · m̂ / (√v̂ + ε)
    is rate · r / (1 − β₁ᵗ) · m / (√v + ε r).
    """
    mean, square, step = np.zeros(size), np.zeros(size), np.empty(size)
    kept, fresh_mean, fresh_square = map(_constant, (beta2, 1 - beta1, 1 - beta2))
    by, small, count = np.empty(()), np.empty(()), 0
    multiply, add, subtract, divide, root = np.multiply, np.add, np.subtract, np.divide, np.sqrt

    def update(weights: np.ndarray, gradient: np.ndarray) -> None:
        nonlocal count
        count += 1
        corrected = (1 - beta2**count) ** 0.5
        by[()], small[()] = rate * corrected / (1 - beta1**count), epsilon * corrected
        subtract(gradient, mean, step)  # m + (1 − β₁)(g − m) is β₁ m + (1 − β₁) g
        multiply(step, fresh_mean, step)
        add(mean, step, mean)
        multiply(gradient, fresh_square, step)
        multiply(step, gradient, step)
        multiply(square, kept, square)
        add(square, step, square)
        root(square, step)
        add(step, small, step)
        divide(mean, step, step)
        multiply(step, by, step)
        subtract(weights, step, weights)

    return update


OPTIMISERS: Mapping[str, Optimiser] = MappingProxyType(
    {
        "gradient-descent": Optimiser(
            "a step against the gradient",
            "Cauchy 1847, Méthode générale pour la résolution des systèmes d'équations simultanées",
            {},
            ("w ← w − rate · g",),
            _gradient_descent,
        ),
        "momentum": Optimiser(
            "gradient descent with a velocity",
            "Polyak 1964, Some methods of speeding up the convergence of iteration methods; Sutskever et al. 2013, "
            "On the importance of initialization and momentum in deep learning",
            {"momentum": 0.9},
            ("v ← momentum · v + g", "w ← w − rate · v"),
            _momentum,
        ),
        "rmsprop": Optimiser(
            "gradients divided by a running root mean square",
            "Tieleman & Hinton 2012, Neural Networks for Machine Learning, lecture 6.5",
            {"decay": 0.9, "epsilon": 1e-8},
            ("v ← decay · v + (1 − decay) · g²", "w ← w − rate · g / (√v + epsilon)"),
            _rmsprop,
        ),
        "adam": Optimiser(
            "running means of gradients and of their squares, corrected at the start",
            "Kingma & Ba 2015, Adam: A Method for Stochastic Optimization, algorithm 1",
            {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
            (
                "m ← beta1 · m + (1 − beta1) · g",
                "v ← beta2 · v + (1 − beta2) · g²",
                "m̂ = m / (1 − beta1ᵗ)",
                "v̂ = v / (1 − beta2ᵗ)",
                "w ← w − rate · m̂ / (√v̂ + epsilon)",
            ),
            _adam,
        ),
    }
)
