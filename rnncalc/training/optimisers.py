"""The optimisers by name, with the constants that each one has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Optimiser(NamedTuple):
    """An optimiser; `constants` are its numbers beside the rate, as they were published."""

    constants: Mapping[str, float] = MappingProxyType({})


OPTIMISERS: dict[str, Optimiser] = {
    "gradient-descent": Optimiser(),
    "momentum": Optimiser({"momentum": 0.9}),
    "rmsprop": Optimiser({"decay": 0.9, "epsilon": 1e-8}),
    "adam": Optimiser({"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
}
