"""Write a problem as one script of plain numpy that computes its forward pass and compares it with ours.

`numpy_script` is the one to read first. Of the file nothing gets into the code
but numbers and the identifiers of numpy_names.py; all else stands in comments,
below the first two lines, where Python would look for an encoding.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, walk
from rnncalc.problem.problem import Problem
from rnncalc.render.clean import clean
from rnncalc.render.scripts.numpy_ending import compared, comparison, expected_values
from rnncalc.render.scripts.numpy_forward import forward_function
from rnncalc.render.scripts.numpy_given import Given, given_numbers
from rnncalc.render.scripts.numpy_operations import HELPERS
from rnncalc.render.scripts.numpy_scope import script_scope

_LARGE = 700  # exp overflows soon after

_ROUNDED = '''@np.vectorize
def rounded(value):
    """Round to {0} decimals as one does by hand: ties away from zero."""
    if not np.isfinite(value) or abs(value) >= 2**53:
        return value
    return float(Decimal(f"{{value:.12g}}").quantize(Decimal("1e-{0}"), ROUND_HALF_UP)) + 0.0'''


def numpy_script(problem: Problem, values: Values) -> str:
    """Write the script; `values` are those of the problem's forward pass, in the arithmetic of the file."""
    case = problem.case
    scope = script_scope(case)
    given, names = given_numbers(problem, scope), compared(case)
    weights = [f"{scope.identifiers[name]} = {source}" for name, source in given.weights.items()]
    parts = [
        [*_head(problem), "", *_imports(case, values)],
        ["# weights", *weights] if weights else [],
        _data(case, given),
        *(["", helper] for helper in _helpers(case)),
        ["", *forward_function(case, scope, given, names)],
        ["", *expected_values(names, values, scope)],
        comparison(names, case, scope, given),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(problem: Problem) -> Iterator[str]:
    remarks = [problem.title, problem.origin]
    if problem.dropped:
        remarks.append(f"Not given, left out: {', '.join(problem.dropped)}.")
    if problem.case.rounding.every_step:
        remarks.append(f"Every quantity is rounded to {problem.case.rounding.decimals} decimals before it is used.")
    yield "# The forward pass of one problem in plain numpy, written by `rnncalc export --to numpy`."
    yield from ("#", *(f"# {clean(remark)}" for remark in remarks if remark)) if any(remarks) else ()


def _imports(case: Case, values: Values) -> Iterator[str]:
    if case.rounding.every_step:
        yield from ("from decimal import ROUND_HALF_UP, Decimal", "")
    yield "import numpy as np"
    passes = [share.values for share in values.parts] or [values]
    arrays = [array for one in passes for kind in (one.sequences, one.singles) for array in kind.values()]
    if not all((np.abs(array) < _LARGE).all() for array in arrays):
        yield from ("", 'np.seterr(all="ignore")  # some values are beyond what exp takes, or no numbers')


def _data(case: Case, given: Given) -> list[str]:
    """Write the arguments of `forward`: of a batch a list with one array a sequence."""
    lines = ["# what is given" + (", for each sequence of the batch" if case.batched else "") + ": one row a step"]
    for key, name in given.arguments.items():
        sources = given.values[key]
        if case.batched:
            lines += [f"{name} = [", *(f"    {source},".replace("\n", "\n    ") for source in sources), "]"]
        else:
            lines.append(f"{name} = {sources[0]}")
    return lines if given.arguments else []


def _helpers(case: Case) -> Iterator[str]:
    """Give the functions that the equations call, each behind what it calls itself."""
    if case.rounding.every_step:
        yield _ROUNDED.format(case.rounding.decimals)
    wanted: dict[str, None] = {}
    for equation in case.system.equations:
        for part in walk(equation.right):
            if isinstance(part, Call) and part.op in HELPERS:
                wanted |= dict.fromkeys([*HELPERS[part.op].needs, part.op])
    yield from (HELPERS[name].source for name in wanted)
