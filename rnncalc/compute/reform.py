"""The weights of one form of a recurrence as those of another, by what forms.py says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncalc.compute.blocks import total
from rnncalc.recurrences.forms import Made


def reform(making: Mapping[str, Made], arrays: Mapping[str, np.ndarray], words: Mapping[str, str]) -> dict:
    """Make weights from others.

    Args:
        making: How each is made.
        arrays: The others, (rows, columns) or (n,); what is made of absent ones alone is absent.
        words: The shapes of the others in words, 'n_h x n_h+n_x'.
    """
    sizes = sizes_of(arrays, words)
    found = {}
    for name, made in making.items():
        given = [arrays[source] for source in made.sources if source in arrays]
        if given:
            array = _made(made, given, sizes)
            found[name] = -array if made.negated else array
    return found


def _made(made: Made, given: list[np.ndarray], sizes: Mapping[str, int]) -> np.ndarray:
    if made.how == "joined":
        return np.hstack(given)
    if made.how == "cut":
        widths = [total(words, sizes) for words in made.widths]
        start = sum(widths[: made.place])
        return given[0][:, start : start + widths[made.place]]
    return sum(given[1:], start=given[0])


def sizes_of(arrays: Mapping[str, np.ndarray], words: Mapping[str, str]) -> dict[str, int]:
    """Give the size of each dimension: n_h, n_x, also where only n_h+n_x tells it."""
    known = ((words[name].split(" x "), array.shape) for name, array in arrays.items() if name in words)
    axes = [axis for pair in known for axis in zip(*pair, strict=True)]
    sizes = {word: size for word, size in axes if "+" not in word}
    for word, size in axes:
        open_ones = [part for part in word.split("+") if part not in sizes]
        if len(open_ones) == 1:
            sizes[open_ones[0]] = size - sum(sizes.get(part, 0) for part in word.split("+"))
    return sizes
