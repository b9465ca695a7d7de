"""Learning curves: loss by iteration and accuracy by epoch, as plots for the terminal."""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.render.forward import print_heading
from rnncalc.render.training.plot import Series, plot_lines
from rnncalc.render.training.scale import Scale, scale_of

_MARK = "×"


def print_curve(console: Console, name: str, values: np.ndarray, counted: str, first: int = 1) -> None:
    """Print a curve: a number for each iteration or epoch.

    Args:
        name: What the numbers are: 'loss', 'accuracy'.
        values: (n,), nan or inf where there is no number.
        counted: What they are counted by: 'iteration', 'epoch'.
        first: The number of the first of them.
    """
    if np.isfinite(values).sum() < 2:
        return
    up = Scale(0.0, 1.0) if name == "accuracy" else scale_of(values, may_be_logarithmic=True)
    print_heading(console, f"{name} by {counted}{', logarithmic' if up.logarithmic else ''}")
    x = np.arange(first, first + len(values), dtype=float)
    for line in plot_lines([Series(x, values)], Scale(x[0], x[-1]), up, counted, console.width):
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
