"""A plot for the terminal: curves between two axes with numbers. What differs, differs in its signs, not in colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rich.text import Text

from rnncalc.render.training.canvas import Canvas
from rnncalc.render.training.scale import Scale, tick_texts

HEIGHT = 12  # signs
MOST_WIDTH = 100  # signs, beyond which a plot does not get clearer
_LABEL_ROOM = 9  # signs for each number below the horizontal axis


class Series(NamedTuple):
    """Points by their numbers; `mark` is the sign of each, '' for a line of dots through them."""

    x: np.ndarray
    y: np.ndarray
    mark: str = ""


def plot_lines(
    series: Sequence[Series], across: Scale, up: Scale, label: str, width: int, height: int = HEIGHT
) -> Iterator[Text]:
    """Give the lines of a plot.

    Args:
        series: What is drawn, marks over lines.
        across: The horizontal axis.
        up: The vertical axis.
        label: What the horizontal axis counts.
        width: Of the screen.
        height: Of the plot without what stands below it.
    """
    ticks = up.ticks(max(height // 3, 2))
    texts = tick_texts(ticks)
    margin = max(map(len, texts))
    canvas = Canvas(max(min(width, MOST_WIDTH) - margin - 2, 10), height)
    for one in sorted(series, key=lambda one: bool(one.mark)):
        x, y = across.places(one.x), _inside(up, one.y)
        canvas.points(x, y, one.mark) if one.mark else canvas.line(x, y)
    places = up.places(np.array(ticks)).tolist()
    rows = {round((1 - place) * (height - 1)): text for place, text in zip(places, texts, strict=True)}
    for number, line in enumerate(canvas.lines()):
        sign = "┤" if number in rows else "│"
        yield Text(f"{rows.get(number, ''):>{margin}} {sign}{line}".rstrip())
    yield from _below(across, label, margin, canvas.width)


def _inside(up: Scale, numbers: np.ndarray) -> np.ndarray:
    """Give places, none to what the axis cannot show."""
    shown = np.where(numbers > 0, numbers, np.nan) if up.logarithmic else numbers
    return up.places(np.where(np.isfinite(shown), shown, np.nan))


def _below(across: Scale, label: str, margin: int, width: int) -> Iterator[Text]:
    """Draw the horizontal axis, its numbers and its label."""
    ticks = [tick for tick in across.ticks(max(width // _LABEL_ROOM, 2)) if tick == round(tick)]
    places = [round(float(place) * (width - 1)) for place in across.places(np.array(ticks))]
    axis = "".join("┬" if at in places else "─" for at in range(width))
    numbers, used = "", 0
    for at, text in zip(places, tick_texts(ticks), strict=True):
        start = min(max(at - len(text) // 2, 0), width - len(text))
        if start >= used:
            numbers = f"{numbers:<{start}}{text}"
            used = len(numbers) + 1
    yield Text(f"{'':>{margin}} └{axis}")
    indent = " " * (margin + 2)
    if len(numbers) + 2 + len(label) <= width:
        yield Text(f"{indent}{numbers}  {label}")
    else:
        yield Text(f"{indent}{numbers}".rstrip())
        yield Text(f"{indent}{label:>{width}}")
