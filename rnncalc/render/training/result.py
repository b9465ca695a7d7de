"""Print a training: what was trained and how, the learning curve, what the network now says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.render.clean import clean
from rnncalc.render.forward import print_heading
from rnncalc.render.numbers import write_number
from rnncalc.render.training.classes import MOST_CLASSES, folded, print_accuracy, print_confusion, print_likelihoods
from rnncalc.render.training.curves import print_against, print_curve
from rnncalc.render.training.steps_table import MOST_STEPS, print_steps
from rnncalc.render.training.summary import facts, print_facts
from rnncalc.render.training.tags import print_tags

if TYPE_CHECKING:
    from rnncalc.training_result import Trained

MOST_LISTED = 20  # sequences whose likelihoods are listed
_MOST_TABLES = 8  # short sequences whose numbers are shown
_MOST_SYMBOLS = 12  # up to which those guessed for the next one make a matrix


def print_trained(console: Console, trained: Trained, sequence: int, top: int, decimals: int) -> None:
    """Print everything, of many sequences one as a plot.

    Args:
        sequence: Which one is shown, from 1.
        top: So many of the likeliest classes.
        decimals: Of likelihoods.
    """
    problem = trained.problem
    for text, style in ((problem.title, "bold"), (problem.origin, "dim")):
        if text:
            console.print(Text(clean(text), style=style), soft_wrap=True)
    print_facts(console, facts(trained))
    history, curve = trained.learned.history, trained.curve
    print_curve(console, "loss", curve.iterations, curve.losses, curve.note)
    print_curve(console, "accuracy", history.measured, history.accuracies)
    if trained.seen is None:
        return
    if trained.seen.predictions.kind != "values":
        _print_right(console, trained)
    if not trained.seen.classified:
        _print_numbers(console, trained, sequence, decimals)
    elif trained.seen.step_by_step:
        _print_labels(console, trained, sequence)
    else:
        _print_likelihoods(console, trained, top, decimals)


def where(trained: Trained) -> str:
    """Name the sequences that are shown."""
    return "test" if trained.on_test else "training"


def _print_right(console: Console, trained: Trained) -> None:
    """Print how many of the guesses are right, and which are not."""
    seen = trained.seen
    counts = seen.predictions.confusion
    if not counts.sum():
        return
    console.print()
    what = "entry" if not seen.classified else "step" if seen.step_by_step else "sequence"
    print_accuracy(console, counts, f"{where(trained)} {what}")
    symbols = trained.problem.vocabulary is not None and not trained.problem.labels
    print_confusion(console, counts, trained.labels, _MOST_SYMBOLS if symbols else MOST_CLASSES)


def _print_numbers(console: Console, trained: Trained, sequence: int, decimals: int) -> None:
    """Print a sequence of numbers as a plot for each feature; of single vectors, those of all sequences."""
    seen = trained.seen
    predicted, targets = seen.predictions.predicted, seen.predictions.targets
    if seen.step_by_step and len(predicted[sequence - 1]) > 1:
        true = targets[sequence - 1] if targets else None
        print_against(console, f"{where(trained)} sequence {sequence}, {seen.name}", true, predicted[sequence - 1])
        _print_steps(console, trained, sequence, decimals)
        return
    print_heading(console, f"{where(trained)}: {seen.name}")
    for at, output in enumerate(predicted[:MOST_LISTED]):
        words = [f"{_subject(trained, at)}  {_numbers(output, decimals)}"]
        words += [f"true {_numbers(targets[at], decimals)}"] if targets else []
        for line in folded(words, console.width, "  "):
            console.print(line, soft_wrap=True)
    _print_more(console, len(predicted))


def _print_steps(console: Console, trained: Trained, sequence: int, decimals: int) -> None:
    """Print the numbers of short sequences, of long ones the first of one."""
    seen = trained.seen
    predicted, targets = seen.predictions.predicted, seen.predictions.targets
    short = all(len(array) <= MOST_STEPS for array in predicted)
    shown = range(min(len(predicted), _MOST_TABLES)) if short else [sequence - 1]
    for at in shown:
        heading = f"{where(trained)} sequence {at + 1}, {seen.name} in numbers"
        true = targets[at] if targets else None
        print_steps(console, heading, trained.inputs(at), predicted[at], true, decimals)
    _print_more(console, len(predicted), len(shown))


def _numbers(array: np.ndarray, decimals: int) -> str:
    return ", ".join(write_number(value, decimals) for value in array.ravel().tolist())


def _print_labels(console: Console, trained: Trained, sequence: int) -> None:
    """Print the labels of one sequence step by step."""
    seen, names = trained.seen, (*trained.labels, None)  # the last for a step without a class
    truths = seen.truths(sequence - 1)
    true = None if truths is None else [names[at] for at in truths]
    guessed = [names[at] for at in seen.guesses(sequence - 1)]
    print_tags(console, f"{where(trained)} sequence {sequence}, {seen.name}", true, guessed)


def _print_likelihoods(console: Console, trained: Trained, top: int, decimals: int) -> None:
    """Print the likeliest classes of each sequence."""
    seen = trained.seen
    print_heading(console, f"{where(trained)}: likelihoods")
    for at in range(min(seen.n_sequences, MOST_LISTED)):
        truths = seen.truths(at)
        true = None if truths is None or truths[0] < 0 else truths[0]
        shares = seen.likelihoods(at)[0]
        print_likelihoods(console, _subject(trained, at), shares, trained.labels, top, decimals, true)
    _print_more(console, seen.n_sequences)


def _subject(trained: Trained, at: int) -> str:
    return f"'{trained.texts[at]}'" if at < len(trained.texts) else f"sequence {at + 1}"


def _print_more(console: Console, count: int, shown: int = MOST_LISTED) -> None:
    if count > shown:
        words = f"… and {plural(count - shown, 'sequence')} more; --format json has all"
        console.print(Text(words, style="dim"), soft_wrap=True)
