"""The one place that looks at the terminal: width, colour, where output goes."""

from __future__ import annotations

import os
import sys

DEFAULT_WIDTH = 100
HEIGHT = 25  # nothing that we print depends on it


def output_width() -> int:
    """Give the width of the output: COLUMNS, else the terminal's, else 100."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    for stream in (sys.stdout, sys.stderr):
        try:
            return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
        except (OSError, ValueError):
            continue
    return DEFAULT_WIDTH


def make_console():
    """Make the console of this run; nothing that it prints is taken as markup."""
    from rich.console import Console

    # with a height too, rich does not look at the environment itself
    return Console(width=output_width(), height=HEIGHT, markup=False, highlight=False, emoji=False, soft_wrap=False)
