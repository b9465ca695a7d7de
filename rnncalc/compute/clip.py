"""Clip gradients, and take one step of gradient descent."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def joint_norm(gradients: Mapping[str, np.ndarray]) -> float:
    """Give ‖g‖ over all entries of all gradients."""
    largest = max((float(np.abs(array).max()) for array in gradients.values()), default=0.0)
    if not 0 < largest < np.inf:
        return largest
    return largest * float(np.sqrt(sum(float(((array / largest) ** 2).sum()) for array in gradients.values())))


def clip_by_limit(gradients: Mapping[str, np.ndarray], limit: float) -> dict[str, np.ndarray]:
    """Clip every entry to ±limit. Source: lecture, gradient clipping, first method."""
    return {name: np.clip(array, -limit, limit) for name, array in gradients.items()}


def clip_by_norm(gradients: Mapping[str, np.ndarray], limit: float) -> dict[str, np.ndarray]:
    """Rescale all gradients together so that their joint norm is at most the limit.

    Source: lecture, gradient clipping, second method; Pascanu et al. 2013.
    """
    norm = joint_norm(gradients)
    factor = limit / norm if norm > limit else 1.0
    return {name: array * factor for name, array in gradients.items()}


CLIPPING = {"limit": clip_by_limit, "norm": clip_by_norm}


def descend(
    weights: Mapping[str, np.ndarray], gradients: Mapping[str, np.ndarray], rate: float
) -> dict[str, np.ndarray]:
    """Give the weights after one step of gradient descent, w − rate · ∂J/∂w."""
    return {name: weights[name] - rate * gradient for name, gradient in gradients.items()}
