"""The gradient as a sum over paths: terms, pairs, truncation; each term against differences of its own."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from compute.differences import STEP, drawn, gradients_of
from compute.test_bptt import SYSTEMS, catalogue_case, variants

from rnncalc.compute.descent import Request, answer
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.paths import path_terms, truncated

M = (2, 2)
PLAIN = "h[t] = tanh(W @ h[t-1] + U @ x[t])\nJ[t] = sum((V @ h[t]) ** 2)"


def truncated_gradients(values, k: int):
    found = truncated(values, k)
    return {weight: found.contributions(weight) for weight in found.backward.parameters}


def plain_case(n_steps: int = 4, batch: int = 2):
    return drawn(PLAIN, {"W": M, "U": M, "V": M}, {"x": (batch, n_steps, 2)})


@pytest.mark.parametrize(("name", "chosen", "layers"), variants(), ids=str)
def test_the_terms_add_up_to_the_gradient(name, chosen, layers):
    case = catalogue_case(name, chosen, layers, 3, 2)
    gradients, values = gradients_of(case), evaluate(case)
    for weight in list(case.weights)[::3]:
        total = sum(path_terms(values, weight).values())
        np.testing.assert_allclose(total, gradients.of(weight), rtol=1e-11, atol=1e-13, err_msg=weight)


@pytest.mark.parametrize("name", [n for n in SYSTEMS if "plain sum" not in n])
def test_the_terms_of_other_systems(name):
    text, weights = SYSTEMS[name]
    case = drawn(text, weights, {"x": (2, 4, 2)})
    for weight in weights:
        total = sum(path_terms(evaluate(case), weight).values())
        np.testing.assert_allclose(total, gradients_of(case).of(weight), rtol=1e-10, atol=1e-13, err_msg=weight)


@pytest.mark.parametrize("n_steps", [1, 2, 3, 5])
def test_half_of_the_pairs_are_zero(n_steps):
    """What step j says depends on the weight's use at the steps up to j: N (N + 1) / 2 terms."""
    terms = path_terms(evaluate(plain_case(n_steps)), "W")
    assert {pair for pair, value in terms.items() if value.any()} == {
        (i, j) for j in range(1, n_steps + 1) for i in range(1, j + 1)
    }
    assert sum(bool(value.any()) for value in terms.values()) == n_steps * (n_steps + 1) // 2


def test_a_reverse_recurrence_has_the_other_half():
    case = drawn("g[t] = tanh(W @ g[t+1] + x[t])\nJ[t] = sum(g[t] ** 2)", {"W": M}, {"x": (1, 4, 2)})
    terms = path_terms(evaluate(case), "W")
    wanted = {(i, j) for i in range(1, 5) for j in range(1, i + 1)}
    assert {pair for pair, value in terms.items() if value.any()} == wanted


def test_each_term_against_differences():
    """A system with one copy of the weight for each step: the derivative of J(j) by copy i is term (i, j)."""
    n = 4
    case = plain_case(n, 2)
    found = path_terms(evaluate(case), "W")
    x, start = case.sequences["x"], case.initial["h", 0]

    def losses(copies):
        h, out = start, []
        for step in range(n):
            h = np.tanh(copies[step] @ h + case.weights["U"] @ x[step])
            out.append(float(((case.weights["V"] @ h) ** 2).sum()))
        return np.array(out)

    for i in range(n):
        for index in np.ndindex(M):
            copies = [case.weights["W"].copy() for _ in range(n)]
            copies[i][index] += STEP
            above = losses(copies)
            copies[i][index] -= 2 * STEP
            wanted = (above - losses(copies)) / (2 * STEP)
            given = [found[i + 1, j + 1][index] for j in range(n)]
            np.testing.assert_allclose(given, wanted, rtol=1e-6, atol=1e-8)


def test_a_loss_after_the_last_step_counts_to_it():
    case = drawn("h[t] = tanh(W @ h[t-1] + x[t])\nJ = sum(h[T] ** 2)", {"W": M}, {"x": (2, 4, 2)})
    terms = path_terms(evaluate(case), "W")
    assert set(terms) == {(i, 4) for i in range(1, 5)}
    np.testing.assert_allclose(sum(terms.values()), gradients_of(case).of("W"), rtol=1e-12)


def test_a_weight_of_the_output_alone_acts_where_the_loss_is():
    terms = path_terms(evaluate(plain_case(3)), "V")
    assert {pair for pair, value in terms.items() if value.any()} == {(1, 1), (2, 2), (3, 3)}


# --- truncation -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["elman", "lstm", "gru", "jordan"])
def test_nothing_is_cut_at_t_minus_1_steps(name):
    case = catalogue_case(name, {}, None, 4, 2)
    gradients = gradients_of(case)
    for steps in (3, 4, 99):
        for weight, parts in truncated_gradients(evaluate(case), steps).items():
            np.testing.assert_allclose(parts.sum(axis=0), gradients.of(weight), rtol=1e-11, atol=1e-13)


def test_truncation_keeps_the_terms_near_the_loss():
    values = evaluate(plain_case(5))
    terms = path_terms(values, "W")
    for k in range(5):
        parts = truncated_gradients(values, k)["W"]
        for i in range(1, 6):
            wanted = sum((value for (a, j), value in terms.items() if a == i and j - i <= k), np.zeros(M))
            np.testing.assert_allclose(parts[i - 1], wanted, rtol=1e-12, atol=1e-15)
    first = sum(value for (i, j), value in terms.items() if i == j)
    np.testing.assert_allclose(truncated_gradients(values, 0)["W"].sum(axis=0), first, rtol=1e-12)


def test_truncation_changes_something():
    values = evaluate(plain_case(5))
    totals = [truncated_gradients(values, k)["W"].sum(axis=0) for k in range(5)]
    for less, more in itertools.pairwise(totals):
        assert np.abs(less - more).max() > 1e-6


def test_the_answer_of_a_truncated_pass():
    """No comparison with differences, which know nothing of the cut; descent uses what is left."""
    values = evaluate(plain_case(4))
    answered = answer(values, Request(truncate=1, rate=0.5))
    assert answered.comparison is None
    wanted = truncated_gradients(values, 1)["W"].sum(axis=0)
    np.testing.assert_allclose(answered.totals["W"], wanted, rtol=1e-13)
    np.testing.assert_allclose(answered.updated["W"], values.case.weights["W"] - 0.5 * wanted, rtol=1e-13)
    full = answer(values, Request())
    assert full.comparison is not None
    assert full.comparison.worst < 1e-6
