"""Print names with what they stand for, under headings."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from rnncalc.render.clean import clean


def print_listing(console: Console, groups: Mapping[str, Mapping[str, str]]) -> None:
    """Print groups of name and description; a long description goes on below itself."""
    width = max(len(name) for group in groups.values() for name in group) + 2
    for number, (heading, group) in enumerate(groups.items()):
        if number:
            console.print()
        console.print(Text(heading, style="bold underline"))
        for name, words in group.items():
            room = max(console.width - width - 2, 20)
            lines = [Text(line.plain.rstrip()) for line in Text(clean(words)).wrap(console, room)]
            for at, line in enumerate(lines or [Text("")]):
                label = name if at == 0 else ""
                console.print(Text.assemble(f"  {label:<{width}}", line), soft_wrap=True)
