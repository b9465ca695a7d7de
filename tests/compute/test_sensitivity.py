"""One derivative ∂q(t)/∂W[r, c], and the reason where it is zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compute.differences import STEP, drawn
from compute.test_bptt import catalogue_case
from running import problem, system

from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.sensitivity import sensitivity

M = (2, 2)


def difference(case, weight, entry, name, step):
    """Give (sequences, entries) of the change of a quantity with one entry of a weight."""
    found = []
    for sign in (STEP, -STEP):
        array = case.weights[weight].copy()
        array[entry[0] - 1, entry[1] - 1] += sign
        values = evaluate(replace(case, weights={**case.weights, weight: array}))
        found.append(values.sequences[name][step - 1].reshape(case.n_sequences, -1))
    return (found[0] - found[1]) / (2 * STEP)


@pytest.mark.parametrize(
    ("name", "weight", "entry", "quantity"),
    [("elman", "W", (1, 2), "h"), ("elman", "U", (2, 1), "y"), ("elman", "b", (1, 1), "z"),
     ("lstm", "U_f", (2, 1), "c"), ("gru", "U_n", (1, 1), "y"),
     ("jordan", "W", (2, 1), "u"), ("one-to-many", "V", (1, 2), "x")],
)  # fmt: skip
@pytest.mark.parametrize("step", [1, 3])
@pytest.mark.parametrize("layout", ["column", "row"])
def test_against_differences(name, weight, entry, quantity, step, layout):
    case = catalogue_case(name, {}, None, 3, 2, layout)
    found = sensitivity(evaluate(case), weight, entry, quantity, step)
    wanted = difference(case, weight, entry, quantity, step)
    np.testing.assert_allclose(found.value, wanted, rtol=1e-6, atol=1e-8)
    assert (found.reason == "") == bool(wanted.any())


def test_the_loss_itself():
    """J(2) is a quantity like any other."""
    case = drawn("h[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 2)", {"W": M}, {"x": (1, 3, 2)})
    found = sensitivity(evaluate(case), "W", (1, 1), "J", 2)
    np.testing.assert_allclose(found.value, difference(case, "W", (1, 1), "J", 2), rtol=1e-6)
    assert found.reason == ""


def reason(lines: str, weights: str, entry, quantity: str, step: int, inputs="x: [[0, 1], [2, 3]]", weight="W") -> str:
    found = sensitivity(evaluate(problem(system(lines, weights, inputs)).case), weight, entry, quantity, step)
    assert not found.value.any()
    return found.reason


def test_the_reason_is_the_factor_that_is_zero():
    lines = "h[t] = tanh(W @ x[t] + A @ h[t-1])"
    weights = "W: [[0.1, 0.2], [0.3, 0.4]]\nA: [[0.1, 0.2], [0.3, 0.4]]"
    assert reason(lines, weights, (1, 1), "h", 1) == "W[1,1] is only ever multiplied by x(1)[1] = 0"
    assert reason(lines, weights, (2, 1), "h", 1) == "W[2,1] is only ever multiplied by x(1)[1] = 0"
    assert reason(lines, weights, (1, 2), "h", 1, weight="A") == "A[1,2] is only ever multiplied by h(0)[2] = 0"


def test_no_path_leads_there():
    lines = "h[t] = tanh(x[t])\ny[t] = W @ h[t]"
    assert reason(lines, "W: [[0.1, 0.2], [0.3, 0.4]]", (1, 1), "h", 2) == "no path leads from W to it"


def test_a_unit_that_is_off_is_no_fault_of_the_input():
    """ReLU is off at both units: zero because of its derivative, not because of x."""
    found = reason("h[t] = relu(W @ x[t])", "W: [[-1, -1], [-1, -1]]", (1, 2), "h", 1)
    assert "x(1)[2]" not in found
    assert found == "" or "step" in found


def test_only_what_lies_before_the_step_counts():
    """x(2)[1] is 2, but h(1) does not see it."""
    lines = "h[t] = tanh(W @ x[t] + h[t-1])"
    assert reason(lines, "W: [[0.1, 0.2], [0.3, 0.4]]", (1, 1), "h", 1)
    case = problem(system(lines, "W: [[0.1, 0.2], [0.3, 0.4]]", "x: [[0, 1], [2, 3]]")).case
    assert sensitivity(evaluate(case), "W", (1, 1), "h", 2).value.any()
