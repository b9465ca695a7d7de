"""Time whole processes and functions, interleaved, and give medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping


def process(*command: str) -> Callable[[], None]:
    """Give a function that runs a command to its end, its output thrown away."""
    environment = {**os.environ, "COLUMNS": "100", "OPENBLAS_NUM_THREADS": "1"}
    return lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)


def python(code: str) -> Callable[[], None]:
    """Give a function that runs Python code in a process of its own."""
    return process(sys.executable, "-c", code)


def medians(work: Mapping[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """Run every piece of work in turn, `rounds` times over, and give the median seconds of each."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for piece in work.values():
        piece()  # warm caches
    for _ in range(rounds):
        for name, piece in work.items():
            start = time.perf_counter()
            piece()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def row(work: str, ours: float, peer: str, theirs: float, reach: float) -> str:
    """Write one line of the table of ratios."""
    ratio = ours / theirs
    met = "met" if ratio <= reach else "NOT met"
    times = f"{work:<46} {1000 * ours:>9.2f} ms   {peer:<34} {1000 * theirs:>9.2f} ms"
    return f"{times}   {ratio:>6.3f}x  reach {reach}x  {met}"
