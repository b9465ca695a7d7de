"""Options that choose a form of a recurrence, as keys of a problem file."""

from __future__ import annotations

import re
from typing import Annotated

import typer

Convention = Annotated[
    str | None, typer.Option("--convention", help="As pytorch, keras, onnx, … pack the weights.", metavar="NAME")
]
Layers = Annotated[int | None, typer.Option("--layers", help="Number of hidden layers.", min=1, max=100)]
Bidirectional = Annotated[bool, typer.Option("--bidirectional", help="In both directions.")]
Choose = Annotated[
    list[str] | None,
    typer.Option("--choose", help="Any choice of a problem file, such as reset=after.", metavar="KEY=VALUE"),
]


def read_settings(
    convention: str | None, layers: int | None, bidirectional: bool, choose: list[str] | None
) -> dict[str, str]:
    """Gather the options as keys of a problem file."""
    settings = {}
    for text in choose or ():
        key, sign, value = text.partition("=")
        if not sign or not key.isidentifier() or not re.fullmatch(r"[\w.-]+", value):
            raise typer.BadParameter(f"'{text}' is not KEY=VALUE", param_hint="--choose")
        settings[key] = value
    settings |= {"convention": convention} if convention else {}
    settings |= {"layers": str(layers)} if layers else {}
    return settings | ({"bidirectional": "true"} if bidirectional else {})
