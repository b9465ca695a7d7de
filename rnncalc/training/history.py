"""What learning leaves behind: losses on the way, the weights kept, why it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

Stopped = Literal["", "interrupted", "diverged"]


class Told(NamedTuple):
    """Where learning is: iteration of so many, with the loss before its update."""

    iteration: int
    iterations: int
    loss: float
    rate: float


class Divergence(NamedTuple):
    """The first iteration whose loss or gradient is no finite number.

    `weight` is the one whose gradient grew most from the last iteration but
    one to the last before it, from the norm `before` to the norm `after`; a
    norm is nan, and the weight '', where there was no such iteration.
    """

    iteration: int
    weight: str
    before: float
    after: float


class History(NamedTuple):
    """What was measured on the way.

    An epoch is one pass over all sequences; without mini-batches every
    iteration is one. Accuracies, for losses that are a cross-entropy, are
    measured after some epochs, at most 50, and of at most 2,000 sequences,
    those at even distances among all.

    Shapes:
        losses: (n_iterations,), each before the update, of the sequences of its mini-batch
        epochs: (n_epochs,), the iteration that ends each
        means: (n_epochs,), the mean of an epoch's losses
        measured: (n,), the iterations after which the accuracies were measured
        accuracies: (n,), parts of 1
    """

    losses: np.ndarray
    epochs: np.ndarray
    means: np.ndarray
    measured: np.ndarray
    accuracies: np.ndarray


class Learned(NamedTuple):
    """The outcome of learning.

    `weights` are those of the lowest loss: of all sequences, with
    mini-batches the mean of an epoch, at whose end they were kept. `loss` is
    that loss, `iteration` the number of updates that led to them. `last` are
    the weights after the last update, which may not be finite where learning
    diverged.

    With dropout (`thinned`) the losses on the way are those of thinned
    networks, each another one, so that the lowest is luck: then `weights` are
    the last that were finite, with mini-batches at the end of an epoch, and
    `loss` is that of the whole network with them, of all sequences.

    Shapes:
        weights[name], last[name]: (rows, columns)
    """

    weights: Mapping[str, np.ndarray]
    history: History
    loss: float
    iteration: int
    last: Mapping[str, np.ndarray]
    stopped: Stopped = ""
    divergence: Divergence | None = None
    thinned: bool = False
