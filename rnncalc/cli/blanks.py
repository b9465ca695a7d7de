"""What a worksheet leaves out, as it is typed: z, h(3), grad(W), t=3."""

from __future__ import annotations

import re
from collections.abc import Sequence

import typer

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.base.span import Source, whole
from rnncalc.base.words import listing, nearest
from rnncalc.problem.answers import read_key
from rnncalc.problem.bigram import Bigram
from rnncalc.problem.problem import Problem
from rnncalc.problem.yaml_tree import Scalar
from rnncalc.recurrences.backward import NABLA, adjoint_name
from rnncalc.render.document.asked import LOSS_TOTAL
from rnncalc.render.document.blank import asked_places, last_places, places_of
from rnncalc.render.document.blocks import Place, Section

_OPTION = "--blank"


def chosen_places(
    problems: Sequence[Problem | Bigram], sections: Sequence[Section], blank: str | None, fade: int | None
) -> list[tuple[Place, ...]]:
    """Give what is left out of each section, in its order; without a choice what the problem asks for.

    Raises:
        typer.BadParameter: an item names nothing that a problem computes.
    """
    if blank is None and fade is None:
        return [_asked(problem, section) for problem, section in zip(problems, sections, strict=True)]
    wanted = [set(last_places(section, fade or 0)) for section in sections]
    for item in blank.split(",") if blank is not None else ():
        found = [_places(item.strip(), problem, section) for problem, section in zip(problems, sections, strict=True)]
        if not any(found):
            raise _unknown(item.strip(), problems, sections)
        wanted = [before | places for before, places in zip(wanted, found, strict=True)]
    return [
        tuple(place for place in places_of(section) if place in places)
        for section, places in zip(sections, wanted, strict=True)
    ]


def _asked(problem: Problem | Bigram, section: Section) -> tuple[Place, ...]:
    """Give what a problem asks for."""
    if isinstance(problem, Problem):
        return asked_places(section)
    names = {answer.key.name for answer in problem.claims.answers} or {"T", "likelihood"}
    return tuple(place for place in places_of(section) if place[0] in names)


def _places(item: str, problem: Problem | Bigram, section: Section) -> set[Place]:
    """Give the places of a section that an item speaks of."""
    if at := re.fullmatch(r"(\w)\s*=\s*([0-9]{1,9})", item):
        letters = problem.case.system.letters if isinstance(problem, Problem) else {}
        step = int(at[2])
        return {(n, s) for n, s in places_of(section) if s == step and letters.get(n.removeprefix(NABLA)) == at[1]}
    try:
        key = read_key(Scalar(item, whole(Source(_OPTION, item))))
    except RnncalcError:
        key = None
    if key is None or key.entry:
        raise typer.BadParameter(f"'{item}' is no quantity; write z, h(3), grad(W) or t=3", param_hint=_OPTION)
    name = adjoint_name(key.name) if key.gradient else key.name
    found = {place for place in places_of(section) if place[0] == name and key.step in (None, place[1])}
    if key.step is None and isinstance(problem, Problem) and name == problem.case.loss:
        found |= {place for place in places_of(section) if place[0] == LOSS_TOTAL}
    return found


def _unknown(item: str, problems: Sequence[Problem | Bigram], sections: Sequence[Section]) -> typer.BadParameter:
    names = dict.fromkeys(name for section in sections for name, _ in places_of(section) if name != LOSS_TOTAL)
    known = [f"grad({name.removeprefix(NABLA)})" if name.startswith(NABLA) else name for name in names]
    close = nearest(item, known)
    remedy = f"did you mean '{close}'?" if close else f"there are {listing(known)}"
    what = "the problem has" if len(problems) == 1 else "none of the problems has"
    return typer.BadParameter(f"{what} no '{item}' to leave out; {remedy}", param_hint=_OPTION)
