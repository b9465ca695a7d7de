"""Open problems for commands, `-` being standard input."""

from __future__ import annotations

import sys

import rnncalc


def opened(file: str):
    """Read a problem from a path, a bundled name or standard input."""
    return rnncalc.load(file, sys.stdin.buffer)
