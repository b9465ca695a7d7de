"""A second look at numbers of an n-gram problem whose digits are not right; second_look.py does it for networks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from rnncalc.checking.bigram_review import MOST_FACTORS, Number, Review, review, sheets_of
from rnncalc.checking.bigram_search import NgramSearch, search_of
from rnncalc.checking.bigram_trial import Given
from rnncalc.checking.second_look import WIDE, Look, with_doubt, with_slips
from rnncalc.checking.verdicts import claimed_decimals
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_working import SOURCES
from rnncalc.compute.ngrams import Ngrams


def look_again_at_ngrams(
    model: Ngrams,
    asked: Asked,
    values: Mapping[str, np.ndarray],
    numbers: Sequence[Number],
    differing: Collection[Number],
    known: Collection[Number],
) -> Mapping[Number, Look]:
    """Look again at some numbers of a file.

    Args:
        values: The right ones, tables as (words, contexts).
        numbers: All numbers of the file.
        differing: Those whose digits are not right.
        known: Those for which no slip is sought, as they are declared to be misprinted.
    """
    if len(asked.sentence or ()) > MOST_FACTORS:
        return {}
    found = review(model, asked, values, numbers, differing)
    looks = {number: Look(found.judgements.get(number)) for number in differing}
    sought = [number for number in differing if number not in known and number.name in SOURCES]
    wrong = [number for number in sought if _verdict(looks[number]) == "differs"]
    following = [number for number in sought if _verdict(looks[number]) == "follows"]
    given = _given([number for number in numbers if number not in known], wrong, following, values, found)
    search = search_of(model, asked)
    for explained in search.diagnose(given) if wrong else ():
        for number in wrong:
            if number.name in explained.places:
                looks[number] = with_slips(looks[number], explained)
    doubtful = [number for number in sought if found.halves.get(number, 0.0) > WIDE * number.unit]
    doubtful = [number for number in doubtful if _verdict(looks[number]) == "rounded-early"]
    return looks | _doubts(search, given, doubtful, found, looks)


def _verdict(look: Look) -> str:
    return look.judgement.verdict if look.judgement else "differs"


def _given(
    numbers: Sequence[Number],
    wrong: Sequence[Number],
    following: Sequence[Number],
    values: Mapping[str, np.ndarray],
    found: Review,
) -> Given:
    shapes = {name: value.shape for name, value in values.items()}
    defined = [one for one in numbers if one.name in SOURCES and not np.isnan(values[one.name][one.entry])]
    telling = sheets_of((one._replace(unit=_telling(one, values[one.name][one.entry])) for one in defined), shapes)
    names = [number.name for number in wrong]
    texts = {number.name: number.text for number in wrong if names.count(number.name) == 1}
    sheets = sheets_of(defined, shapes)
    return Given(sheets, telling, _marked(wrong, shapes), _marked(following, shapes), texts, found.unit)


def _telling(number: Number, right: float) -> float:
    """Give the unit by which a number counts as evidence.

    A fraction, and a likelihood, whose zeros in front depend on how small it
    is, tell no more digits than they are written with.
    """
    claimed = claimed_decimals(number.text)
    if claimed is None:
        return max(number.unit, 10.0 ** -sum(character.isdigit() for character in number.text))
    if number.name == "likelihood" and number.given:
        return max(number.unit, max(abs(number.given), abs(right)) * 10.0 ** -len(claimed[1].as_tuple().digits))
    return number.unit


def _marked(numbers: Iterable[Number], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Mark numbers in the values that they belong to."""
    masks: dict[str, np.ndarray] = {}
    for number in numbers:
        masks.setdefault(number.name, np.zeros(shapes[number.name], bool))[number.entry] = True
    return masks


def _doubts(
    search: NgramSearch, given: Given, numbers: Sequence[Number], found: Review, looks: Mapping[Number, Look]
) -> dict[Number, Look]:
    """Say of numbers that a wide band lets pass which slip gives their very digits; nothing is held against them."""
    if not numbers:
        return {}
    shapes = {name: sheet.numbers.shape for name, sheet in given.sheets.items()}
    halves = {name: np.ones(shapes[name]) for name in shapes}
    for number in numbers:
        halves[number.name][number.entry] = found.halves[number]
    explained = search.doubt(given, _marked(numbers, shapes), halves)
    return {} if explained is None else {number: with_doubt(looks[number], explained) for number in numbers}
