"""Writes keras/NAME.json: recurrent layers of Keras with random weights, evaluated and differentiated
by Keras itself (on jax, in float64), as witnesses of rnncalc. Needs keras and jax.

    python tests/witness/make_keras_fixtures.py

A file holds what one layer takes and returns, in Keras' own names, shapes and order:
    settings          the arguments that matter, defaults included
    weights           kernel, recurrent_kernel, bias; forward_ or backward_ before the name if Bidirectional
    initial           h (and c) of [sequence][unit], with forward_ or backward_ too; so final_state
    input, output     [sequence][time][feature]
    seed, loss        loss = the sum over all entries of output * seed
    gradients         of the loss, by `weights`, `initial` and `input`

Layers on top of each other are a list of such records under `layers`, the lowest first, with what the
whole takes and returns beside it. Gradients are compared with central differences before they are written.
"""

from __future__ import annotations

import json
import os
import random
from functools import partial
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np
from jax.flatten_util import ravel_pytree
from keras.layers import GRU, LSTM, Bidirectional, SimpleRNN
from keras.src.backend.common import dtypes

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # or tanh would return float32, whatever floatx says

FOLDER = Path(__file__).parent / "keras"
SEQUENCES, T, FEATURES = 2, 5, 3
SETTINGS = ("units", "activation", "recurrent_activation", "use_bias", "reset_after", "go_backwards")
RETURNS = {"return_sequences": True, "return_state": True}
simple_rnn, lstm, gru = (partial(kind, units=4, **RETURNS) for kind in (SimpleRNN, LSTM, GRU))
NETWORKS = {
    "simple-rnn-tanh": [simple_rnn()],
    "simple-rnn-relu": [simple_rnn(activation="relu")],
    "lstm": [lstm()],
    "lstm-hard-sigmoid": [lstm(recurrent_activation="hard_sigmoid")],
    "lstm-without-bias": [lstm(use_bias=False)],
    "lstm-go-backwards": [lstm(go_backwards=True)],
    "gru-reset-after": [gru()],
    "gru-reset-before": [gru(reset_after=False)],
    "gru-reset-after-without-bias": [gru(use_bias=False)],
    "gru-reset-before-without-bias": [gru(reset_after=False, use_bias=False)],
    **{f"bidirectional-lstm-{mode}": [Bidirectional(lstm(), mode)] for mode in ("concat", "sum", "ave", "mul")},
    "bidirectional-gru-concat": [Bidirectional(gru())],
    "stacked-lstm": [lstm(), lstm(units=2)],
    "stacked-bidirectional-simple-rnn": [Bidirectional(simple_rnn()), Bidirectional(simple_rnn(units=2))],
}


def directions(layer) -> dict:
    """The layers that read the sequence, by what goes before the names of their weights and states."""
    if isinstance(layer, Bidirectional):
        return {"forward_": layer.forward_layer, "backward_": layer.backward_layer}
    return {"": layer}


def shapes_of(layer) -> dict[str, dict[str, tuple]]:
    """The shapes of the weights and of the state, by name, in the order in which Keras takes them."""
    parts = directions(layer).items()
    state = {p + key: (SEQUENCES, part.units) for p, part in parts for key in ("hc" if isinstance(part, LSTM) else "h")}
    return {"weights": {p + v.name: v.shape for p, part in parts for v in part.trainable_variables}, "initial": state}


def draw(rng: random.Random, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers with three decimals, so that the file is short."""
    return np.array([rng.randint(-1600, 1600) / 1000 for _ in range(np.prod(shape))]).reshape(shape)


def settings_of(layer) -> dict:
    prefix, part = next(iter(directions(layer).items()))
    settings = {key: value for key, value in part.get_config().items() if key in SETTINGS} | RETURNS
    if prefix:
        settings["merge_mode"] = layer.merge_mode
    if settings.get("recurrent_activation") == "hard_sigmoid":
        x = np.linspace(-4, 4, 81)
        np.testing.assert_allclose(keras.activations.hard_sigmoid(x), np.clip(x / 6 + 0.5, 0, 1), atol=1e-15)
        settings["hard_sigmoid"] = "min(max(x / 6 + 1 / 2, 0), 1)"
    return {"layer": f"Bidirectional({type(part).__name__})" if prefix else type(part).__name__, "settings": settings}


def run(network: list, leaves: dict) -> list[dict]:
    """What every layer returns. Its arguments are found by name, for jax sorts the keys of dictionaries."""
    results, x = [], leaves["input"]
    for layer, given in zip(network, leaves["layers"], strict=True):
        names = shapes_of(layer)
        weights, start = ([given[group][key] for key in keys] for group, keys in names.items())
        fixed = [v.value for v in layer.non_trainable_variables]  # the seed of the dropout, unused
        (x, *state), _ = layer.stateless_call(weights, fixed, x, initial_state=start)
        results.append({"output": x, "final_state": dict(zip(names["initial"], state, strict=True))})
    return results


def check_by_differences(loss, leaves: dict, gradients: dict, step: float = 1e-6) -> None:
    """Every entry of every gradient against (J(w + step) - J(w - step)) / 2 step."""
    flat, rebuild = ravel_pytree(leaves)
    along = jax.jit(lambda vector: loss(rebuild(vector)))
    slopes = [(along(flat + move) - along(flat - move)) / (2 * step) for move in step * np.eye(flat.size)]
    np.testing.assert_allclose(ravel_pytree(gradients)[0], slopes, rtol=1e-6, atol=1e-7)


def make_record(name: str, network: list) -> dict:
    rng, features, layers = random.Random(name), FEATURES, []
    for layer in network:
        layer.build((SEQUENCES, T, features))
        shapes = shapes_of(layer).items()
        layers.append({group: {key: draw(rng, shape) for key, shape in named.items()} for group, named in shapes})
        features = layer.compute_output_shape((SEQUENCES, T, features))[0][-1]
    leaves, seed = {"layers": layers, "input": draw(rng, (SEQUENCES, T, FEATURES))}, draw(rng, (SEQUENCES, T, features))

    def loss(leaves):
        return (run(network, leaves)[-1]["output"] * seed).sum()

    value, gradients = jax.value_and_grad(loss)(leaves)
    check_by_differences(loss, leaves, gradients)
    found = zip(network, layers, run(network, leaves), gradients["layers"], strict=True)
    records = [{**settings_of(layer), **given, **out, "gradients": slopes} for layer, given, out, slopes in found]
    whole = {"layers": records, "output": records[-1]["output"], "gradients": {}} if len(records) > 1 else records[0]
    whole["gradients"]["input"] = gradients["input"]
    return {"made_by": f"keras {keras.__version__}", **whole, "input": leaves["input"], "seed": seed, "loss": value}


def plain(array) -> list | float:
    """Nested lists, without negative zeros."""
    assert array.dtype == np.float64
    return (np.asarray(array) + 0.0).tolist()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, network in NETWORKS.items():
        text = json.dumps(make_record(name, network), separators=(",", ":"), allow_nan=False, default=plain)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name:34} {len(text) / 1000:5.1f} kB")


if __name__ == "__main__":
    main()
