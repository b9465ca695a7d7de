"""Names of labels in little room."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from rnncalc.render.words import visible


def shortened(name: str, most: int) -> str:
    """Write a name so that it can be seen, in at most so many cells.

    >>> shortened("indifferent", 8), shortened("positive", 8)
    ('indiffe…', 'positive')
    """
    shown = visible(name)
    return shown if cell_len(shown) <= most else set_cell_size(shown, most - 1).rstrip() + "…"


def fitted(text: str, width: int) -> str:
    """Fill a text with spaces on its left; wide signs count two cells."""
    return " " * max(width - cell_len(text), 0) + text
