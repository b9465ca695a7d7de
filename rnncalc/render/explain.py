"""Print an entry of the glossary."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnncalc.problem.glossary import FILE, Entry

_LEADS = {"message": "which is refused with this message", "verdict": "where an answer gets this verdict"}


def print_entry(console: Console, name: str, entry: Entry) -> None:
    """Print what a name means, an example, and what to write instead."""
    heading = Text.assemble(
        (name, "bold underline"), f"  {entry.kind}: {entry.title}" if entry.kind != "term" else f"  {entry.title}"
    )
    _print(console, heading, "")
    _print(console, Text(entry.words), "  ")
    if entry.example.strip():
        console.print()
        if entry.kind != "term":
            _print(console, Text(f"{FILE}, {_LEADS[entry.kind]} by 'rnncalc {entry.command}':"), "  ")
        _print_code(console, entry.example.rstrip("\n").split("\n"))
    elif entry.command:
        console.print()
        _print_code(console, [f"rnncalc {entry.command}"])
    for path, text in entry.beside.items():
        console.print()
        _print(console, Text(f"beside it {path}:"), "  ")
        _print_code(console, text.rstrip("\n").split("\n"))
    instead = _changed(entry) if entry.fix else [f"rnncalc {entry.instead}"] if entry.instead else []
    if instead:
        console.print()
        _print(console, Text("Instead:"), "  ")
        _print_code(console, instead)


def _changed(entry: Entry) -> list[str]:
    """Give the lines that a fix changes, the whole file without the lines that it takes away."""
    before, after = (text.rstrip("\n").split("\n") for text in (entry.example, entry.fixed))
    return [line for line in after if line not in before] or after


def _print(console: Console, text: Text, indent: str) -> None:
    for line in text.wrap(console, max(console.width - len(indent), 20)):
        line.rstrip()
        console.print(Text.assemble(indent, line), soft_wrap=True)


def _print_code(console: Console, lines: Iterable[str]) -> None:
    """Print lines as they stand; what is too long for any reader is cut."""
    for line in lines:
        room = max(console.width - 4, 20)
        shown = line if cell_len(line) <= 2 * room else f"{line[: room - 1]}…"
        console.print(Text(f"    {shown}".rstrip()), soft_wrap=True)
