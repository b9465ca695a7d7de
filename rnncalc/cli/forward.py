"""rnncalc forward: every intermediate of the forward pass, step by step."""

from __future__ import annotations

from rnncalc.cli.options import (
    Decimals,
    Detail,
    DetailOption,
    File,
    Format,
    FormatOption,
    Notation,
    NotationOption,
    Only,
    Steps,
    read_names,
    read_steps,
)
from rnncalc.cli.status import guarded


@guarded
def run(
    file: File,
    steps: Steps = None,
    only: Only = None,
    detail: DetailOption = Detail.equations,
    decimals: Decimals = None,
    notation: NotationOption = Notation.paren,
    format: FormatOption = Format.table,
) -> None:
    """Show every intermediate of the forward pass.

    Example: rnncalc forward ntu-tutorial-8-q1a --steps 2..3 --only h,y
    """
    import rnncalc
    from rnncalc.cli.reading import opened_network, shown_decimals

    problem = opened_network(file)
    wanted = read_steps(steps, problem.n_steps)
    names = read_names(only, problem.case.system.defined)
    values = rnncalc.forward(problem)
    if format is Format.json:
        from rnncalc.render.report import forward_report, write_json

        print(write_json(forward_report(problem, values, names, wanted)))
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.drawing import Drawing
    from rnncalc.render.forward import print_forward

    shown = shown_decimals(problem, decimals)
    drawing = Drawing(values, problem.texts, shown, notation.value)
    print_forward(make_console(), problem, drawing, detail.value, names, wanted)
