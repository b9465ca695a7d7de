"""The table of mistakes in n-gram problems: by slug what makes its slips. A mistake is added by adding a row.

`ngram_slips` is the one to read first. Titles, reasons and examples stand in
the glossary under the same slugs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from rnncalc.checking.mistakes import ngram_results, ngram_shares, ngram_texts
from rnncalc.checking.mistakes.ngram_slip import NgramSlip
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_values import has_table, values_of
from rnncalc.compute.ngram_working import SOURCES, TABLES, Working
from rnncalc.compute.ngrams import Ngrams

Maker = Callable[[Ngrams, Asked], Iterator[NgramSlip]]

NGRAM_MISTAKES: tuple[tuple[str, Maker], ...] = (
    ("rows-for-columns", ngram_shares.rows_for_columns),
    ("no-smoothing", ngram_shares.no_smoothing),
    ("needless-smoothing", ngram_shares.needless_smoothing),
    ("wrong-denominator", ngram_shares.wrong_denominator),
    ("smoothing-constant", ngram_shares.smoothing_constant),
    ("added-after-dividing", ngram_shares.added_after_dividing),
    ("unsmoothed-numerator", ngram_shares.unsmoothed_numerator),
    ("zeros-smoothed-only", ngram_shares.zeros_smoothed_only),
    ("not-divided", ngram_shares.not_divided),
    ("boundary-crossing", ngram_texts.boundary_crossing),
    ("boundary-forgotten", ngram_texts.boundary_forgotten),
    ("needless-boundary", ngram_texts.needless_boundary),
    ("wrapped-around", ngram_texts.wrapped_around),
    ("disjoint-pairs", ngram_texts.disjoint_pairs),
    ("repeats-ignored", ngram_texts.repeats_ignored),
    ("case-folded", ngram_texts.case_folded),
    ("spaces-dropped", ngram_texts.spaces_dropped),
    ("context-reversed", ngram_texts.context_reversed),
    ("shorter-context", ngram_texts.shorter_context),
    ("first-word-counted", ngram_results.first_word_counted),
    ("dropped-factor", ngram_results.dropped_factor),
    ("sum-for-product", ngram_results.sum_for_product),
    ("log-base", ngram_results.log_base),
    ("wrong-sign", ngram_results.wrong_sign),
    ("mean-for-sum", ngram_results.mean_for_sum),
    ("missing-root", ngram_results.missing_root),
    ("wrong-root", ngram_results.wrong_root),
    ("missing-exponential", ngram_results.missing_exponential),
    ("missing-inverse", ngram_results.missing_inverse),
    ("wrong-inverse", ngram_results.wrong_inverse),
    ("wrong-activation", ngram_results.wrong_activation),
)

NGRAM_SLUGS: tuple[str, ...] = tuple(slug for slug, _ in NGRAM_MISTAKES)


def all_ngram_slips(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    """Go through every slip that a problem allows."""
    for _, make in NGRAM_MISTAKES:
        yield from make(model, asked)


def ngram_slips(model: Ngrams, asked: Asked) -> Iterator[tuple[NgramSlip, Mapping[str, np.ndarray]]]:
    """Go through every slip with the values that it gives by name, as `named_values` gives the right ones.

    What a slip does not lead to is left out; a table may have another shape
    than the right one, where the slip changes the vocabulary.
    """
    names = [name for name in SOURCES if has_table(model) or name not in (*TABLES, "W")]
    for slip in all_ngram_slips(model, asked):
        yield slip, values_of(Working(model, asked, slip.method), names)
