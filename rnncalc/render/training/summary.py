"""What was trained, how, and what came of it, as lines with a word before each."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from rnncalc.render.training.classes import folded


def print_facts(console: Console, facts: Iterable[tuple[str, str]]) -> None:
    """Print words with what they are about before them, folded to the width.

    A narrow screen has the words below.
    """
    facts = list(facts)
    head = max(len(name) for name, _ in facts) + 2
    for name, words in facts:
        if head > console.width // 3:
            console.print(Text(f"{name}:"), soft_wrap=True)
            lines = [Text(f"  {line.plain}") for line in folded(words.split(" "), console.width - 2, "")]
        else:
            lines = list(folded(words.split(" "), console.width - head, ""))
            lines = [Text(f"{name if at == 0 else '':<{head}}{line.plain}") for at, line in enumerate(lines)]
        for line in lines:
            console.print(line, soft_wrap=True)


def plain_number(value: float) -> str:
    """Write a number of a setting or a loss in a few digits.

    >>> [plain_number(v) for v in (0.01, 1e-8, 12345.678, 0.000123456, 3.0)]
    ['0.01', '1e-08', '12,346', '0.00012346', '3']
    """
    if value and (abs(value) >= 1e7 or abs(value) < 1e-4):
        return f"{value:.5g}" if abs(value) < 1e-5 or abs(value) >= 1e7 else f"{value:.8f}".rstrip("0")
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.5g}"
