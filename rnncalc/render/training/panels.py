"""Choose the pictures of a training: curves, and what the network says against what is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from rnncalc.render.training.pictures import Against, Confusion, Curve, Panel, draw_panels
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
    losses, seen = trained.learned.history.losses, trained.seen
    yield Curve("loss", losses, "iteration", scale_of(losses, may_be_logarithmic=True).logarithmic)
    if trained.accuracies:
        yield Curve("accuracy", np.array(list(trained.accuracies.values())), "epoch")
    if seen is None or seen.targets is None:
        return
    if seen.classes:
        yield Confusion(seen.counts, trained.labels)
        return
    true, predicted = seen.targets[sequence - 1], seen.outputs[sequence - 1]
    for feature in range(min(predicted.shape[1], _MOST_FEATURES) if len(predicted) > 1 else 0):
        which = f"[{feature + 1}]" if predicted.shape[1] > 1 else ""
        title = f"{seen.name}{which} of {where(trained)} sequence {sequence}"
        yield Against(title, true[:, feature], predicted[:, feature])
