"""Clip a flat gradient in place, by the two methods of compute/clip.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncalc.compute.clip import joint_norm

Clip = Callable[[np.ndarray], None]

_SAFE = 1e-100, 1e100  # a norm outside has a square that may over- or underflow


def clipper(method: str, bound: float) -> Clip:
    """Make a function that clips a vector in place.

    Args:
        method: `limit` for each entry, `norm` for the whole.
        bound: The size above which the gradient is clipped.

    Source: lecture, gradient clipping, both methods; Pascanu et al. 2013.
    """
    return _METHODS[method](bound)


def _by_limit(bound: float) -> Clip:
    low, high, least, most = np.array(-float(bound)), np.array(float(bound)), np.minimum, np.maximum

    def clip(gradient: np.ndarray) -> None:
        least(gradient, high, out=gradient)
        most(gradient, low, out=gradient)

    return clip


def _by_norm(bound: float) -> Clip:
    multiply, smallest, largest = np.multiply, *_SAFE

    def clip(gradient: np.ndarray) -> None:
        norm = float(gradient.dot(gradient)) ** 0.5
        if not smallest < norm < largest:
            norm = joint_norm({"": gradient}) if gradient.size else 0.0
        if norm > bound:
            multiply(gradient, bound / norm, gradient)

    return clip


_METHODS = {"limit": _by_limit, "norm": _by_norm}
