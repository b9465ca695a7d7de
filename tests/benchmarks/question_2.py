"""One iteration of tutorial question 2 by each contender: forward, backward, Adam's update, the loss read as a float.

8 sequences of 100 steps, 3 inputs, 5 hidden units, 2 outputs; the same data and initial weights for all.
Every function gives what carries out one more iteration; a peer whose package is absent is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from running import problem
from training_iteration import Iterate, by_jax, ours, text_of
from witness import elman_by_hand as by_hand

RATE = 0.01
DATA, WEIGHTS = by_hand.tutorial_data(0), by_hand.drawn_weights(0)
PAIRS = by_hand.SEQUENCES * by_hand.STEPS


def contenders() -> dict[str, Iterate]:
    """Give everyone who is there, ours first."""
    found: dict[str, Iterate] = {"ours, float64": ours(_case(), RATE), "numpy by hand, float64": _numpy()}
    peers: dict[str, tuple[str, Callable[..., Iterate]]] = {"torch": ("torch", _torch), "JAX": ("optax", _jax)}
    for name, (package, make) in peers.items():
        if find_spec(package):
            found |= {f"{name}, {dtype}": make(dtype) for dtype in ("float32", "float64")}
    if find_spec("numba"):
        found["fused loop (numba), float64"] = _fused()
    return found


def _case():
    by_sequence = {name: array.swapaxes(0, 1).tolist() for name, array in DATA._asdict().items()}
    return problem(
        text_of(
            recurrence="elman",
            weights={name: array.tolist() for name, array in WEIGHTS.items()},
            inputs={"x": by_sequence["x"]},
            targets={"d": by_sequence["d"]},
            loss={"kind": "squared-error", "reduction": "mean"},
        )
    ).case


def _numpy() -> Iterate:
    weights = {name: array.copy() for name, array in WEIGHTS.items()}
    adam = by_hand.Adam(weights, RATE)

    def iterate() -> float:
        loss, gradients = by_hand.loss_and_gradients(weights, DATA)
        adam.step(gradients)
        return loss

    return iterate


def _torch(dtype: str) -> Iterate:
    """nn.RNN (with its second bias) and nn.Linear, autograd, torch.optim.Adam."""
    import torch

    tensor = partial(torch.tensor, dtype=getattr(torch, dtype))
    cells, layer = torch.nn.RNN(by_hand.N_X, by_hand.N_H), torch.nn.Linear(by_hand.N_H, by_hand.N_Y)
    for module in (cells, layer):
        module.to(getattr(torch, dtype))
    start = {"weight_ih_l0": WEIGHTS["U"].T, "weight_hh_l0": WEIGHTS["W"].T, "bias_ih_l0": WEIGHTS["b"]}
    start |= {"bias_hh_l0": np.zeros(by_hand.N_H)}
    cells.load_state_dict({name: tensor(array) for name, array in start.items()})
    layer.load_state_dict({"weight": tensor(WEIGHTS["V"].T), "bias": tensor(WEIGHTS["c"])})
    adam = torch.optim.Adam([*cells.parameters(), *layer.parameters()], RATE)
    x, d = tensor(DATA.x), tensor(DATA.d)

    def iterate() -> float:
        loss = ((layer(cells(x)[0]) - d) ** 2).sum() / PAIRS
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    return iterate


def _jax(dtype: str) -> Iterate:
    """lax.scan under jit, the product with the inputs outside the scan, optax.adam; the state is given away."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, d = (jnp.asarray(array, dtype) for array in DATA)
    weights = {name: jnp.asarray(array, dtype) for name, array in WEIGHTS.items()}

    def loss_of(w):
        def step(h, z):
            h = jnp.tanh(z + h @ w["W"])
            return h, h

        _, h = jax.lax.scan(step, jnp.zeros((by_hand.SEQUENCES, by_hand.N_H), dtype), x @ w["U"] + w["b"])
        return ((h @ w["V"] + w["c"] - d) ** 2).sum() / PAIRS

    return by_jax(loss_of, weights, RATE)


def _fused() -> Iterate:
    """Everything in one compiled function, entry by entry: the limit."""
    from fused_loop import train

    x, d = (np.ascontiguousarray(array) for array in DATA)
    flat = np.concatenate([WEIGHTS[name].ravel() for name in ("U", "W", "b", "V", "c")])
    mean, square, gradient = (np.zeros_like(flat) for _ in range(3))
    h, at_z = (
        np.zeros((by_hand.STEPS + 1, by_hand.SEQUENCES, by_hand.N_H)),
        np.zeros((by_hand.STEPS, by_hand.SEQUENCES, by_hand.N_H)),
    )
    count = [0]

    def iterate() -> float:
        count[0] += 1
        return train(x, d, flat, mean, square, gradient, h, at_z, by_hand.N_Y, RATE, count[0])

    return iterate
