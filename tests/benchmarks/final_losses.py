"""Final losses of the documents' exercises at full length: ours and PyTorch's from the same initial weights and data.

Part of training.py (--final). Tutorial questions 2, 3 and 4 and the lecture's tagging example, five seeds each; a
seed draws the data where the exercise does, and uniform weights by Glorot's rule with biases of zero. Both sides
compute in float64 and have two biases a gate, as torch's modules do.

A line gives for each seed, and for the median of all, the loss without dropout: of the weights that our training
gives back (those of the lowest loss; with dropout, as in question 4, the last), of ours after the last update, and of
torch's after the last update, which has the lowest loss of its curve behind it. The verdict compares the first with
the third.
With --kept FILE what is done is written there, and not done again.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from witness import elman_by_hand as by_hand
from witness.trained import train

from rnncalc.compute.bptt import loss_total
from rnncalc.compute.evaluate import evaluate

GATES = {"elman": 1, "lstm": 4, "gru": 3}
SENTENCES = {
    "I did not like the movie": 0,
    "The movie was not good": 0,
    "I watched the movie with great interest": 1,
    "I have seen better movies": 0,
    "Good to see that movie": 1,
    "I am not a fan of movies": 0,
    "I liked the movie great": 1,
    "The movie was of interest to me": 1,
    "I thought they could show interesting scenes": 0,
    "The movie did not have good scenes": 0,
    "Family did not like the movie at all": 0,
}
LENGTH = 40
SAME = 1e-4  # relative; over thousands of iterations differences in the last bits grow to about that
SQUARES, CLASSES = ({"kind": kind, "reduction": "mean"} for kind in ("squared-error", "cross-entropy"))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what this table can be told."""
    parser.add_argument("--only", choices=EXERCISES, help="one exercise of the final table")
    parser.add_argument("--seeds", type=int, default=5, help="seeds of the final table")
    parser.add_argument("--iterations", type=int, help="fewer iterations than the exercise has")
    parser.add_argument("--kept", type=Path, help="a file of what the final table has so far")


def draw_weights(rng: np.random.Generator, recurrence: str, n_x: int, n_h: int, n_y: int) -> dict[str, list]:
    """Draw packed weights and those of the output layer."""

    def glorot(gates: int, rows: int, columns: int) -> list:
        return (rng.uniform(-1, 1, (gates * rows, columns)) * np.sqrt(6 / (rows + columns))).tolist()

    gates = GATES[recurrence]
    w = {"weight_ih_l0": glorot(gates, n_h, n_x), "weight_hh_l0": glorot(gates, n_h, n_h)}
    w |= {f"bias_{side}_l0": [0.0] * (gates * n_h) for side in ("ih", "hh")}
    bias, shape = ("c", (n_h, n_y)) if recurrence == "elman" else ("b_y", (n_y, n_h))
    return w | {"V": glorot(1, *shape), bias: [0.0] * n_y}


def _record(recurrence: str, sizes: tuple[int, int, int], seed: int, rate: float, iterations: int, **problem) -> dict:
    keys = {"recurrence": recurrence, "convention": "pytorch"}
    keys |= {"weights": draw_weights(np.random.default_rng([seed, 1]), recurrence, *sizes)} | problem
    plan = {"optimiser": {"kind": "adam"}, "rate": rate, "iterations": iterations, "seed": seed}
    return {"problem": keys, "plan": plan}


def question_2(seed: int) -> dict:
    data = by_hand.tutorial_data(seed)
    x, d = (array.swapaxes(0, 1).tolist() for array in data)
    return _record("elman", (3, 5, 2), seed, 0.01, 10_000, inputs={"x": x}, targets={"d": d}, loss=SQUARES)


def question_3(seed: int) -> dict:
    x = [[[1], [2], [5], [6]], [[5], [7], [7], [8]], [[3], [4], [5], [7]]]
    d = [[[1], [3], [7], [11]], [[5], [12], [14], [15]], [[3], [7], [9], [12]]]
    return _record("lstm", (1, 10, 1), seed, 0.001, 10_000, inputs={"x": x}, targets={"d": d}, loss=SQUARES)


def question_4(seed: int) -> dict:
    """One-hot characters in lower case; a symbol of its own fills up to the length."""
    texts = [text.lower()[:LENGTH] for text in SENTENCES]
    symbols = ["", *sorted(set("".join(texts)))]
    ids = [[symbols.index(sign) for sign in text] + [0] * (LENGTH - len(text)) for text in texts]
    x = np.eye(len(symbols))[np.array(ids)].tolist()
    structure = {"outputs": "last", "dropout": 0.7, "activations": {"output": "softmax"}}
    data = {"inputs": {"x": x}, "targets": {"d": list(SENTENCES.values())}, "loss": CLASSES}
    return _record("gru", (len(symbols), 10, 2), seed, 0.001, 3_000, **structure, **data)


def tagging(seed: int) -> dict:
    rng = np.random.default_rng(seed)
    x, d = rng.uniform(size=(16, 64, 8)).tolist(), rng.integers(0, 3, (16, 64)).tolist()
    data = {"inputs": {"x": x}, "targets": {"d": d}, "loss": CLASSES}
    return _record("elman", (8, 5, 3), seed, 0.0001, 25_000, activations={"output": "softmax"}, **data)


EXERCISES: dict[str, Callable[[int], dict]] = {
    "question-2": question_2,
    "question-3": question_3,
    "question-4": question_4,
    "tagging": tagging,
}


def pair(record: dict) -> dict[str, float]:
    """Train a record on both sides, torch only where it is there."""
    problem, learned = train(record)
    found = {
        name: loss_total(evaluate(replace(problem.case, weights=weights)))
        for name, weights in {"ours": learned.weights, "last": learned.last}.items()
    }
    if find_spec("torch"):
        from witness.torch_training import train as train_by_torch

        theirs = train_by_torch(record)
        found |= {"torch": theirs.last, "lowest": min(theirs.losses)}
    return found


def table(only: str | None, seeds: int, iterations: int | None, kept: Path | None) -> None:
    """Print every pair and the medians."""
    done = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.exists() else {}
    for name, make in EXERCISES.items():
        if only not in (None, name):
            continue
        pairs = []
        for seed in range(1, seeds + 1):
            record = make(seed)
            record["plan"]["iterations"] = iterations or record["plan"]["iterations"]
            key = f"{name}, {record['plan']['iterations']:,} iterations, seed {seed}"
            if key not in done:
                done[key] = pair(record)
                if kept:
                    kept.write_text(json.dumps(done, indent=1), encoding="utf-8")
            pairs.append(done[key])
            print(_line(key, done[key]), flush=True)
        middle = {side: statistics.median(found[side] for found in pairs) for side in pairs[0]}
        print(_line(f"{name}, median of {seeds}", middle) + _verdict(middle), flush=True)


def _verdict(middle: dict[str, float]) -> str:
    if "torch" not in middle:
        return ""
    return "   no worse" if middle["ours"] <= middle["torch"] * (1 + SAME) else "   WORSE"


def _line(what: str, found: dict[str, float]) -> str:
    told = f"{what:<44} ours {found['ours']:.6g}, after the last update {found['last']:.6g}"
    return told + (f"   torch {found['torch']:.6g}, at its lowest {found['lowest']:.6g}" if "torch" in found else "")
