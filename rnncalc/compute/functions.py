"""The forward functions of the operation table, over arrays (…, rows, columns).

Leading axes are time and batch, or batch, or none for weights. `axis` is the
axis of features, given where an operation needs it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray

LARGE_PRODUCT = 20_000  # multiplications from which a product for each step costs less than copying


def matmul(a: Array, b: Array) -> Array:
    """Matrix product; a weight times many columns, or many rows times a weight, is one product."""
    if a.ndim == 2 and b.ndim > 2 and b.shape[-1] == 1:
        return _columns(a, b)
    if b.ndim == 2 and a.ndim > 2 and a.shape[-2] == 1:
        return _columns(b.T, a.swapaxes(-1, -2)).swapaxes(-1, -2)
    return a @ b


def _columns(weight: Array, columns: Array) -> Array:
    """Give a weight times columns (…, n, 1), laid out as these are: entry by entry, or features first."""
    n_rows, width = weight.shape
    if columns.ndim != 4 or columns.strides[1] >= columns.strides[2]:
        return (columns.reshape(-1, width) @ weight.T).reshape(*columns.shape[:-2], n_rows, 1)
    n_steps, n_sequences = columns.shape[:2]
    if n_rows * width * n_sequences >= LARGE_PRODUCT:
        return (weight @ columns[..., 0].swapaxes(1, 2)).swapaxes(1, 2)[..., None]
    wide = weight @ columns[..., 0].transpose(2, 0, 1).reshape(width, -1)
    return wide.reshape(n_rows, n_steps, n_sequences).transpose(1, 2, 0)[..., None]


def power(a: Array, b: Array) -> Array:
    """a ** b; squares, the commonest, at a tenth of the price."""
    return np.square(a) if b.size == 1 and b.flat[0] == 2 else np.power(a, b)


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
    return np.einsum("...ij->...", a)[..., None, None]  # a third of the price of sum() for small vectors


def cross_entropy(p: Array, d: Array) -> Array:
    """−Σ d log p in nats, where 0 · log 0 is 0."""
    return total(np.where(d == 0, 0.0, -d * np.log(p)))


def binary_cross_entropy(p: Array, d: Array) -> Array:
    """−Σ (d log p + (1 − d) log(1 − p)) in nats, where 0 · log 0 is 0."""
    return cross_entropy(p, d) + cross_entropy(1 - p, 1 - d)


def softmax_cross_entropy(logits: Array, d: Array, p: Array) -> Array:
    """−Σ d log softmax(logits) in nats, from the logits: finite where a probability underflows."""
    axis = -2 if logits.shape[-2] > 1 else -1
    return -total(d * log_softmax(logits, axis))


def sigmoid_cross_entropy(logits: Array, d: Array, p: Array) -> Array:
    """−Σ (d log σ + (1 − d) log(1 − σ)) in nats, from the logits."""
    return total(np.logaddexp(logits, 0.0) - d * logits)


def ratio(a: Array, b: Array) -> Array:
    """a / b, and 0 where a is 0: what no target asks for sends nothing back."""
    return np.where(a == 0, 0.0, a / b)


def unit(g: Array, which: Array, like: Array) -> Array:
    """Give zeros like a vector, with g at one entry (counted from 1)."""
    rows, columns = like.shape[-2:]
    ones = np.zeros(rows * columns)
    ones[int(which.flat[0]) - 1] = 1.0
    return g * ones.reshape(rows, columns)


def part(g: Array, arg: Array, which: Array, *args: Array) -> Array:
    """Give the piece of g that belongs to one argument of concat(*args)."""
    number = int(which.flat[0]) - 1
    axis = -2 if g.shape[-1] == arg.shape[-1] and sum(a.shape[-2] for a in args) == g.shape[-2] else -1
    start = sum(a.shape[axis] for a in args[:number])
    return np.take(g, range(start, start + arg.shape[axis]), axis=axis)


def scatter(g: Array, which: Array, like: Array) -> Array:
    """Give zeros like a table, with g added at the row that was looked up (counted from 0)."""
    rows, columns = like.shape[-2:]
    hot = np.arange(rows) == which[..., 0, 0, None]
    return hot[..., None] * g.reshape(*g.shape[:-2], 1, columns)


def rows_added(rows: Array, which: Array, shape: tuple[int, int]) -> Array:
    """Give a table of zeros of a shape, with each row (n, columns) added at its place (n,), counted from 0.

    A row whose place is nan, past the end of a shorter sequence, is left out.
    """
    order = np.argsort(which, kind="stable")  # nan last
    order = order[: len(order) - np.count_nonzero(np.isnan(which))]
    places = which[order].astype(int)
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    table = np.zeros(shape)
    table[places[starts]] = np.add.reduceat(rows[order], starts, axis=0)
    return table


FORWARD: dict[str, Callable[..., Array]] = {
    "add": np.add,
    "sub": np.subtract,
    "neg": np.negative,
    "mul": np.multiply,
    "div": np.divide,
    "matmul": matmul,
    "pow": power,
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
    "softmax_cross_entropy": softmax_cross_entropy,
    "sigmoid_cross_entropy": sigmoid_cross_entropy,
    "step": lambda z: np.where(z > 0, 1.0, 0.0),
    "leaky_relu_slope": lambda z, slope=0.01: np.where(z > 0, 1.0, slope),
    "elu_slope": lambda z, alpha=1.0: np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0))),
    "hard_sigmoid_slope": lambda z, a=0.2, b=0.5: np.where((a * z + b > 0) & (a * z + b < 1), a, 0.0),
    "within": lambda z, low, high: np.where((z > low) & (z < high), 1.0, 0.0),
    "ratio": ratio,
    "unit": unit,
    "part": part,
    "scatter": scatter,
    "spread": lambda g, like: g * np.ones(like.shape[-2:]),
    "sum_columns": lambda a: a.sum(axis=-1, keepdims=True),
    "sum_rows": lambda a: a.sum(axis=-2, keepdims=True),
}

ALONG_FEATURES = frozenset({"softmax", "log_softmax", "concat", "lookup"})
