"""rnncalc forward: every intermediate of the forward pass, step by step."""

from __future__ import annotations

from rnncalc.cli.options import (
    Decimals,
    Detail,
    DetailOption,
    Exact,
    File,
    Notation,
    NotationOption,
    Only,
    Steps,
    Written,
    WrittenOption,
    read_names,
    read_steps,
    require_sympy,
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
    format: WrittenOption = Written.table,
    exact: Exact = False,
) -> None:
    """Show every intermediate of the forward pass.

    Example: rnncalc forward ntu-tutorial-8-q1a --steps 2..3 --only h,y
    """
    import rnncalc
    from rnncalc.cli.reading import opened_network, shown_decimals

    problem = opened_network(file)
    if exact:
        _check_exact(problem, format)
    wanted = read_steps(steps, problem.n_steps)
    names = read_names(only, problem.case.system.defined)
    values = rnncalc.forward(problem)
    if format is Written.json:
        from rnncalc.render.report import forward_report, write_json

        print(write_json(forward_report(problem, values, names, wanted)))
        return
    if format is Written.csv:
        from rnncalc.render.csv_values import forward_csv

        print(forward_csv(problem, values, names, wanted), end="")
        return
    if format is not Written.table:
        from rnncalc.cli.key_work import solution
        from rnncalc.render.document.choice import Choice

        choice = Choice(detail.value, notation.value, decimals, names, wanted, exact=exact, backward=False)
        print(solution(problem, choice, format.value), end="")
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.drawing import Drawing
    from rnncalc.render.forward import print_forward

    shown = shown_decimals(problem, decimals)
    drawing = Drawing(values, problem.texts, shown, notation.value)
    if exact:
        from dataclasses import replace

        from rnncalc.render.closed import closed_forms

        drawing = replace(drawing, closed=closed_forms(problem, values))
    print_forward(make_console(), problem, drawing, detail.value, names, wanted)


def _check_exact(problem, format: Written) -> None:
    """Refuse --exact where there are no closed forms, or nothing can show them."""
    import typer

    from rnncalc.problem.require import require_unrounded

    require_unrounded(problem)
    if format in (Written.json, Written.csv):
        raise typer.BadParameter(f"{format} has numbers alone", param_hint="--exact")
    require_sympy()
