"""The history of a training as CSV: a line for each iteration."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import numpy as np

from rnncalc.render.report import number


def history_csv(losses: np.ndarray, accuracies: Mapping[int, float]) -> str:
    """Write iteration, loss, accuracy; with full precision, empty where there is no finite number.

    Args:
        losses: One for each iteration.
        accuracies: By the iteration, from 1, after which they were measured.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("iteration", "loss", "accuracy"))
    for iteration, loss in enumerate(losses.tolist(), start=1):
        accuracy = accuracies.get(iteration)
        writer.writerow((iteration, _cell(loss), "" if accuracy is None else _cell(accuracy)))
    return stream.getvalue()


def _cell(value: float) -> str:
    return "" if number(value) is None else repr(float(value))
