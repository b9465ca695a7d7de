"""Spread work over processes, in order; an item on which a process dies costs only itself."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

MOST_JOBS = 60  # processes; some systems can wait for 61 at most
MOST_AT_ONCE = 16  # items that a process takes with it

_tool: Any = None  # of this process, where it is one of a crew


class Crew:
    """This process and others beside it, each with a tool of its own that is made once, as `make(*given)`.

    Others are started when there is enough to do. They end with the block, at
    once where it is left by an exception, such as Ctrl-C.

    Args:
        tool: That of this process.
    """

    def __init__(self, tool: object, make: Callable[..., object], given: tuple, jobs: int):
        self.tool, self.make, self.given = tool, make, given
        self.jobs = min(max(jobs, 1), MOST_JOBS)
        self.pool: ProcessPoolExecutor | None = None
        self.processes: set = set()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind, error, trace) -> None:
        if self.pool is None:
            return
        if kind is not None:
            for process in self.processes:
                process.terminate()
        self.pool.shutdown(cancel_futures=True)

    def each(self, work: Callable, items: Sequence, told: Callable[[int], None], alone: int) -> Iterator:
        """Give work(tool, item) for every item; None where a process died on it.

        Args:
            work: A function that other processes can import.
            told: Is told how many items are done.
            alone: So many items are not worth another process.
        """
        if self.jobs == 1 or len(items) <= alone:
            for done, item in enumerate(items, start=1):
                yield work(self.tool, item)
                told(done)
            return
        done, size = 0, max(1, min(MOST_AT_ONCE, len(items) // (8 * self.jobs)))
        chunks = [items[at : at + size] for at in range(0, len(items), size)]
        while chunks:
            try:
                for future in self._begun(work, chunks):
                    found = future.result()
                    chunks = chunks[1:]
                    yield from found
                    done += len(found)
                    told(done)
            except BrokenProcessPool:
                self.pool = None
                for item in chunks.pop(0):
                    yield self._one(work, item)
                    done += 1
                    told(done)

    def _begun(self, work: Callable, chunks: Sequence[Sequence]) -> list[Future]:
        """Hand out all chunks, to the processes that there are or to new ones."""
        others = {*multiprocessing.active_children()} - self.processes
        if self.pool is None:
            self.pool = _pool(self.jobs, self.make, self.given)
        futures = [self.pool.submit(_chunk, work, chunk) for chunk in chunks]
        self.processes = {*multiprocessing.active_children()} - others
        return futures

    def _one(self, work: Callable, item: object) -> object:
        """Do one item in a process of its own."""
        with _pool(1, self.make, self.given) as pool:
            try:
                return pool.submit(_chunk, work, [item]).result()[0]
            except BrokenProcessPool:
                return None


def _pool(jobs: int, make: Callable[..., object], given: tuple) -> ProcessPoolExecutor:
    # spawned: the fork of a process that has threads, as numpy starts them, may hang
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, context, _begin, (make, given))


def _begin(make: Callable[..., object], given: tuple) -> None:
    """Make the tool of a new process, which leaves Ctrl-C to the one that started it."""
    global _tool
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _tool = make(*given)


def _chunk(work: Callable, items: Sequence) -> list:
    return [work(_tool, item) for item in items]
