"""rnncalc import: a problem file from the weights that another library has saved."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from rnncalc.cli.settings import Bidirectional, Choose, Convention, Layers, read_settings
from rnncalc.cli.status import guarded


@guarded
def run(
    file: Annotated[str, typer.Argument(help="Weights by name: .npz, .json or .safetensors.", show_default=False)],
    recurrence: Annotated[
        str, typer.Option("--recurrence", help="A name of the catalogue: elman, lstm, gru, …", metavar="NAME")
    ],
    convention: Convention = None,
    layers: Layers = None,
    bidirectional: Bidirectional = False,
    choose: Choose = None,
    prefix: Annotated[
        str | None, typer.Option("--prefix", help="What stands before the names, such as lstm.", metavar="TEXT")
    ] = None,
    output: Annotated[str | None, typer.Option("--output", help="Write to this file.", metavar="FILE")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
) -> None:
    """Make a problem file of weights; layers and directions are found from their names where these say them.

    Example: rnncalc import w.npz --recurrence lstm --convention pytorch --output p.yaml
    """
    from rnncalc.problem.import_text import write_imported
    from rnncalc.problem.importing import import_weights
    from rnncalc.problem.weight_source import read_weight_file

    settings = read_settings(convention, layers, bidirectional, choose)
    weights = read_weight_file(file)
    written = write_imported(import_weights(weights, recurrence, settings, prefix), weights, output)
    if output is None:
        print(written.text, end="")
        return
    from rnncalc.cli.output import write_output

    for path in (output, *written.beside):
        _refuse_existing(path, file, force)
    for path, data in written.beside.items():
        write_output(path, data, force)
        print(f"{path}: written beside it, {file} with the names of the convention", file=sys.stderr)
    write_output(output, written.text.encode(), force)


def _refuse_existing(path: str, file: str, force: bool) -> None:
    """Refuse before anything is written; the weights themselves are never written over."""
    if os.path.lexists(path) and (not force or os.path.realpath(path) == os.path.realpath(file)):
        raise typer.BadParameter(f"'{path}' exists{'' if force else '; --force writes over it'}", param_hint="--output")
