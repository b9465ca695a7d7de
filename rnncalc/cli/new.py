"""rnncalc new: a problem file to begin with."""

from __future__ import annotations

from typing import Annotated

import typer

from rnncalc.cli.settings import Bidirectional, Choose, Convention, Layers, read_settings
from rnncalc.cli.status import guarded

BIGRAM, TRAINING = "bigram", "training"


def complete_name(incomplete: str) -> list[str]:
    """Complete what a file can be begun for."""
    from rnncalc.recurrences.catalogue import entry_names

    return [name for name in (*entry_names(), BIGRAM, TRAINING) if name.startswith(incomplete)]


@guarded
def run(
    name: Annotated[
        str,
        typer.Argument(
            help="A recurrence of the catalogue, bigram, or training.",
            metavar="RECURRENCE",
            autocompletion=complete_name,
            show_default=False,
        ),
    ],
    convention: Convention = None,
    layers: Layers = None,
    bidirectional: Bidirectional = False,
    choose: Choose = None,
    loss: Annotated[bool, typer.Option("--loss", help="With a target and a loss, for 'rnncalc bptt'.")] = False,
    output: Annotated[str | None, typer.Option("--output", help="Write to this file.", metavar="FILE")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
) -> None:
    """Begin a problem file, every line explained.

    Example: rnncalc new gru --layers 2 --loss --output mine.yaml
    """
    settings = read_settings(convention, layers, bidirectional, choose)
    if name in (BIGRAM, TRAINING):
        if settings or loss:
            raise typer.BadParameter("this file has no options", param_hint=name)
        text = _whole(name)
    else:
        _require_known(name)
        from rnncalc.problem.starter import starter

        text = starter(name, settings, loss)
    if output is None:
        print(text, end="")
        return
    from rnncalc.cli.output import write_output

    write_output(output, text.encode(), force)


def _whole(name: str) -> str:
    """Give a file that has no options."""
    if name == BIGRAM:
        from rnncalc.problem.starter_bigram import STARTER
    else:
        from rnncalc.problem.starter_training import STARTER
    return STARTER


def _require_known(name: str) -> None:
    from rnncalc.base.words import nearest
    from rnncalc.recurrences.catalogue import entry_names

    known = [*entry_names(), BIGRAM, TRAINING]
    if name not in known:
        close = nearest(name, known)
        remedy = f"did you mean '{close}'?" if close else f"there are {', '.join(known)}"
        raise typer.BadParameter(f"the catalogue has no '{name}'; {remedy}", param_hint="RECURRENCE")
