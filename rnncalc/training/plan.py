"""How a network is to learn: what a `training:` section says beside its data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Choice(NamedTuple):
    """An optimiser by name, with its rate and the constants that it is to use in place of its published ones."""

    kind: str = "adam"
    rate: float = 0.001
    constants: Mapping[str, float] = MappingProxyType({})


class Plan(NamedTuple):
    """A plan of training.

    One of `iterations` (updates of the weights) and `epochs` (passes over all
    sequences) is given. `batch` is the number of sequences of a mini-batch,
    None for all of them; `clip` the size at which gradients are clipped, by
    `limit` each entry or by `norm` all together; `seed` that of mini-batches
    and of dropout.
    """

    optimiser: Choice = Choice()
    iterations: int | None = None
    epochs: int | None = None
    batch: int | None = None
    shuffle: bool = True
    clip: float | None = None
    clip_by: str = "limit"
    seed: int = 0
