"""A second look at numbers whose digits are not right: rounded early, following, or given by a slip.

`look_again` is the one to read first; reconsider.py and diagnosis.py do the two halves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnncalc.base.words import plural
from rnncalc.checking.diagnosis import Explained, Search
from rnncalc.checking.given import Sheet
from rnncalc.checking.layout import Number, Places
from rnncalc.checking.reconsider import Review, reconsider
from rnncalc.checking.truth import Truth
from rnncalc.checking.verdicts import Judgement
from rnncalc.checking.walk import Place
from rnncalc.checking.walk_parts import share_of

MOST_NAMED = 4  # slips of a tie that are spelled out
WIDE = 3.0  # units: half a band from which on a slip may hide in it

Line = tuple[Place, tuple[int, ...]]


class Look(NamedTuple):
    """What a second look says of a number: a new judgement if any, the slugs of slips that are named, and a remark.

    `possible` are the slugs of slips that fit where the digits are too few to name one.
    """

    judgement: Judgement | None = None
    mistakes: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    remark: str = ""


def look_again(
    numbers: Sequence[Number], differing: Collection[Number], known: Collection[Number], truth: Truth
) -> Mapping[Number, Look]:
    """Look again at some numbers of a file.

    Args:
        numbers: All numbers of the file: lines are judged from the student's own earlier ones.
        differing: Those whose digits are not right.
        known: Those of them for which no slip is sought, as they are declared to be misprinted.
    """
    review = reconsider(numbers, truth.values, truth.gradients, truth.values.case.rounding.decimals)
    if review is None:
        return {}
    looks = {number: Look(review.judgements.get(number)) for number in differing}
    places = Places(truth.values, truth.gradients)
    sought = [number for number in differing if number not in known]
    lines = {number: line for number in sought if (line := places.line(number)) is not None}
    wrong = {number: line for number, line in lines.items() if _verdict(looks[number]) == "differs"}
    doubtful = {number: line for number, line in lines.items() if _hides(looks[number], line, number, review)}
    for members, search in truth.searches:
        sheets = review.sheets if not truth.values.parts else _shares(review.sheets, members)
        here = {number: (p, e) for number, (p, e) in wrong.items() if p in sheets and _is_of(e, members)}
        with np.errstate(all="ignore"):
            found = list(search.diagnose(sheets, _entries(here.values(), sheets, members), review.unit))
        for explained in found:
            for number, (place, _) in here.items():
                if place in explained.places:
                    looks[number] = with_slips(looks[number], explained)
        here = {number: (p, e) for number, (p, e) in doubtful.items() if p in sheets and _is_of(e, members)}
        looks |= _doubts(search, sheets, here, members, review, looks)
    return looks


def _verdict(look: Look) -> str:
    return look.judgement.verdict if look.judgement else "differs"


def _hides(look: Look, line: Line, number: Number, review: Review) -> bool:
    """Tell whether a number was let pass in a band wide enough for a slip to hide in."""
    landing = review.landings.get(line[0])
    return _verdict(look) == "rounded-early" and landing is not None and _half(landing.right, line) > WIDE * number.unit


def _half(band, line: Line) -> float:
    return float(band.high[line[1]] - band.low[line[1]]) / 2


def _shares(sheets: Mapping[Place, Sheet], members: Sequence[int]) -> dict[Place, Sheet]:
    return {place: part for place, sheet in sheets.items() if (part := share_of(sheet, members)) is not None}


def _is_of(entry: tuple[int, ...], members: Sequence[int]) -> bool:
    return len(entry) < 3 or entry[0] in members


def _entries(lines: Iterable[Line], sheets: Mapping[Place, Sheet], members: Sequence[int]) -> dict[Place, np.ndarray]:
    """Mark the entries of some numbers, by line."""
    found: dict[Place, np.ndarray] = {}
    for place, entry in lines:
        mask = found.setdefault(place, np.zeros(sheets[place].numbers.shape, bool))
        mask[(members.index(entry[0]), *entry[1:]) if len(entry) == 3 else entry] = True
    return found


def with_slips(look: Look, explained: Explained) -> Look:
    """Say which slips give a number, as the verdict where the digits carry enough evidence, else as a remark."""
    words, slugs = slip_words(explained), explained.slugs
    if explained.named:
        return Look(Judgement("mistake", f"this is what you get if {words}"), slugs)
    several = "one slip fits" if len(explained.slips) == 1 else "several slips fit"
    return look._replace(
        possible=slugs, remark=f"{several}, but the digits are too few to tell: what you get if {words}"
    )


def slip_words(explained: Explained) -> str:
    """Say what the slips of a tie are."""
    words = list(dict.fromkeys(slip.words for slip in explained.slips))
    more = len(words) - MOST_NAMED
    return ", or if ".join(words[:MOST_NAMED]) + (f", or by {plural(more, 'other slip')}" if more > 0 else "")


def _doubts(
    search: Search,
    sheets: Mapping[Place, Sheet],
    lines: Mapping[Number, Line],
    members: Sequence[int],
    review: Review,
    looks: Mapping[Number, Look],
) -> dict[Number, Look]:
    """Say of numbers that a wide band lets pass which slip gives their very digits; nothing is held against them."""
    if not lines:
        return {}
    halves = {place: (b.high - b.low) / 2 for place, _ in lines.values() for b in [review.landings[place].right]}
    halves = {place: half[list(members)] if half.ndim == 3 else half for place, half in halves.items()}
    with np.errstate(all="ignore"):
        explained = search.doubt(sheets, _entries(lines.values(), sheets, members), halves)
    if explained is None:
        return {}
    there = [number for number, (place, _) in lines.items() if place in explained.places]
    return {number: with_doubt(looks[number], explained) for number in there}


def with_doubt(look: Look, explained: Explained) -> Look:
    """Say beside a verdict which slips give the number as well."""
    remark = f"rounding can lead to it, and it is also what you get if {slip_words(explained)}"
    return look._replace(mistakes=explained.slugs, remark=remark)
