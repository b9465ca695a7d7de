"""What `rnncalc bigram` does once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import NamedTuple

import typer

from rnncalc.cli.options import Written
from rnncalc.compute.inverses import NoInverse
from rnncalc.compute.likelihood import sample
from rnncalc.compute.ngram_network import Network, build_network
from rnncalc.compute.ngram_values import asked_likelihood, has_table
from rnncalc.compute.ngrams import BOUNDARY, split_words
from rnncalc.problem.bigram import Bigram
from rnncalc.problem.bigram_options import bigram_of
from rnncalc.problem.files import read_source


class Drawn(NamedTuple):
    """A sample that is asked for: how many words, after which, with which seed."""

    length: int | None
    start: str | None
    seed: int


def read(file: str | None, options: Mapping[str, str]) -> Bigram:
    """Read the problem from a file, from options, or from both."""
    source = None if file is None else read_source(file, sys.stdin.buffer)
    return bigram_of(source, options)


def write(problem: Bigram, path: str, force: bool) -> None:
    """Write the network as a problem file.

    Raises:
        RnncalcError: slug `no-finite-inverse`.
    """
    from rnncalc.cli.output import write_output
    from rnncalc.problem.bigram_network import network_file

    write_output(path, network_file(problem), force)


def show(problem: Bigram, drawn: Drawn, decimals: int | None, only_top: bool, format: Written) -> None:
    """Print the model, the likelihood, the network, the sample."""
    words = _sample(problem, drawn) if drawn.length is not None else None
    if format is Written.json:
        from rnncalc.render.bigram_report import bigram_report
        from rnncalc.render.report import write_json

        print(write_json(bigram_report(problem, words)))
        return
    if format is Written.csv:
        from rnncalc.render.csv_values import bigram_csv

        print(bigram_csv(problem), end="")
        return
    if format is not Written.table:
        from rnncalc.cli.key_work import solution
        from rnncalc.render.document.choice import Choice

        print(solution(problem, Choice(decimals=decimals), format.value), end="")
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.bigram import print_likeliest, print_model
    from rnncalc.render.bigram_network import print_likelihood, print_network, print_no_network, print_sample
    from rnncalc.render.ngram_words import prints_table

    console, model, asked = make_console(), problem.model, problem.asked
    shown = problem.rounding.decimals if decimals is None else decimals
    print_model(console, problem, shown)
    if only_top or not prints_table(model):
        print_likeliest(console, model, shown, problem.top)
    product = asked_likelihood(model, asked)
    if product is not None:
        print_likelihood(console, model, asked.sentence, product, shown)
    network, place = _network(problem)
    if network is None:
        print_no_network(console, model, asked.activation, place)
    else:
        print_network(console, problem, network, product, shown)
    if words is not None:
        print_sample(console, words, drawn.seed, problem.unit)


def _network(problem: Bigram) -> tuple[Network | None, tuple[int, int] | None]:
    """Build the network, or tell which entry has no finite inverse."""
    from rnncalc.render.ngram_words import prints_table

    if not has_table(problem.model) or not prints_table(problem.model):
        return None, None
    try:
        return build_network(problem.model, problem.asked.activation), None
    except NoInverse as error:
        return None, error.place


def _sample(problem: Bigram, drawn: Drawn) -> list[str]:
    model, span = problem.model, problem.model.order - 1
    if drawn.start is not None:
        start = split_words(drawn.start, problem.unit, problem.lower)
    elif problem.asked.boundaries:
        start = [BOUNDARY] * span
    else:
        start = [model.vocabulary[at] for at in model.contexts[0]]
    for word in start:
        if word not in model.number:
            raise typer.BadParameter(f"'{word}' is not in the vocabulary", param_hint="--start")
    if len(start) < span:
        raise typer.BadParameter(f"give {span} words", param_hint="--start")
    return sample(model, drawn.length, start, drawn.seed)
