"""Write names in LaTeX: Greek letters, accents, indices; amsmath is all that pdflatex needs for them.

`name_in_latex` is the one to read first.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩϵϑϖϱςϕ",
        "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi "
        "chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega epsilon vartheta varpi varrho "
        "varsigma phi".split(),
        strict=True,
    )
)
_LIKE_LATIN = dict(zip("οΑΒΕΖΗΙΚΜΝΟΡΤΧ", "oABEZHIKMNOPTX", strict=True))  # TeX has no command for these
_ACCENTS = dict(
    zip(
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030c",
        "grave acute hat tilde bar breve dot ddot mathring check".split(),
        strict=True,
    )
)


@lru_cache(maxsize=10_000)  # a name is written at every step
def name_in_latex(name: str) -> str:
    r"""Write a name: what follows `_` is an index, and so is the number behind a single letter.

    >>> [name_in_latex(name) for name in ("W_f", "h1", "α_1", "ŷ")]
    ['W_{f}', 'h_{1}', '\\alpha_{1}', '\\hat{y}']
    """
    if name.startswith("∇"):
        return rf"\nabla {name_in_latex(name[1:])}"
    head, *indices = name.split("_")
    if head[1:].isdigit():
        head, indices = head[0], [head[1:], *indices]
    nucleus = _symbols(head) if len(head) == 1 else rf"\mathrm{{{_symbols(head)}}}"
    return nucleus + (f"_{{{','.join(map(_symbols, indices))}}}" if indices else "")


def _symbols(letters: str) -> str:
    written = ""
    for letter in letters:
        symbol = _symbol(letter)
        ends_in_command = re.search(r"\\[A-Za-z]+$", written)
        written += f" {symbol}" if ends_in_command and symbol[0].isalpha() else symbol
    return written


def _symbol(letter: str) -> str:
    """Write one letter: as it is, as a command, with its accents, or by its name."""
    if letter.isascii():
        return letter
    if letter in GREEK:
        return rf"\{GREEK[letter]}"
    if letter in _LIKE_LATIN:
        return rf"\mathrm{{{_LIKE_LATIN[letter]}}}"
    base, *accents = unicodedata.normalize("NFD", letter)
    if accents and all(accent in _ACCENTS for accent in accents):
        written = _symbol(base)
        for accent in accents:
            written = rf"\{_ACCENTS[accent]}{{{written}}}"
        return written
    return rf"\mathrm{{{_plain_name(letter)}}}"


def _plain_name(letter: str) -> str:
    """Spell a letter out: ø is ostroke."""
    name = unicodedata.name(letter, f"U{ord(letter):X}").rpartition("LETTER ")[2]
    spelled = re.sub(r"WITH|[^A-Z0-9]", "", name)
    return spelled if " CAPITAL " in unicodedata.name(letter, "") else spelled.lower()
