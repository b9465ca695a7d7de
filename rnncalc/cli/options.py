"""Options that several commands share, and how their texts are read."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

import typer


class Notation(StrEnum):
    """How a time step is written: h(t), hₜ, h⁽ᵗ⁾."""

    paren = "paren"
    subscript = "subscript"
    superscript = "superscript"


class Detail(StrEnum):
    """How much of each line is shown."""

    equations = "equations"
    terms = "terms"
    entries = "entries"


class Format(StrEnum):
    """What the result is written as."""

    table = "table"
    json = "json"


class Written(StrEnum):
    """What the result of a calculation is written as."""

    table = "table"
    json = "json"
    latex = "latex"
    markdown = "markdown"
    csv = "csv"


def complete_problem(incomplete: str) -> list[str]:
    """Complete the names of bundled problems."""
    from rnncalc.problem.files import bundled_names

    return [name for name in bundled_names() if name.startswith(incomplete)]


File = Annotated[
    str,
    typer.Argument(
        help="A problem file, the name of a bundled problem, or - for standard input.",
        autocompletion=complete_problem,
        show_default=False,
    ),
]
Steps = Annotated[str | None, typer.Option("--steps", help="Only these time steps: 2, 2..3 or 1,4.", metavar="STEPS")]
Only = Annotated[str | None, typer.Option("--only", help="Only these quantities: h,y.", metavar="NAMES")]
Decimals = Annotated[int | None, typer.Option("--decimals", help="Decimals shown.", min=0, max=15, metavar="N")]
DetailOption = Annotated[
    Detail, typer.Option("--detail", help="terms: each product on its own; entries: each entry as a sum of products.")
]
NotationOption = Annotated[Notation, typer.Option("--notation", help="h(t), h with t below, or h with (t) above.")]
Exact = Annotated[bool, typer.Option("--exact", help="Also closed forms, such as 0.3 · tanh(0.5) + 0.1; needs SymPy.")]
FormatOption = Annotated[Format, typer.Option("--format", help="table for people, json for programs.")]
WrittenOption = Annotated[
    Written,
    typer.Option("--format", help="table for people, json and csv for programs, latex and markdown to hand out."),
]


def read_steps(text: str | None, longest: int) -> frozenset[int]:
    """Read 2, 2..3, 1,4; an empty set stands for all steps, of which there are at most `longest`."""
    if text is None:
        return frozenset()
    steps: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*([0-9]{1,9})(?:\.\.([0-9]{1,9}))?\s*", part)
        if match is None or int(match[1]) < 1:
            raise typer.BadParameter(f"'{text}' names no steps; write 2, 2..3 or 1,4", param_hint="--steps")
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last <= first + 10**6:
            raise typer.BadParameter(f"'{part}' counts from {first} to {last}", param_hint="--steps")
        steps.update(range(first, last + 1))
    if min(steps) > longest:
        raise typer.BadParameter(f"the last step is {longest}", param_hint="--steps")
    return frozenset(steps)


def require_sympy() -> None:
    """Refuse --exact where SymPy is not installed."""
    from importlib.util import find_spec

    if find_spec("sympy") is None:
        raise typer.BadParameter("closed forms need SymPy: pip install 'rnncalc[exact]'", param_hint="--exact")


def require_matplotlib() -> None:
    """Refuse --plot where matplotlib is not installed."""
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise typer.BadParameter("pictures need matplotlib: pip install 'rnncalc[plot]'", param_hint="--plot")


def read_names(text: str | None, known: tuple[str, ...]) -> frozenset[str]:
    """Read h,y; an empty set stands for all names."""
    if text is None:
        return frozenset()
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            from rnncalc.base.words import nearest

            close = nearest(name, known)
            hint = f"did you mean '{close}'?" if close else f"there are {', '.join(known)}"
            raise typer.BadParameter(f"the problem has no quantity '{name}'; {hint}", param_hint="--only")
    return frozenset(names)
