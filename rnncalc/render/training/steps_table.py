"""Sequences as numbers: a row of steps, and below each what is given, predicted and true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnncalc.base.words import plural
from rnncalc.render.clean import clean
from rnncalc.render.forward import print_heading
from rnncalc.render.numbers import write_number
from rnncalc.render.training.shortened import fitted

MOST_STEPS = 12  # of a sequence that are shown
MOST_ENTRIES = 6  # of one quantity
_APART = 2  # spaces between two steps


def print_steps(
    console: Console,
    heading: str,
    given: Mapping[str, np.ndarray],
    predicted: np.ndarray,
    true: np.ndarray | None,
    decimals: int,
) -> None:
    """Print the first steps of one sequence, as many to a line as fit.

    Inputs of very many entries, as one-hot vectors are, are left out.

    Args:
        given: The inputs by name.
        decimals: Of numbers that are not whole.

    Shapes:
        given[name], predicted, true: (n_steps, n_features)
    """
    print_heading(console, heading)
    shown = {clean(name): array for name, array in given.items() if array.shape[1] <= MOST_ENTRIES}
    shown |= {"predicted": predicted} | ({} if true is None else {"true": true})
    n_steps = min(len(predicted), MOST_STEPS)
    rows = {"step": [str(at) for at in range(1, n_steps + 1)]}
    for name, array in shown.items():
        whole = name != "predicted" and (array[:n_steps] == np.floor(array[:n_steps])).all()
        for entry in range(min(array.shape[1], MOST_ENTRIES)):
            head = f"{name}[{entry + 1}]" if array.shape[1] > 1 else name
            rows[head] = [write_number(float(v), 0 if whole else decimals) for v in array[:n_steps, entry]]
    for line in _lines(rows, console.width):
        console.print(Text(line), soft_wrap=True)
    left = [plural(len(predicted) - n_steps, "step")] if len(predicted) > n_steps else []
    left += [plural(predicted.shape[1] - MOST_ENTRIES, "entry")] if predicted.shape[1] > MOST_ENTRIES else []
    if left:
        console.print(Text(f"… and {' and '.join(left)} more; --format json has all", style="dim"), soft_wrap=True)


def _lines(rows: Mapping[str, Sequence[str]], width: int) -> Iterator[str]:
    head = max(map(cell_len, rows))
    cell = max(cell_len(text) for row in rows.values() for text in row) + _APART
    per_line = max((width - head) // cell, 1)
    for first in range(0, len(rows["step"]), per_line):
        if first:
            yield ""
        for name, row in rows.items():
            yield f"{name:<{head}}" + "".join(fitted(text, cell) for text in row[first : first + per_line])
