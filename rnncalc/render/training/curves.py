"""Learning curves: loss by iteration and accuracy by epoch, as plots for the terminal."""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.render.forward import print_heading
from rnncalc.render.training.plot import Series, plot_lines
from rnncalc.render.training.scale import Scale, scale_of

_MARK = "×"


def print_curve(console: Console, name: str, x: np.ndarray, y: np.ndarray, note: str = "") -> None:
    """Print a curve of what was measured at iterations.

    Args:
        name: What the numbers are: 'loss', 'accuracy'.
        x: (n,), the iterations.
        y: (n,), nan or inf where there is no number.
        note: What the heading says besides.
    """
    if np.isfinite(y).sum() < 2:
        return
    up = Scale(0.0, 1.0) if name == "accuracy" else scale_of(y, may_be_logarithmic=True)
    notes = [note] * bool(note) + ["logarithmic"] * up.logarithmic
    print_heading(console, ", ".join([f"{name} by iteration", *notes]))
    for line in plot_lines([Series(x, y)], Scale(float(x[0]), float(x[-1])), up, "iteration", console.width):
        console.print(line, soft_wrap=True)


def print_against(console: Console, name: str, true: np.ndarray | None, predicted: np.ndarray) -> None:
    """Print a predicted sequence, against the true one where that is known: a plot for each feature.

    Shapes:
        true, predicted: (n_steps, n_features)
    """
    steps = np.arange(1, len(predicted) + 1, dtype=float)
    across = Scale(1.0, float(len(predicted)))
    for feature in range(predicted.shape[1]):
        which = f"[{feature + 1}]" if predicted.shape[1] > 1 else ""
        print_heading(console, f"{name}{which}")
        drawn = [Series(steps, predicted[:, feature], _MARK)]
        legend = f"{_MARK} predicted"
        if true is not None:
            drawn.append(Series(steps, true[:, feature]))
            legend = f"⠤⠒⠉ true   {legend}"
        console.print(Text(legend), soft_wrap=True)
        up = scale_of(np.concatenate([one.y for one in drawn]))
        for line in plot_lines(drawn, across, up, "step", console.width):
            console.print(line, soft_wrap=True)
