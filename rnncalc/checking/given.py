"""What a solution gives, laid out like the values of a pass: nan where it gives nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from rnncalc.checking.verdicts import claimed_decimals
from rnncalc.compute.answers import Answer

FINEST = 1e-12  # the unit of a number that claims more digits than are compared


class Sheet(NamedTuple):
    """The numbers given for one quantity, and the unit of the last digit of each.

    Shapes:
        numbers, units: like the values of the quantity, (n_steps, n_sequences, rows, columns),
            without steps (n_sequences, rows, columns), of a gradient (rows, columns)
    """

    numbers: np.ndarray
    units: np.ndarray


def lay_out(
    answers: Iterable[Answer],
    place_of: Callable[[Answer], tuple[Hashable, np.ndarray] | None],
    shape_of: Callable[[Hashable], tuple[int, ...]],
) -> Mapping[Hashable, Sheet]:
    """Put the numbers of answers into the places that they speak of.

    Args:
        answers: Those of a file.
        place_of: Gives the quantity of an answer, and where in its values each number belongs
            (flat indices in the answer's shape); None where it fits nowhere.
        shape_of: The shape of a quantity's values.
    """
    sheets: dict[Hashable, Sheet] = {}
    for answer in answers:
        found = place_of(answer)
        if found is None:
            continue
        name, at = found
        if name not in sheets:
            shape = shape_of(name)
            sheets[name] = Sheet(np.full(shape, np.nan), np.full(shape, np.nan))
        unit = coarsest_unit(answer)
        sheets[name].numbers.flat[at.ravel()] = answer.values.ravel()
        sheets[name].units.flat[at.ravel()] = unit
    return sheets


def coarsest_unit(answer: Answer) -> float:
    """Give the unit to which an answer is rounded: that of its longest number, as 0 stands for 0.00."""
    claimed = [claimed_decimals(text) for text in answer.texts.flat]
    decimals = [one[0] for one in claimed if one is not None]
    return max(10.0 ** -max(decimals), FINEST) if decimals else FINEST
