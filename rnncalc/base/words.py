"""Small pieces of prose for messages: the nearest name, a list, a plural."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that a mistyped one most likely stands for."""
    from difflib import get_close_matches

    known = list(known)
    same_but_case = [other for other in known if other.lower() == name.lower()]
    close = same_but_case or get_close_matches(name, known, n=1, cutoff=0.5)
    return close[0] if close else None


def listing(names: Iterable[str], joint: str = "and") -> str:
    """Write names in quotes: 'a', 'b' and 'c'."""
    quoted = [f"'{name}'" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"


def plural(count: int, noun: str) -> str:
    """Write '1 step', '3 steps', '2 entries'."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}s"
