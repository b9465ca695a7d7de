"""rnncalc key: a worked solution of one problem or several, to hand out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath
from typing import Annotated

import typer

from rnncalc.cli.options import (
    Decimals,
    Detail,
    DetailOption,
    Exact,
    Notation,
    NotationOption,
    Only,
    Steps,
    complete_problem,
    require_sympy,
)
from rnncalc.cli.status import guarded


class Target(StrEnum):
    """What a worked solution is written as."""

    latex = "latex"
    html = "html"
    markdown = "markdown"
    notebook = "notebook"
    svg = "svg"


class Paper(StrEnum):
    """The size of a page."""

    a4 = "a4"
    letter = "letter"


ENDINGS = {".tex": Target.latex, ".html": Target.html, ".md": Target.markdown, ".ipynb": Target.notebook,
           ".svg": Target.svg}  # fmt: skip

Title = Annotated[str, typer.Option("--title", help="The title of the document.", metavar="TEXT")]
Course = Annotated[str, typer.Option("--course", help="The course that it is for.", metavar="TEXT")]
Date = Annotated[str, typer.Option("--date", help="The date on it.", metavar="TEXT")]
PaperOption = Annotated[Paper, typer.Option("--paper", help="The paper of a LaTeX document.")]
Fragment = Annotated[bool, typer.Option("--fragment", help="LaTeX without a preamble, for \\input.")]
Output = Annotated[str | None, typer.Option("--output", help="Write to this file.", metavar="FILE")]


@guarded
def run(
    files: Annotated[
        list[str],
        typer.Argument(
            help="Problem files, names of bundled problems, or - for standard input.",
            metavar="FILE…",
            autocompletion=complete_problem,
            show_default=False,
        ),
    ],
    to: Annotated[
        Target | None, typer.Option("--to", help="svg: the picture alone. Left out, the ending of --output tells.")
    ] = None,
    output: Output = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
    derive: Annotated[bool, typer.Option("--derive", help="Also derive the backward equations.")] = False,
    paths: Annotated[
        str | None,
        typer.Option("--paths", help="Also these gradients as sums over paths: W,U.", metavar="NAMES"),
    ] = None,
    misprints: Annotated[
        bool, typer.Option("--misprints/--no-misprints", help="Note what the file declares as misprinted.")
    ] = True,
    only: Only = None,
    steps: Steps = None,
    detail: DetailOption = Detail.equations,
    decimals: Decimals = None,
    notation: NotationOption = Notation.paren,
    title: Title = "",
    course: Course = "",
    date: Date = "",
    paper: PaperOption = Paper.a4,
    fragment: Fragment = False,
    exam: Annotated[bool, typer.Option("--exam", help="LaTeX for the class exam, with solutions.")] = False,
    exact: Exact = False,
) -> None:
    """Write worked solutions to hand out: every number, and where it comes from.

    Example: rnncalc key ntu-tutorial-8-q1a --derive --output q1a.tex
    """
    from rnncalc.cli.key_work import Wanted, key_text

    target = target_of(to, output)
    if exact:
        require_sympy()
    if target is not Target.latex and (fragment or exam or paper is not Paper.a4):
        option = "--fragment" if fragment else "--exam" if exam else "--paper"
        raise typer.BadParameter("this is for --to latex alone", param_hint=option)
    wanted = Wanted(
        detail.value, notation.value, decimals, only, steps, derive, paths, misprints, title, course, date, exact
    )
    text = key_text(files, target.value, wanted, {"paper": paper.value, "fragment": fragment, "exam": exam})
    if output is None:
        print(text, end="")
        return
    from rnncalc.cli.output import write_output

    write_output(output, text.encode(), force)


def target_of(to: Target | None, output: str | None, option: str = "--to") -> Target:
    """Take the format from its option, else from the ending of the file that is written."""
    if to is not None:
        return to
    ending = PurePath(output or "").suffix.lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    words = f"name one of {', '.join(Target)}, or a file that ends in {', '.join(ENDINGS)}"
    raise typer.BadParameter(words, param_hint=option)
