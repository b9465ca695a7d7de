"""The JSON document of `train`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnncalc.problem.trained import trained_arrays
from rnncalc.render.report import SCHEMA_VERSION, nested, number

if TYPE_CHECKING:
    from rnncalc.training_result import Seen, Trained


def train_report(trained: Trained) -> dict:
    """Give the document.

    `loss` has the `total` over the training sequences with the weights kept
    (with mini-batches the mean of their epoch, with dropout that of the whole
    network), the `first` and `last` of the history and that of the `test`; `values` the
    outputs for the test, without one for the training sequences, each as long
    as it is: [sequence][time][feature], and `targets` what they should be; of
    classes `test` has an item for each of these sequences.
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
        "loss": {"total": number(learned.loss), **ends, **test},
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
    predictions = seen.predictions
    found: dict = {"on_test": trained.on_test, "values": {seen.name: [nested(a) for a in predictions.predicted]}}
    if predictions.kind == "values":
        return found | ({"targets": [nested(a) for a in predictions.targets]} if predictions.targets else {})
    counts = predictions.confusion
    if counts.sum():
        found |= {"accuracy": predictions.accuracy, "confusion": counts.tolist()}
    if seen.classified:
        found |= {"labels": list(trained.labels), "test": [_item(trained, seen, at) for at in range(seen.n_sequences)]}
    return found


def _item(trained: Trained, seen: Seen, at: int) -> dict:
    """Give what is guessed of one sequence: a label, or one for each step."""
    names = (*trained.labels, None)  # the last for a step without a class
    item: dict = {"text": trained.texts[at]} if at < len(trained.texts) else {}
    for key, classes in (("guess", seen.guesses(at)), ("true", seen.truths(at))):
        if classes is not None:
            item[key] = [names[n] for n in classes] if seen.step_by_step else names[classes[0]]
    if not seen.step_by_step:
        item["likelihoods"] = dict(zip(trained.labels, nested(seen.likelihoods(at)[0]), strict=True))
    return item
