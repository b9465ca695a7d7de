"""rnncalc worksheet: a worked solution with quantities left blank, and the solution file to fill in."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from rnncalc.cli.options import (
    Decimals,
    Detail,
    DetailOption,
    Notation,
    NotationOption,
    complete_problem,
)
from rnncalc.cli.status import guarded


class To(StrEnum):
    """What a worksheet is written as."""

    latex = "latex"
    html = "html"
    markdown = "markdown"


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
    to: Annotated[To, typer.Option("--to", help="The format.")] = To.latex,
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
    title: Annotated[str, typer.Option("--title", help="The title.", show_default=False)] = "",
    course: Annotated[str, typer.Option("--course", help="The course, below the title.", show_default=False)] = "",
    date: Annotated[str, typer.Option("--date", help="The date, below the title.", show_default=False)] = "",
    derive: Annotated[bool, typer.Option("--derive", help="With the derived equations of backpropagation.")] = False,
    detail: DetailOption = Detail.equations,
    decimals: Decimals = None,
    notation: NotationOption = Notation.paren,
    output: Annotated[str | None, typer.Option("--output", help="Write to this file.", metavar="FILE")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that exist.")] = False,
) -> None:
    """Write a worked solution with blanks to fill in.

    Example: rnncalc worksheet ntu-tutorial-8-q1a --blank h,y --to html --output q1.html
    """
    from rnncalc.cli.blanks import chosen_places
    from rnncalc.cli.output import write_output
    from rnncalc.cli.reading import opened
    from rnncalc.render.document.blank import blanked
    from rnncalc.render.document.building import document_of
    from rnncalc.render.document.choice import Choice

    if solution is not None and (len(files) > 1 or files == ["-"]):
        raise typer.BadParameter("a solution file is for one problem in a file of its own", param_hint="--solution")
    problems = [opened(file) for file in files]
    choice = Choice(detail.value, notation.value, decimals, derive=derive, misprints=False)
    document = document_of(problems, choice, title, course, date)
    places = chosen_places(problems, document.sections, blank, fade)
    sections = tuple(blanked(section, wanted) for section, wanted in zip(document.sections, places, strict=True))
    text = _written(document._replace(sections=sections), to, notation.value)
    if solution is not None:
        from rnncalc.render.document.solution_sheet import solution_sheet

        sheet = solution_sheet(problems[0], _problem_path(files[0], solution), places[0])
        write_output(solution, sheet.encode(), force, "--solution")
    if output is None:
        print(text, end="")
    else:
        write_output(output, text.encode(), force)


def _written(document, to: To, notation: str) -> str:
    if to is To.html:
        from rnncalc.render.document.html import write_html

        return write_html(document, notation)
    if to is To.markdown:
        from rnncalc.render.document.markdown import write_markdown

        return write_markdown(document, notation)
    from rnncalc.render.document.latex import write_latex

    return write_latex(document, notation)


def _problem_path(file: str, solution: str) -> str:
    """Give the path of the problem from the folder of the solution; a bundled problem is known by its name."""
    import os
    from pathlib import Path

    if not Path(file).is_file():
        return file
    folder = os.path.dirname(os.path.abspath(solution))
    return Path(os.path.relpath(os.path.abspath(file), folder)).as_posix()
