"""Labels step by step: a row of true ones, a row of predicted ones, wrong ones marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnncalc.render.forward import print_heading
from rnncalc.render.training.shortened import fitted, shortened

WRONG, _NONE = "×", "–"
_MOST_STEPS = 120  # of a sequence that are shown
_MOST_LABEL = 8  # cells of a label


def print_tags(console: Console, heading: str, true: Sequence[str | None] | None, predicted: Sequence[str]) -> None:
    """Print the labels of one sequence, below each other by step, as many to a line as fit.

    Where no label is true, at a step without a class, none is wrong.
    """
    print_heading(console, heading)
    for line in _lines(true, predicted, console.width):
        console.print(line, soft_wrap=True)
    if len(predicted) > _MOST_STEPS:
        console.print(Text(f"… and {len(predicted) - _MOST_STEPS:,} steps more"), soft_wrap=True)


def _lines(true: Sequence[str | None] | None, predicted: Sequence[str], width: int) -> Iterator[Text]:
    count = min(len(predicted), _MOST_STEPS)
    rows = {"step": [str(at) for at in range(1, count + 1)]}
    if true is not None:
        rows["true"] = [_NONE if label is None else shortened(label, _MOST_LABEL) for label in true[:count]]
    rows["predicted"] = [shortened(label, _MOST_LABEL) for label in predicted[:count]]
    if true is not None:
        rows["wrong"] = [
            WRONG if label not in (None, guess) else ""
            for label, guess in zip(true[:count], predicted[:count], strict=True)
        ]
    head = max(map(len, rows))
    cell = max(cell_len(text) for row in rows.values() for text in row) + 1
    per_line = max((width - head - 1) // cell, 1)
    for first in range(0, count, per_line):
        if first:
            yield Text("")
        for name, row in rows.items():
            part = row[first : first + per_line]
            if name != "wrong" or any(part):
                line = f"{name:<{head}} " + "".join(fitted(text, cell) for text in part)
                yield Text(line.rstrip(), style="bold" if name == "wrong" else "")
