"""Work that other processes can import."""

from __future__ import annotations

import os
import time


def make(factor: int) -> int:
    return factor


def multiply(factor: int, item: int) -> int:
    return factor * item


def die_on_seven(factor: int, item: int) -> int:
    if item == 7:
        os._exit(1)
    return factor * item


def slow_where_even(factor: int, item: int) -> int:
    time.sleep(0.02 if item % 2 == 0 else 0)
    return factor * item


def process_id(factor: int, item: int) -> int:
    return os.getpid()
