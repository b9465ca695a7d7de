"""rnncalc forward: every intermediate of the forward pass, step by step."""

from __future__ import annotations

from rnncalc.cli.options import (
    DOCUMENTS,
    Decimals,
    Detail,
    DetailOption,
    File,
    Notation,
    NotationOption,
    Only,
    PassFormat,
    PassFormatOption,
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
    format: PassFormatOption = PassFormat.table,
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
    if format is PassFormat.json:
        from rnncalc.render.report import forward_report, write_json

        print(write_json(forward_report(problem, values, names, wanted)))
        return
    if format is PassFormat.csv:
        from rnncalc.render.csv_values import forward_csv

        print(forward_csv(problem, values, names, wanted), end="")
        return
    if format in DOCUMENTS:
        from rnncalc.cli.key_work import document_text
        from rnncalc.render.document.choice import Choice
        from rnncalc.render.document.one_pass import forward_document

        choice = Choice(detail.value, notation.value, decimals, names, wanted)
        print(document_text(forward_document(problem, values, choice), format.value, notation.value), end="")
        return
    from rnncalc.cli.console import make_console
    from rnncalc.render.drawing import Drawing
    from rnncalc.render.forward import print_forward

    shown = shown_decimals(problem, decimals)
    drawing = Drawing(values, problem.texts, shown, notation.value)
    print_forward(make_console(), problem, drawing, detail.value, names, wanted)
