"""Optimisers against their published recursions, written out here entry by entry; clipping by both methods."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from rnncalc.problem.glossary import read_glossary
from rnncalc.training.clipping import clipper
from rnncalc.training.optimisers import OPTIMISERS, updater
from rnncalc.training.plan import Choice

RATE = 0.03
GRADIENTS = np.random.default_rng(4).normal(0, [[3.0], [0.01], [1.0], [1.0], [200.0], [0.0], [1.0]], (7, 5))
START = np.linspace(-1, 1, 5)
CONSTANTS = {
    "gradient-descent": {},
    "momentum": {"momentum": 0.8},
    "rmsprop": {"decay": 0.95, "epsilon": 1e-3},
    "adam": {"beta1": 0.85, "beta2": 0.99, "epsilon": 1e-3},
}


def cauchy(w, gradients):
    for g in gradients:
        w = w - RATE * g
    return w


def sutskever(w, gradients, momentum=0.9):
    v = 0.0
    for g in gradients:
        v = momentum * v - RATE * g
        w = w + v
    return w


def tieleman(w, gradients, decay=0.9, epsilon=1e-8):
    mean_square = 0.0
    for g in gradients:
        mean_square = decay * mean_square + (1 - decay) * g**2
        w = w - RATE * g / (sqrt(mean_square) + epsilon)
    return w


def kingma(w, gradients, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        w = w - RATE * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + epsilon)
    return w


PUBLISHED = {"gradient-descent": cauchy, "momentum": sutskever, "rmsprop": tieleman, "adam": kingma}


def moved(choice: Choice) -> np.ndarray:
    weights, update = START.copy(), updater(choice, 5)
    for gradient in GRADIENTS:
        kept = gradient.copy()
        update(weights, gradient)
        np.testing.assert_array_equal(gradient, kept)
    return weights


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_weights_move_as_published(kind):
    for constants in ({}, CONSTANTS[kind]):
        expected = [PUBLISHED[kind](w, g, **constants) for w, g in zip(START, GRADIENTS.T, strict=True)]
        np.testing.assert_allclose(moved(Choice(kind, RATE, constants)), expected, rtol=1e-13)


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_what_gets_no_gradient_stays(kind):
    weights, update = START.copy(), updater(Choice(kind, RATE), 5)
    for _ in range(3):
        update(weights, np.array([0, 1.0, 0, 2.0, 0]))
    assert [weights[k] == START[k] for k in range(5)] == [True, False, True, False, True]


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_two_updates_share_nothing(kind):
    first, second = (updater(Choice(kind, RATE), 5) for _ in range(2))
    a, b = START.copy(), START.copy()
    first(START.copy(), GRADIENTS[0])
    second(a, GRADIENTS[2])
    updater(Choice(kind, RATE), 5)(b, GRADIENTS[2])
    np.testing.assert_array_equal(a, b)


def test_an_unknown_constant_is_no_constant():
    with pytest.raises(TypeError):
        updater(Choice("rmsprop", RATE, {"beta1": 0.9}), 5)


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_explain_shows_the_equations_and_constants(kind):
    entry = {name: entry for group in read_glossary().values() for name, entry in group.items()}[kind]
    shown = " ".join(entry.example.split())
    if kind != "gradient-descent":  # which is told in words
        assert all(equation in shown for equation in OPTIMISERS[kind].equations)
        assert all(
            f"{name}: {value:g}".replace("e-0", "e-") in shown for name, value in OPTIMISERS[kind].constants.items()
        )


def test_clip_each_entry():
    gradient = np.array([3.0, -0.5, -7.0, 1.0])
    clipper("limit", 1)(gradient)
    np.testing.assert_array_equal(gradient, [1, -0.5, -1, 1])


@pytest.mark.parametrize("size", [1.0, 1e-200, 1e200])
def test_clip_all_by_their_norm(size):
    gradient = np.array([3.0, 0, -4.0]) * size
    with np.errstate(over="ignore"):
        clipper("norm", 2.5 * size)(gradient)
    np.testing.assert_allclose(gradient, np.array([1.5, 0, -2.0]) * size, rtol=1e-14)
    with np.errstate(over="ignore"):
        clipper("norm", 2.6 * size)(gradient)
    np.testing.assert_allclose(gradient, np.array([1.5, 0, -2.0]) * size, rtol=1e-14)


def test_clip_nothing_at_all():
    for method in ("limit", "norm"):
        clipper(method, 1)(np.empty(0))
