"""Names for a script: every name of a file becomes a Python identifier that nothing else has."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Collection, Hashable, Mapping

from rnncalc.language.operations import OPERATIONS
from rnncalc.render.scripts.numpy_operations import HELPERS

RESERVED = frozenset({*keyword.kwlist, *dir(builtins), *OPERATIONS, *HELPERS, "np"})

_MARKS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot"}


def identifiers(wanted: Mapping[Hashable, str], taken: Collection[str] = ()) -> dict[Hashable, str]:
    """Give each name an identifier of its own, in ASCII; `taken` are those of the script itself.

    >>> identifiers({name: name for name in ("h", "T", "lambda", "α", "alpha", "ŷ_1")}, ["T"])
    {'h': 'h', 'T': 'T_', 'lambda': 'lambda_', 'alpha': 'alpha', 'α': 'alpha_', 'ŷ_1': 'y_hat_1'}
    """
    found: dict[Hashable, str] = {}
    for key in sorted(wanted, key=lambda key: not wanted[key].isascii()):  # ASCII names stay as they are if they can
        name = _spelled(wanted[key])
        name = name if name.isidentifier() else "value"
        while name in RESERVED or name in taken or name in found.values():
            name += "_"
        found[key] = name
    return found


def _spelled(name: str) -> str:
    """Spell letters beyond ASCII out: α is alpha, ŷ is y_hat."""
    return name if name.isascii() else "".join(map(_letter, unicodedata.normalize("NFKD", name)))


def _letter(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() or letter == "_" else ""
    if letter in _MARKS:
        return f"_{_MARKS[letter]}"
    words = unicodedata.name(letter, "").split()
    if unicodedata.combining(letter) or "LETTER" not in words[:-1]:
        return ""
    spelled = "".join(word for word in words[words.index("LETTER") + 1 :] if word.isalpha() and word != "WITH")
    return spelled.capitalize() if "CAPITAL" in words else spelled.lower()
