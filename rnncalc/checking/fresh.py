"""The answers of a problem written anew from its true values, at the decimals that they have now."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np

from rnncalc.checking.check import fitting
from rnncalc.checking.questions import decimals_of
from rnncalc.checking.truth import Truth
from rnncalc.compute.answers import Answer
from rnncalc.compute.arithmetic import snap
from rnncalc.compute.quantities import NoQuantity, past_end, pick


class NoValue(Exception):
    """An answer has no value that could be written; the message says why."""


def fresh_texts(answer: Answer, truth: Truth, decimals: int) -> list[str | None]:
    """Write the numbers of an answer from true values, in the order of the file; None past the end of a sequence.

    Raises:
        NoValue: the key names nothing, the answer has another shape, or a value is not finite.
    """
    shape = answer.values.shape
    expected, ended = fitting(_true(answer, truth), shape), past_end(truth.values, answer.key)
    if expected is None:
        raise NoValue("its shape is not that of the quantity")
    if ended is None:
        blank = np.zeros(shape, dtype=bool)
    else:
        blank = fitting(pick(np.asarray(ended), answer.key, truth.values), shape)
    pairs = zip(expected.ravel().tolist(), blank.ravel().tolist(), strict=True)
    return [None if past else write_fixed(value, decimals) for value, past in pairs]


def shown_decimals(answer: Answer, truth: Truth) -> int:
    """Give the decimals that an answer shows, as an audit takes them.

    Raises:
        NoValue: the key names nothing.
    """
    return decimals_of(answer, _true(answer, truth), truth.values.case.rounding.decimals)


def _true(answer: Answer, truth: Truth) -> np.ndarray:
    whole = truth.whole(answer.key)
    if whole is None:
        raise NoValue("the loss does not depend on it" if truth.gradients else "the file gives no loss")
    try:
        return pick(np.asarray(whole), answer.key, truth.values)
    except NoQuantity as reason:
        raise NoValue(str(reason)) from None


def write_fixed(value: float, decimals: int) -> str:
    """Write a value with so many decimals, a half away from zero; ties as `check` takes them.

    >>> write_fixed(0.125, 2), write_fixed(-0.00001, 4), write_fixed(3.0, 0)
    ('0.13', '0.0000', '3')

    Raises:
        NoValue: it is not finite.
    """
    if not np.isfinite(value):
        raise NoValue("the calculation overflows")
    with localcontext() as context:
        context.prec = 800
        shown = snap(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{shown if shown else shown.copy_abs():f}"
