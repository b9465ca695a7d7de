"""Learning curves: loss by iteration and accuracy by epoch, as plots for the terminal."""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.render.forward import print_heading
from rnncalc.render.training.plot import Series, plot_lines
from rnncalc.render.training.scale import Scale, scale_of


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


def print_against(
    console: Console, heading: str, true: np.ndarray, predicted: np.ndarray, mark: str = "×"
) -> None:
    """Print a predicted sequence against the true one, a plot for each feature.

    Shapes:
        true, predicted: (n_steps, n_features)
    """
    steps = np.arange(1, len(predicted) + 1, dtype=float)
    across = Scale(1.0, max(float(len(predicted)), 2.0))
    for feature in range(predicted.shape[1]):
        which = f"[{feature + 1}]" if predicted.shape[1] > 1 else ""
        print_heading(console, f"{heading.format(which)}")
        console.print(Text(f"  ⠤⠒⠉ true   {mark} predicted"), soft_wrap=True)
        pair = [Series(steps, true[:, feature]), Series(steps, predicted[:, feature], mark)]
        up = scale_of(np.concatenate([one.y for one in pair]))
        for line in plot_lines(pair, across, up, "step", console.width):
            console.print(line, soft_wrap=True)
