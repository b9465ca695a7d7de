"""A grid of dots drawn as braille signs, two dots wide and four dots high each, and marks of one sign."""

from __future__ import annotations

import numpy as np

_BRAILLE = 0x2800
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])  # of the dots of a sign, row by row


class Canvas:
    """Dots and marks on `width` times `height` signs; places are fractions, from the lower left corner."""

    def __init__(self, width: int, height: int):
        self.width, self.height = width, height
        self._dots = np.zeros((4 * height, 2 * width), dtype=bool)
        self._marks: dict[tuple[int, int], str] = {}

    def line(self, x: np.ndarray, y: np.ndarray) -> None:
        """Draw a line through points, from left to right; points without a number interrupt it."""
        columns, rows = self._cells(x, self._dots.shape[1]), self._cells(1 - y, self._dots.shape[0])
        seen = np.isfinite(x) & np.isfinite(y)
        points = _thinned(columns[seen], rows[seen])
        gaps = set(columns[~seen].tolist())
        for (c, r), (next_c, next_r) in zip(points, [*points[1:], points[-1]] if points else [], strict=True):
            if any(gap in gaps for gap in range(c, next_c + 1)):
                next_c, next_r = c, r
            steps = max(next_c - c, abs(next_r - r), 1)
            at = np.linspace(0, 1, steps + 1)
            self._dots[np.rint(r + at * (next_r - r)).astype(int), np.rint(c + at * (next_c - c)).astype(int)] = True

    def points(self, x: np.ndarray, y: np.ndarray, mark: str) -> None:
        """Put a mark at points, at most one in a column of signs: in the middle of those that fall there."""
        seen = np.isfinite(x) & np.isfinite(y)
        columns, rows = self._cells(x[seen], self.width), self._cells(1 - y[seen], self.height)
        for column in np.unique(columns):
            found = rows[columns == column]
            self._marks[int(found[len(found) // 2]), int(column)] = mark

    @staticmethod
    def _cells(places: np.ndarray, count: int) -> np.ndarray:
        """Give the cell, from 0, of each place between 0 and 1."""
        finite = np.where(np.isfinite(places), places, 0.0)
        return np.clip((finite * (count - 1)).round().astype(int), 0, count - 1)

    def lines(self) -> list[str]:
        """Give the rows of signs."""
        blocks = self._dots.reshape(self.height, 4, self.width, 2)
        codes = (blocks * _BITS[None, :, None, :]).sum(axis=(1, 3))
        return [
            "".join(self._sign(row, *cell) for cell in enumerate(codes[row].tolist())) for row in range(self.height)
        ]

    def _sign(self, row: int, column: int, code: int) -> str:
        """Give the mark of a place, else its dots."""
        return self._marks.get((row, column)) or (chr(_BRAILLE + code) if code else " ")


def _thinned(columns: np.ndarray, rows: np.ndarray) -> list[tuple[int, int]]:
    """Keep of each column the first, lowest, highest and last point, in their order."""
    if not len(columns):
        return []
    starts = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    kept: list[tuple[int, int]] = []
    for start, end in zip(starts, [*starts[1:], len(columns)], strict=True):
        part = rows[start:end]
        chosen = sorted({0, int(part.argmin()), int(part.argmax()), len(part) - 1})
        kept += [(int(columns[start]), int(part[at])) for at in chosen]
    return kept
