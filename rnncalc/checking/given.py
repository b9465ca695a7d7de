"""What a solution gives, laid out like the values of a pass: nan where it gives nothing."""

from __future__ import annotations

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


def coarsest_unit(answer: Answer) -> float:
    """Give the unit to which an answer is rounded: that of its longest number, as 0 stands for 0.00."""
    claimed = [claimed_decimals(text) for text in answer.texts.flat]
    decimals = [one[0] for one in claimed if one is not None]
    return max(10.0 ** -max(decimals), FINEST) if decimals else FINEST
