"""rnncalc equations: the equations of a recurrence or a problem, and those derived from them."""

from __future__ import annotations

from typing import Annotated

import typer

from rnncalc.cli.options import Notation, NotationOption
from rnncalc.cli.status import guarded


@guarded
def run(
    name: Annotated[str, typer.Argument(help="A recurrence of the catalogue, a problem file or a bundled problem.")],
    backward: Annotated[bool, typer.Option("--backward", help="Also the equations of BPTT.")] = False,
    convention: Annotated[
        str | None, typer.Option("--convention", help="As pytorch, keras, onnx, … write it.", metavar="NAME")
    ] = None,
    layers: Annotated[int | None, typer.Option("--layers", help="Number of hidden layers.", min=1, max=20)] = None,
    bidirectional: Annotated[bool, typer.Option("--bidirectional", help="In both directions.")] = False,
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", help="Any choice of a problem file, such as reset=after.", metavar="KEY=VALUE"),
    ] = None,
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

    console, settings = make_console(), _settings(convention, layers, bidirectional, choose or [])
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


def _settings(convention: str | None, layers: int | None, bidirectional: bool, choose: list[str]) -> dict[str, str]:
    """Gather the options as keys of a problem file."""
    settings = {}
    for text in choose:
        key, sign, value = text.partition("=")
        if not sign or not key.isidentifier() or not value.replace("-", "").isalnum():
            raise typer.BadParameter(f"'{text}' is not KEY=VALUE", param_hint="--choose")
        settings[key] = value
    settings |= {"convention": convention} if convention else {}
    settings |= {"layers": str(layers)} if layers else {}
    return settings | ({"bidirectional": "true"} if bidirectional else {})
