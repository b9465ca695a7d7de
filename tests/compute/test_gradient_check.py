"""The comparison with central differences: it agrees with right gradients, and finds wrong ones."""

from __future__ import annotations

import numpy as np
import pytest
from compute.cases import Numbers
from compute.differences import drawn, gradients_of, loss_case
from compute.test_bptt import catalogue_case

from rnncalc.compute.bptt import Gradients
from rnncalc.compute.gradient_check import MOST_ENTRIES, compare_with_differences

M = (2, 2)
TEXT = "h[t] = tanh(W @ h[t-1] + U @ x[t])\nJ[t] = sum(h[t] ** 3)"


def tampered(gradients: Gradients, weight: str, index, by: float) -> Gradients:
    singles = dict(gradients.values.singles)
    singles["∇" + weight] = singles["∇" + weight].copy()
    singles["∇" + weight][index] += by
    return gradients._replace(values=gradients.values._replace(singles=singles))


@pytest.mark.parametrize("name", ["elman", "jordan", "lstm", "gru", "many-to-one", "one-to-many"])
def test_right_gradients_agree(name):
    case = catalogue_case(name, {}, None, 3, 2)
    found = compare_with_differences(case, gradients_of(case))
    assert 0 < found.worst < 1e-7
    assert found.n_checked == found.n_entries == sum(array.size for array in case.weights.values())
    assert found.weight in case.weights


@pytest.mark.parametrize("weight", ["W", "U"])
@pytest.mark.parametrize("index", [(0, 0), (0, 1), (1, 1)])
def test_one_wrong_entry_is_found(weight, index):
    case = drawn(TEXT, {"W": M, "U": M}, {"x": (2, 4, 2)})
    gradients = gradients_of(case)
    largest = float(np.abs(gradients.of(weight)).max())
    found = compare_with_differences(case, tampered(gradients, weight, index, 1e-3 * largest))
    assert found.weight == weight
    assert found.worst == pytest.approx(1e-3, rel=0.01)


def test_nan_is_the_worst_of_all():
    case = drawn(TEXT, {"W": M, "U": M}, {"x": (2, 4, 2)})
    found = compare_with_differences(case, tampered(gradients_of(case), "W", (0, 0), np.nan))
    assert (found.weight, np.isnan(found.worst)) == ("W", True)


def test_the_weights_come_back_unchanged():
    case = drawn(TEXT, {"W": M, "U": M}, {"x": (2, 4, 2)})
    before = {name: array.copy() for name, array in case.weights.items()}
    compare_with_differences(case, gradients_of(case))
    for name, array in before.items():
        np.testing.assert_array_equal(case.weights[name], array)


def test_of_many_entries_a_fixed_choice_is_checked():
    case = drawn("y[t] = W @ x[t]\nJ[t] = sum(y[t] ** 2)", {"W": (20, 16)}, {"x": (1, 1, 16)})
    gradients = gradients_of(case)
    found = compare_with_differences(case, gradients)
    assert (found.n_checked, found.n_entries) == (MOST_ENTRIES, 320)
    assert found == compare_with_differences(case, gradients)
    assert found.worst < 1e-7


def test_zero_gradients_agree():
    numbers = Numbers({"W": np.array(0.5)}, {"x": np.zeros((1, 2, 1))})
    case = loss_case("y[t] = W * x[t]\nJ[t] = sum(y[t] ** 2)", numbers)
    assert compare_with_differences(case, gradients_of(case)).worst == 0


def test_a_weight_that_is_missing_from_the_derived_ones_is_noticed():
    """Where the loss moves with a weight, a derivation that forgot it must not pass as agreement."""
    case = drawn("y[t] = leaky_relu(W @ x[t], a)\nJ[t] = sum(y[t] ** 2)", {"W": M, "a": ()}, {"x": (1, 4, 2)})
    gradients = gradients_of(case)
    found = compare_with_differences(case, gradients)
    assert "a" in gradients.backward.parameters or found.worst > 1e-3
