"""Pictures of a training for a page: learning curve, predicted against true, confusion matrix; PNG or SVG.

Drawn with matplotlib, which is loaded here alone. The same numbers give the
same file. Curves differ in line and mark as well as in colour, the colours
are those of M. Okabe and K. Ito (Color Universal Design, 2008), and shades of
a matrix run from light to dark in every printing.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.render.clean import clean
from rnncalc.render.training.shortened import shortened

_BLUE, _ORANGE = "#0072B2", "#D55E00"
_PANEL = (6.4, 3.2)  # inches
_DOTS = 150  # an inch of a PNG
MOST_NUMBERED = 20  # classes up to which a matrix has its counts in the cells, and labels are drawn by step
_MOST_NAMED = 60  # classes up to which a matrix names them; beyond, they are counted from 1
_MOST_NAME = 16


class Curve(NamedTuple):
    """What was measured, y, at iterations, x: (n,) each."""

    name: str
    x: np.ndarray
    y: np.ndarray
    logarithmic: bool = False


class Against(NamedTuple):
    """A feature of a sequence, predicted against true: (n_steps,) each."""

    title: str
    true: np.ndarray
    predicted: np.ndarray


class Labels(NamedTuple):
    """The classes of a sequence, predicted and true, counted from 0: (n_steps,) each; and their names."""

    title: str
    true: np.ndarray
    predicted: np.ndarray
    names: Sequence[str]


class Confusion(NamedTuple):
    """Counts, [true, guessed], and the names of the classes."""

    counts: np.ndarray
    names: Sequence[str]


Panel = Curve | Against | Labels | Confusion


def draw_panels(title: str, panels: Sequence[Panel], kind: str) -> bytes:
    """Draw panels below each other.

    Args:
        title: Of the whole.
        panels: At least one.
        kind: 'png' or 'svg'.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [_height(panel) for panel in panels]
    # a title is a text of the file: nothing in it is a formula
    settings = {"svg.hashsalt": "rnncalc", "text.parse_math": False, "svg.fonttype": "path", "font.size": 10}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a script that the font lacks shows as boxes
        figure = Figure(figsize=(_PANEL[0], sum(heights)), layout="constrained")
        FigureCanvasAgg(figure)
        axes = np.ravel(figure.subplots(len(panels), 1, squeeze=False, gridspec_kw={"height_ratios": heights}))
        if title:
            figure.suptitle(shortened(title, 70), fontsize=11)
        for one, panel in zip(axes, panels, strict=True):
            _DRAWN[type(panel)](one, panel)
        stream = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(stream, format=kind, dpi=_DOTS, metadata=metadata)
    return stream.getvalue()


def _height(panel: Panel) -> float:
    if not isinstance(panel, Confusion):
        return _PANEL[1]
    return max(_PANEL[1], 0.24 * len(panel.names) + 1.6) if len(panel.names) <= _MOST_NAMED else _PANEL[0]


def _draw_curve(axes, curve: Curve) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.plot(curve.x, np.where(np.isfinite(curve.y), curve.y, np.nan), color=_BLUE, linewidth=1.2)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    axes.xaxis.set_major_formatter(lambda count, _: f"{count:,.0f}")
    if curve.logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    if curve.name == "accuracy":
        axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("iteration")
    axes.set_ylabel(f"{curve.name}, logarithmic" if curve.logarithmic else curve.name)
    axes.grid(alpha=0.3)


def _draw_against(axes, pair: Against) -> None:
    from matplotlib.ticker import MaxNLocator

    steps = np.arange(1, len(pair.true) + 1)
    apart = max(len(steps) // 60, 1)
    axes.plot(steps, pair.true, color=_BLUE, linewidth=1.6, label="true")
    axes.plot(
        steps, pair.predicted, color=_ORANGE, linestyle="--", marker="x", markevery=apart, markersize=4,
        linewidth=1, label="predicted",
    )  # fmt: skip
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    axes.set_xlabel("step")
    axes.set_ylabel(clean(pair.title))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=8)
    axes.grid(alpha=0.3)


def _draw_labels(axes, pair: Labels) -> None:
    from matplotlib.ticker import MaxNLocator

    steps, told = np.arange(1, len(pair.true) + 1), pair.true >= 0
    axes.plot(steps[told], pair.true[told], color=_BLUE, linestyle="none", marker="o", markersize=5, label="true")
    axes.plot(steps, pair.predicted, color=_ORANGE, linestyle="none", marker="x", markersize=5, label="predicted")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    axes.set_yticks(range(len(pair.names)), [shortened(name, _MOST_NAME) for name in pair.names], fontsize=8)
    axes.set_ylim(-0.5, len(pair.names) - 0.5)
    axes.set_xlabel("step")
    axes.set_ylabel(clean(pair.title))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=8)
    axes.grid(alpha=0.3)


def _draw_confusion(axes, found: Confusion) -> None:
    counts, n_classes = found.counts, len(found.names)
    sums = counts.sum(axis=1, keepdims=True)
    shares = counts / np.where(sums, sums, 1)
    edges = (0.5, n_classes + 0.5, n_classes + 0.5, 0.5)
    axes.imshow(shares, cmap="Greys", vmin=0, vmax=1, aspect="auto", extent=edges)
    if n_classes <= MOST_NUMBERED:
        for (row, column), count in np.ndenumerate(counts):
            if count:
                tone = "white" if shares[row, column] > 0.6 else "black"
                axes.text(column + 1, row + 1, f"{count}", ha="center", va="center", fontsize=8, color=tone)
    if n_classes <= _MOST_NAMED:
        places, names = range(1, n_classes + 1), [shortened(name, _MOST_NAME) for name in found.names]
        axes.set_xticks(places, names, rotation=90 if n_classes > 4 else 0, fontsize=8)
        axes.set_yticks(places, names, fontsize=8)
    axes.set_xlabel("guessed (darker: a larger share of its row)")
    axes.set_ylabel("true")


_DRAWN = {Curve: _draw_curve, Against: _draw_against, Labels: _draw_labels, Confusion: _draw_confusion}
