"""What `rnncalc key` does once its options are read: problems in, the text of a document out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import typer

from rnncalc.cli.options import read_names, read_steps
from rnncalc.cli.reading import opened
from rnncalc.problem.problem import Problem
from rnncalc.render.document.building import document_of
from rnncalc.render.document.choice import Choice

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram
    from rnncalc.render.document.blocks import Document


class Wanted(NamedTuple):
    """The options that every format has, as they are written."""

    detail: str = "equations"
    notation: str = "paren"
    decimals: int | None = None
    only: str | None = None
    steps: str | None = None
    derive: bool = False
    paths: str | None = None
    misprints: bool = True
    title: str = ""
    course: str = ""
    date: str = ""
    exact: bool = False


def key_text(files: Sequence[str], target: str, wanted: Wanted, latex: Mapping[str, object]) -> str:
    """Write the worked solutions of problems in a format.

    Args:
        latex: The further arguments of write_latex.

    Raises:
        RnncalcError: every fault of a file that cannot be read.
    """
    if files.count("-") > 1:
        raise typer.BadParameter("standard input can be read once", param_hint="FILE…")
    problems = [opened(file) for file in files]
    choice = _choice(problems, wanted)
    document = document_of(problems, choice, wanted.title, wanted.course, wanted.date)
    return written(document, problems, choice, target, latex)


def solution(problem: Problem | Bigram, choice: Choice, target: str) -> str:
    """Write the worked solution of one problem as it stands."""
    return written(document_of([problem], choice), [problem], choice, target, {})


def written(
    document: Document,
    problems: Sequence[Problem | Bigram],
    choice: Choice,
    target: str,
    latex: Mapping[str, object],
) -> str:
    """Write a document in a format; only what that one needs is loaded."""
    if target == "latex":
        from rnncalc.render.document.latex import write_latex

        return write_latex(document, choice.notation, **latex)
    if target == "html":
        from rnncalc.render.document.html import write_html

        return write_html(document, choice.notation)
    if target == "markdown":
        from rnncalc.render.document.markdown import write_markdown

        return write_markdown(document, choice.notation)
    if target == "svg":
        return _picture(document)
    from rnncalc.render.document.notebook import write_notebook

    return write_notebook(document, problems, choice.notation)


def _picture(document: Document) -> str:
    """Write the unrolled network of the only problem."""
    from rnncalc.render.document.blocks import Picture
    from rnncalc.render.document.picture_svg import write_svg

    pictures = [block for section in document.sections for block in section.blocks if isinstance(block, Picture)]
    if len(document.sections) != 1 or not pictures:
        reason = "there is a picture of one network, with all its steps and quantities"
        raise typer.BadParameter(reason, param_hint="--to")
    return write_svg(pictures[0])


def _choice(problems: Sequence[Problem | Bigram], wanted: Wanted) -> Choice:
    """Read the names and steps that are asked for; each must be of some problem."""
    networks = [problem for problem in problems if isinstance(problem, Problem)]
    known = tuple(dict.fromkeys(name for p in networks for name in (*p.case.system.defined, *p.case.weights)))
    return Choice(
        detail=wanted.detail,
        notation=wanted.notation,
        decimals=wanted.decimals,
        only=read_names(wanted.only, known),
        steps=read_steps(wanted.steps, max((problem.n_steps for problem in networks), default=1)),
        derive=wanted.derive,
        paths=_paths(networks, wanted.paths),
        misprints=wanted.misprints,
        exact=wanted.exact,
    )


def _paths(networks: Sequence[Problem], text: str | None) -> tuple[str, ...]:
    """Read the weights whose gradient is written as a sum over paths, which every problem must have."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(","))) if text else ()
    if not names:
        return ()
    from rnncalc.problem.require import require_equal_lengths, require_loss, require_one_index, require_weight

    for problem in networks:
        require_loss(problem)
        require_one_index(problem)
        require_equal_lengths(problem)
        for name in names:
            if complaint := require_weight(problem, name):
                raise typer.BadParameter(complaint, param_hint="--paths")
    return names
