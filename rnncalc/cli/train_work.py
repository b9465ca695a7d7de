"""What `rnncalc train` does once its options are read."""

from __future__ import annotations

import os
import sys
import time
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import typer

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.base.words import plural
from rnncalc.cli.options import Format
from rnncalc.cli.output import require_free, write_output
from rnncalc.cli.status import INTERRUPTED
from rnncalc.problem.import_text import MOST_WRITTEN
from rnncalc.problem.problem import Problem
from rnncalc.problem.weight_files import path_beside
from rnncalc.training_result import Trained, train_problem

_OUTPUTS, _PICTURES = (".yaml", ".yml", ".npz"), (".png", ".svg")
_LOOKED_AT = 16  # sequences, for what makes the first loss infinite


class Files(NamedTuple):
    """What is to be written: the trained problem or its weights, pictures, the history."""

    output: str | None
    plots: tuple[str, ...]
    history: str | None

    def check_names(self) -> None:
        """Refuse names whose ending does not say what is to be written."""
        for path, option, endings in self._all():
            if endings and Path(path).suffix.lower() not in endings:
                raise typer.BadParameter(f"'{path}' ends in none of {', '.join(endings)}", param_hint=option)
        paths = [os.path.realpath(path) for path, *_ in self._all()]
        for (path, option, _), real in zip(self._all(), paths, strict=True):
            if paths.count(real) > 1:
                raise typer.BadParameter(f"'{path}' is named twice", param_hint=option)

    def require_free(self, problem: Problem, force: bool) -> None:
        """Refuse, before the work, what could not be written after it; the training file itself never is."""
        for path, option, _ in self._all():
            if os.path.realpath(path) == os.path.realpath(problem.source.name):
                raise typer.BadParameter(f"'{path}' is the training file itself", param_hint=option)
            require_free(path, force, option)
        n_weights = sum(array.size for array in problem.case.weights.values())
        if self.output and not self.output.lower().endswith(".npz") and n_weights > MOST_WRITTEN:
            require_free(str(path_beside(self.output)), force, "--output")

    def _all(self) -> list[tuple[str, str, tuple[str, ...]]]:
        found = [(path, "--plot", _PICTURES) for path in self.plots]
        found += [(self.output, "--output", _OUTPUTS)] if self.output is not None else []
        return found + ([(self.history, "--history", ())] if self.history is not None else [])


class Shown(NamedTuple):
    """How the result is shown."""

    sequence: int
    top: int
    decimals: int | None
    format: Format
    output: str | None


def check_sequence(problem: Problem, sequence: int) -> None:
    """Refuse to show a sequence that there is not, before the work."""
    case = problem.training.test or problem.case
    if sequence > case.n_sequences:
        what = "test sequence" if problem.training.test else "sequence"
        words = f"there {'is' if case.n_sequences == 1 else 'are'} {plural(case.n_sequences, what)}"
        raise typer.BadParameter(words, param_hint="--sequence")


def train(problem: Problem, quiet: bool) -> Trained:
    """Carry the training out, telling how far it is."""
    from rnncalc.cli.training_progress import training_told

    start = time.monotonic()
    with training_told(quiet) as told:
        trained = train_problem(problem, told)
    if not quiet and (done := len(trained.learned.history.losses)):
        seconds = time.monotonic() - start
        words = f"{done:,} iterations in {seconds:.1f} s, {1000 * seconds / done:.3g} ms each"
        print(words, file=sys.stderr)
    return trained


def write(trained: Trained, files: Files, sequence: int, force: bool) -> None:
    """Write what is asked for; of an interrupted or diverged training too."""
    if files.output is not None:
        _write_weights(trained, files.output, force)
    if files.history is not None:
        from rnncalc.render.training.history_csv import history_csv

        history = trained.learned.history
        write_output(files.history, history_csv(history.losses, trained.accuracies).encode(), force, "--history")
    for path in files.plots:
        from rnncalc.render.training.panels import draw_training

        write_output(path, draw_training(trained, sequence, Path(path).suffix.lower()[1:]), force, "--plot")


def _write_weights(trained: Trained, output: str, force: bool) -> None:
    from rnncalc.problem.trained import trained_arrays, write_trained
    from rnncalc.problem.weight_files import npz_bytes

    problem, weights = trained.problem, trained.learned.weights
    if output.lower().endswith(".npz"):
        write_output(output, npz_bytes(trained_arrays(problem, weights)), force)
        return
    from rnncalc.render.training.summary import remarks

    written = write_trained(problem, weights, output, remarks(trained))
    for path, data in written.beside.items():
        write_output(path, data, force)
        print(f"{path}: the weights, written beside it", file=sys.stderr)
    write_output(output, written.text.encode(), force)


def show(trained: Trained, shown: Shown) -> int:
    """Print the result, and give the exit status.

    Raises:
        RnncalcError: slug `diverged`; nothing else is shown then.
    """
    learned = trained.learned
    if learned.stopped == "diverged":
        raise diverged(trained, shown.output)
    if shown.format is Format.json:
        from rnncalc.render.report import write_json
        from rnncalc.render.training.report import train_report

        print(write_json(train_report(trained)))
    else:
        from rnncalc.cli.console import make_console
        from rnncalc.render.training.result import print_trained

        asked = trained.problem.case.rounding.decimals if shown.decimals is None else shown.decimals
        print_trained(make_console(), trained, shown.sequence, shown.top, asked)
    if learned.stopped != "interrupted":
        return 0
    kept = f"written to {shown.output}" if shown.output else "shown; --output FILE writes them"
    done = len(learned.history.losses)
    which = "last" if learned.thinned else "best"
    print(f"Interrupted after iteration {done:,}; the {which} weights so far are {kept}.", file=sys.stderr)
    return INTERRUPTED


def diverged(trained: Trained, output: str | None) -> RnncalcError:
    """Say at which iteration the numbers became too large, and which gradient grew."""
    from rnncalc.base.diagnostics import refuse
    from rnncalc.problem.training_options import training_place

    plan, found = trained.problem.training.plan, trained.learned.divergence
    place, when = training_place(trained.problem.source), f"The training diverged at iteration {found.iteration:,}"
    if not found.weight:
        if (reason := _without_a_loss(trained.problem)) is not None:
            return reason
        remedy = "Draw smaller initial weights, such as 'init: uniform(-0.1, 0.1)', or look at the data."
        return refuse("diverged", place, f"{when}: with the initial weights the loss is no finite number.", remedy)
    grew = f"from {found.before:.3g} to {found.after:.3g}" if isfinite(found.before) else f"to {found.after:.3g}"
    smaller = f"a smaller rate than {plan.optimiser.rate:g}"
    clip = "" if plan.clip is not None else "Clip it, 'training: {clip: {norm: 1}}', or "
    kept = f"The last good weights are in {output}." if output else "With --output FILE the last good weights are kept."
    message = f"{when}: the gradient of '{found.weight}' grew {grew}."
    return refuse("diverged", place, message, f"{clip}{'write' if clip else 'Write'} {smaller}. {kept}")


def _without_a_loss(problem: Problem) -> RnncalcError | None:
    """Give what makes the loss infinite at the start where it is a logarithm of what is no probability."""
    from rnncalc.compute.evaluate import evaluate
    from rnncalc.problem.require import no_logarithm
    from rnncalc.training.batches import batch_of

    first = batch_of(problem.case, range(min(problem.case.n_sequences, _LOOKED_AT)))
    values = evaluate(first)
    parts = [share.values for share in values.parts] or [values]
    return next(filter(None, (no_logarithm(problem, part) for part in parts)), None)
