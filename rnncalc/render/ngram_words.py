"""What is said of an n-gram model: what was counted, the names of its table's lines, counts and probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from rnncalc.base.words import plural
from rnncalc.compute.likelihood import Factor, Likelihood
from rnncalc.compute.ngrams import BOUNDARY, Ngrams
from rnncalc.render.numbers import write_number
from rnncalc.render.words import name_shown

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram

MOST_DECIMALS = 6  # of a smoothed count
MOST_PRINTED = 60  # words and contexts of a table that is printed


def prints_table(model: Ngrams) -> bool:
    """Tell whether a table is small enough to be printed."""
    return max(len(model.vocabulary), len(model.contexts)) <= MOST_PRINTED


def context_names(model: Ngrams) -> list[str]:
    """Write each context, its words one after another."""
    return [" ".join(name_shown(model.vocabulary[at]) for at in row) for row in model.contexts.tolist()]


def said(problem: Bigram) -> Iterator[str]:
    """Say what was counted, and how."""
    model = problem.model
    kind = {2: "Bigram", 3: "Trigram"}.get(model.order, f"{model.order}-gram")
    units = "characters" if problem.unit == "character" else "words"
    counted = plural(int(model.totals.sum()), "pair" if model.order == 2 else kind.lower()) if model.counts else ""
    yield f"{kind} model over {len(model.vocabulary):,} {units}, " + (
        f"{counted} counted." if counted else "its table given."
    )
    if problem.lower:
        yield "Capital letters are made small."
    if problem.asked.boundaries:
        yield f"{BOUNDARY} stands before and after every sentence."
    if model.counts is not None:
        laplace = "Laplace smoothing" if model.add == 1 else "Add-k smoothing"
        yield f"{laplace}: {plain(model.add)} is added to every count." if model.add else "No smoothing."
    lies = problem.asked.orientation[:-1]
    yield f"A {lies} is the {'word' if model.order == 2 else 'words'} before: it sums to 1 over the words after."


def axes(problem: Bigram) -> tuple[list[str], list[str], str]:
    """Give the names of rows and columns as the table lies, and what stands in its corner."""
    words, contexts = [name_shown(word) for word in problem.model.vocabulary], context_names(problem.model)
    if problem.asked.orientation == "rows":
        return contexts, words, "before \\ after"
    return words, contexts, "after \\ before"


def plain(value: float) -> str:
    """Write a count, or a count with a fraction added, with the digits that it has."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.10g}"


def texts(array: np.ndarray, decimals: int) -> np.ndarray:
    """Write every number of an array."""
    shown = [write_number(float(value), decimals) for value in array.flat]
    return np.array(shown, dtype=object).reshape(array.shape)


def number_shown(value: float, decimals: int) -> str:
    """Write a probability, 0/0 where it is undefined."""
    return "0/0" if np.isnan(value) else write_number(float(value), decimals)


def product_shown(found: Likelihood, decimals: int) -> str:
    """Write a likelihood; where its decimals would all be 0, as 2.3e-05, also where it underflows."""
    if np.isnan(found.product) or found.log == -np.inf or 2 * found.product >= 10.0**-decimals:
        return number_shown(found.product, decimals)
    return f"{Decimal(found.log).exp():.{decimals}e}"


def count_fraction(factor: Factor, add: float, size: int) -> str:
    """Write a factor as counts: 1/3, with smoothing (1 + 1)/(1 + 2)."""
    if not add:
        return f"{factor.times}/{factor.total}"
    return f"({factor.times} + {plain(add)})/({factor.total} + {plain(add * size)})"


def smoothed_decimals(model: Ngrams) -> int:
    """Tell how many decimals a smoothed count has."""
    return min(max(-Decimal(plain(model.add)).as_tuple().exponent, 0), MOST_DECIMALS)
