"""Draw matrices: brackets, columns aligned on the decimal point, broken where too wide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncalc.render.boxes import Box, enclosed, stacked, text_box
from rnncalc.render.clean import clean
from rnncalc.render.numbers import write_number


def number_texts(values: np.ndarray, texts: np.ndarray | None, decimals: int) -> np.ndarray:
    """Give the text of every entry: as the file writes it, or rounded."""
    if texts is not None:
        return np.array(
            [_given(text, v, decimals) for text, v in zip(texts.flat, values.flat, strict=True)], dtype=object
        ).reshape(values.shape)
    return np.array([write_number(float(v), decimals) for v in values.flat], dtype=object).reshape(values.shape)


def _given(text: str, value: float, decimals: int) -> str:
    """Keep a number of the file as written; a long expression is shown by its value."""
    return clean(text) if len(text) <= 12 else write_number(float(value), decimals)


def matrix_box(texts: np.ndarray, width: int) -> Box:
    """Draw (rows, columns) of texts: a scalar bare, a row in [ ], anything taller in tall brackets."""
    if texts.shape == (1, 1):
        return text_box(str(texts[0, 0]))
    columns = [_aligned([str(text) for text in column]) for column in texts.T]
    chunks = _chunks([len(column[0]) for column in columns], max(width - 2, 1))
    if len(chunks) == 1:
        return _bracketed(columns)
    parts = []
    for first, last in chunks:
        label = f"column {first + 1}:" if last == first + 1 else f"columns {first + 1} to {last}:"
        parts += [text_box(label), _bracketed(columns[first:last])]
    return stacked(parts)


def _bracketed(columns: Sequence[Sequence[str]]) -> Box:
    lines = tuple("  ".join(row) for row in zip(*columns, strict=True))
    return enclosed(Box(lines, len(lines) // 2), "[", "]")


def _aligned(texts: Sequence[str]) -> list[str]:
    """Pad the numbers of a column so that their decimal points stand below each other."""
    heads = [text.partition(".")[0] for text in texts]
    tails = [text[len(head) :] for text, head in zip(texts, heads, strict=True)]
    left, right = max(map(len, heads)), max(map(len, tails))
    return [head.rjust(left) + tail.ljust(right) for head, tail in zip(heads, tails, strict=True)]


def _chunks(widths: Sequence[int], available: int) -> list[tuple[int, int]]:
    """Cut columns into groups that fit, each at least one column wide."""
    chunks, first, used = [], 0, 0
    for at, width in enumerate(widths):
        if at > first and used + 2 + width > available:
            chunks.append((first, at))
            first, used = at, 0
        used += width + (2 if at > first else 0)
    return [*chunks, (first, len(widths))]
