"""Print a training: what was trained and how, the learning curve, what the network now says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.render.clean import clean
from rnncalc.render.forward import print_heading
from rnncalc.render.training.classes import print_accuracy, print_confusion, print_likelihoods
from rnncalc.render.training.curves import print_against, print_curve
from rnncalc.render.training.summary import facts, print_facts
from rnncalc.render.training.tags import print_tags

if TYPE_CHECKING:
    from rnncalc.training_result import Trained

MOST_LISTED = 20  # sequences whose likelihoods are listed


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
    note = f"means of {curve.pieces:,}" if curve.pieces else ""
    print_curve(console, "loss", curve.iterations, curve.losses, note)
    print_curve(console, "accuracy", history.measured, history.accuracies)
    if trained.seen is None:
        return
    if trained.seen.classes:
        _print_classes(console, trained, sequence, top, decimals)
    else:
        _print_numbers(console, trained, sequence, decimals)


def where(trained: Trained) -> str:
    """Name the sequences that are shown."""
    return "test" if trained.on_test else "training"


def _print_numbers(console: Console, trained: Trained, sequence: int, decimals: int) -> None:
    """Print a sequence of numbers as a plot for each feature."""
    seen = trained.seen
    output = seen.outputs[sequence - 1]
    name = f"{where(trained)} sequence {sequence}, {seen.name}"
    if len(output) < 2:
        _print_singles(console, trained, decimals)
        return
    true = None if seen.targets is None else seen.targets[sequence - 1]
    print_against(console, name, true, output)


def _print_singles(console: Console, trained: Trained, decimals: int) -> None:
    """Print one vector for each sequence, with the true one."""
    from rnncalc.render.numbers import write_number

    seen = trained.seen
    print_heading(console, f"{where(trained)} sequences: {seen.name}")
    for at, output in enumerate(seen.outputs[:MOST_LISTED]):
        words = ", ".join(write_number(float(v), decimals) for v in output.ravel())
        if seen.targets is not None:
            words += f"  true: {', '.join(write_number(float(v), decimals) for v in seen.targets[at].ravel())}"
        console.print(Text(f"{at + 1}  {words}"), soft_wrap=True)
    _print_more(console, len(seen.outputs))


def _print_classes(console: Console, trained: Trained, sequence: int, top: int, decimals: int) -> None:
    """Print accuracy and confusion, and one sequence of labels or the likelihoods of every sequence."""
    seen, names = trained.seen, trained.labels
    if seen.counts is not None:
        console.print()
        what = "step" if seen.steps else "sequence"
        console.print(Text(f"{where(trained)}: ", style="bold"), end="")
        print_accuracy(console, seen.counts, what)
        print_confusion(console, seen.counts, names)
    if seen.steps:
        guessed = [names[at] for at in seen.guesses(sequence - 1)]
        true = None if seen.targets is None else [names[at] for at in seen.truth(sequence - 1)]
        print_tags(console, f"{where(trained)} sequence {sequence}", true, guessed)
        return
    print_heading(console, f"{where(trained)}: likelihoods")
    for at, output in enumerate(seen.outputs[:MOST_LISTED]):
        what = f"'{trained.texts[at]}'" if at < len(trained.texts) else f"sequence {at + 1}"
        true = None if seen.targets is None else int(seen.truth(at)[0])
        print_likelihoods(console, what, seen.likelihoods(at)[0], names, top, decimals, true)
    _print_more(console, len(seen.outputs))


def _print_more(console: Console, count: int) -> None:
    if count > MOST_LISTED:
        words = f"… and {plural(count - MOST_LISTED, 'sequence')} more; --format json has all"
        console.print(Text(words, style="dim"), soft_wrap=True)
