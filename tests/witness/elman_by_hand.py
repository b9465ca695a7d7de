"""The Elman network of tutorial question 2 in plain numpy: loss, gradients and Adam written out by hand.

Rows: h[t] = tanh(x[t] U + h[t-1] W + b), y[t] = h[t] V + c, loss = squared error by pairs (sequence, step).
A witness of the tests and a contender of the benchmarks; it shares nothing with the package.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SEQUENCES, STEPS, N_X, N_H, N_Y = 8, 100, 3, 5, 2
NAMES = ("U", "W", "b", "V", "c")


class Data(NamedTuple):
    """What is learnt.

    Shapes:
        x, d: (n_steps, n_sequences, n)
    """

    x: np.ndarray
    d: np.ndarray


def tutorial_data(seed: int) -> Data:
    """Draw d1 = 5 x1(t) − 0.2 x3(t−1) and d2 = 25 x2(t−1) x3(t−3), with noise, as the tutorial does."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=(STEPS, SEQUENCES, N_X))
    d = 0.1 * rng.normal(size=(STEPS, SEQUENCES, N_Y))
    d[1:, :, 0] += 5 * x[1:, :, 0] - 0.2 * x[:-1, :, 2]
    d[3:, :, 1] += 25 * x[2:-1, :, 1] * x[:-3, :, 2]
    return Data(x, d)


def drawn_weights(seed: int) -> dict[str, np.ndarray]:
    """Draw uniform weights in ±√(6 / (rows + columns)), with biases of zero."""
    rng = np.random.default_rng(seed)
    shapes = {"U": (N_X, N_H), "W": (N_H, N_H), "b": (N_H,), "V": (N_H, N_Y), "c": (N_Y,)}
    return {
        name: rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape)) if len(shape) == 2 else np.zeros(shape)
        for name, shape in shapes.items()
    }


def loss_and_gradients(w: dict[str, np.ndarray], data: Data) -> tuple[float, dict[str, np.ndarray]]:
    """Give the mean loss, and its gradient by every weight."""
    n_steps, n_sequences, _ = data.x.shape
    h = np.zeros((n_steps + 1, n_sequences, len(w["b"])), data.x.dtype)
    z = data.x @ w["U"] + w["b"]
    for t in range(n_steps):
        h[t + 1] = np.tanh(z[t] + h[t] @ w["W"])
    off = h[1:] @ w["V"] + w["c"] - data.d
    loss = (off * off).sum() / (n_steps * n_sequences)
    at_y = off * (2 / (n_steps * n_sequences))
    from_y, slope = at_y @ w["V"].T, 1 - h[1:] ** 2
    at_z, back = np.empty_like(slope), np.zeros_like(slope[0])
    for t in reversed(range(n_steps)):
        at_z[t] = slope[t] * (from_y[t] + back)
        back = at_z[t] @ w["W"].T
    return float(loss), {
        "U": np.tensordot(data.x, at_z, ((0, 1), (0, 1))),
        "W": np.tensordot(h[:-1], at_z, ((0, 1), (0, 1))),
        "b": at_z.sum((0, 1)),
        "V": np.tensordot(h[1:], at_y, ((0, 1), (0, 1))),
        "c": at_y.sum((0, 1)),
    }


class Adam:
    """Adam's update of a dictionary of weights, in place (Kingma & Ba 2015, algorithm 1)."""

    def __init__(self, weights: dict[str, np.ndarray], rate: float):
        self.weights, self.rate, self.t = weights, rate, 0
        self.mean, self.square = ({name: np.zeros_like(array) for name, array in weights.items()} for _ in range(2))

    def step(self, gradients: dict[str, np.ndarray]) -> None:
        self.t += 1
        for name, g in gradients.items():
            m, v = self.mean[name], self.square[name]
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            self.weights[name] -= self.rate * (m / (1 - 0.9**self.t)) / (np.sqrt(v / (1 - 0.999**self.t)) + 1e-8)
