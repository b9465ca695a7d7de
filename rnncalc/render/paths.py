"""Print a gradient as a sum over paths through time, and the size of the products along them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.compute.sensitivity import Sensitivity
from rnncalc.render.boxes import beside, flow, text_box
from rnncalc.render.drawing import Drawing
from rnncalc.render.forward import print_heading, print_trimmed
from rnncalc.render.matrices import matrix_box, number_texts
from rnncalc.render.numbers import write_number
from rnncalc.render.path_formulas import Letters, pairs, path_formula

_SHADES = " ░▒▓█"
_LARGEST_MAP = 24  # steps beyond which the map of products is left out


def print_general(console: Console, letters: Letters) -> None:
    """Print the formula that every term follows."""
    print_heading(console, f"∂{letters.loss}/∂{letters.weight} as a sum over paths through time")
    if not letters.states:
        text = f"Σⱼ {' · '.join(path_formula(letters, 'j', 'j'))}"
    else:
        order, over = ("i≥j", "k = j … i-1") if letters.reverse else ("i≤j", "k = i+1 … j")
        text = f"Σⱼ Σ_({order}) {' · '.join(path_formula(letters, 'i', 'j'))}, the product over {over}"
    console.print(Text(f"{text}."), soft_wrap=True)
    meaning = f"∂⁺: only {letters.weight} as used at that very step; the loss at step j, the use at step i."
    console.print(Text(meaning), soft_wrap=True)


def print_symbolic(console: Console, letters: Letters, length: int) -> None:
    """Print the terms for a number of steps, without numbers."""
    found = pairs(letters, length)
    print_heading(console, f"{plural(length, 'step')}: {plural(len(found), 'term')}")
    for number, (i, j) in enumerate(found):
        label = f"i = {i}, j = {j}   {'+ ' if number else '  '}"
        print_trimmed(console, _labelled(label, path_formula(letters, i, j), console.width))


def print_terms(
    console: Console, drawing: Drawing, letters: Letters, terms: Mapping[tuple[int, int], np.ndarray], total: np.ndarray
) -> None:
    """Print each term with its number, and their sum beside the gradient of backpropagation."""
    for (i, j), value in terms.items():
        console.print()
        print_trimmed(console, _labelled(f"i = {i}, j = {j}   ", path_formula(letters, i, j), console.width))
        print_trimmed(console, _indented(drawing.array_box(value, console.width - 4), "  = "))
    found = sum(terms.values())
    print_heading(console, f"sum of the {plural(len(terms), 'term')}")
    print_trimmed(console, _indented(drawing.array_box(found, console.width - 4), ""))
    difference = float(np.abs(found - total).max())
    agreement = f"Backpropagation through time gives the same: largest difference {difference:.1e}."
    console.print(Text(agreement), soft_wrap=True)


def print_products(console: Console, letters: Letters, norms: np.ndarray, decimals: int) -> None:
    """Print the size of every product of Jacobians as a map: does the gradient vanish or explode?"""
    n_steps = len(norms)
    if not 1 < n_steps <= _LARGEST_MAP:
        return
    state = letters.state
    print_heading(console, f"size (spectral norm) of ∂{state}(j)/∂{state}(i), the product of the Jacobians between")
    cells = [
        [write_number(float(norms[j, i]), decimals) if i <= j else "" for i in range(n_steps)] for j in range(n_steps)
    ]
    width = max(len(cell) for row in cells for cell in row) + 2
    per_line = max((console.width - 8) // (width + 1), 1)
    largest = max(float(np.nanmax(norms)), 1e-300)
    for first in range(0, n_steps, per_line):
        columns = range(first, min(first + per_line, n_steps))
        header = "        " + "".join(f"i = {i + 1}".ljust(width + 1) for i in columns)
        console.print(Text(header.rstrip(), style="dim"), soft_wrap=True)
        for j in range(first, n_steps):
            line = "".join(_cell(cells[j][i], norms[j, i] / largest, width) for i in columns)
            console.print(Text(f"j = {j + 1:<3} {line}".rstrip()), soft_wrap=True)


def _cell(text: str, share: float, width: int) -> str:
    if not text:
        return " " * (width + 1)
    shade = _SHADES[min(int(np.ceil(share * 4)), 4)]
    return f"{shade}{text.rjust(width - 1)} "


def print_sensitivity(
    console: Console, drawing: Drawing, weight: str, entry: tuple[int, int], quantity: str, found: Sensitivity
) -> None:
    """Print the derivative of a quantity with respect to one entry of a weight."""
    print_heading(console, f"∂{quantity}/∂{weight}[{entry[0]},{entry[1]}]")
    for p, value in enumerate(found.value):
        label = "= " if len(found.value) == 1 else f"sequence {p + 1}: "
        body = matrix_box(number_texts(value[:, None], None, drawing.decimals), console.width)
        print_trimmed(console, _indented(body, label))
    if found.reason:
        console.print(Text(f"Zero, because {found.reason}."), soft_wrap=True)


def _labelled(label: str, factors: tuple[str, ...], width: int) -> Text:
    boxes = [text_box(factor if number == 0 else f" · {factor}") for number, factor in enumerate(factors)]
    body = beside([text_box(label), flow(boxes, max(width - len(label), 20))])
    return Text("\n".join(body.lines))


def _indented(box, label: str) -> Text:
    return Text("\n".join(beside([text_box(label), box]).lines))
