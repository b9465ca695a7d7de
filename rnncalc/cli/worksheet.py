"""rnncalc worksheet: a worked solution with quantities left blank, and the solution file to fill in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from rnncalc.cli.key import Course, Date, Fragment, Output, Paper, PaperOption, Target, Title, target_of
from rnncalc.cli.options import (
    Decimals,
    Detail,
    DetailOption,
    Notation,
    NotationOption,
    complete_problem,
)
from rnncalc.cli.status import guarded


@guarded
def run(
    files: Annotated[
        list[str],
        typer.Argument(
            help="Problem files, or names of bundled problems.",
            metavar="FILE...",
            autocompletion=complete_problem,
            show_default=False,
        ),
    ],
    to: Annotated[
        Target | None, typer.Option("--to", help="Where it is left out, the ending of --output tells.")
    ] = None,
    blank: Annotated[
        str | None,
        typer.Option(
            "--blank", help="Leave these out: z,h(3),grad(W),t=2. Default: what is asked for.", metavar="NAMES"
        ),
    ] = None,
    fade: Annotated[
        int | None, typer.Option("--fade", help="Leave the last N computed quantities out.", min=1, metavar="N")
    ] = None,
    solution: Annotated[
        str | None, typer.Option("--solution", help="Also write the solution file to fill in.", metavar="FILE.yaml")
    ] = None,
    output: Output = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that exist.")] = False,
    derive: Annotated[bool, typer.Option("--derive", help="Also derive the backward equations.")] = False,
    detail: DetailOption = Detail.equations,
    decimals: Decimals = None,
    notation: NotationOption = Notation.paren,
    title: Title = "",
    course: Course = "",
    date: Date = "",
    paper: PaperOption = Paper.a4,
    fragment: Fragment = False,
) -> None:
    """Write a worked solution with blanks to fill in.

    Example: rnncalc worksheet ntu-tutorial-8-q1a --blank h,y --to html --output q1.html
    """
    from rnncalc.cli.blanks import chosen_places
    from rnncalc.cli.key_work import written
    from rnncalc.cli.output import require_free, write_output
    from rnncalc.cli.reading import opened
    from rnncalc.render.document.blank import blanked
    from rnncalc.render.document.building import document_of
    from rnncalc.render.document.choice import Choice

    target = target_of(to, output)
    if target is Target.notebook:
        raise typer.BadParameter("a notebook would compute what a worksheet leaves out", param_hint="--to")
    if target is not Target.latex and (fragment or paper is not Paper.a4):
        raise typer.BadParameter("this is for --to latex alone", param_hint="--fragment" if fragment else "--paper")
    if files.count("-") > 1:
        raise typer.BadParameter("standard input can be read once", param_hint="FILE…")
    if solution is not None and (len(files) > 1 or files == ["-"]):
        raise typer.BadParameter("a solution file is for one problem in a file of its own", param_hint="--solution")
    for option, path in (("--output", output), ("--solution", solution)):
        if path is not None:
            require_free(path, force, option)
    problems = [opened(file) for file in files]
    choice = Choice(detail.value, notation.value, decimals, derive=derive, misprints=False)
    document = document_of(problems, choice, title, course, date)
    places = chosen_places(problems, document.sections, blank, fade)
    sections = tuple(blanked(section, left_out) for section, left_out in zip(document.sections, places, strict=True))
    latex = {"paper": paper.value, "fragment": fragment}
    text = written(document._replace(sections=sections), problems, choice, target.value, latex)
    if solution is not None:
        from rnncalc.render.document.solution_sheet import solution_sheet

        sheet = solution_sheet(problems[0], _problem_path(files[0], solution), places[0])
        write_output(solution, sheet.encode(), force, "--solution")
    if output is None:
        print(text, end="")
    else:
        write_output(output, text.encode(), force)


def _problem_path(file: str, solution: str) -> str:
    """Give the path of the problem from the folder of the solution; a bundled problem is known by its name."""
    if not Path(file).is_file():
        return file
    folder = os.path.dirname(os.path.abspath(solution))
    return Path(os.path.relpath(os.path.abspath(file), folder)).as_posix()
