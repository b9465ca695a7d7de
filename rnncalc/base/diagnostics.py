"""Messages about a file: what is wrong, where, and what to write instead.

Diagnostics are values. Functions collect them and raise all of them together
as one RnncalcError, so that one run names every independent fault of a file.
How they look on a screen is the business of render/.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rnncalc.base.span import Span


class Note(NamedTuple):
    """A second place that a diagnostic points to, with what is to be seen there."""

    span: Span
    message: str


class Diagnostic(NamedTuple):
    """One fault of a file: a stable slug, its place, what is wrong, the remedy."""

    slug: str
    span: Span
    message: str
    remedy: str = ""
    notes: tuple[Note, ...] = ()


class RnncalcError(Exception):
    """A file could not be used; `diagnostics` says why, in the file's order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]):
        self.diagnostics = tuple(sorted(diagnostics, key=lambda d: (d.span.source.name, d.span.start)))
        super().__init__("; ".join(f"{d.slug}: {d.message}" for d in self.diagnostics))

    def __reduce__(self):
        """Travel between processes by the diagnostics, not by the message made of them."""
        return RnncalcError, (self.diagnostics,)


def refuse(slug: str, span: Span, message: str, remedy: str = "", *notes: Note) -> RnncalcError:
    """Make the error of a single diagnostic, ready to be raised."""
    return RnncalcError([Diagnostic(slug, span, message, remedy, notes)])


class Collector:
    """Gathers the diagnostics of independent parts: `with collector: …` keeps going."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def __enter__(self) -> Collector:
        return self

    def __exit__(self, kind, error, trace) -> bool:
        if isinstance(error, RnncalcError):
            self.found.extend(error.diagnostics)
            return True
        return False

    def raise_if_any(self) -> None:
        """Raise what was found, each message once."""
        if self.found:
            raise RnncalcError(dict.fromkeys(self.found))
