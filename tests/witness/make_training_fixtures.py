"""Writes training/NAME.json: networks trained by PyTorch in float64, as witnesses of rnncalc's training.

Run with PyTorch 2.13: python tests/witness/make_training_fixtures.py

A file holds
    problem     recurrence, data, initial weights and loss, with the keys and shapes of a problem file
    plan        the optimiser with its constants, rate, iterations, batch and clip, with the keys of `training:`
    losses      the loss of each iteration, before its update
    weights     the weights after the last update

Numbers are drawn by numpy with three decimals; torch_training.py says what PyTorch does and what is written out.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch_training import train

FOLDER = Path(__file__).parent / "training"
ITERATIONS = 100
OUTPUTS = {"squared-error": "identity", "binary-cross-entropy": "sigmoid", "cross-entropy": "softmax"}
GATES = {"elman": 1, "lstm": 4, "gru": 3}
ADAM = {"kind": "adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
DESCENT = {"kind": "gradient-descent"}
MOMENTUM = {"kind": "momentum", "momentum": 0.9}
RMSPROP = {"kind": "rmsprop", "decay": 0.9, "epsilon": 1e-8}
MEAN_SQUARES, SUM_SQUARES = ({"kind": "squared-error", "reduction": way} for way in ("mean", "sum"))
MEAN_CLASSES, SUM_CLASSES = ({"kind": "cross-entropy", "reduction": way} for way in ("mean", "sum"))
BINARY = {"kind": "binary-cross-entropy", "reduction": "mean"}
STRUCTURE = ("layers", "bidirectional", "outputs", "dropout", "lengths")
UNEQUAL = [7, 3, 5, 7, 2]

# name: recurrence, (n_x, n_h, n_y), (sequences, steps), loss, plan, and what else the file says
CASES = {
    "elman-adam": ("elman", (3, 5, 2), (3, 12), MEAN_SQUARES, {"optimiser": ADAM, "rate": 0.01}, {}),
    "lstm-adam": ("lstm", (2, 4, 3), (3, 8), SUM_CLASSES, {"optimiser": ADAM, "rate": 0.02}, {"initial": "hc"}),
    "gru-adam": ("gru", (3, 4, 2), (4, 8), MEAN_SQUARES, {"optimiser": ADAM, "rate": 0.02}, {"initial": "h"}),
    "elman-clipped-by-limit": (
        "elman", (3, 4, 2), (3, 10), SUM_SQUARES,
        {"optimiser": DESCENT, "rate": 0.004, "clip": {"limit": 6}}, {"initial": "h"},
    ),
    "elman-clipped-by-norm": (
        "elman", (3, 4, 2), (3, 10), SUM_SQUARES,
        {"optimiser": DESCENT, "rate": 0.004, "clip": {"norm": 25}}, {"initial": "h"},
    ),
    "elman-gradient-descent": (
        "elman", (2, 4, 3), (3, 8), BINARY, {"optimiser": DESCENT, "rate": 0.1}, {"hidden": "relu"},
    ),
    "elman-momentum": ("elman", (3, 5, 2), (3, 8), MEAN_CLASSES, {"optimiser": MOMENTUM, "rate": 0.02}, {}),
    "gru-rmsprop": ("gru", (2, 4, 3), (3, 8), MEAN_CLASSES, {"optimiser": RMSPROP, "rate": 0.002}, {}),
    "elman-batches": (
        "elman", (3, 4, 2), (5, 8), MEAN_SQUARES,
        {"optimiser": ADAM, "rate": 0.01, "batch": 2}, {"initial": "h"},
    ),
    "lstm-two-layers": ("lstm", (3, 4, 2), (2, 6), SUM_SQUARES, {"optimiser": ADAM, "rate": 0.01}, {"layers": 2}),
    "lstm-unequal-lengths": (
        "lstm", (3, 4, 2), (5, 7), MEAN_CLASSES,
        {"optimiser": ADAM, "rate": 0.02}, {"lengths": UNEQUAL, "initial": "hc"},
    ),
    "gru-two-directions-unequal-lengths-batches": (
        "gru", (3, 4, 2), (5, 7), MEAN_SQUARES,
        {"optimiser": MOMENTUM, "rate": 0.01, "batch": 2}, {"lengths": UNEQUAL, "bidirectional": True},
    ),
    "lstm-two-directions-embedding-last": (
        "lstm", (3, 4, 2), (5, 7), MEAN_CLASSES, {"optimiser": ADAM, "rate": 0.02},
        {"lengths": UNEQUAL, "bidirectional": True, "outputs": "last", "symbols": 6},
    ),
    "gru-embedding-last-batches": (
        "gru", (3, 4, 2), (5, 7), SUM_CLASSES, {"optimiser": ADAM, "rate": 0.01, "batch": 2},
        {"outputs": "last", "symbols": 6},
    ),
    "elman-dropout": (
        "elman", (3, 5, 2), (4, 6), MEAN_SQUARES, {"optimiser": ADAM, "rate": 0.01, "seed": 5}, {"dropout": 0.3},
    ),
    "gru-dropout-last-batches": (
        "gru", (3, 6, 2), (5, 6), MEAN_CLASSES, {"optimiser": ADAM, "rate": 0.01, "seed": 6, "batch": 2},
        {"outputs": "last", "dropout": 0.5},
    ),
}  # fmt: skip


def draw_weights(rng: np.random.Generator, recurrence: str, sizes: tuple[int, ...], more: dict) -> dict[str, list]:
    """Draw the packed weights of every layer and direction, the output layer's and the embedding."""
    n_x, n_h, n_y = sizes
    w = {"E": _normal(rng, 0.8, more["symbols"], n_x)} if "symbols" in more else {}
    rows, directions = n_h * GATES[recurrence], ("", "_reverse")[: 1 + more.get("bidirectional", False)]
    for layer in range(more.get("layers", 1)):
        for name in (f"l{layer}{direction}" for direction in directions):
            w[f"weight_ih_{name}"] = _normal(rng, 0.5, rows, n_h * len(directions) if layer else n_x)
            w[f"weight_hh_{name}"] = _normal(rng, 0.4, rows, n_h)
            w |= {f"bias_{side}_{name}": _normal(rng, 0.2, rows) for side in ("ih", "hh")}
    shape = (n_h * len(directions), n_y)
    w["V"] = _normal(rng, 0.6, *(shape if recurrence == "elman" else shape[::-1]))
    w["c" if recurrence == "elman" else "b_y"] = _normal(rng, 0.2, n_y)
    return w


def draw_targets(rng: np.random.Generator, kind: str, n_y: int, places: tuple[int, ...]) -> list:
    """Draw numbers, ones and zeros, or class indices, as the loss has them."""
    if kind == "squared-error":
        return _normal(rng, 1.5, *places, n_y)
    if kind == "binary-cross-entropy":
        return rng.integers(0, 2, (*places, n_y)).tolist()
    return rng.integers(0, n_y, places).tolist()


def make_problem(
    rng: np.random.Generator, recurrence: str, sizes: tuple[int, ...], extent: tuple[int, int], loss: dict, more: dict
) -> dict:
    """Draw weights, data and initial states."""
    activations = {"output": OUTPUTS[loss["kind"]]} | ({"hidden": more["hidden"]} if "hidden" in more else {})
    problem = {"recurrence": recurrence, "convention": "pytorch", "activations": activations}
    problem |= {key: more[key] for key in STRUCTURE if key in more}
    problem["weights"] = draw_weights(rng, recurrence, sizes, more)
    if "symbols" in more:
        problem |= {"embedding": True, "inputs": {"w": rng.integers(0, more["symbols"], (*extent, 1)).tolist()}}
    else:
        problem["inputs"] = {"x": _normal(rng, 1, *extent, sizes[0])}
    if "initial" in more:
        problem["initial"] = {name: _normal(rng, 0.5, extent[0], sizes[1]) for name in more["initial"]}
    places = extent[:1] if "outputs" in more else extent
    return problem | {"targets": {"d": draw_targets(rng, loss["kind"], sizes[2], places)}, "loss": loss}


def _normal(rng: np.random.Generator, sd: float, *shape: int) -> list:
    """Draw normal numbers of three decimals."""
    return rng.normal(0, sd, shape).round(3).tolist()


def main() -> None:
    """Train every network of the table, and write what came of it."""
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    for seed, (name, (recurrence, sizes, extent, loss, plan, more)) in enumerate(CASES.items()):
        problem = make_problem(np.random.default_rng(seed), recurrence, sizes, extent, loss, more)
        record = {"made_by": f"torch {torch.__version__}", "problem": problem}
        record["plan"] = plan | {"iterations": ITERATIONS} | ({"shuffle": False} if "batch" in plan else {})
        losses, weights, _ = train(record)
        assert min(losses[-9:]) < losses[0], name
        text = json.dumps(record | {"losses": losses, "weights": weights})
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name:<46} {losses[0]:>9.4f} → {losses[-1]:.4f}")


if __name__ == "__main__":
    main()
