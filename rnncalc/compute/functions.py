"""The forward functions of the operation table, over arrays (…, rows, columns).

Leading axes are time and batch, or batch, or none for weights. `axis` is the
axis of features, given where an operation needs it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def matmul(a: Array, b: Array) -> Array:
    """Matrix product; a weight times many columns, or many rows times a weight, is one product."""
    if a.ndim == 2 and b.ndim > 2 and b.shape[-1] == 1:
        return (b[..., 0] @ a.T)[..., None]
    if b.ndim == 2 and a.ndim > 2 and a.shape[-2] == 1:
        return (a[..., 0, :] @ b)[..., None, :]
    return a @ b


def sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))


def leaky_relu(z: Array, slope: Array | float = 0.01) -> Array:
    return np.where(z > 0, z, slope * z)


def elu(z: Array, alpha: Array | float = 1.0) -> Array:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def hard_sigmoid(z: Array, slope: Array | float = 0.2, shift: Array | float = 0.5) -> Array:
    return np.clip(slope * z + shift, 0, 1)


def softmax(z: Array, axis: int) -> Array:
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def log_softmax(z: Array, axis: int) -> Array:
    shifted = z - z.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def concat(*parts: Array, axis: int) -> Array:
    lead = np.broadcast_shapes(*(part.shape[:-2] for part in parts))
    return np.concatenate([np.broadcast_to(part, (*lead, *part.shape[-2:])) for part in parts], axis=axis)


def lookup(table: Array, which: Array, axis: int) -> Array:
    rows = table[which[..., 0, 0].astype(int)]
    return rows[..., None] if axis == -2 else rows[..., None, :]


def entry(vector: Array, which: Array) -> Array:
    at = int(which.flat[0]) - 1
    flat = vector.reshape(*vector.shape[:-2], -1)
    return flat[..., at, None, None]


def total(a: Array) -> Array:
    return a.sum(axis=(-2, -1), keepdims=True)


def cross_entropy(p: Array, d: Array) -> Array:
    """−Σ d log p in nats, where 0 · log 0 is 0."""
    return total(np.where(d == 0, 0.0, -d * np.log(p)))


def binary_cross_entropy(p: Array, d: Array) -> Array:
    """−Σ (d log p + (1 − d) log(1 − p)) in nats, where 0 · log 0 is 0."""
    return cross_entropy(p, d) + cross_entropy(1 - p, 1 - d)


FORWARD: dict[str, Callable[..., Array]] = {
    "add": np.add,
    "sub": np.subtract,
    "neg": np.negative,
    "mul": np.multiply,
    "div": np.divide,
    "matmul": matmul,
    "pow": np.power,
    "transpose": lambda a: np.swapaxes(a, -1, -2),
    "entry": entry,
    "concat": concat,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(z, 0.0),
    "leaky_relu": leaky_relu,
    "elu": elu,
    "softplus": lambda z: np.logaddexp(z, 0.0),
    "hard_sigmoid": hard_sigmoid,
    "identity": lambda z: z,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "clip": np.clip,
    "min": np.minimum,
    "max": np.maximum,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "lookup": lookup,
    "dropout": lambda a, p: a,  # drops in training only
    "sum": total,
    "dot": lambda a, b: total(a * b),
    "norm": lambda a: np.sqrt(total(a * a)),
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
}

ALONG_FEATURES = frozenset({"softmax", "log_softmax", "concat", "lookup"})
