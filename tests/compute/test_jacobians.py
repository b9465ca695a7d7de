"""∂s(k)/∂s(k−1) of the joint state, against differences of one step worked out by the interpreter itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compute.differences import STEP, drawn
from compute.test_bptt import catalogue_case

from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.jacobians import product_norms, state_names, step_jacobians

M = (2, 2)


def joint(values, states, step, p):
    return np.concatenate([values.at(name, step)[p].ravel() for name in states])


def numerical(case, states, first, last, p):
    """Give ∂s(last)/∂s(first): cut the case before `first`, let s(first) be its start, and move that."""
    values = evaluate(case)
    cut = {name: array[first:] for name, array in case.sequences.items()}
    lengths = {letter: length - first for letter, length in case.lengths.items()}
    starts = {(name, 0): values.at(name, first) for name in states}
    columns = []
    for name in states:
        for index in np.ndindex(case.shapes[name]):
            ends = []
            for step in (STEP, -STEP):
                moved = {key: array.copy() for key, array in starts.items()}
                moved[name, 0][(p, *index)] += step
                after = evaluate(replace(case, sequences=cut, lengths=lengths, initial={**case.initial, **moved}))
                ends.append(joint(after, states, last - first, p))
            columns.append((ends[0] - ends[1]) / (2 * STEP))
    return np.stack(columns, axis=1)


CASES = {
    "elman": (("elman", {}, None), ("h",)),
    "deep elman": (("elman", {}, 3), ("h1", "h2", "h3")),
    "jordan": (("jordan", {}, None), ("y",)),
    "lstm": (("lstm", {}, None), ("c", "h")),
    "deep lstm": (("lstm", {}, 2), ("c1", "h1", "c2", "h2")),
    "gru": (("gru", {"reset": "after"}, None), ("h",)),
    "many-to-one": (("many-to-one", {}, None), ("h",)),
}


@pytest.mark.parametrize("layout", ["column", "row"])
@pytest.mark.parametrize("name", CASES)
def test_jacobians_of_one_step(name, layout):
    arguments, states = CASES[name]
    case = catalogue_case(*arguments, n_steps=3, batch=2, layout=layout)
    assert state_names(case.system) == states
    found = step_jacobians(evaluate(case))
    size = sum(int(np.prod(case.shapes[state])) for state in states)
    assert found.shape == (3, 2, size, size)
    for k in range(3):
        for p in range(2):
            np.testing.assert_allclose(found[k, p], numerical(case, states, k, k + 1, p), rtol=0, atol=2e-9)


@pytest.mark.parametrize("name", ["lstm", "deep elman"])
def test_products_are_the_jacobians_over_several_steps(name):
    arguments, states = CASES[name]
    case = catalogue_case(*arguments, n_steps=4, batch=2)
    norms = product_norms(step_jacobians(evaluate(case)))
    for i in range(1, 5):
        for j in range(1, 5):
            if i < j:
                wanted = max(np.linalg.norm(numerical(case, states, i, j, p), 2) for p in range(2))
                assert norms[j - 1, i - 1] == pytest.approx(wanted, rel=1e-6, abs=1e-9)
            else:
                assert norms[j - 1, i - 1] == 1 if i == j else np.isnan(norms[j - 1, i - 1])


def test_a_linear_recurrence_has_powers_of_its_matrix():
    case = drawn("h[t] = W @ h[t-1] + x[t]\nJ[t] = sum(h[t] ** 2)", {"W": M}, {"x": (1, 4, 2)})
    norms = product_norms(step_jacobians(evaluate(case)))
    for j in range(4):
        wanted = [np.linalg.norm(np.linalg.matrix_power(case.weights["W"], j - i), 2) for i in range(j)]
        np.testing.assert_allclose(norms[j, :j], wanted, rtol=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "h[t] = tanh(W @ h[t-2] + x[t])",
        "h[t] = tanh(W @ h[t+1] + x[t])",
        "h[t] = tanh(W @ h[t-1] + x[t])\ng[t] = tanh(W @ g[t+1] + h[t])",
        "h[t] = tanh(W @ x[t])",
    ],
)
def test_none_where_the_system_is_no_recurrence_of_one_step(text):
    """Two steps back, backwards, both ways, no state at all."""
    assert step_jacobians(evaluate(drawn(text + "\nJ[t] = sum(h[t] ** 2)", {"W": M}, {"x": (1, 3, 2)}))) is None


@pytest.mark.parametrize("read", ["x[t+1]", "x[t-1]", "x[1]", "x[T]"])
def test_inputs_read_elsewhere(read):
    """They are no state; the Jacobians are there, or None, and no fault."""
    case = drawn(f"h[t] = tanh(W @ h[t-1] + {read} + x[t])\nJ[t] = sum(h[t] ** 2)", {"W": M}, {"x": (2, 3, 2)})
    found, values = step_jacobians(evaluate(case)), evaluate(case)
    if found is not None:
        h = values.sequences["h"][..., 0]
        wanted = (1 - h**2)[..., None] * case.weights["W"]
        np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_a_first_step_by_an_equation():
    """h(1) does not come from h(0), so ∂h(1)/∂h(0) is zero, or there are no Jacobians."""
    case = drawn("h[1] = x[1]\nh[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 2)", {"W": M}, {"x": (2, 3, 2)})
    values = evaluate(case)
    found = step_jacobians(values)
    if found is not None:
        wanted = (1 - values.sequences["h"][1:, ..., 0] ** 2)[..., None] * case.weights["W"]
        np.testing.assert_allclose(found[1:], wanted, rtol=1e-12)
        assert not found[0].any()
