"""Print equations: where they come from, what the letters' shapes are, how they are evaluated."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from rnncalc.compute.bptt import derive
from rnncalc.language.kinds import describe
from rnncalc.language.nodes import Equation
from rnncalc.language.writer import Notation, write, write_equation
from rnncalc.problem.problem import Problem
from rnncalc.problem.published import Published
from rnncalc.recurrences.expand import Recurrence
from rnncalc.recurrences.symbolic import derive_symbolic, made_up_shapes, published_system
from rnncalc.render.clean import clean
from rnncalc.render.conventions import print_convention
from rnncalc.render.derived import print_backward_equations

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


def print_published(console: Console, published: Published, notation: Notation) -> None:
    """Print a recurrence of the catalogue: its equations, weights, and what may be chosen."""
    recurrence = published.recurrence
    entry = recurrence.entry
    console.print(Text(entry.title, style="bold"), soft_wrap=True)
    console.print(Text(entry.source, style="dim"), soft_wrap=True)
    console.print()
    print_equations(console, published_system(recurrence).equations, notation)
    console.print()
    print_weights(console, recurrence)
    for label, mapping in (("activations", entry.activations), ("choices", _choices(recurrence))):
        if mapping:
            console.print(Text(label, style="underline"))
            for name, words in mapping.items():
                console.print(Text(f"  {name}: {words}"), soft_wrap=True)
    if published.convention:
        console.print()
        print_convention(console, published)


def print_weights(console: Console, recurrence: Recurrence) -> None:
    """Print the weights with their shapes in words."""
    console.print(Text("weights", style="underline"))
    width = max(map(len, recurrence.weights))
    for name, shape in recurrence.weights.items():
        optional = " (may be left out)" if name in recurrence.biases or name == recurrence.entry.optional else ""
        console.print(Text(f"  {name:<{width}}  {shape.replace(' x ', ' × ')}{optional}"), soft_wrap=True)


def _choices(recurrence: Recurrence) -> dict[str, str]:
    """Give the values of every choice, the one made first."""
    found = {}
    for name, values in recurrence.entry.choices.items():
        made = recurrence.chosen[name]
        others = [value for value in values if value != made]
        found[name] = " | ".join((f"{made} (default)" if made == values[0] else f"{made} (chosen)", *others))
    return found


def print_network(console: Console, problem: Problem, notation: Notation) -> None:
    """Print the equations of a problem, with shapes and order of evaluation."""
    case = problem.case
    if problem.title:
        console.print(Text(clean(problem.title), style="bold"), soft_wrap=True)
    if problem.network.recurrence:
        entry = problem.network.recurrence.entry
        console.print(Text(f"{entry.name}: {entry.title}", style="dim"), soft_wrap=True)
    if problem.network.published and problem.network.published.convention:
        console.print()
        print_convention(console, problem.network.published)
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


def print_published_backward(console: Console, published: Published, notation: Notation) -> None:
    """Print the backward equations of a recurrence, the loss left open."""
    recurrence = published.recurrence
    system = published_system(recurrence)
    derived = derive_symbolic(system, made_up_shapes(recurrence.weights), recurrence.weights)
    print_backward_equations(console, system, derived, notation)


def print_network_backward(console: Console, problem: Problem, notation: Notation) -> None:
    """Print the backward equations of a problem; where it has no loss, that is left open."""
    case = problem.case
    derived = derive(case) if case.loss else derive_symbolic(case.system, case.shapes, case.weights)
    print_backward_equations(console, case.system, derived, notation)
