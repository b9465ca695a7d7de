"""What the quantities of a case are in a script: their identifiers, and the axes of their arrays."""

from __future__ import annotations

from collections import Counter

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.language.nodes import Call, Ref, leaves, length_letter, walk
from rnncalc.render.scripts.numpy_code import Scope, write_code
from rnncalc.render.scripts.numpy_names import identifiers

# variables of the script itself, beside its helpers
OWN = frozenset(
    "forward computed expected largest values wanted name value target finite scale sequence rounded Decimal "
    "ROUND_HALF_UP".split()
)


def script_scope(case: Case) -> Scope:
    """Name everything, and find out which single numbers are numbers and which are vectors of one entry."""
    letters = dict.fromkeys(case.system.letters.values())
    variables = {("step", letter): letter for letter in letters} | {("end", a): length_letter(a) for a in letters}
    named = identifiers(variables, OWN)
    names = [*case.weights, *case.values, *case.sequences, *case.system.defined]
    scope = Scope(
        case.known,
        identifiers({name: name for name in names}, {*OWN, *named.values()}),
        {},
        {letter: named["step", letter] for letter in letters},
        {letter: named["end", letter] for letter in letters},
        _whole_numbers(case),
    )
    return _settled(case, scope._replace(axes={name: _axes(name, case, scope) for name in names}))


def in_axes(array: np.ndarray, n_axes: int) -> np.ndarray:
    """Give (…, rows, columns) with as many axes behind as a script's array has: none, (n), (rows, columns)."""
    return array.reshape((*array.shape[:-2], *((), (-1,), array.shape[-2:])[n_axes]))


def _axes(name: str, case: Case, scope: Scope) -> int:
    if name in case.weights:
        return len(case.written.get(name, (0, 0)))
    if 1 not in case.shapes[name]:
        return 2
    is_number = name in scope.whole or case.shapes[name] == (1, 1) and name not in (*case.sequences, *case.values)
    return 0 if is_number else 1


def _settled(case: Case, scope: Scope) -> Scope:
    """Give those numbers an axis that are computed as vectors of one entry, until nothing changes."""
    wrong = {
        equation.left.name: 1
        for equation in case.system.equations
        if scope.axes[equation.left.name] == 0 and write_code(equation.right, scope).n_axes
    }
    return _settled(case, scope._replace(axes={**scope.axes, **wrong})) if wrong else scope


def _whole_numbers(case: Case) -> frozenset[str]:
    """Find the inputs that are read as rows of a table alone."""
    read, looked_up = Counter(), Counter()
    for equation in case.system.equations:
        read.update(leaf.name for leaf in leaves(equation.right))
        for part in walk(equation.right):
            if isinstance(part, Call) and part.op == "lookup" and isinstance(part.args[1], Ref):
                looked_up[part.args[1].name] += 1
    starts = {name for name, _ in case.initial}
    inputs = set(case.sequences) - {*case.system.defined, *starts}
    return frozenset(name for name in inputs if looked_up[name] == read[name])
