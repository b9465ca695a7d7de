"""Print equations: where they come from, what the letters' shapes are, how they are evaluated."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from rnncalc.language.kinds import describe
from rnncalc.language.nodes import Equation
from rnncalc.language.writer import Notation, write, write_equation
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.catalogue import Recurrence
from rnncalc.render.clean import clean

_DIRECTIONS = {
    "forward": "step by step, t = 1 … T",
    "reverse": "step by step, t = T … 1",
    "map": "all steps at once",
    "once": "once",
}


def print_equations(console: Console, equations: tuple[Equation, ...], notation: Notation) -> None:
    """Print equations below each other, their equals signs aligned."""
    width = max(len(write(equation.left, "screen", notation)) for equation in equations)
    for equation in equations:
        left = write(equation.left, "screen", notation)
        padding = " " * (width - len(left))
        console.print(Text("  " + padding + write_equation(equation, "screen", notation)), soft_wrap=True)


def print_entry(console: Console, recurrence: Recurrence, notation: Notation) -> None:
    """Print an entry of the catalogue."""
    entry = recurrence.entry
    console.print(Text(entry.title, style="bold"), soft_wrap=True)
    console.print(Text(entry.source, style="dim"), soft_wrap=True)
    console.print()
    print_equations(console, recurrence.equations, notation)
    console.print()
    console.print(Text("weights", style="underline"))
    width = max(map(len, recurrence.weights))
    for name, shape in recurrence.weights.items():
        optional = " (may be left out)" if name in recurrence.biases or name == entry.optional else ""
        console.print(Text(f"  {name:<{width}}  {shape.replace(' x ', ' × ')}{optional}"), soft_wrap=True)
    for label, mapping in (("activations", entry.activations), ("choices", entry.choices)):
        if mapping:
            console.print(Text(label, style="underline"))
            for name, value in mapping.items():
                words = value if isinstance(value, str) else " | ".join((f"{value[0]} (default)", *value[1:]))
                console.print(Text(f"  {name}: {words}"), soft_wrap=True)


def print_network(console: Console, problem: Problem, notation: Notation) -> None:
    """Print the equations of a problem, with shapes and order of evaluation."""
    case = problem.case
    if problem.title:
        console.print(Text(clean(problem.title), style="bold"), soft_wrap=True)
    if problem.network.recurrence:
        entry = problem.network.recurrence.entry
        console.print(Text(f"{entry.name}: {entry.title}", style="dim"), soft_wrap=True)
    if problem.dropped:
        console.print(Text(f"Not given, left out: {', '.join(problem.dropped)}."), soft_wrap=True)
    console.print()
    print_equations(console, case.system.equations, notation)
    console.print()
    console.print(Text("shapes", style="underline"))
    names = [
        name for name in case.shapes if name in (*case.system.defined, *case.weights, *case.sequences, *case.values)
    ]
    width = max(map(len, names))
    for name in names:
        console.print(Text(f"  {name:<{width}}  {describe(case.shapes[name])}"), soft_wrap=True)
    console.print(Text("order of evaluation", style="underline"))
    for block in case.blocks:
        words = _DIRECTIONS[block.direction].replace("t =", f"{block.letter} =")
        names = ", ".join(dict.fromkeys(equation.left.name for equation in block.equations))
        console.print(Text(f"  {names}: {words}"), soft_wrap=True)
