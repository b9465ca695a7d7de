"""How far a training is: a bar on a terminal, about ten lines in a pipe; on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rnncalc.training.history import Told

_LINES = 10
_APART = 0.1  # seconds between two changes of the bar
_ROOM_FOR_BAR = 60  # columns; in less only the numbers that change stand


@contextmanager
def training_told(quiet: bool) -> Iterator[Callable[[Told], None] | None]:
    """Give a function to tell of each iteration; None where nobody wants to know."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as told:
            yield told
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Callable[[Told], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    narrow = console.width < _ROOM_FOR_BAR
    bar = [] if narrow else [BarColumn()]
    columns = (MofNCompleteColumn(), TextColumn("{task.description}", markup=False), TimeRemainingColumn())
    with Progress(*bar, *columns, console=console, transient=True) as progress:
        task, due = progress.add_task("", total=None), 0.0

        def told(now: Told) -> None:
            nonlocal due
            if (clock := time.monotonic()) >= due or now.iteration == now.iterations:
                due = clock + _APART
                words = f"loss {now.loss:.4g}" + ("" if narrow else f" rate {now.rate:g}")
                progress.update(task, completed=now.iteration, total=now.iterations, description=words)

        yield told


def _lines() -> Callable[[Told], None]:
    start, due = time.monotonic(), 0

    def told(now: Told) -> None:
        nonlocal due
        if now.iteration < due and now.iteration != now.iterations:
            return
        left = (time.monotonic() - start) / now.iteration * (now.iterations - now.iteration)
        words = f"iteration {now.iteration:,} of {now.iterations:,}: loss {now.loss:.6g}, rate {now.rate:g}"
        words += f", {left:.0f} s left" if due else ""  # the first iteration tells little about the others
        print(words, file=sys.stderr, flush=True)
        due = max((now.iteration * _LINES // now.iterations + 1) * now.iterations // _LINES, now.iteration + 1)

    return told
