"""Networks in plain numpy, with places where one thing can be done wrong; written without looking at the package."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

ELMAN = """rnncalc: 1
recurrence: elman
weights:
  U: [[0.5, -0.3], [0.8, 0.2], [-0.4, 0.6]]
  W: [[0.7, 0.4], [-0.5, 0.9]]
  b: [0.1, -0.2]
  V: [[1.2, 0.4, -0.3], [-0.7, 0.5, 0.8]]
  c: [0.3, -0.1, 0.2]
inputs: {x: [[1, 0.5, -0.2], [-1, 0.4, 0.7], [0.3, -0.6, 0.9], [0.8, 0.1, -0.5]]}
initial: {h: [0.6, -0.3]}
targets: {d: [[1, 0, 0.5], [0, 1, 0.2], [0.5, 0.3, 0.1], [0.2, 0.9, 0.4]]}
loss: squared-error
"""
_U = np.array([[0.5, -0.3], [0.8, 0.2], [-0.4, 0.6]])
_W = np.array([[0.7, 0.4], [-0.5, 0.9]])
_B = np.array([0.1, -0.2])
_V = np.array([[1.2, 0.4, -0.3], [-0.7, 0.5, 0.8]])
_C = np.array([0.3, -0.1, 0.2])
_X = np.array([[1, 0.5, -0.2], [-1, 0.4, 0.7], [0.3, -0.6, 0.9], [0.8, 0.1, -0.5]])
_D = np.array([[1, 0, 0.5], [0, 1, 0.2], [0.5, 0.3, 0.1], [0.2, 0.9, 0.4]])
_H0 = np.array([0.6, -0.3])


def write(answers: dict, decimals: int) -> str:
    """Write answers as the lines of a file."""
    lines = ["answers:"]
    for key, value in answers.items():
        rows = np.atleast_2d(np.array(value))
        nested = ", ".join("[" + ", ".join(f"{v:.{decimals}f}" for v in row) + "]" for row in rows)
        lines.append(f'  "{key}": [{nested}]')
    return "\n".join(lines) + "\n"


def elman(
    recur: Callable = lambda W, h: W.T @ h,
    b: float = 1,
    keep: bool = False,
    h0: float = 1,
    f: Callable = np.tanh,
    shift: int = 0,
    first: bool = False,
    backwards: bool = False,
    decimals: int | None = None,
) -> dict[str, list]:
    """Give z, h, y of four steps."""
    start = h = h0 * _H0
    found: dict[str, list] = {"z": [], "h": [], "y": []}

    def shown(value: np.ndarray) -> np.ndarray:
        return value if decimals is None else np.round(value, decimals)

    for t in range(4):
        s = t + shift if 0 <= t + shift < 4 else t
        s = 0 if first else 3 - t if backwards else s
        z = shown(_U.T @ _X[s] + recur(_W, start if keep else h) + b * _B)
        h = shown(f(z))
        found["z"].append(z)
        found["h"].append(h)
        found["y"].append(shown(_V.T @ h + _C))
    return found


def elman_gradients(
    slope: Callable = lambda h: 1 - h**2,
    carry: bool = True,
    last: bool = False,
    total: Callable = sum,
    state: int = -1,
    back: Callable = lambda W, g: W @ g,
    factor: float = 2,
    truncate: int | None = None,
) -> dict[str, list]:
    """Give the adjoints of h and z and the gradient of W for the squared error."""
    right = elman()
    hs = [_H0, *right["h"]]

    def passed(outputs: list[int]) -> tuple[list, list, list]:
        grad_h, grad_z, carried = [None] * 4, [None] * 4, np.zeros(2)
        for t in reversed(range(4)):
            du = factor * (right["y"][t] - _D[t]) if t in outputs else np.zeros(3)
            grad_h[t] = _V @ du + carried
            grad_z[t] = slope(right["h"][t]) * grad_h[t]
            carried = back(_W, grad_z[t]) if carry else np.zeros(2)
        return grad_h, grad_z, [np.outer(hs[t + 1 + state], grad_z[t]) for t in range(4)]

    outputs = [3] if last else [0, 1, 2, 3]
    grad_h, grad_z, parts = passed(outputs)
    if truncate is not None:
        parts = [part for j in outputs for t, part in enumerate(passed([j])[2]) if j - t <= truncate]
    return {"grad(h)": grad_h, "grad(z)": grad_z, "grad(W)": total(parts)}


LSTM = """rnncalc: 1
recurrence: lstm
weights:
  W_f: [[0.5, -0.3, 0.2], [0.1, 0.7, -0.6]]
  U_f: [[0.4, 0.2], [-0.3, 0.6]]
  b_f: [0.1, -0.2]
  W_i: [[-0.4, 0.6, 0.3], [0.8, -0.1, 0.5]]
  U_i: [[0.7, -0.5], [0.2, 0.3]]
  b_i: [0.3, 0.2]
  W_g: [[0.9, 0.1, -0.7], [-0.2, 0.4, 0.6]]
  U_g: [[-0.6, 0.8], [0.5, 0.1]]
  b_g: [-0.1, 0.4]
  W_o: [[0.2, -0.8, 0.4], [0.6, 0.3, -0.5]]
  U_o: [[0.3, 0.9], [-0.7, 0.2]]
  b_o: [0.2, -0.3]
  V: [[0.7, -0.4]]
  b_y: [0.1]
inputs: {x: [[1, 0.5, -0.2], [-1, 0.4, 0.7], [0.3, -0.6, 0.9], [0.8, 0.1, -0.5]]}
initial: {h: [0.3, -0.2], c: [0.5, 0.4]}
"""
_GATES = {
    "f": ([[0.5, -0.3, 0.2], [0.1, 0.7, -0.6]], [[0.4, 0.2], [-0.3, 0.6]], [0.1, -0.2]),
    "i": ([[-0.4, 0.6, 0.3], [0.8, -0.1, 0.5]], [[0.7, -0.5], [0.2, 0.3]], [0.3, 0.2]),
    "g": ([[0.9, 0.1, -0.7], [-0.2, 0.4, 0.6]], [[-0.6, 0.8], [0.5, 0.1]], [-0.1, 0.4]),
    "o": ([[0.2, -0.8, 0.4], [0.6, 0.3, -0.5]], [[0.3, 0.9], [-0.7, 0.2]], [0.2, -0.3]),
}


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def lstm(
    exchange: tuple[str, str] | None = None,
    order: tuple[str, ...] = ("f", "i", "g", "o"),
    cell: Callable = np.tanh,
    forget: float = 0,
    gate: Callable = _sigmoid,
) -> dict[str, list]:
    """Give the gates, c, h and y of four steps; `order` says whose weights f, i, g and o are given."""
    h, c = np.array([0.3, -0.2]), np.array([0.5, 0.4])
    taken = dict(zip("figo", order, strict=True))
    found: dict[str, list] = {name: [] for name in "figochy"}
    for x in _X:
        values = {}
        for name in "figo":
            W, U, b = (np.array(part) for part in _GATES[taken[name]])
            a = W @ x + U @ h + b + (forget if name == "f" else 0)
            values[name] = np.tanh(a) if name == "g" else gate(a)
        used = dict(values)
        if exchange:
            used[exchange[0]], used[exchange[1]] = values[exchange[1]], values[exchange[0]]
        c = used["f"] * c + used["i"] * used["g"]
        h = used["o"] * cell(c)
        for name, value in {**values, "c": c, "h": h, "y": np.array([0.7 * h[0] - 0.4 * h[1] + 0.1])}.items():
            found[name].append(value)
    return found


GRU = """rnncalc: 1
recurrence: gru
weights:
  W_z: [[0.5, -0.3, 0.2], [0.1, 0.7, -0.6]]
  U_z: [[0.4, 0.2], [-0.3, 0.6]]
  b_z: [0.1, -0.2]
  W_r: [[-0.4, 0.6, 0.3], [0.8, -0.1, 0.5]]
  U_r: [[0.7, -0.5], [0.2, 0.3]]
  b_r: [0.3, 0.2]
  W_n: [[0.9, 0.1, -0.7], [-0.2, 0.4, 0.6]]
  U_n: [[-0.6, 0.8], [0.5, 0.1]]
  b_n: [-0.1, 0.4]
inputs: {x: [[1, 0.5, -0.2], [-1, 0.4, 0.7], [0.3, -0.6, 0.9], [0.8, 0.1, -0.5]]}
initial: {h: [0.3, -0.2]}
"""


def gru(
    update: Callable = lambda z, h, n: (1 - z) * h + z * n, reset: str = "before", exchange: bool = False
) -> dict[str, list]:
    """Give the gates, the candidate and h of four steps, the update taking the new."""
    h = np.array([0.3, -0.2])
    W_z, U_z, b_z = (np.array(part) for part in _GATES["f"])
    W_r, U_r, b_r = (np.array(part) for part in _GATES["i"])
    W_n, U_n, b_n = (np.array(part) for part in _GATES["g"])
    found: dict[str, list] = {name: [] for name in "zrnh"}
    for x in _X:
        z, r = _sigmoid(W_z @ x + U_z @ h + b_z), _sigmoid(W_r @ x + U_r @ h + b_r)
        used = (r, z) if exchange else (z, r)
        states = {"before": U_n @ (used[1] * h), "after": used[1] * (U_n @ h), "none": U_n @ h}
        n = np.tanh(W_n @ x + states[reset] + b_n)
        h = update(used[0], h, n)
        for name, value in zip("zrnh", (z, r, n, h), strict=True):
            found[name].append(value)
    return found
