"""Train the network of a problem, and see what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnncalc.problem.problem import Problem
from rnncalc.training.batches import iterations
from rnncalc.training.history import Learned, Told
from rnncalc.training.learn import learn

_PIECES = 100  # of the curve of mini-batches


class LossCurve(NamedTuple):
    """What is drawn of the losses: each, or of mini-batches the means of so many one after another.

    Shapes:
        iterations, losses: (n,)
    """

    iterations: np.ndarray
    losses: np.ndarray
    pieces: int = 0


class Trained(NamedTuple):
    """A problem with what its network has learnt.

    `seen` is what the network says of the sequences held out, where there are
    none of those it has learnt from; `test_loss` that of the sequences held out.
    """

    problem: Problem
    learned: Learned
    seen: Seen | None
    test_loss: float | None

    @property
    def on_test(self) -> bool:
        """Whether `seen` is of sequences held out."""
        return self.problem.training.test is not None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the sequences that are seen; none where they are numbers."""
        training = self.problem.training
        return training.test_texts if self.on_test else training.texts

    @property
    def iterations(self) -> int:
        """The updates that were asked for."""
        return iterations(self.problem.training.plan, self.problem.case.n_sequences)

    @property
    def accuracies(self) -> Mapping[int, float]:
        """The accuracies measured, by the iteration after which."""
        history = self.learned.history
        return dict(zip(history.measured.tolist(), history.accuracies.tolist(), strict=True))

    @property
    def curve(self) -> LossCurve:
        """The losses as they are drawn."""
        losses, batch = self.learned.history.losses, self.problem.training.plan.batch
        pieces = len(losses) // _PIECES
        if not batch or batch >= self.problem.case.n_sequences or pieces < 2:
            return LossCurve(np.arange(1.0, len(losses) + 1), losses)
        whole = losses[: pieces * (len(losses) // pieces)].reshape(-1, pieces)
        return LossCurve(np.arange(1, len(whole) + 1) * float(pieces), whole.mean(axis=1), pieces)
