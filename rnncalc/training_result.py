"""Train the network of a problem, and see what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.language.nodes import leaves
from rnncalc.problem.problem import Problem
from rnncalc.training.batches import iterations
from rnncalc.training.history import Learned, Told
from rnncalc.training.learn import learn
from rnncalc.training.outcome import Predictions, predict
from rnncalc.training.outputs import Output, output_of

_PIECES = 100  # of the curve of mini-batches that make few epochs
_FEW_EPOCHS = 10


class LossCurve(NamedTuple):
    """What is drawn of the losses: each, or of mini-batches means, as `note` says.

    Shapes:
        iterations, losses: (n,)
    """

    iterations: np.ndarray
    losses: np.ndarray
    note: str = ""


class Seen(NamedTuple):
    """What the network says of some sequences, under the name of its output."""

    name: str
    predictions: Predictions

    @property
    def classified(self) -> bool:
        """Whether every step, or every sequence, gets one of some classes."""
        return self.predictions.kind == "classes" or self.predictions.kind == "yes-no" and self._n_outputs == 1

    @property
    def n_classes(self) -> int:
        return max(self._n_outputs, 2)

    @property
    def step_by_step(self) -> bool:
        """Whether any sequence has outputs at more than one step."""
        return any(len(array) > 1 for array in self.predictions.predicted)

    @property
    def n_sequences(self) -> int:
        return len(self.predictions.predicted)

    def likelihoods(self, sequence: int) -> np.ndarray:
        """Give (n_steps, n_classes) of a sequence, from 0."""
        found = self.predictions.predicted[sequence]
        return found if self.predictions.kind == "classes" else np.concatenate([1 - found, found], axis=1)

    def guesses(self, sequence: int) -> list[int]:
        """Give the likeliest class of each step."""
        return self.predictions.guesses[sequence].ravel().tolist()

    def truths(self, sequence: int) -> list[int] | None:
        """Give the right class of each step, -1 where none is; None where they are not known."""
        return self.predictions.truths[sequence].ravel().tolist() if self.predictions.targets else None

    @property
    def _n_outputs(self) -> int:
        return self.predictions.predicted[0].shape[1]


class Trained(NamedTuple):
    """A problem with what its network has learnt.

    `seen` is what the network says of the sequences held out, where there are
    none of those it has learnt from; `test_loss` that of the sequences held out.
    """

    problem: Problem
    learned: Learned
    seen: Seen | None
    test_loss: float | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the classes: those of the file, symbols where the next one is guessed, else numbers from 0."""
        problem, count = self.problem, self.seen.n_classes
        symbols = problem.vocabulary.symbols if problem.vocabulary else ()
        named = (names for names in (problem.labels, symbols) if len(names) == count)
        return next(named, tuple(map(str, range(count))))

    @property
    def on_test(self) -> bool:
        """Whether `seen` is of sequences held out."""
        return self.problem.training.test is not None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the sequences that are seen; none where they are numbers."""
        training = self.problem.training
        return training.test_texts if self.on_test else training.texts

    def inputs(self, sequence: int) -> Mapping[str, np.ndarray]:
        """Give what the network reads of a sequence that is seen, from 0: (n_steps, n) by name.

        It is that which runs along the steps of the output.
        """
        case = self.problem.training.test or self.problem.case
        letters, given = case.system.letters, set(case.sequences) - {*case.targets, *case.system.defined}
        along = [name for name in case.sequences if name in given and letters[name] == letters.get(self.seen.name)]
        return {name: case.sequences[name][:, sequence].reshape(case.n_steps(name), -1) for name in along}

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
        history, batch = self.learned.history, self.problem.training.plan.batch
        losses, pieces = history.losses, len(history.losses) // _PIECES
        whole = batch is None or batch >= self.problem.case.n_sequences
        if not whole and len(history.means) >= _FEW_EPOCHS:
            return LossCurve(history.epochs.astype(float), history.means, "mean of each epoch")
        if whole or pieces < 2:
            return LossCurve(np.arange(1.0, len(losses) + 1), losses)
        parts = losses[: pieces * (len(losses) // pieces)].reshape(-1, pieces)
        ends = np.arange(1, len(parts) + 1) * float(pieces)
        return LossCurve(ends, parts.mean(axis=1), f"means of {pieces:,}")


def train_problem(problem: Problem, told: Callable[[Told], None] | None = None) -> Trained:
    """Learn the weights of a problem with a training, and run the sequences held out through its network.

    Without such sequences it is those learnt from. `told` is that of rnncalc.training.learn.learn.
    """
    training, output = problem.training, output_of(problem.case)
    learned = learn(problem.case, training.plan, told)
    if output is None:
        return Trained(problem, learned, None)
    case = problem.case if training.test is None else training.test
    predictions = predict(case, learned.weights, output)
    return Trained(problem, learned, Seen(_name(output), predictions), predictions.loss if training.test else None)


def _name(output: Output) -> str:
    """Give the name of what a loss compares."""
    return next((leaf.name for leaf in leaves(output.predicted)), "output")
