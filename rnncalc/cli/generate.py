"""rnncalc generate: texts from a trained network."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from rnncalc.cli.options import Decimals, File
from rnncalc.cli.status import guarded

LENGTH, MOST = 100, 100_000
COLDEST, HOTTEST = 0.001, 1000


class Format(StrEnum):
    """What the texts are written as."""

    text = "text"
    json = "json"


@guarded
def run(
    trained: File,
    start: Annotated[str, typer.Option("--start", help="How each text begins.", metavar="TEXT")] = "",
    length: Annotated[
        int, typer.Option("--length", help="At most so many new symbols; an END comes before.", min=1, max=MOST)
    ] = LENGTH,
    count: Annotated[int, typer.Option("--count", help="So many texts.", min=1, max=MOST, metavar="N")] = 1,
    temperature: Annotated[
        float, typer.Option("--temperature", help="Below 1 the likely become likelier.", metavar="T")
    ] = 1.0,
    top_k: Annotated[
        int | None, typer.Option("--top-k", help="Draw from the K likeliest symbols alone.", min=1, metavar="K")
    ] = None,
    greedy: Annotated[bool, typer.Option("--greedy", help="Always the likeliest symbol.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="The same one gives the same texts.", min=0)] = 0,
    show: Annotated[
        int | None, typer.Option("--show", help="Each step with its K likeliest symbols.", min=1, metavar="K")
    ] = None,
    decimals: Decimals = None,
    format: Annotated[Format, typer.Option("--format", help="text for people, json for programs.")] = Format.text,
) -> None:
    """Generate texts with a network that was trained to tell the next symbol.

    Example: rnncalc generate trained.yaml --start An --count 10 --temperature 0.8
    """
    from rnncalc.cli.reading import opened_network, shown_decimals
    from rnncalc.generated import Wanted, generate_texts
    from rnncalc.training.sampling import Choosing

    if greedy and (temperature != 1.0 or top_k is not None):
        raise typer.BadParameter("the likeliest symbol needs no temperature and no --top-k", param_hint="--greedy")
    if not COLDEST <= temperature <= HOTTEST:
        words = f"a temperature is from {COLDEST} to {HOTTEST:,}; --greedy takes the likeliest symbol"
        raise typer.BadParameter(words, param_hint="--temperature")
    problem = opened_network(trained)
    if problem.training is not None:
        words = "These are its initial weights; 'rnncalc train' learns others, and writes them with --output."
        print(words, file=sys.stderr)
    choosing = Choosing(0.0 if greedy else temperature, top_k)
    texts = generate_texts(problem, Wanted(start, length, count, choosing, seed))
    if format is Format.json:
        from rnncalc.render.report import write_json
        from rnncalc.render.training.sampled import generate_report

        print(write_json(generate_report(problem, texts, seed, show)))
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.training.sampled import print_distributions, print_text

    console = make_console()
    for number, text in enumerate(texts, start=1):
        print_text(console, text.text)
        if show is not None:
            heading = f"text {number}: the likeliest symbols at each step"
            names, asked = problem.vocabulary.symbols, shown_decimals(problem, decimals)
            print_distributions(console, heading, text.drawn, text.distributions, names, show, asked)
            console.print()
