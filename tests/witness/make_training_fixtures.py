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
GATES = {"elman": 1, "lstm": 4, "gru": 3}
ADAM = {"kind": "adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
DESCENT = {"kind": "gradient-descent"}
MOMENTUM = {"kind": "momentum", "momentum": 0.9}
RMSPROP = {"kind": "rmsprop", "decay": 0.9, "epsilon": 1e-8}
MEAN_SQUARES, SUM_SQUARES = ({"kind": "squared-error", "reduction": way} for way in ("mean", "sum"))
MEAN_CLASSES, SUM_CLASSES = ({"kind": "cross-entropy", "reduction": way} for way in ("mean", "sum"))
BINARY = {"kind": "binary-cross-entropy", "reduction": "mean"}
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
    "gru-rmsprop": ("gru", (2, 4, 3), (3, 8), MEAN_CLASSES, {"optimiser": RMSPROP, "rate": 0.005}, {}),
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
        {"lengths": UNEQUAL, "bidirectional": True, "outputs": "last", "embedding": 6},
    ),
    "gru-embedding-last-batches": (
        "gru", (3, 4, 2), (5, 7), SUM_CLASSES, {"optimiser": ADAM, "rate": 0.01, "batch": 2},
        {"outputs": "last", "embedding": 6},
    ),
}  # fmt: skip


def make_problem(
    rng: np.random.Generator, recurrence: str, sizes: tuple, extent: tuple, loss: dict, more: dict
) -> dict:
    """Draw weights, data and initial states."""
    (n_x, n_h, n_y), (n_sequences, n_steps) = sizes, extent
    layers, both = more.get("layers", 1), more.get("bidirectional", False)
    last, symbols = more.get("outputs") == "last", more.get("embedding")
    output = {"squared-error": "identity", "binary-cross-entropy": "sigmoid"}.get(loss["kind"], "softmax")
    w = {"E": _normal(rng, 0.8, symbols, n_x)} if symbols else {}
    for layer in range(layers):
        wide = n_x if layer == 0 else n_h * (1 + both)
        for name in (f"l{layer}", f"l{layer}_reverse")[: 1 + both]:
            rows = n_h * GATES[recurrence]
            w[f"weight_ih_{name}"] = _normal(rng, 0.5, rows, wide)
            w[f"weight_hh_{name}"] = _normal(rng, 0.4, rows, n_h)
            w |= {f"bias_{side}_{name}": _normal(rng, 0.2, rows) for side in ("ih", "hh")}
    wide = n_h * (1 + both)
    w["V"] = _normal(rng, 0.6, *((wide, n_y) if recurrence == "elman" else (n_y, wide)))
    w["c" if recurrence == "elman" else "b_y"] = _normal(rng, 0.2, n_y)
    places = (n_sequences,) if last else extent
    problem = {"recurrence": recurrence, "convention": "pytorch", "activations": {"output": output}}
    problem["activations"] |= {"hidden": more["hidden"]} if "hidden" in more else {}
    problem |= {"layers": layers} if layers > 1 else {}
    problem |= {"bidirectional": True} if both else {}
    problem |= {"embedding": True} if symbols else {}
    problem |= {"outputs": "last"} if last else {}
    problem["weights"] = w
    problem["inputs"] = (
        {"w": rng.integers(0, symbols, extent).tolist()} if symbols else {"x": _normal(rng, 1, *extent, n_x)}
    )
    problem |= {"lengths": more["lengths"]} if "lengths" in more else {}
    if "initial" in more:
        problem["initial"] = {name: _normal(rng, 0.5, n_sequences, n_h) for name in more["initial"]}
    if output == "identity":
        d = _normal(rng, 1.5, *places, n_y)
    elif output == "sigmoid":
        d = rng.integers(0, 2, (*places, n_y)).tolist()
    else:
        d = rng.integers(0, n_y, places).tolist()
    return problem | {"targets": {"d": d}, "loss": loss}


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
        losses, weights = train(record)
        assert losses[-1] < losses[0], name
        text = json.dumps(record | {"losses": losses, "weights": weights})
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name:<46} {losses[0]:>9.4f} → {losses[-1]:.4f}")


if __name__ == "__main__":
    main()
