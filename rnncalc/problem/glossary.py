"""The glossary: every message, verdict, mistake and term explained, from the files in base/glossary/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from types import MappingProxyType
from typing import Literal, NamedTuple

from rnncalc.recurrences.own_files import own_names, read_own

FOLDER = Path(__file__).parent.parent / "base" / "glossary"
FILE = "p.yaml"  # what the example of a message is called in its commands

Kind = Literal["message", "verdict", "mistake", "term"]


class Entry(NamedTuple):
    """What one name means.

    The example of a message, verdict or mistake is a problem file that leads to
    it by the command `run`, with the files `beside` it; `fix` is a piece of it
    and what to write in its place, `instead` another command. `near` is an
    example that comes close to a mistake and is none. The example of a term is
    shown as it stands.
    """

    kind: Kind
    title: str
    words: str
    example: str = ""
    run: str = ""
    beside: Mapping[str, str] = MappingProxyType({})
    fix: tuple[str, str] | tuple[()] = ()
    instead: str = ""
    near: str = ""

    @property
    def command(self) -> str:
        """The arguments of `rnncalc` that lead to it; '' where no small file does."""
        return self.run or (f"forward {FILE}" if self.example and self.kind == "message" else "")

    @property
    def fixed(self) -> str:
        """The example with the fix made."""
        return self.example.replace(*self.fix, 1) if self.fix else ""


def read_glossary() -> dict[str, dict[str, Entry]]:
    """Give all entries by name, in groups by their headings."""
    return {group["title"]: _entries(group) for group in (read_own(FOLDER / f"{n}.yaml") for n in own_names(FOLDER))}


def _entries(group: dict) -> dict[str, Entry]:
    if group["kind"] == "mistake":
        return {name: _mistake(**found) for name, found in group["entries"].items()}
    return {
        name: Entry(group["kind"], **found | {"fix": tuple(found.get("fix", ()))})
        for name, found in group["entries"].items()
    }


def _mistake(title: str, words: str, problem: str, slip: str, right: str, near: str) -> Entry:
    """Make the entry of a mistake: a problem with answers that commit it, that are right, and that come near to it."""
    slip, right, near = (indent(answers, "  ") for answers in (slip, right, near))
    example = f"{problem}answers:\n{slip}"
    return Entry("mistake", title, words, example, f"check {FILE}", fix=(slip, right), near=example.replace(slip, near))
