"""One iteration of larger exercises by each contender: LSTM, GRU, and an LSTM in both directions over reviews.

The sizes stand in the table WORK. Ours and JAX's have one bias a gate, torch's modules two (the second starts
at zero); the GRU is the one of torch.nn.GRU, its reset gate after the product. All start from the same weights.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from running import problem
from training_iteration import Iterate, by_jax, ours, text_of

RATE = 0.001
GATES = {"lstm": 4, "gru": 3}


class Work(NamedTuple):
    """Sizes of an exercise; `symbols` of an embedding, 0 for none; `last` where one output at the end is learnt."""

    title: str
    recurrence: str
    steps: int
    sequences: int
    n_x: int
    n_h: int
    n_y: int
    loss: str
    last: bool = False
    both: bool = False
    symbols: int = 0


WORK = {
    "lstm": Work("LSTM (question 3)", "lstm", 40, 11, 1, 10, 1, "squared-error"),
    "gru": Work("GRU (question 4), one-hot", "gru", 40, 11, 24, 10, 2, "cross-entropy", last=True),
    "reviews": Work("LSTM both ways, reviews", "lstm", 200, 32, 64, 64, 1, "binary-cross-entropy", True, True, 5_000),
}


class Drawn(NamedTuple):
    """Data and initial weights.

    Shapes:
        x: (n_sequences, n_steps, n_x), or symbols (n_sequences, n_steps)
        d: (n_sequences, n_steps, n_y), or of the end alone (n_sequences, n_y), or classes (n_sequences,)
        w: packed as torch packs them; V (n_y, n), b_y (n_y,), E (symbols, n_x)
    """

    x: np.ndarray
    d: np.ndarray
    w: dict[str, np.ndarray]


def draw(work: Work) -> Drawn:
    """Draw everything that the contenders share."""
    rng, rows = np.random.default_rng(0), work.n_h * GATES[work.recurrence]
    extent = (work.sequences, work.steps)
    bound = work.n_h**-0.5
    w = {"E": rng.normal(size=(work.symbols, work.n_x))} if work.symbols else {}
    for direction in ("", "_reverse")[: 1 + work.both]:
        for name, shape in {"weight_ih": (rows, work.n_x), "weight_hh": (rows, work.n_h), "bias_ih": (rows,)}.items():
            w[f"{name}_l0{direction}"] = rng.uniform(-bound, bound, shape)
    w["V"], w["b_y"] = rng.uniform(-bound, bound, (work.n_y, work.n_h * (1 + work.both))), np.zeros(work.n_y)
    if work.symbols:
        x = rng.integers(0, work.symbols, extent)
    elif work.n_x == 1:
        x = rng.uniform(0, 8, (*extent, 1))
    else:
        x = np.eye(work.n_x)[rng.integers(0, work.n_x, extent)]
    places = extent[:1] if work.last else extent
    if work.loss == "squared-error":
        return Drawn(x, rng.uniform(0, 15, (*places, work.n_y)), w)
    classes = rng.integers(0, 2, places)
    return Drawn(x, classes[..., None] if work.loss.startswith("binary") else classes, w)


def contenders(work: Work) -> dict[str, Iterate]:
    """Give everyone who is there, ours first."""
    drawn = draw(work)
    found = {"ours, float64": ours_of(work, drawn)}
    if find_spec("torch"):
        found |= {f"torch, {dtype}": torch_of(work, drawn, dtype) for dtype in ("float32", "float64")}
    if find_spec("optax") and not work.both:
        found |= {f"JAX, {dtype}": _jax(work, drawn, dtype) for dtype in ("float32", "float64")}
    return found


def ours_of(work: Work, drawn: Drawn) -> Iterate:
    """Give our iteration, on the problem file of this work."""
    output = {"squared-error": "identity", "cross-entropy": "softmax"}.get(work.loss, "sigmoid")
    keys: dict[str, object] = {"recurrence": work.recurrence, "convention": "pytorch"}
    keys |= {"activations": {"output": output}}
    keys |= {"bidirectional": True} if work.both else {}
    keys |= {"embedding": True} if work.symbols else {}
    keys |= {"outputs": "last"} if work.last else {}
    keys["weights"] = {name: array.tolist() for name, array in drawn.w.items()}
    keys["inputs"] = {"w" if work.symbols else "x": (drawn.x[..., None] if work.symbols else drawn.x).tolist()}
    keys["targets"] = {"d": drawn.d.tolist()}
    keys["loss"] = {"kind": work.loss, "reduction": "mean"}
    return ours(problem(text_of(**keys)).case, RATE)


def torch_of(work: Work, drawn: Drawn, dtype: str) -> Iterate:
    """nn.Embedding, nn.LSTM or nn.GRU, nn.Linear, autograd, torch.optim.Adam."""
    import torch
    from torch.nn import functional

    tensor = partial(torch.tensor, dtype=getattr(torch, dtype))
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[work.recurrence]
    cells = kind(work.n_x, work.n_h, bidirectional=work.both)
    layer = torch.nn.Linear(work.n_h * (1 + work.both), work.n_y)
    table = torch.nn.Embedding(work.symbols or 1, work.n_x)
    for module in (cells, layer, table):
        module.to(getattr(torch, dtype))
    with torch.no_grad():
        for name, parameter in cells.named_parameters():
            parameter.copy_(tensor(drawn.w[name])) if name in drawn.w else parameter.zero_()
        layer.weight.copy_(tensor(drawn.w["V"]))
        layer.bias.zero_()
        if work.symbols:
            table.weight.copy_(tensor(drawn.w["E"]))
    learnt = [*cells.parameters(), *layer.parameters(), *(table.parameters() if work.symbols else ())]
    adam = torch.optim.Adam(learnt, RATE)
    by_step = np.ascontiguousarray(drawn.x.swapaxes(0, 1))
    x = torch.tensor(by_step) if work.symbols else tensor(by_step)
    d = torch.tensor(drawn.d) if work.loss == "cross-entropy" else tensor(drawn.d)

    def loss_of() -> torch.Tensor:
        steps, ends = cells(table(x) if work.symbols else x)
        if not work.last:
            return ((layer(steps).swapaxes(0, 1) - d) ** 2).sum() / (work.steps * work.sequences)
        ends = ends[0] if work.recurrence == "lstm" else ends
        u = layer(torch.cat(tuple(ends), -1))
        if work.loss == "cross-entropy":
            return functional.cross_entropy(u, d)
        return functional.binary_cross_entropy_with_logits(u, d)

    def iterate() -> float:
        loss = loss_of()
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    return iterate


def _jax(work: Work, drawn: Drawn, dtype: str) -> Iterate:
    """lax.scan under jit with the gates packed, the product with the inputs outside the scan, optax.adam."""
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    x = jnp.asarray(drawn.x.swapaxes(0, 1), dtype)
    d = jnp.asarray(drawn.d if work.last else drawn.d.swapaxes(0, 1))
    weights = {name: jnp.asarray(array, dtype) for name, array in drawn.w.items()}
    zeros = jnp.zeros((work.sequences, work.n_h), dtype)

    def lstm(w):
        def step(state, a):
            h, c = state
            i, f, g, o = jnp.split(a + h @ w["weight_hh_l0"].T, 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        return jax.lax.scan(step, (zeros, zeros), x @ w["weight_ih_l0"].T + w["bias_ih_l0"])[1]

    def gru(w):
        def step(h, a):
            (r, z, n), (r_h, z_h, n_h) = jnp.split(a, 3, -1), jnp.split(h @ w["weight_hh_l0"].T, 3, -1)
            r, z = jax.nn.sigmoid(r + r_h), jax.nn.sigmoid(z + z_h)
            h = (1 - z) * jnp.tanh(n + r * n_h) + z * h
            return h, h

        return jax.lax.scan(step, zeros, x @ w["weight_ih_l0"].T + w["bias_ih_l0"])[1]

    def loss_of(w):
        h = (lstm if work.recurrence == "lstm" else gru)(w)
        u = (h[-1] if work.last else h) @ w["V"].T + w["b_y"]
        if work.loss == "squared-error":
            return ((u - d) ** 2).sum() / (work.steps * work.sequences)
        return optax.softmax_cross_entropy_with_integer_labels(u, d).mean()

    return by_jax(loss_of, weights, RATE)
