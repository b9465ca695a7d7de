"""The JSON document of `train`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnncalc.problem.trained import trained_arrays
from rnncalc.render.report import SCHEMA_VERSION, nested, number

if TYPE_CHECKING:
    from rnncalc.training_result import Seen, Trained


def train_report(trained: Trained) -> dict:
    """Give the document.

    `loss` has the `total` over the training sequences with the weights kept,
    the `first` and `last` of the history and that of the `test`; `values` the
    outputs for the test, without one for the training sequences, each as long
    as it is: [sequence][time][feature]; `test` an item for each of these sequences.
    """
    learned, problem = trained.learned, trained.problem
    losses = learned.history.losses
    ends = {"first": number(losses[0]), "last": number(losses[-1])} if len(losses) else {}
    test = {} if trained.test_loss is None else {"test": number(trained.test_loss)}
    report = {
        "schema_version": SCHEMA_VERSION,
        "command": "train",
        "title": problem.title,
        "stopped": learned.stopped or None,
        "iterations": len(losses),
        "loss": {"total": number(trained.loss), **ends, **test},
        "history": {
            "loss": nested(losses),
            "accuracy": [{"iteration": at, "accuracy": number(v)} for at, v in trained.accuracies.items()],
        },
        "weights": {name: nested(array) for name, array in trained_arrays(problem, learned.weights).items()},
    }
    if trained.seen is not None:
        report |= _seen(trained, trained.seen)
    return report


def _seen(trained: Trained, seen: Seen) -> dict:
    found: dict = {"values": {seen.name: [nested(output) for output in seen.outputs]}, "on_test": trained.on_test}
    if not seen.classes:
        return found
    if seen.counts is not None:
        right = float(np.trace(seen.counts) / seen.counts.sum()) if seen.counts.sum() else None
        found |= {"accuracy": right, "confusion": seen.counts.tolist()}
    return {**found, "labels": list(trained.labels), "test": [_item(trained, seen, at) for at in range(len(seen.outputs))]}


def _item(trained: Trained, seen: Seen, at: int) -> dict:
    """Give what is guessed of one sequence: a label, or one for each step."""
    names = trained.labels
    item: dict = {"text": trained.texts[at]} if at < len(trained.texts) else {}
    guesses = [names[n] for n in seen.guesses(at)]
    item["guess"] = guesses if seen.steps else guesses[0]
    if not seen.steps:
        item["likelihoods"] = dict(zip(names, nested(seen.likelihoods(at)[0]), strict=True))
    if seen.targets is not None:
        true = [names[n] for n in seen.truth(at)]
        item["true"] = true if seen.steps else true[0]
    return item
