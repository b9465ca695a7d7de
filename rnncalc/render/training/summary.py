"""What was trained, how, and what came of it, as lines with a word before each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.compute.case import Case
from rnncalc.render.training.classes import folded
from rnncalc.training.history import Learned
from rnncalc.training.optimisers import OPTIMISERS
from rnncalc.training.plan import Plan

if TYPE_CHECKING:
    from rnncalc.training_result import Trained


def print_facts(console: Console, facts: Iterable[tuple[str, str]]) -> None:
    """Print words with what they are about before them, folded to the width.

    A narrow screen has the words below.
    """
    facts = list(facts)
    head = max(len(name) for name, _ in facts) + 2
    for name, words in facts:
        if head > console.width // 3:
            console.print(Text(f"{name}:"), soft_wrap=True)
            lines = [Text(f"  {line.plain}") for line in folded(words.split(" "), console.width - 2, "")]
        else:
            lines = list(folded(words.split(" "), console.width - head, ""))
            lines = [Text(f"{name if at == 0 else '':<{head}}{line.plain}") for at, line in enumerate(lines)]
        for line in lines:
            console.print(line, soft_wrap=True)


def plain_number(value: float) -> str:
    """Write a number of a setting or a loss in a few digits.

    >>> [plain_number(v) for v in (0.01, 1e-8, 12345.678, 0.000123456, 3.0)]
    ['0.01', '1e-08', '12,346', '0.00012346', '3']
    """
    if value and (abs(value) >= 1e7 or abs(value) < 1e-4):
        return f"{value:.5g}" if abs(value) < 1e-5 or abs(value) >= 1e7 else f"{value:.8f}".rstrip("0")
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.5g}"


def facts(trained: Trained) -> Iterator[tuple[str, str]]:
    """Say what was trained, how, and what came of it."""
    problem, plan, learned = trained.problem, trained.problem.training.plan, trained.learned
    case, losses = problem.case, learned.history.losses
    n_numbers = sum(array.size for array in case.weights.values())
    equations, weights = plural(len(problem.network.system.equations), "equation"), plural(len(case.weights), "weight")
    yield "network", f"{equations}, {plural(n_numbers, 'number')} in {weights}: {', '.join(case.weights)}"
    yield "data", _data_words(case)
    yield "optimiser", _optimiser_words(plan)
    done = len(losses)
    stopped = f" of {trained.iterations:,}, interrupted" if learned.stopped == "interrupted" else ""
    yield "iterations", f"{done:,}{stopped}, {_batch_words(plan, case)}; seed {plan.seed}"
    if done:
        yield "loss", _loss_words(learned, plan.batch is not None and plan.batch < case.n_sequences)
    if trained.test_loss is not None:
        count = trained.problem.training.test.n_sequences
        yield "test loss", f"{plain_number(trained.test_loss)} on {plural(count, 'sequence')}"


def _data_words(case: Case) -> str:
    longest = max(case.lengths.values(), default=1)
    own = [n for lengths in case.own_lengths.values() for n in lengths]
    steps = f"{min(own):,} to {plural(max(own), 'step')}" if own and min(own) < max(own) else plural(longest, "step")
    return f"{plural(case.n_sequences, 'sequence')} of {steps}"


def _optimiser_words(plan: Plan) -> str:
    row = OPTIMISERS[plan.optimiser.kind]
    constants = {**row.constants, **plan.optimiser.constants}
    words = [plan.optimiser.kind, *(f"{name} {value:g}" for name, value in constants.items())]
    words.append(f"rate {plan.optimiser.rate:g}")
    if plan.clip is not None:
        words.append(f"gradients clipped by {plan.clip_by} {plan.clip:g}")
    return ", ".join(words)


def _batch_words(plan: Plan, case: Case) -> str:
    if plan.batch is None or plan.batch >= case.n_sequences:
        return "each of all sequences" if case.n_sequences > 1 else "each of the one sequence"
    return f"each of {plural(plan.batch, 'sequence')}, {'shuffled' if plan.shuffle else 'in their order'}"


def _loss_words(learned: Learned, batches: bool) -> str:
    losses, updates = learned.history.losses, plural(learned.iteration, "update")
    ends = f"{plain_number(losses[0])} at first, {plain_number(losses[-1])} at last"
    if learned.thinned:
        why = "with dropout the loss on the way is that of a thinned network"
        return f"{ends}; the last weights are kept, after {updates}: {why}; without, it is {plain_number(learned.loss)}"
    lowest = "lowest mean of an epoch" if batches else "lowest"
    return f"{ends}; {lowest} {plain_number(learned.loss)}, after {updates}: these weights are kept"


def remarks(trained: Trained) -> list[str]:
    """Say where the weights of a trained file come from."""
    how = {"interrupted": ", interrupted", "diverged": ", before it diverged"}.get(trained.learned.stopped, "")
    count = plural(trained.learned.iteration, "update")
    return [f"Written by `rnncalc train`: weights after {count}{how}; loss {plain_number(trained.learned.loss)}."]
