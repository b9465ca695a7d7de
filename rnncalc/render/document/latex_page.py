"""Pages of a LaTeX document: paper, and the room for a line."""

from __future__ import annotations

from typing import NamedTuple

_MARGIN = 62.0  # points left and right
_INDENT_OF_QUESTIONS = 40.0  # of the exam class, solution environment included


class Page(NamedTuple):
    """How wide a line may be, in points, in type of 10 points."""

    room: float


PAPERS = {"a4": ("a4paper", 597.5), "letter": ("letterpaper", 614.3)}


def page_of(paper: str, fragment: bool, exam: bool) -> Page:
    """Give the page of a kind of document; a fragment fits the plain article class, the narrowest of all."""
    if fragment:
        return Page(345.0)
    width = PAPERS[paper][1] - 2 * _MARGIN
    return Page(width - _INDENT_OF_QUESTIONS if exam else width)


def geometry(paper: str) -> str:
    """Write the options of the package geometry."""
    return f"{PAPERS[paper][0]},hmargin={_MARGIN:g}pt,vmargin=62pt"
