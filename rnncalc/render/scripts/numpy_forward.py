"""Write the function `forward` of a script: one sequence through the equations, in their order of evaluation.

`forward_function` is the one to read first. Step t of a sequence is row t of
its array. Rows 0 and T + 1 hold what stands beside the steps; what comes
before step 0 stands in the last rows, where numpy looks for row -1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rnncalc.compute.case import Case
from rnncalc.compute.trace import Phase, phases
from rnncalc.language.nodes import Equation, Index, Name
from rnncalc.language.writer import write_equation
from rnncalc.recurrences.system import is_outside
from rnncalc.render.scripts.numpy_code import Scope, fitted, shifted, step_source, write_code
from rnncalc.render.scripts.numpy_given import Given, is_input, steps_beside
from rnncalc.render.scripts.numpy_sizes import array_sizes


def forward_function(case: Case, scope: Scope, given: Given, results: Collection[str]) -> list[str]:
    """Write the function that computes one sequence and returns the quantities `results`."""
    body = [*_lengths(case, scope, given), *_arrays(case, scope), *_starts(case, scope, given)]
    for phase in phases(case):
        body += ["", *_phase(phase, case, scope)]
    returned = ", ".join(f'"{scope.identifiers[name]}": {_result(name, case, scope)}' for name in results)
    return [
        f"def forward({', '.join(given.arguments.values())}):",
        '    """Compute one sequence: step t is row t of each array."""',
        *(f"    {line}".rstrip() for line in (*body, "", f"return {{{returned}}}")),
    ]


def _lengths(case: Case, scope: Scope, given: Given) -> Iterator[str]:
    for letter, end in scope.ends.items():
        name = next((n for n in case.sequences if case.system.letters[n] == letter and is_input(n, case)), None)
        if name:
            yield f"{end} = {shifted(f'len({scope.identifiers[name]})', -steps_beside(name, case)[1])}"
        elif ("length", letter) not in given.arguments:
            yield f"{end} = {case.lengths[letter]}"


def _arrays(case: Case, scope: Scope) -> Iterator[str]:
    """Shift the inputs by a row, and make the arrays of the computed sequences."""
    sizes = array_sizes(case, scope)
    for name in dict.fromkeys((*case.sequences, *case.system.defined)):
        if not case.system.is_sequence(name):
            continue
        variable, (before, after) = scope.identifiers[name], steps_beside(name, case)
        if is_input(name, case):
            width = f"((1, {before}), (0, 0))" if scope.axes[name] else f"(1, {before})"
            source = f"np.pad({variable}, {width})"
        else:
            rows = shifted(scope.ends[case.system.letters[name]], 1 + before + after)
            shape = f"({', '.join([rows, *sizes[name]])})" if sizes[name] else rows
            source = f"np.zeros({shape})"
        yield f"{variable} = {source}" + (f"  # row -1, the last, is {variable} at step -1" if before else "")


def _starts(case: Case, scope: Scope, given: Given) -> Iterator[str]:
    """Set the values beside the steps, and those steps of computed sequences that the file gives."""
    for name, starts in given.starts.items():
        for start in starts:
            beyond = start.step - case.n_steps(name)
            place = shifted(scope.ends[case.system.letters[name]], beyond) if beyond > 0 else start.step
            remark = "  # not given, taken as zero" if start.assumed else ""
            yield f"{scope.identifiers[name]}[{place}] = {start.source or given.arguments[name, start.step]}{remark}"
    for name in case.sequences:
        if not is_input(name, case):
            argument = given.arguments[name]
            yield f"{scope.identifiers[name]}[1:len({argument}) + 1] = {argument}"


def _phase(phase: Phase, case: Case, scope: Scope) -> Iterator[str]:
    if phase.direction == "once":
        for equation in phase.equations:
            yield from _lines(equation, case, scope)
        return
    step, end = scope.steps[phase.letter], scope.ends[phase.letter]
    yield f"for {step} in " + (f"range(1, {end} + 1):" if phase.direction == "forward" else f"range({end}, 0, -1):")
    for equation in phase.equations:
        condition = _condition(equation.left.name, case, scope)
        if condition:
            yield f"    if {condition}:"
        for line in _lines(equation, case, scope):
            yield f"    {'    ' if condition else ''}{line}"


def _condition(name: str, case: Case, scope: Scope) -> str:
    """Say at which steps an equation holds: all but those given and those with an equation of their own."""
    letter = case.system.letters[name]
    first = [Index("start", "", step) for step in range(1, len(case.sequences.get(name, ())) + 1)]
    places = [index for other, index in case.system.places if other == name and not is_outside(index)]
    fixed = [step_source(index, scope, letter) for index in dict.fromkeys([*first, *places])]
    if not fixed:
        return ""
    if sorted(fixed) == sorted(map(str, range(1, len(fixed) + 1))):
        return f"{scope.steps[letter]} > {len(fixed)}"
    return f"{scope.steps[letter]} " + (f"!= {fixed[0]}" if len(fixed) == 1 else f"not in ({', '.join(fixed)})")


def _lines(equation: Equation, case: Case, scope: Scope) -> Iterator[str]:
    """Write an equation: in a comment as the page has it, then as numpy computes it."""
    left, name = equation.left, scope.identifiers[equation.left.name]
    right = fitted(write_code(equation.right, scope), case.shapes[left.name], scope.axes[left.name]).text
    yield f"# {write_equation(equation, 'screen')}"
    place = "" if isinstance(left, Name) else f"[{step_source(left.index, scope, case.system.letters[left.name])}]"
    yield f"{name}{place} = {f'rounded({right})' if case.rounding.every_step else right}"


def _result(name: str, case: Case, scope: Scope) -> str:
    variable = scope.identifiers[name]
    if not case.system.is_sequence(name):
        return variable
    end = f"{scope.ends[case.system.letters[name]]} + 1" if sum(steps_beside(name, case)) else ""
    return f"{variable}[1:{end}]"
