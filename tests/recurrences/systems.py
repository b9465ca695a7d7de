"""Systems from a text of equations, and what is said about one that is faulty."""

from __future__ import annotations

from collections.abc import Mapping

from language.marks import refusals

from rnncalc.base.span import Source
from rnncalc.language.lines import parse_equations
from rnncalc.recurrences.schedule import schedule
from rnncalc.recurrences.system import System, build_system

Activations = Mapping[str, tuple[str, tuple]]


def system_of(text: str, activations: Activations | None = None, layout: str = "column") -> System:
    """Give the system of some lines of equations."""
    return build_system(parse_equations(Source("<test>", text)), activations or {}, layout)


def system_refusals(marked: str, activations: Activations | None = None) -> list[tuple[str, str]]:
    """Give slug and marked text of every message about a system, one a line of equations."""
    return refusals(lambda source: system_of(source.text, activations), marked)


def schedule_refusals(marked: str) -> list[tuple[str, str]]:
    """The same of the order of evaluation."""
    return refusals(lambda source: schedule(system_of(source.text)), marked)
