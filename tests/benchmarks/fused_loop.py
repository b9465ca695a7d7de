"""Tutorial question 2 as one function compiled by numba: forward, backward and Adam, no array beside its buffers."""

from __future__ import annotations

from math import sqrt, tanh

import numba
import numpy as np


@numba.njit(cache=False)
def train(
    x: np.ndarray,
    d: np.ndarray,
    flat: np.ndarray,
    mean: np.ndarray,
    square: np.ndarray,
    gradient: np.ndarray,
    h: np.ndarray,
    at_z: np.ndarray,
    n_y: int,
    rate: float,
    count: int,
) -> float:
    """Change the weights `flat` (U, W, b, V, c) by one update of Adam, and give the mean loss before it.

    Shapes:
        x, d: (n_steps, n_sequences, n)
        h: (n_steps + 1, n_sequences, n_h), with zeros at 0
        at_z: (n_steps, n_sequences, n_h)
    """
    n_steps, n_sequences, n_x = x.shape
    n_h = h.shape[2]
    w_at = n_x * n_h
    b_at = w_at + n_h * n_h
    v_at = b_at + n_h
    c_at = v_at + n_h * n_y
    gradient[:] = 0.0
    loss, share = 0.0, 1.0 / (n_steps * n_sequences)
    for t in range(n_steps):
        for p in range(n_sequences):
            for j in range(n_h):
                z = flat[b_at + j]
                for i in range(n_x):
                    z += x[t, p, i] * flat[i * n_h + j]
                for i in range(n_h):
                    z += h[t, p, i] * flat[w_at + i * n_h + j]
                h[t + 1, p, j] = tanh(z)
    for t in range(n_steps - 1, -1, -1):
        for p in range(n_sequences):
            for j in range(n_h):
                back = 0.0
                if t + 1 < n_steps:
                    for i in range(n_h):
                        back += flat[w_at + j * n_h + i] * at_z[t + 1, p, i]
                at_z[t, p, j] = back
            for k in range(n_y):
                y = flat[c_at + k]
                for j in range(n_h):
                    y += h[t + 1, p, j] * flat[v_at + j * n_y + k]
                off = y - d[t, p, k]
                loss += off * off
                at_y = 2.0 * off * share
                gradient[c_at + k] += at_y
                for j in range(n_h):
                    gradient[v_at + j * n_y + k] += h[t + 1, p, j] * at_y
                    at_z[t, p, j] += flat[v_at + j * n_y + k] * at_y
            for j in range(n_h):
                g = at_z[t, p, j] * (1.0 - h[t + 1, p, j] * h[t + 1, p, j])
                at_z[t, p, j] = g
                gradient[b_at + j] += g
                for i in range(n_x):
                    gradient[i * n_h + j] += x[t, p, i] * g
                for i in range(n_h):
                    gradient[w_at + i * n_h + j] += h[t, p, i] * g
    first, second = 1.0 - 0.9**count, 1.0 - 0.999**count
    for n in range(flat.size):
        g = gradient[n]
        mean[n] += 0.1 * (g - mean[n])
        square[n] += 0.001 * (g * g - square[n])
        flat[n] -= rate * (mean[n] / first) / (sqrt(square[n] / second) + 1e-8)
    return loss * share
