"""rnncalc train: learn the weights of a problem."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from rnncalc.cli.options import Decimals, File, Format, FormatOption, require_matplotlib
from rnncalc.cli.status import guarded

TOP, SEQUENCE = 3, 1


@guarded
def run(
    file: File,
    output: Annotated[
        str | None,
        typer.Option("--output", help="Write the trained problem (.yaml) or its weights (.npz).", metavar="FILE"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that exist.")] = False,
    iterations: Annotated[
        int | None, typer.Option("--iterations", help="So many updates of the weights.", min=1, metavar="N")
    ] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Of the optimiser.", metavar="R")] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Of weights, drawn data, mini-batches, dropout.", min=0)
    ] = None,
    plot: Annotated[
        list[str] | None,
        typer.Option("--plot", help="Draw curve and predictions: .png or .svg; needs matplotlib.", metavar="FILE"),
    ] = None,
    history: Annotated[
        str | None, typer.Option("--history", help="Write loss and accuracy of each iteration as CSV.", metavar="FILE")
    ] = None,
    sequence: Annotated[
        int, typer.Option("--sequence", help="Which sequence is shown, predicted against true.", min=1, metavar="K")
    ] = SEQUENCE,
    top: Annotated[int, typer.Option("--top", help="So many of the likeliest classes.", min=1, metavar="K")] = TOP,
    decimals: Decimals = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, and no time taken.")] = False,
    format: FormatOption = Format.table,
) -> None:
    """Learn the weights of a problem that says how under its key training.

    Example: rnncalc train ntu-tutorial-8-q2 --output trained.yaml --plot curve.png
    """
    _take_one_thread()
    from rnncalc.cli.train_work import Files, Shown, check_sequence, show, train, write
    from rnncalc.problem.files import read_source
    from rnncalc.problem.training_options import read_training

    if plot:
        require_matplotlib()
    files = Files(output, tuple(plot or ()), history)
    files.check_names()
    given = {"iterations": iterations, "rate": rate, "seed": seed}
    settings = {name: str(value) for name, value in given.items() if value is not None}
    problem = read_training(read_source(file, sys.stdin.buffer), settings)
    files.require_free(problem, force)
    check_sequence(problem, sequence)
    trained = train(problem, quiet)
    write(trained, files, sequence, force)
    return show(trained, Shown(sequence, top, decimals, format, output))


def _take_one_thread() -> None:
    """Keep numpy's products to one thread, unless the environment says otherwise.

    The matrices of such networks are small: on a busy machine two threads that
    wait for each other took eight times as long as one.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
