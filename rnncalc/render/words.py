"""Write words of a text so that they can be seen and do not run on."""

from __future__ import annotations

from rnncalc.render.clean import clean

MOST_NAME = 24  # characters of a name in a heading


def visible(word: str) -> str:
    """Write a word so that it can be seen, white space too."""
    return clean(word) if word.strip() else repr(word)[1:-1] if word != " " else "␣"


def name_shown(word: str) -> str:
    """Write a word so that it can be seen and does not run on."""
    shown = visible(word)
    return shown if len(shown) <= MOST_NAME else shown[: MOST_NAME - 1] + "…"
