"""Text for pages and pictures: escaped, without control characters, numbers with the minus sign of print."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache

from rnncalc.render.clean import clean

_NO_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
)  # surrogates, non-characters
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|-inf", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def escaped(text: str) -> str:
    """Escape text for an element or a quoted attribute; control characters become a mark.

    >>> escaped('<b title="x">\\x07 & ]]>')
    '&lt;b title=&quot;x&quot;&gt;� &amp; ]]&gt;'
    """
    return html.escape(_NO_XML.sub("�", clean(text)))


def printed(text: str) -> str:
    """Write the minus of a number, or of several between brackets and commas, as print does; other text stays.

    >>> printed("-0.54"), printed("(0.99, -1.00)"), printed("well-known")
    ('−0.54', '(0.99, −1.00)', 'well-known')
    """
    words = re.split(r"([\s,;()\[\]]+)", text)
    return "".join(word.replace("-", "−") if _NUMBER.fullmatch(word) else word for word in words)


def element(tag: str, *inside: str, **attributes: str | None) -> str:
    """Write an element around finished markup; attributes are escaped, those without a value left out.

    A trailing underscore of an attribute's name is dropped, other underscores are hyphens.

    >>> element("p", "a &lt; b", class_="note", id=None)
    '<p class="note">a &lt; b</p>'
    """
    return f"{opened(tag, **attributes)}{''.join(inside)}</{tag}>"


def opened(tag: str, **attributes: str | None) -> str:
    """Write the start of an element."""
    if not attributes:
        return f"<{tag}>"
    written = [
        f' {name.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for name, value in attributes.items()
        if value is not None
    ]
    return f"<{tag}{''.join(written)}>"


def words_of(*parts: str) -> str:
    """Join words with single spaces."""
    return " ".join(" ".join(parts).split())


def lines_of(parts: Iterable[str]) -> str:
    """Join finished markup, each part on a line of its own."""
    return "\n".join(filter(None, parts))
