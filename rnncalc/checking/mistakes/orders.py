"""In which order libraries pack the gates, to say whose order a student has taken for whose."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import cache

from rnncalc.recurrences.conventions import convention_names, read_convention


def order_words(taken: Mapping[str, str], weights: Sequence[Sequence[str]], order: Sequence[int]) -> str:
    """Say which gates' weights are taken for which.

    Args:
        taken: By quantity the quantity whose weights it is given.
        weights: The weights of each quantity, in reading order.
        order: By quantity the place of the one whose weights it is given.
    """
    firsts = [names[0] for names in weights]
    wrong = {firsts[k]: firsts[order[k]] for k in range(len(order))}
    moved = ", ".join(f"{other} for {one}" for one, other in taken.items() if one != other)
    words = f"the weights are taken in another order: those of {moved}"
    for (titles, packed), (others, read) in itertools.permutations(_orders(frozenset(firsts)).items(), 2):
        if dict(zip(read, packed, strict=True)) == wrong:
            return f"{words}, as when weights in the order of {titles} are read in that of {others}"
    return words


@cache
def _orders(names: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Give the orders in which libraries pack exactly these weights into one tensor, by the libraries' names."""
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for convention in map(read_convention, convention_names()):
        for packing in convention.packings.values():
            for tensor in packing.tensors:
                blocks = tuple(block.weight for block in tensor.blocks)
                if len(blocks) == len(names) and frozenset(blocks) == names:
                    found.setdefault(blocks, {})[convention.title.split(" (")[0]] = None
    return {" and ".join(titles): blocks for blocks, titles in found.items()}
