"""The values of n-gram problems from formulas: as counted by hand, rounded on the way, from known numbers, by slips."""

from __future__ import annotations

import math

import numpy as np
import pytest
from running import bigram

from rnncalc.compute.expressions import expression
from rnncalc.compute.intervals import Rounding, Unrounded, point
from rnncalc.compute.inverses import INVERSES
from rnncalc.compute.likelihood import likelihood
from rnncalc.compute.ngram_method import RIGHT, product
from rnncalc.compute.ngram_sentence import NoValue
from rnncalc.compute.ngram_values import named_values
from rnncalc.compute.ngram_working import SOURCES, Working

SAM = "sentences: [I am Sam, Sam I am, I do not like green eggs and ham]\nboundaries: true\nsentence: I am Sam"
RAIN = "text: the rain on the hill on the lake\nsmoothing: 0.5\nsentence: the rain on the lake"
TRIGRAM = "text: a b a b b a b a\norder: 3\nsmoothing: laplace\nsentence: a b a a"


def working(section: str, method=RIGHT, **more) -> Working:
    problem = bigram(section)
    return Working(problem.model, problem.asked, method, **more)


@pytest.mark.parametrize("section", [SAM, RAIN, TRIGRAM, "table: [[0.4, 0.2], [0.6, 0.8]]\nsentence: 2 1 1 2"])
def test_values_agree_with_the_factors_one_by_one(section):
    problem = bigram(section)
    found, factors = (
        named_values(problem.model, problem.asked),
        likelihood(problem.model, problem.asked.sentence, problem.asked.boundaries),
    )
    assert found["likelihood"] == pytest.approx(factors.product, rel=1e-14)
    assert found["log_likelihood"] == pytest.approx(factors.log, rel=1e-14)
    assert found["perplexity"] == pytest.approx(factors.perplexity, rel=1e-13)
    assert found["T"] == pytest.approx(problem.model.table(), nan_ok=True)


@pytest.mark.parametrize("section", [SAM, RAIN, TRIGRAM])
@pytest.mark.parametrize("name", SOURCES)
def test_every_way_leads_to_the_same_value(section, name):
    lines = working(section).lines(name)
    assert len(lines) == len(SOURCES[name])
    for low, high in lines:
        np.testing.assert_allclose(low, lines[0].low, rtol=1e-13)
        finite = np.isfinite(low)
        np.testing.assert_array_equal(high[finite], low[finite])


def test_a_product_that_underflows_has_a_logarithm_and_a_perplexity():
    text = " ".join(["a", "b", "c", "d"] * 4 + ["a", "c", "b", "d", "a", "a"])
    found = working(f"text: {text}\nsentence: {' '.join(['a', 'b', 'c', 'd'] * 1200)}")
    assert found.first("likelihood").low < 1e-300 and math.isfinite(found.first("perplexity").low)
    assert len(found.lines("perplexity")) == len(found.lines("log_likelihood")) == 1


def test_the_band_holds_what_rounding_a_table_leads_to():
    """Two decimals: 0.67 · 0.67 · 0.50 · 0.50 is 0.1122 and not 0.1111."""
    low, high = working(SAM, unit=0.01, units={"likelihood": 1e-4}).line("likelihood", "T")
    assert low < 0.67 * 0.67 * 0.25 < high and low < 1 / 9 < high
    (low, high), unit = working(SAM, unit=1e-4, units={"likelihood": 1e-4}).line("likelihood", "T"), 1e-4
    assert high - low < 10 * unit


def test_what_needs_no_further_decimals_is_not_widened():
    factors = point(np.array([0.5, 0.5, 0.2]))
    assert product(factors, Rounding(0.01)) == product(factors, Unrounded()) == point(np.array(0.05))
    low, high = product(point(np.array([0.5, 0.25])), Rounding(0.01))
    assert (low, high) == pytest.approx((0.115, 0.135))


def test_known_numbers_stand_for_what_would_be_worked_out():
    table = np.full((11, 11), np.nan)
    table[1, 0] = 0.6  # P(I | <s>)
    found = working(SAM, known={"T": table})
    assert found.line("likelihood", "T").low == pytest.approx(0.6 * 2 / 3 / 4)
    counts = np.array([[0, 2], [1, 1]])
    section = "text: a b b\nsentence: a b"
    assert working(section, known={"counts": counts}).line("T", "smoothed").low == pytest.approx(counts / [1, 3])
    found = working(section, known={"likelihood": np.array(0.25)}, spread={"likelihood": 0.05})
    assert found.line("log_likelihood", "likelihood") == pytest.approx((math.log(0.2), math.log(0.3)))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"add": 0.0}, 1 / 3 * 1 * 1 * 1 / 3),
        ({"exchanged": True}, (0.5 / 3.5) * (0.5 / 4.5) * (0.5 / 5.5) * (0.5 / 2.5)),
        ({"dropped": 0}, (1.5 / 3.5) * (2.5 / 4.5) * (1.5 / 5.5)),
        ({"ratio": lambda cells, sizes: (cells.times, sizes.n_pairs)}, 1 * 1 * 2 * 1 / 7**4),
        ({"ratio": lambda cells, sizes: (cells.times, sizes.n_text)}, 1 * 1 * 2 * 1 / 8**4),
        ({"ratio": lambda cells, sizes: (cells.times, cells.after)}, 1 / 1 * 1 / 2 * 2 / 2 * 1 / 1),
        ({"ratio": lambda cells, sizes: (cells.times, cells.kinds)}, 1 / 3 * 1 / 1 * 2 / 1 * 1 / 3),
    ],
)
def test_another_method(changes, expected):
    """After 'the' stand rain, hill and lake; after lake nothing."""
    assert working(RAIN, RIGHT._replace(**changes)).line("likelihood", "T").low == pytest.approx(expected)


def test_without_a_sentence_there_is_no_likelihood():
    found = working("text: a b a")
    with pytest.raises(NoValue):
        found.first("perplexity")
    assert found.lines("likelihood") == []


@pytest.mark.parametrize("activation", INVERSES)
def test_the_written_inverse_is_the_inverse(activation):
    p = np.array([0.01, 0.3, 0.5, 0.99])
    inverse = INVERSES[activation]
    found = expression(inverse.formula, Unrounded(), {"p": point(p)})
    assert found.low == pytest.approx(inverse.function(p)) and found.high == pytest.approx(found.low)
