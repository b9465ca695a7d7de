"""Small numbers for an example: distinct ones for weights, whole ones for inputs."""

from __future__ import annotations

import math

import numpy as np

MOST_DECIMALS = 2


class Numbers:
    """Numbers between -1 and 1 with few decimals, one after another, distinct as far as the decimals reach.

    >>> Numbers(5).take((2, 2))
    [['0.1', '0.8'], ['-0.6', '0.4']]
    """

    def __init__(self, count: int):
        self.decimals = 1 if count <= 2 * 9 else MOST_DECIMALS
        self.half = 10**self.decimals - 1
        near = round(0.38 * 2 * self.half)
        self.stride = next(n for n in range(near, 2 * self.half) if math.gcd(n, 2 * self.half) == 1)
        self.taken = 0

    def take(self, shape: tuple[int, ...]) -> list:
        """Write the next numbers as nested lists of texts."""
        texts = [self._next() for _ in range(math.prod(shape))]
        return np.array(texts, dtype=object).reshape(shape).tolist()

    def _next(self) -> str:
        at = self.taken * self.stride % (2 * self.half)
        self.taken += 1
        number = at + 1 if at < self.half else self.half - at - 1
        return f"{number / 10**self.decimals:.{self.decimals}f}"


def whole_numbers(shape: tuple[int, ...], start: int) -> list:
    """Write numbers from -1 to 2 as nested lists of texts.

    >>> whole_numbers((2, 3), 0)
    [['-1', '1', '0'], ['0', '1', '-1']]
    """
    texts = [str((start + at * (at + 3) // 2) % 4 - 1) for at in range(math.prod(shape))]
    return np.array(texts, dtype=object).reshape(shape).tolist()
