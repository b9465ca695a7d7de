"""Slips of the pen: what may stand on paper for a number that was worked out rightly."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple


class Meant(NamedTuple):
    """A number that may have been meant, with the slip that makes the written one of it."""

    slug: str
    words: str
    text: str


def meant(text: str) -> Iterator[Meant]:
    """Go through the decimals that `text` may stand for, by one slip of the pen.

    >>> [one.text for one in meant("-0.48")]
    ['0.48', '-4.8', '-0.048', '-4.08', '-0.84']
    """
    bare = text.lstrip("+-")
    if not bare.replace(".", "", 1).isdigit() or not bare.strip("0."):
        return
    sign = "-" if text.startswith("-") else ""
    yield Meant("sign-slip", "the minus is lost" if not sign else "a minus is put in", ("" if sign else "-") + bare)
    for moved, where in ((_moved(bare, 1), "left"), (_moved(bare, -1), "right")):
        yield Meant("moved-decimal-point", f"the decimal point is moved one place to the {where}", sign + moved)
    digits = [at for at, character in enumerate(bare) if character != "."]
    for one, other in itertools.pairwise(digits):
        if bare[one] != bare[other]:
            swapped = list(bare)
            swapped[one], swapped[other] = bare[other], bare[one]
            yield Meant("digit-swap", "two digits next to each other are exchanged", sign + "".join(swapped))


def _moved(bare: str, by: int) -> str:
    """Move the point of a number without a sign to the right, or, where `by` is negative, to the left."""
    whole, _, decimals = bare.partition(".")
    at, digits = len(whole) + by, whole + decimals
    digits, at = (digits.ljust(at, "0"), at) if at > 0 else ("0" * (1 - at) + digits, 1)
    whole = digits[:at].lstrip("0") or "0"
    return f"{whole}.{digits[at:]}" if digits[at:] else whole
