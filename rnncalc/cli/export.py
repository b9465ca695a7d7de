"""rnncalc export: a problem as a program, or as a file that other programs read."""

from __future__ import annotations

import sys
from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from rnncalc.cli.options import File
from rnncalc.cli.status import guarded


class Target(StrEnum):
    """What a problem is written as."""

    numpy = "numpy"
    torch = "torch"
    keras = "keras"
    npz = "npz"
    json = "json"


# For each target its module and function: of programs (Problem, Values) -> str, of weights (arrays by name) -> bytes.
WRITERS = {
    Target.numpy: ("render.scripts.numpy_script", "numpy_script"),
    Target.torch: ("render.scripts.torch_script", "torch_script"),
    Target.keras: ("render.scripts.keras_script", "keras_script"),
    Target.npz: ("problem.weight_files", "npz_bytes"),
    Target.json: ("problem.weight_files", "json_bytes"),
}
OF_WEIGHTS = (Target.npz, Target.json)


@guarded
def run(
    file: File,
    to: Annotated[
        Target, typer.Option("--to", help="numpy, torch, keras: a script that checks itself. npz, json: the weights.")
    ],
    convention: Annotated[
        str | None, typer.Option("--convention", help="Pack weights as pytorch, keras, onnx, … do.", metavar="NAME")
    ] = None,
    output: Annotated[str | None, typer.Option("--output", help="Write to this file.", metavar="FILE")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
) -> None:
    """Write a problem as a program of its forward pass, or its weights as a file.

    Example: rnncalc export ntu-tutorial-8-q1a --to numpy --output q1a.py
    """
    from rnncalc.cli.reading import opened_network

    _check_options(to, convention, output)
    module, name = WRITERS[to]
    problem, write = opened_network(file), getattr(import_module(f"rnncalc.{module}"), name)
    if to in OF_WEIGHTS:
        from rnncalc.problem.weight_files import problem_arrays

        arrays, remarks = problem_arrays(problem, convention)
        data = write(arrays)
        print(*remarks, sep="\n", end="\n" if remarks else "", file=sys.stderr)
    else:
        import rnncalc

        data = write(problem, rnncalc.forward(problem)).encode()
    if output is None:
        print(data.decode(), end="")
        return
    from rnncalc.cli.output import write_output

    write_output(output, data, force)


def _check_options(to: Target, convention: str | None, output: str | None) -> None:
    if convention is not None and to not in OF_WEIGHTS:
        raise typer.BadParameter(
            f"only {' and '.join(OF_WEIGHTS)} are packed by a convention", param_hint="--convention"
        )
    if to is Target.npz and output is None:
        raise typer.BadParameter("an .npz is no text; name a file for it", param_hint="--output")
    if convention is not None:
        from rnncalc.recurrences.conventions import convention_names

        if convention not in convention_names():
            known = ", ".join(convention_names())
            raise typer.BadParameter(f"there is no '{convention}'; there are {known}", param_hint="--convention")
