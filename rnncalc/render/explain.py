"""Print an entry of the glossary."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rnncalc.problem.glossary import FILE, Entry

_LEADS = {
    "message": "which is refused with this message",
    "verdict": "where an answer gets this verdict",
    "mistake": "in which this mistake is found",
}


def print_entry(console: Console, name: str, entry: Entry, findings: Iterable[str] = ()) -> None:
    """Print what a name means, an example, and what to write instead.

    Args:
        findings: What `check` says of a mistake's example.
    """
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
    for words in findings:
        console.print()
        _print(console, Text(f"It says: {words}."), "  ")
    instead = _changed(entry.example, entry.fixed) if entry.fix else [f"rnncalc {entry.instead}"] * bool(entry.instead)
    _print_piece(console, "Instead:", instead)
    if entry.near:
        _print_piece(console, "Close, but not this mistake:", _changed(entry.example, entry.near))


def _print_piece(console: Console, heading: str, lines: list[str]) -> None:
    if lines:
        console.print()
        _print(console, Text(heading), "  ")
        _print_code(console, lines)


def _changed(example: str, other: str) -> list[str]:
    """Give the lines of another version that the example does not have; all of it where it only has fewer."""
    before, after = (text.rstrip("\n").split("\n") for text in (example, other))
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
