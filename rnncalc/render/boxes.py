"""Two-dimensional text: boxes with a baseline, set beside each other and broken into lines.

A Box is a block of lines of equal width; the line at `baseline` stands level
with the text beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """Lines of equal width. `tight` boxes stick to the one before when lines are broken."""

    lines: tuple[str, ...]
    baseline: int = 0
    tight: bool = False

    @property
    def width(self) -> int:
        return len(self.lines[0])

    @property
    def height(self) -> int:
        return len(self.lines)


def text_box(text: str, tight: bool = False) -> Box:
    """Make a box of one line."""
    return Box((text,), 0, tight)


def padded(box: Box, above: int, below: int) -> Box:
    """Give a box with empty lines above and below."""
    blank = " " * box.width
    return Box((blank,) * above + box.lines + (blank,) * below, box.baseline + above)


def beside(boxes: Sequence[Box]) -> Box:
    """Set boxes next to each other, their baselines level."""
    if not boxes:
        return text_box("")
    above = max(box.baseline for box in boxes)
    below = max(box.height - box.baseline for box in boxes)
    level = [padded(box, above - box.baseline, below - box.height + box.baseline) for box in boxes]
    return Box(tuple("".join(parts) for parts in zip(*(box.lines for box in level), strict=True)), above)


def stacked(boxes: Sequence[Box]) -> Box:
    """Set boxes below each other; the baseline is that of the first."""
    width = max(box.width for box in boxes)
    lines = tuple(line.ljust(width) for box in boxes for line in box.lines)
    return Box(lines, boxes[0].baseline)


def flow(boxes: Sequence[Box], width: int) -> Box:
    """Set boxes next to each other, and go on below where the width is used up."""
    rows: list[list[Box]] = [[]]
    used = 0
    for group in _unbroken(boxes):
        size = sum(box.width for box in group)
        if rows[-1] and used + size > width:
            while group and not group[0].lines[group[0].baseline].strip():
                group = group[1:]  # no space at the start of a line
            size = sum(box.width for box in group)
            rows.append([])
            used = 0
        rows[-1].extend(group)
        used += size
    return stacked([beside(row) for row in rows if row] or [text_box("")])


def _unbroken(boxes: Sequence[Box]) -> list[list[Box]]:
    """Group boxes that must stay on one line."""
    groups: list[list[Box]] = []
    for box in boxes:
        if box.tight and groups:
            groups[-1].append(box)
        else:
            groups.append([box])
    return groups


_TALL = {"(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "‖": "‖‖‖"}


def bracket(sign: str, height: int, baseline: int) -> Box:
    """Give a bracket as tall as what it holds."""
    if height == 1:
        return text_box(sign)
    top, middle, bottom = _TALL[sign]
    return Box((top, *middle * (height - 2), bottom), baseline)


def enclosed(box: Box, opening: str, closing: str) -> Box:
    """Put a box between brackets."""
    return beside([bracket(opening, box.height, box.baseline), box, bracket(closing, box.height, box.baseline)])
