"""rnncalc equations: the equations of a recurrence or a problem, and those derived from them."""

from __future__ import annotations

from typing import Annotated

import typer

from rnncalc.cli.options import Notation, NotationOption
from rnncalc.cli.settings import Bidirectional, Choose, Convention, Layers, read_settings
from rnncalc.cli.status import guarded


@guarded
def run(
    name: Annotated[str, typer.Argument(help="A recurrence of the catalogue, a problem file or a bundled problem.")],
    backward: Annotated[bool, typer.Option("--backward", help="Also the equations of BPTT.")] = False,
    convention: Convention = None,
    layers: Layers = None,
    bidirectional: Bidirectional = False,
    choose: Choose = None,
    notation: NotationOption = Notation.paren,
) -> None:
    """Show the equations of a recurrence or problem.

    Example: rnncalc equations gru --convention keras --backward
    """
    from rnncalc.cli.console import make_console
    from rnncalc.recurrences.catalogue import entry_names
    from rnncalc.render.equations import (
        print_network,
        print_network_backward,
        print_published,
        print_published_backward,
    )

    console, settings = make_console(), read_settings(convention, layers, bidirectional, choose)
    if name in entry_names():
        from rnncalc.problem.chosen import published_as

        published = published_as(name, settings)
        print_published(console, published, notation.value)
        if backward:
            print_published_backward(console, published, notation.value)
        return
    if settings:
        raise typer.BadParameter(f"'{next(iter(settings))}' is for a recurrence of the catalogue", param_hint=name)
    from rnncalc.cli.reading import opened_network

    problem = opened_network(name)
    print_network(console, problem, notation.value)
    if backward:
        print_network_backward(console, problem, notation.value)
