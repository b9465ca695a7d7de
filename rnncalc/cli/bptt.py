"""rnncalc bptt: derive and evaluate backpropagation through time."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from math import inf, isfinite
from typing import Annotated

import typer

from rnncalc.cli.options import (
    Decimals,
    Detail,
    DetailOption,
    File,
    Notation,
    NotationOption,
    Steps,
    Written,
    WrittenOption,
    read_steps,
)
from rnncalc.cli.status import guarded


class ClipBy(StrEnum):
    """How gradients are clipped."""

    limit = "limit"
    norm = "norm"


@guarded
def run(
    file: File,
    of: Annotated[
        str | None, typer.Option("--of", help="Only the gradients of these weights: W,b.", metavar="NAMES")
    ] = None,
    steps: Steps = None,
    symbolic: Annotated[bool, typer.Option("--symbolic", help="Only the derived equations.")] = False,
    initial: Annotated[bool, typer.Option("--initial", help="Also the adjoints of initial values.")] = False,
    inputs: Annotated[bool, typer.Option("--inputs", help="Also the adjoints of inputs.")] = False,
    truncate: Annotated[
        int | None,
        typer.Option("--truncate", help="Send each output back through at most K earlier steps.", min=0, metavar="K"),
    ] = None,
    clip: Annotated[
        float | None, typer.Option("--clip", help="Clip the gradients at this size.", metavar="SIZE")
    ] = None,
    clip_by: Annotated[ClipBy, typer.Option("--clip-by", help="limit: each entry; norm: all together.")] = ClipBy.limit,
    update: Annotated[
        float | None, typer.Option("--update", help="Show the weights after one step of this rate.", metavar="RATE")
    ] = None,
    detail: DetailOption = Detail.equations,
    decimals: Decimals = None,
    notation: NotationOption = Notation.paren,
    format: WrittenOption = Written.table,
) -> None:
    """Derive and evaluate backpropagation through time.

    Example: rnncalc bptt hello-one-hot --of W --update 0.1
    """
    import rnncalc
    from rnncalc.cli.reading import opened_network, shown_decimals
    from rnncalc.compute.descent import Request, answer
    from rnncalc.problem.require import require_finite_loss, require_loss, require_one_index, require_weight
    from rnncalc.render.bptt import Shown, print_bptt

    if clip is not None and not 0 < clip < inf:
        raise typer.BadParameter("clipping needs a size above 0", param_hint="--clip")
    if update is not None and not isfinite(update):
        raise typer.BadParameter("the rate is a number, such as 0.1", param_hint="--update")
    problem = opened_network(file)
    wanted = read_steps(steps, problem.n_steps)
    require_loss(problem)
    if truncate is not None:
        require_one_index(problem)
    weights = [name.strip() for name in of.split(",")] if of else []
    for name in weights:
        if complaint := require_weight(problem, name):
            raise typer.BadParameter(complaint, param_hint="--of")
    values = rnncalc.forward(problem)
    require_finite_loss(problem, values)
    if format in (Written.latex, Written.markdown):
        from rnncalc.cli.key_work import solution
        from rnncalc.render.document.choice import Choice

        _refuse_more(format, {"--truncate": truncate, "--clip": clip, "--update": update, "--symbolic": symbolic})
        only = frozenset(weights)
        choice = Choice(detail.value, notation.value, decimals, only, wanted, derive=True)
        print(solution(problem, choice, format.value), end="")
        return
    answered = answer(values, Request(initial, inputs, truncate, clip, clip_by.value, update))
    if format is Written.json:
        from rnncalc.render.bptt_report import bptt_report
        from rnncalc.render.report import write_json

        print(write_json(bptt_report(problem, values, answered, weights, wanted)))
        return
    if format is Written.csv:
        from rnncalc.render.csv_values import bptt_csv

        print(bptt_csv(problem, values, answered, weights, wanted), end="")
        return
    from rnncalc.cli.console import make_console

    shown = shown_decimals(problem, decimals)
    choice = Shown(shown, notation.value, detail.value, frozenset(weights), wanted, symbolic, truncate)
    print_bptt(make_console(), problem, answered, choice)


def _refuse_more(format: Written, options: Mapping[str, object]) -> None:
    """Refuse what a worked solution does not show."""
    for option, value in options.items():
        if value is not None and value is not False:
            raise typer.BadParameter(f"--format {format} writes the plain backward pass", param_hint=option)
