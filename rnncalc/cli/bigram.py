"""rnncalc bigram: counts, table, likelihood, and the network that behaves like the model."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from rnncalc.cli.options import Decimals, Written, WrittenOption, complete_problem
from rnncalc.cli.status import guarded


class Orientation(StrEnum):
    """Whether a column or a row of the table is the word before."""

    columns = "columns"
    rows = "rows"


class Unit(StrEnum):
    """What is counted."""

    word = "word"
    character = "character"


@guarded
def run(
    file: Annotated[
        str | None,
        typer.Argument(help="A problem file with the key bigram, or -.", autocompletion=complete_problem),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="The text to count.")] = None,
    text_file: Annotated[str | None, typer.Option("--text-file", help="A file with the text.", metavar="FILE")] = None,
    smoothing: Annotated[
        str | None, typer.Option("--smoothing", help="none, laplace, or what is added to every count.", metavar="K")
    ] = None,
    orientation: Annotated[
        Orientation | None, typer.Option("--orientation", help="Which of the table's lines is the word before.")
    ] = None,
    unit: Annotated[Unit | None, typer.Option("--unit", help="Count words or characters.")] = None,
    lower: Annotated[bool, typer.Option("--lower", help="Make capital letters small.")] = False,
    boundaries: Annotated[bool, typer.Option("--boundaries", help="A symbol before and after every sentence.")] = False,
    order: Annotated[int | None, typer.Option("--order", help="3 for a trigram model.", min=2, max=6)] = None,
    sentence: Annotated[str | None, typer.Option("--sentence", help="Whose likelihood is asked.")] = None,
    activation: Annotated[str | None, typer.Option("--activation", help="σ of the network.", metavar="NAME")] = None,
    top: Annotated[int | None, typer.Option("--top", help="List the N likeliest pairs.", min=1, metavar="N")] = None,
    sample: Annotated[int | None, typer.Option("--sample", help="Draw N words.", min=1, max=9_999, metavar="N")] = None,
    start: Annotated[str | None, typer.Option("--start", help="The first words of a sample.", metavar="WORDS")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the sample.", min=0)] = 0,
    output: Annotated[
        str | None, typer.Option("--output", help="Write the network as a problem file.", metavar="FILE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    decimals: Decimals = None,
    format: WrittenOption = Written.table,
) -> None:
    """Build an n-gram model, and the network that behaves like it.

    Example: rnncalc bigram --text "Harry Potter" --smoothing laplace --sentence "Potter Harry"
    """
    from rnncalc.cli.bigram_work import Drawn, read, show, write

    options = {
        "text": text,
        "file": text_file,
        "smoothing": smoothing,
        "orientation": orientation,
        "unit": unit,
        "case": "lower" if lower else None,
        "boundaries": "true" if boundaries else None,
        "order": order,
        "sentence": sentence,
        "activation": activation,
        "top": top,
    }
    if file is None and text is None and text_file is None:
        raise typer.BadParameter("name a problem file, or give --text or --text-file", param_hint="FILE")
    if text is not None and text_file is not None:
        raise typer.BadParameter("give --text or --text-file, not both", param_hint="--text-file")
    if sample is not None and format not in (Written.table, Written.json):
        raise typer.BadParameter(f"--format {format} shows no sample; table and json do", param_hint="--sample")
    problem = read(file, {name: str(value) for name, value in options.items() if value is not None})
    show(problem, Drawn(sample, start, seed), decimals, top is not None, format)
    if output is not None:  # after the table, which stands also where there is no network
        write(problem, output, force)
