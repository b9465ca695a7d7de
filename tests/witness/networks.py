"""The table of networks: what the problem file says of each, the sizes, and the forward equations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import catalogue_forward as cat
import equations_forward as own


@dataclass(frozen=True)
class Network:
    """A shape with "t" in it has one entry a time step there; the sequences of a batch come in front."""

    forward: Callable
    keys: dict  # the keys of the problem file that choose the system
    weights: dict[str, tuple[int, ...]]
    initial: dict[str, int]
    inputs: dict[str, tuple]
    target: tuple
    loss: str | dict
    target_kind: str = "real"  # real, binary, one-hot, or class: an index counted from 0
    activations: dict = field(default_factory=dict)


SQUARED = {"kind": "squared-error"}
CROSS_ENTROPY = {"kind": "cross-entropy"}


def elman(x, h, y, output, loss, target_kind, hidden="tanh"):
    return Network(
        forward=cat.elman(hidden, output),
        keys={"recurrence": "elman"},
        activations={"hidden": hidden, "output": output},
        weights=elman_weights(x, h, y),
        initial={"h": h},
        inputs={"x": ("t", x)},
        target=("t",) if target_kind == "class" else ("t", y),
        loss=loss,
        target_kind=target_kind,
    )


def elman_weights(x, h, y):
    return {"U": (x, h), "W": (h, h), "b": (h,), "V": (h, y), "c": (y,)}


def deep_weights(x, widths, y, carried):
    """`carried` is the width of what each layer reads from the step before."""
    weights, below = {}, x
    for layer, (width, previous) in enumerate(zip(widths, carried, strict=True), start=1):
        weights |= {f"U{layer}": (below, width), f"W{layer}": (previous, width), f"b{layer}": (width,)}
        below = width
    return weights | {"V": (below, y), "c": (y,)}


def gate_weights(gates, x, h, y, variant="split"):
    weights = {}
    for gate in gates:
        if variant == "split":
            weights |= {f"W_{gate}": (h, x), f"U_{gate}": (h, h), f"b_{gate}": (h,)}
        else:
            weights |= {f"W_{gate}": (h, h + x), f"b_{gate}": (h,)}
    return weights | {"V": (y, h), "b_y": (y,)}


def lstm(x, h, y, **keys):
    variant = keys.get("variant", "split")
    return Network(
        forward=cat.lstm(cat.concat_gate if variant == "concat" else cat.split_gate),
        keys={"recurrence": "lstm", **keys},
        weights=gate_weights("figo", x, h, y, variant),
        initial={"h": h, "c": h},
        inputs={"x": ("t", x)},
        target=("t", y),
        loss=SQUARED,
    )


def gru(x, h, y, **keys):
    variant = keys.get("variant", "split")
    gate = cat.concat_gate if variant == "concat" else cat.split_gate
    return Network(
        forward=cat.gru(gate, keys.get("reset", "before"), keys.get("update", "takes-new")),
        keys={"recurrence": "gru", **keys},
        activations={"output": "softmax"},
        weights=gate_weights("zrn", x, h, y, variant),
        initial={"h": h},
        inputs={"x": ("t", x)},
        target=("t", y),
        loss=CROSS_ENTROPY,
        target_kind="one-hot",
    )


def written(text, forward, weights, initial, x, y):
    return Network(
        forward=forward,
        keys={"equations": text},
        weights=weights,
        initial=initial,
        inputs={"x": ("t", x)},
        target=("t", y),
        loss=SQUARED,
    )


NETWORKS = {
    "elman-softmax": elman(3, 2, 4, "softmax", CROSS_ENTROPY, "one-hot"),
    "elman-sigmoid": elman(2, 4, 1, "sigmoid", "binary-cross-entropy", "binary"),
    "elman-linear": elman(4, 3, 2, "identity", SQUARED, "real"),
    "elman-relu": elman(2, 5, 3, "identity", {"kind": "half-squared-error", "at": "last"}, "real", hidden="relu"),
    "elman-mean": elman(3, 4, 5, "softmax", {"kind": "cross-entropy", "reduction": "mean"}, "class"),
    "jordan": Network(
        forward=cat.jordan,
        keys={"recurrence": "jordan"},
        activations={"hidden": "tanh", "output": "sigmoid"},
        weights={"U": (2, 4), "W": (3, 4), "b": (4,), "V": (4, 3), "c": (3,)},
        initial={"y": 3},
        inputs={"x": ("t", 2)},
        target=("t", 3),
        loss=SQUARED,
    ),
    "deep-elman": Network(
        forward=cat.deep_elman,
        keys={"recurrence": "elman", "layers": 3},
        activations={"hidden": "tanh", "output": "softmax"},
        weights=deep_weights(1, (4, 2, 3), 5, carried=(4, 2, 3)),
        initial={"h1": 4, "h2": 2, "h3": 3},
        inputs={"x": ("t", 1)},
        target=("t", 5),
        loss=CROSS_ENTROPY,
        target_kind="one-hot",
    ),
    "deep-jordan": Network(
        forward=cat.deep_jordan,
        keys={"recurrence": "jordan", "layers": 3},
        activations={"hidden": "tanh", "output": "sigmoid"},
        weights=deep_weights(2, (3, 5, 4), 1, carried=(5, 4, 1)),
        initial={"h2": 5, "h3": 4, "y": 1},
        inputs={"x": ("t", 2)},
        target=("t", 1),
        loss=SQUARED,
    ),
    "lstm": lstm(3, 2, 4),
    "lstm-concat": lstm(2, 4, 3, variant="concat"),
    "gru": gru(2, 4, 3),
    "gru-concat": gru(4, 2, 3, variant="concat"),
    "gru-after": gru(3, 4, 2, reset="after"),
    "gru-keeps-old": gru(1, 3, 2, update="keeps-old"),
    "many-to-one": Network(
        forward=own.many_to_one,
        keys={"equations": own.MANY_TO_ONE},
        weights=elman_weights(2, 3, 4),
        initial={"h": 3},
        inputs={"x": ("t", 2)},
        target=(4,),
        loss=CROSS_ENTROPY,
        target_kind="one-hot",
    ),
    "one-to-many": Network(
        forward=own.one_to_many,
        keys={"equations": own.ONE_TO_MANY},
        weights=elman_weights(4, 3, 4),
        initial={"h": 3},
        inputs={"start": (4,)},
        target=("t", 4),
        loss=CROSS_ENTROPY,
        target_kind="one-hot",
    ),
    "skip": written(
        own.SKIP,
        own.skip,
        {"U": (4, 2), "W": (4, 4), "b": (4,), "V": (3, 4), "S": (3, 2), "c": (3,)},
        {"h": 4},
        x=2,
        y=3,
    ),
    "coupled": written(
        own.COUPLED,
        own.coupled,
        {"A": (3, 2), "B": (3, 4), "C": (4, 3), "D": (4, 4), "V": (5, 7)},
        {"g": 4},
        x=2,
        y=5,
    ),
    "reverse": written(
        own.REVERSE,
        own.reverse,
        {"U": (2, 3), "W": (2, 2), "R": (4, 3), "Q": (4, 4), "V": (5, 2), "P": (5, 4)},
        {"h": 2, "g": 4},
        x=3,
        y=5,
    ),
    "lags": written(
        own.LAGS,
        own.lags,
        {"U": (4, 3), "W": (4, 4), "Q": (4, 4), "b": (4,), "V": (2, 4)},
        {"h": 4},
        x=3,
        y=2,
    ),
    "shared": written(own.SHARED, own.shared, {"W": (3, 3)}, {"h": 3}, x=3, y=3),
}
