"""Learning: pass after pass over the sequences, each followed by an update of the weights."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite
from time import perf_counter

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.gradient_pass import Parameters, views_of
from rnncalc.training.batches import batch_of, iterations, turns
from rnncalc.training.clipping import clipper
from rnncalc.training.diverging import divergence_of
from rnncalc.training.history import Divergence, History, Learned, Stopped, Told
from rnncalc.training.optimisers import updater
from rnncalc.training.outcome import loss_of, predictor
from rnncalc.training.outputs import output_of
from rnncalc.training.passes import Passes
from rnncalc.training.plan import Plan
from rnncalc.training.prepared import Prepared

PAUSE = 0.05  # seconds between two reports
MEASURED = 50  # accuracies at most
MEASURED_ON = 2000  # sequences at most


def learn(case: Case, plan: Plan, told: Callable[[Told], None] | None = None) -> Learned:
    """Learn the weights of a case by a plan.

    A weight that the loss does not reach stays as it is. Ctrl-C ends learning
    with the weights that Learned names, and so does a loss or gradient that is
    no finite number.

    Args:
        case: A case with a loss, its sequences the training data, its weights the initial ones.
        plan: Optimiser, number of iterations, mini-batches.
        told: Called with the state of learning at the first and last iteration, and now and then between.
    """
    return _Learning(case, plan, told or (lambda _: None)).run()


class _Learning:
    def __init__(self, case: Case, plan: Plan, told: Callable[[Told], None]):
        self.case, self.plan, self.told = case, plan, told
        self.prepared = Prepared(case, plan.seed, plan.batch)
        self.parameters = Parameters(case.weights)
        self.passes = Passes(self.parameters, self.prepared.one_hot)
        self.whole = not plan.batch or plan.batch >= case.n_sequences
        self.total = iterations(plan, case.n_sequences)
        self.losses = np.empty(self.total)
        self.done = 0  # iterations whose loss is known
        self.updates = 0
        self.epochs: list[tuple[int, float]] = []  # of mini-batches: the iteration that ended each, its mean loss
        self.measured: list[tuple[int, float]] = []
        self.recent = [np.zeros(self.parameters.flat.size) for _ in range(3)]  # gradient k in row k % 3
        self.best = self.parameters.flat.copy()
        self.lowest, self.best_at = inf, 0  # with dropout the last loss, as the last weights are kept

    def run(self) -> Learned:
        stopped: Stopped = ""
        divergence = None
        with np.errstate(all="ignore"):
            try:
                if not self._all_iterations():
                    stopped, divergence = "diverged", self._divergence()
            except KeyboardInterrupt:
                stopped = "interrupted"
                self._keep_unfinished()
            weights, drops = self._named(self.best), self.prepared.drops
            loss = loss_of(self.case, weights) if drops else self.lowest
        last = self._named(self.parameters.flat.copy())
        return Learned(weights, self._history(), loss, self.best_at, last, stopped, divergence, thinned=drops)

    def _all_iterations(self) -> bool:
        """Carry out the plan; False where it ends at a number that is not finite."""
        flat, recent, losses, whole, total = self.parameters.flat, self.recent, self.losses, self.whole, self.total
        update, rate, told = updater(self.plan.optimiser, flat.size), self.plan.optimiser.rate, self.told
        clip = clipper(self.plan.clip_by, self.plan.clip) if self.plan.clip is not None else None
        step, marks, due = self._step(), self._marks(), 0.0
        predict = predictor(self._measured_on(), self.parameters.views) if marks else None
        for iteration, turn in enumerate(turns(self.plan, self.case.n_sequences), start=1):
            loss, gradient = step(turn.chosen)
            if not isfinite(loss):
                return False
            losses[self.done] = loss
            self.done = iteration
            if whole:
                self._keep_if_better(loss)
            recent[iteration % 3][:] = gradient
            if clip:
                clip(gradient)
            update(flat, gradient)
            self.updates = iteration
            if turn.ends_epoch and not whole:
                self._end_epoch()
            if (iteration if whole else len(self.epochs)) in marks and turn.ends_epoch:
                self.measured.append((iteration, predict().accuracy))
            if iteration == total or perf_counter() >= due:
                told(Told(iteration, total, loss, rate))
                due = perf_counter() + PAUSE
        return self._last_look(step)

    def _step(self) -> Callable[[np.ndarray | None], tuple[float, np.ndarray]]:
        """Give the function that computes loss and gradient of some sequences."""
        prepared, passes = self.prepared, self.passes
        if not self.whole:

            def of_batch(chosen: np.ndarray | None) -> tuple[float, np.ndarray]:
                return passes.run(prepared.draw(prepared.batch(chosen))), passes.gradient

            return of_batch
        batch = prepared.batch()
        if batch.own_lengths or prepared.drops:

            def anew(chosen: np.ndarray | None) -> tuple[float, np.ndarray]:
                return passes.run(prepared.draw(batch)), passes.gradient

            return anew
        ready = passes.ready(batch)
        run, gradient = ready.run, ready.gradient
        return lambda chosen: (run(), gradient)

    def _keep_if_better(self, loss: float) -> None:
        """Keep the weights if no loss was lower; with dropout, where losses do not compare, if they are finite."""
        if loss < self.lowest or self.prepared.drops and isfinite(loss):
            self._keep(loss)

    def _keep(self, loss: float) -> None:
        self.best[:] = self.parameters.flat
        self.lowest, self.best_at = loss, self.updates

    def _end_epoch(self) -> None:
        start = self.epochs[-1][0] if self.epochs else 0
        mean = float(self.losses[start : self.done].mean())
        self.epochs.append((self.done, mean))
        if np.isfinite(self.parameters.flat).all():
            self._keep_if_better(mean)

    def _last_look(self, step: Callable) -> bool:
        """Hold the weights after the last update against the best ones too."""
        if not self.whole or not self.total:
            return True
        loss, _ = step(None)
        self._keep_if_better(loss)
        return isfinite(loss)

    def _keep_unfinished(self) -> None:
        """Take the weights of a first epoch that was interrupted, rather than the initial ones."""
        if not self.whole and not self.epochs and self.updates and np.isfinite(self.parameters.flat).all():
            self._keep(float(self.losses[: self.done].mean()))

    def _marks(self) -> frozenset[int]:
        """Give the epochs at whose ends the accuracy is measured."""
        output = output_of(self.case)
        if output is None or output.kind == "values" or not self.total:
            return frozenset()
        in_epoch = 1 if self.whole else -(-self.case.n_sequences // self.plan.batch)
        epochs = -(-self.total // in_epoch)
        return frozenset(np.linspace(1, epochs, min(epochs, MEASURED)).round().astype(int).tolist())

    def _measured_on(self) -> Case:
        """Give the sequences of which the accuracy is measured: all, or some from everywhere among them."""
        count = self.case.n_sequences
        if count <= MEASURED_ON:
            return self.case
        return batch_of(self.case, np.arange(MEASURED_ON) * count // MEASURED_ON)

    def _divergence(self) -> Divergence:
        last = range(max(1, self.done - 2), self.done + 1)
        return divergence_of([self._named(self.recent[k % 3]) for k in last], min(self.done + 1, self.total))

    def _named(self, flat: np.ndarray) -> dict[str, np.ndarray]:
        return views_of(flat, self.case.weights)

    def _history(self) -> History:
        losses = self.losses[: self.done].copy()
        epochs = list(enumerate(losses.tolist(), start=1)) if self.whole else self.epochs
        pairs = [np.array(found, float).reshape(-1, 2).T for found in (epochs, self.measured)]
        (ends, means), (measured, accuracies) = pairs
        return History(losses, ends.astype(int), means, measured.astype(int), accuracies)
