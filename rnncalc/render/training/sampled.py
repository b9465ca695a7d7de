"""Texts that a trained network has generated, and how likely each symbol was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.render.clean import clean
from rnncalc.render.forward import print_heading
from rnncalc.render.named_table import named_table
from rnncalc.render.numbers import write_number
from rnncalc.render.report import SCHEMA_VERSION, number
from rnncalc.render.training.shortened import shortened

if TYPE_CHECKING:
    from rnncalc.generated import Text
    from rnncalc.problem.problem import Problem

_MOST_NAME = 10  # cells of a symbol in the table


def print_text(console: Console, text: str) -> None:
    """Print a generated text; its line ends stay, other signs that act on a terminal do not."""
    for line in text.split("\n"):
        console.print(Text(clean(line)), soft_wrap=True)


def print_distributions(
    console: Console,
    heading: str,
    chosen: Sequence[str],
    distributions: np.ndarray,
    names: Sequence[str],
    top: int,
    decimals: int,
) -> None:
    """Print of each step the symbol that was drawn and the likeliest ones.

    Shapes:
        distributions: (n_steps, n_symbols), what was drawn from
    """
    print_heading(console, heading)
    if not chosen:
        return
    digits = len(str(len(chosen)))
    rows = [f"{step:>{digits}}  {shortened(name, _MOST_NAME)}" for step, name in enumerate(chosen, start=1)]
    top, shown = min(top, len(names)), [shortened(name, _MOST_NAME) for name in names]
    cells = []
    for shares in distributions:
        order = np.argsort(-shares, kind="stable")[:top].tolist()
        cells.append([f"{shown[at]} {write_number(float(shares[at]), decimals)}" for at in order])
    columns = ["likeliest", *(f"{at}." for at in range(2, top + 1))]
    for line in named_table(rows, columns, np.array(cells, dtype=object), "step", console.width):
        console.print(line, soft_wrap=True)


def generate_report(problem: Problem, texts: Sequence[Text], seed: int, show: int | None) -> dict:
    """Give the document of `generate`; with `show` also `steps`, each with so many of the likeliest symbols."""
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "generate",
        "title": problem.title,
        "seed": seed,
        "texts": [_item(text, problem.vocabulary.symbols, show) for text in texts],
    }


def _item(text: Text, names: Sequence[str], show: int | None) -> dict:
    item: dict = {"text": text.text, "drawn": list(text.drawn), "ended": text.ended}
    if show is not None:
        item["steps"] = [
            {names[at]: number(shares[at]) for at in np.argsort(-shares, kind="stable")[:show].tolist()}
            for shares in text.distributions
        ]
    return item
