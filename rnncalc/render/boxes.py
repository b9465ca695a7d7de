"""Two-dimensional text: boxes with a baseline, set beside each other and broken into lines.

A Box is a block of lines of equal width; the line at `baseline` stands level
with the text beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

NEVER, MAY_BREAK, GOOD_BREAK = 0, 1, 2


class Box(NamedTuple):
    """Lines of equal width; `before` says how readily a line is broken before the box."""

    lines: tuple[str, ...]
    baseline: int = 0
    before: int = MAY_BREAK

    @property
    def width(self) -> int:
        return len(self.lines[0])

    @property
    def height(self) -> int:
        return len(self.lines)


def text_box(text: str, before: int = MAY_BREAK) -> Box:
    """Make a box of one line."""
    return Box((text,), 0, before)


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
    """Set boxes next to each other, and go on below where the width is used up.

    Lines are broken before a sign of addition if that is enough, else between factors.
    """
    rows: list[list[Box]] = [[]]
    for group in _groups(boxes, GOOD_BREAK):
        if _size(rows[-1] + group) <= width:
            rows[-1] += group
        elif _size(_trimmed(group)) <= width:
            rows.append(_trimmed(group))
        else:
            for part in _groups(group, MAY_BREAK):
                if _size(rows[-1] + part) <= width:
                    rows[-1] += part
                else:
                    rows.append(_trimmed(part))
    return stacked([beside(row) for row in rows if row] or [text_box("")])


def _groups(boxes: Sequence[Box], level: int) -> list[list[Box]]:
    """Cut boxes into runs; a run begins at a box before which a break of this level may be."""
    groups: list[list[Box]] = []
    for box in boxes:
        if groups and box.before < level:
            groups[-1].append(box)
        else:
            groups.append([box])
    return groups


def _size(boxes: Sequence[Box]) -> int:
    return sum(box.width for box in boxes)


def _trimmed(boxes: list[Box]) -> list[Box]:
    """Leave out spaces at the start of a line."""
    at = 0
    while at < len(boxes) - 1 and not any(line.strip() for line in boxes[at].lines):
        at += 1
    return boxes[at:]


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
