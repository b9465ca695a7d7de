"""Make text from a file safe to print: no control characters, no direction overrides."""

from __future__ import annotations

import re

# C0 and C1 controls, soft hyphen, zero-width and bidirectional format characters, line separators,
# and what stands for a byte of a file's name that is no UTF-8
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile(r"[\t\n]+")


def clean(text: str) -> str:
    """Replace characters that would act on a terminal by a visible mark, line ends by spaces.

    >>> clean("a\\x1b[31mb\\nc")
    'a�[31mb c'
    """
    return _UNSAFE.sub("�", _BREAKS.sub(" ", text))


def clean_line(text: str) -> str:
    """Clean one line of a source, its tabs kept one character wide so that carets stay in place."""
    return _UNSAFE.sub("�", text.replace("\t", " "))
