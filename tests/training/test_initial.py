"""The rules by which initial weights are drawn: range, spread and independence of many numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnncalc.training.initial import RULES, Fans, draw

MANY, FANS = (200, 300), Fans(200, 300)
# standard deviation of a normal distribution that is cut at two of them: 1 − 2·2φ(2) / (2Φ(2) − 1), square root
CUT = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))

# by rule: arguments, mean, standard deviation, the largest distance from the mean
EXPECTED = {
    "glorot": ((), 0, math.sqrt(2 / 500), math.sqrt(6 / 500)),
    "glorot_normal": ((), 0, math.sqrt(2 / 500), None),
    "fan_in": ((), 0, CUT / math.sqrt(200), 2 / math.sqrt(200)),
    "uniform": ((-1, 3), 1, 4 / math.sqrt(12), 2),
    "normal": ((2, 0.5), 2, 0.5, None),
    "truncated_normal": ((2, 0.5), 2, 0.5 * CUT, 1),
    "constant": ((0.3,), 0.3, 0, 0),
}


def numbers(rule: str, shape: tuple[int, ...] = MANY, seed: int = 1) -> np.ndarray:
    return draw(rule, np.random.default_rng(seed), shape, FANS, EXPECTED[rule][0])


def test_every_rule_is_expected_somewhere():
    assert set(EXPECTED) == set(RULES)
    assert all(len(RULES[rule].words) == len(arguments) for rule, (arguments, *_) in EXPECTED.items())


@pytest.mark.parametrize("rule", RULES)
def test_mean_spread_and_range(rule):
    _, mean, sd, most = EXPECTED[rule]
    found = numbers(rule)
    assert found.shape == MANY
    assert found.mean() == pytest.approx(mean, abs=5 * sd / math.sqrt(found.size) + 1e-12)
    assert found.std() == pytest.approx(sd, rel=0.02, abs=1e-12)
    if most is None:
        assert np.abs(found - mean).max() > 3 * sd
    else:
        assert 0.99 * most <= np.abs(found - mean).max() <= most + 1e-12


@pytest.mark.parametrize("rule", RULES)
def test_the_same_seed_gives_the_same_numbers(rule):
    assert np.array_equal(numbers(rule), numbers(rule))
    assert np.array_equal(numbers(rule), numbers(rule, seed=2)) == (rule == "constant")


@pytest.mark.parametrize("rule", RULES)
def test_a_bias_is_one_list(rule):
    assert numbers(rule, (7,)).shape == (7,)


def test_what_is_cut_is_drawn_again_and_not_moved_to_the_border():
    found = np.abs(numbers("truncated_normal") - 2) / 0.5
    assert np.unique(found).size == found.size
    inside = (math.erf(1.9 / math.sqrt(2))) / math.erf(math.sqrt(2))
    assert (found < 1.9).mean() == pytest.approx(inside, abs=0.005)


@pytest.mark.parametrize(
    "rule, arguments, holds",
    [
        ("uniform", (1, 0), False),
        ("uniform", (1, 1), True),
        ("normal", (0, -1), False),
        ("normal", (0, 0), True),
        ("truncated_normal", (0, -0.1), False),
        ("glorot", (), True),
    ],
)
def test_what_arguments_must_be(rule, arguments, holds):
    assert RULES[rule].holds(*arguments) is holds
