"""rnncalc paths: the gradient as a sum over paths through time."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from rnncalc.cli.options import Decimals, Format, FormatOption, complete_problem
from rnncalc.cli.status import guarded


@guarded
def run(
    file: Annotated[
        str | None,
        typer.Argument(help="A problem with a loss; may be left out with --length.", autocompletion=complete_problem),
    ] = None,
    of: Annotated[str | None, typer.Option("--of", help="The weight.", metavar="W")] = None,
    length: Annotated[
        int | None, typer.Option("--length", help="Only the formulas, for N steps.", min=1, max=100, metavar="N")
    ] = None,
    entry: Annotated[
        str | None, typer.Option("--entry", help="One entry of a weight, with --at.", metavar='"W[1,1]"')
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="The quantity to differentiate.", metavar='"o(1)"')] = None,
    decimals: Decimals = None,
    format: FormatOption = Format.table,
) -> None:
    """Write a gradient as a sum over paths through time.

    Example: rnncalc paths hello-one-hot --of W
    """
    from rnncalc.cli.path_work import show_entry, show_formulas, show_terms

    if file is None and length is None:
        raise typer.BadParameter("name a problem, or give --length N", param_hint="FILE")
    if (entry is None) != (at is None):
        raise typer.BadParameter("--entry and --at belong together", param_hint="--entry")
    if length is not None:
        show_formulas(file, of, length, format)
    elif entry is not None:
        show_entry(file, _read_entry(entry), _read_place(at), decimals, format)
    else:
        show_terms(file, of, decimals, format)


def _read_entry(text: str) -> tuple[str, tuple[int, ...]]:
    match = re.fullmatch(r"\s*(\w+)\s*\[\s*(\d{1,6})\s*(?:,\s*(\d{1,6})\s*)?\]\s*", text)
    if match is None or "0" in (match[2], match[3]):
        raise typer.BadParameter(f"'{text}' is no entry; write W[1,1], counted from 1", param_hint="--entry")
    return match[1], tuple(int(number) for number in match.groups()[1:] if number)


def _read_place(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"\s*(\w+)\s*\(\s*(\d{1,9})\s*\)\s*", text)
    if match is None or match[2] == "0":
        raise typer.BadParameter(f"'{text}' is no quantity at a step; write o(1), counted from 1", param_hint="--at")
    return match[1], int(match[2])
