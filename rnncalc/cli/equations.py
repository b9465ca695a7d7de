"""rnncalc equations: the equations of a recurrence or a problem."""

from __future__ import annotations

from typing import Annotated

import typer

from rnncalc.cli.options import Notation, NotationOption
from rnncalc.cli.status import guarded


@guarded
def run(
    name: Annotated[str, typer.Argument(help="A recurrence of the catalogue, a problem file or a bundled problem.")],
    layers: Annotated[int | None, typer.Option("--layers", help="Number of hidden layers.", min=1, max=20)] = None,
    notation: NotationOption = Notation.paren,
) -> None:
    """Show the equations of a recurrence or problem.

    Example: rnncalc equations lstm
    """
    from rnncalc.cli.console import make_console
    from rnncalc.recurrences.catalogue import entry_names, expand, read_entry
    from rnncalc.render.equations import print_entry, print_network

    console = make_console()
    if name in entry_names():
        entry = read_entry(name)
        print_entry(console, expand(entry, {}, layers), notation.value)
    else:
        from rnncalc.cli.reading import opened

        print_network(console, opened(name), notation.value)
