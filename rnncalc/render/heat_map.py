"""Heat maps of weights that one sequence gives to the steps of another, such as attention's α."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.compute.ragged import each_sequence
from rnncalc.compute.values import Values
from rnncalc.recurrences.step_weights import step_weights
from rnncalc.render.numbers import write_number
from rnncalc.render.shades import shade


def print_heat_maps(console: Console, values: Values, decimals: int, only: Collection[str] = ()) -> None:
    """Print a heat map for each sequence of weights: a row a step, a column a step of what is weighed."""
    system = values.case.system
    for name, weighed in step_weights(system):
        if only and name not in only:
            continue
        row_letter, column_letter = system.letters[name], system.letters[weighed]
        for number, steps in enumerate(each_sequence(values, name), start=1):
            weights = steps.reshape(len(steps), -1)
            which = f", sequence {number}" if values.case.n_sequences > 1 else ""
            console.print()
            heading = f"{name}: what each step {row_letter} takes of {weighed}({column_letter}){which}"
            console.print(Text(heading, style="bold underline"), soft_wrap=True)
            for line in _lines(weights, row_letter, column_letter, decimals, console.width):
                console.print(line, soft_wrap=True)


def _lines(weights: np.ndarray, row: str, column: str, decimals: int, width: int) -> Iterator[Text]:
    """Draw shades with numbers, in groups of columns that fit; of many columns the shades alone."""
    n_rows, n_columns = weights.shape
    label = len(f"{row} = {n_rows}") + 2
    wide = decimals + 6
    if n_columns * wide > 4 * (width - label):
        yield Text(f"{'':<{label}}{column} = 1 … {n_columns}")
        for at, line in enumerate(weights, start=1):
            yield Text(f"{f'{row} = {at}':<{label}}" + "".join(map(shade, line)))
        return
    per_line = max((width - label) // wide, 1)
    for first in range(0, n_columns, per_line):
        shown = range(first, min(first + per_line, n_columns))
        yield Text(" " * label + "".join(f"{f'{column} = {at + 1}':<{wide}}" for at in shown).rstrip())
        for at, line in enumerate(weights, start=1):
            cells = [(f"{shade(line[j])} {write_number(float(line[j]), decimals)}", _style(line[j])) for j in shown]
            drawn = Text(f"{f'{row} = {at}':<{label}}")
            for text, style in cells:
                drawn.append(text, style).append(" " * max(wide - len(text), 1))
            drawn.rstrip()
            yield drawn


def _style(weight: float) -> str:
    """Colour by size; the shade and the number say the same without it."""
    return "" if np.isnan(weight) else f"on color({236 + round(12 * float(np.clip(weight, 0, 1)))})"
