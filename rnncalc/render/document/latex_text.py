r"""Words in LaTeX: every character of a file as itself, whatever it means to TeX.

pdflatex and its own fonts are enough. `latex_text` escapes, `ascii_only` writes letters and signs beyond ASCII as
commands; what has none is written as its number, such as U+4E2D.
"""

from __future__ import annotations

import re
import unicodedata

from rnncalc.language.letters import GREEK
from rnncalc.render.clean import clean

_SPECIAL = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\texttt{\char34}", "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}", "-": "-{}", "[": "{[}", "]": "{]}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}  # fmt: skip
_ACCENTS = dict(
    zip("\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0323\u0331",
        "` ' ^ ~ = u . \" r H v c d b".split(), strict=True)
)  # fmt: skip
_LETTERS = {
    "ß": r"\ss", "ø": r"\o", "Ø": r"\O", "æ": r"\ae", "Æ": r"\AE", "œ": r"\oe", "Œ": r"\OE", "ł": r"\l", "Ł": r"\L",
    "å": r"\aa", "Å": r"\AA", "ı": r"\i", "ȷ": r"\j", "§": r"\S", "¶": r"\P", "©": r"\textcopyright",
    "®": r"\textregistered", "™": r"\texttrademark", "€": r"\texteuro", "£": r"\pounds", "°": r"\textdegree",
    "¡": r"\textexclamdown", "¿": r"\textquestiondown", "‘": r"\textquoteleft", "’": r"\textquoteright",
    "“": r"\textquotedblleft", "”": r"\textquotedblright", "–": r"\textendash", "—": r"\textemdash", "…": r"\ldots",
    "•": r"\textbullet", "␣": r"\textvisiblespace", "µ": r"\textmu", "\xa0": "~",
}  # fmt: skip
_SIGNS = {
    "∂": r"\partial", "∇": r"\nabla", "⊙": r"\odot", "·": r"\cdot", "×": r"\times", "÷": r"\div", "±": r"\pm",
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx", "≡": r"\equiv", "∞": r"\infty", "∈": r"\in",
    "→": r"\rightarrow", "←": r"\leftarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "↦": r"\mapsto",
    "∑": r"\sum", "∏": r"\prod", "√": r"\surd", "‖": r"\|", "∥": r"\|", "−": "-", "∘": r"\circ", "⊗": r"\otimes",
    "⊕": r"\oplus", "∗": r"\ast", "∀": r"\forall", "∃": r"\exists", "⊤": r"\top", "¬": r"\neg", "∧": r"\wedge",
    "∨": r"\vee", "∪": r"\cup", "∩": r"\cap", "⊂": r"\subset", "ℓ": r"\ell", "ℝ": r"\mathbf{R}", "′": "'",
    "ᵀ": r"{}^{\top}",
    **{small: f"{{}}^{{{plain}}}" for small, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵗⁱʲⁿᵏ", "0123456789+-=()tijnk", strict=True)},
    **{small: f"{{}}_{{{plain}}}" for small, plain in zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₜᵢⱼₖₙ", "0123456789+-=()tijkn", strict=True)},
    **{letter: rf"\{name}" for letter, name in GREEK.items()},
}  # fmt: skip
_BEYOND = re.compile(r"[^\x00-\x7f]")


def latex_text(text: str) -> str:
    r"""Write words; control characters are marked, as on the screen.

    >>> latex_text(r"50% of \input{x_1} -- a|b")
    '50\\% of \\textbackslash{}input\\{x\\_1\\} -{}-{} a\\textbar{}b'
    """
    return ascii_only("".join(_SPECIAL.get(letter, letter) for letter in clean(text)))


def ascii_only(tex: str) -> str:
    r"""Write everything beyond ASCII as commands of TeX, for words and for formulas.

    >>> ascii_only("σ, é, 中")
    "\\ensuremath{\\sigma}, {\\'{e}}, \\texttt{U+4E2D}"
    """
    return _BEYOND.sub(lambda found: _command(found[0]), unicodedata.normalize("NFC", tex))


def _command(letter: str) -> str:
    if letter in _SIGNS:
        return rf"\ensuremath{{{_SIGNS[letter]}}}"
    if letter in _LETTERS:
        return _LETTERS[letter] if letter == "\xa0" else f"{_LETTERS[letter]}{{}}"
    base, *accents = unicodedata.normalize("NFD", letter)
    if accents and base.isascii() and all(accent in _ACCENTS for accent in accents):
        written = {"i": r"\i", "j": r"\j"}.get(base, base)
        for accent in accents:
            written = f"\\{_ACCENTS[accent]}{{{written}}}"
        return f"{{{written}}}"
    if letter == "\N{REPLACEMENT CHARACTER}":
        return "?"
    return rf"\texttt{{U+{ord(letter):04X}}}"
