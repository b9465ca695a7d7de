"""Read `variants:`, the ranges from which `rnncalc variant` draws numbers again.

`read_variants` is the one to read first, RANGES the table: a row for each word
with which a range begins.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, RnncalcError, refuse
from rnncalc.base.span import Span
from rnncalc.base.words import listing, nearest
from rnncalc.problem.numbers import SPACE, read_number
from rnncalc.problem.places import in_place, quoted, shown_at
from rnncalc.problem.yaml_tree import Mapping as Pairs
from rnncalc.problem.yaml_tree import Scalar

Take = Callable[[int], int]  # draws one of the numbers 0 … n-1
Row = Sequence[str]  # the numbers of an innermost list, as the file writes them

_BOUND = r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?"
_BOUNDS = re.compile(rf"({_BOUND})\s*\.\.\s*({_BOUND})")


class Range(NamedTuple):
    """What one name is drawn from.

    `redraw` gives the numbers of an innermost list again, `count` how many
    different lists that can give, or a large number where there are more; `needs` says what the numbers of the file
    must be, '' where anything will do: 'written' one by one, or 'vectors'.
    """

    redraw: Callable[[Row, Take], list[str]]
    count: Callable[[Row], int]
    span: Span
    needs: str = ""


class Kind(NamedTuple):
    """One row of the table: how a range that begins with its word is read, and how it is written."""

    read: Callable[[str, Scalar], Range]
    form: str


def read_variants(node: Pairs) -> dict[str, Range]:
    """Read the ranges by name.

    Raises:
        RnncalcError: slug `bad-variant`, for each that cannot be read.
    """
    found, collector = {}, Collector()
    for key, value in node.pairs:
        with collector:
            found[key.text] = _read_range(key, value)
    collector.raise_if_any()
    return found


def _read_range(key: Scalar, value) -> Range:
    if not isinstance(value, Scalar):
        raise refuse("bad-variant", value.span, f"The range of '{key.text}' is written in words.", f"Write {_forms()}.")
    text = value.text.strip(SPACE)
    word, _, rest = text.partition(" ")
    if not text:
        remedy = "Inside braces YAML cuts at commas: put the range in quotes, or write it on a line of its own."
        raise refuse("bad-variant", key.span, f"{quoted(key.text)} has no range.", remedy)
    if word not in RANGES:
        close = nearest(word, RANGES)
        remedy = f"Did you mean '{RANGES[close].form}'?" if close else f"Write {_forms()}."
        raise refuse("bad-variant", value.span, f"{quoted(text)} is no range.", remedy)
    return RANGES[word].read(rest.strip(SPACE), value)


def _forms() -> str:
    return listing((kind.form for kind in RANGES.values()), "or")


def _misread(scalar: Scalar, form: str) -> RnncalcError:
    return refuse("bad-variant", scalar.span, f"{quoted(scalar.text)} is no range.", f"Write '{form}'.")


def _multiples(decimals: int, default: str) -> Callable[[str, Scalar], Range]:
    """Give the reader of a range of numbers with so many decimals; 0 is among them only as an end of the range."""

    def read(rest: str, scalar: Scalar) -> Range:
        match = _BOUNDS.fullmatch(rest or default)
        if match is None:
            raise _misread(scalar, RANGES[scalar.text.split()[0]].form)
        low, high = (Fraction(text) * 10**decimals for text in match.groups())
        first, last = math.ceil(low), math.floor(high)
        skipped = 1 if first < 0 < last else 0
        size = last - first + 1 - skipped
        if size < 1:
            raise _empty(match, decimals, scalar)

        def number(place: int) -> str:
            drawn = first + place + (skipped if first + place >= 0 else 0)
            return _decimal(drawn, decimals)

        return Range(
            lambda row, take: [number(take(size)) for _ in row], lambda row: _power(size, len(row)), scalar.span
        )

    return read


def _power(size: int, n_numbers: int) -> int:
    return size ** min(n_numbers, 64)


def _empty(match: re.Match, decimals: int, scalar: Scalar) -> RnncalcError:
    low, high = match.groups()
    if Fraction(low) > Fraction(high):
        return refuse(
            "bad-variant",
            scalar.span,
            f"The range {low}..{high} holds no number: {low} is above {high}.",
            f"Write '{high}..{low}'.",
        )
    words = "whole number" if not decimals else f"number with {'one decimal' if decimals == 1 else 'two decimals'}"
    message = f"Between {low} and {high} there is no {words}."
    return refuse("bad-variant", scalar.span, message, "Write a wider range.")


def _decimal(drawn: int, decimals: int) -> str:
    """Write a whole number of units as a decimal number.

    >>> [_decimal(n, 1) for n in (-7, 0, 25)], _decimal(-3, 0)
    (['-0.7', '0.0', '2.5'], '-3')
    """
    whole, part = divmod(abs(drawn), 10**decimals)
    sign = "-" if drawn < 0 else ""
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"


def _choice(rest: str, scalar: Scalar) -> Range:
    """Read `choice of 0.5, 1/3, 2`: numbers, drawn as they are written."""
    match = re.match(r"of\s+", rest)
    texts = [text.strip(SPACE) for text in rest[match.end() :].split(",")] if match else []
    if not any(texts):
        raise _misread(scalar, RANGES["choice"].form)
    place = in_place(scalar)
    with shown_at(scalar):
        for text in texts:
            at = place.start + place.text.find(text)
            read_number(Scalar(text, Span(place.source, at, at + len(text))))
    return Range(
        lambda row, take: [texts[take(len(texts))] for _ in row],
        lambda row: _power(len(set(texts)), len(row)),
        scalar.span,
    )


def _alone(scalar: Scalar, rest: str, made: Range) -> Range:
    if rest:
        word = scalar.text.split()[0]
        raise refuse("bad-variant", scalar.span, f"'{word}' stands alone.", f"Write '{word}'.")
    return made


def _signs(rest: str, scalar: Scalar) -> Range:
    """Read `signs`: the numbers stay, each with a sign that is drawn."""

    def redraw(row: Row, take: Take) -> list[str]:
        return [_turned(text) if take(2) else text for text in row]

    return _alone(scalar, rest, Range(redraw, lambda row: _power(2, sum(map(_has_sign, row))), scalar.span, "written"))


def _turned(text: str) -> str:
    """Give the number of the other sign: plain numbers, and expressions in parentheses.

    >>> [_turned(text) for text in ("0.5", "-1", "+2", "0", "1/3")]
    ['-0.5', '1', '-2', '0', '-(1/3)']
    """
    if not _has_sign(text):
        return text
    if re.fullmatch(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", text):
        return text[1:] if text[0] == "-" else f"-{text.lstrip('+')}"
    return f"-({text})"


def _has_sign(text: str) -> bool:
    return re.fullmatch(r"[+-]?0*\.?0*", text) is None


def _one_hot(rest: str, scalar: Scalar) -> Range:
    """Read `one-hot`: each vector has a single 1, in a place that is drawn."""

    def redraw(row: Row, take: Take) -> list[str]:
        at = take(len(row))
        return ["1" if place == at else "0" for place in range(len(row))]

    return _alone(scalar, rest, Range(redraw, len, scalar.span, "vectors"))


RANGES: Mapping[str, Kind] = {
    "integers": Kind(_multiples(0, ""), "integers -3..3"),
    "one-decimal": Kind(_multiples(1, "-1..1"), "one-decimal -1..1"),
    "two-decimals": Kind(_multiples(2, "-1..1"), "two-decimals -1..1"),
    "choice": Kind(_choice, "choice of 0.5, 1, 2"),
    "signs": Kind(_signs, "signs"),
    "one-hot": Kind(_one_hot, "one-hot"),
}
