"""Choose the pictures of a training: curves, and what the network says against what is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rnncalc.render.training.pictures import MOST_NUMBERED, Against, Confusion, Curve, Labels, Panel, draw_panels
from rnncalc.render.training.result import where
from rnncalc.render.training.scale import scale_of

if TYPE_CHECKING:
    from rnncalc.training_result import Trained

_MOST_FEATURES = 6  # of a sequence that have a panel


def draw_training(trained: Trained, sequence: int, kind: str) -> bytes:
    """Draw a training as a picture.

    Args:
        sequence: Which one is drawn against what is true, from 1.
        kind: 'png' or 'svg'.
    """
    return draw_panels(trained.problem.title, list(_panels(trained, sequence)), kind)


def _panels(trained: Trained, sequence: int) -> Iterator[Panel]:
    history, curve, seen = trained.learned.history, trained.curve, trained.seen
    logarithmic = scale_of(curve.losses, may_be_logarithmic=True).logarithmic
    yield Curve(f"loss, {curve.note}" if curve.note else "loss", curve.iterations, curve.losses, logarithmic)
    if len(history.accuracies) > 1:
        yield Curve("accuracy", history.measured, history.accuracies)
    if seen is None or not seen.predictions.targets:
        return
    if seen.classified:
        guesses, truths = seen.predictions.guesses[sequence - 1], seen.predictions.truths[sequence - 1]
        if len(guesses) > 1 and len(trained.labels) <= MOST_NUMBERED:
            yield Labels(f"{seen.name} of {where(trained)} sequence {sequence}", truths, guesses, trained.labels)
        yield Confusion(seen.predictions.confusion, trained.labels)
        return
    true, predicted = (arrays[sequence - 1] for arrays in (seen.predictions.targets, seen.predictions.predicted))
    for feature in range(min(predicted.shape[1], _MOST_FEATURES) if len(predicted) > 1 else 0):
        which = f"[{feature + 1}]" if predicted.shape[1] > 1 else ""
        title = f"{seen.name}{which} of {where(trained)} sequence {sequence}"
        yield Against(title, true[:, feature], predicted[:, feature])
