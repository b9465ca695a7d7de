"""The tables that equations look rows up in."""

from __future__ import annotations

from collections.abc import Iterable

from rnncalc.language.nodes import Call, Equation, Name, Ref, walk


def tables(equations: Iterable[Equation]) -> dict[str, str]:
    """Name for each quantity that counts rows the table they are in: w and E of lookup(E, w[t])."""
    found = {}
    for equation in equations:
        for part in walk(equation.right):
            if isinstance(part, Call) and part.op == "lookup":
                table, ids = part.args
                if isinstance(table, Name) and isinstance(ids, Name | Ref):
                    found[ids.name] = table.name
    return found
