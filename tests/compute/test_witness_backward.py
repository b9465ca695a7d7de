"""Gradients, adjoints, initial and input gradients against PyTorch's autograd: 21 networks, six cases each."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from compute.test_witness_forward import CASES, IDS, read

from rnncalc.compute.bptt import Gradients, backpropagate, complete_adjoints, derive
from rnncalc.compute.descent import given_inputs
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.orient import unoriented
from rnncalc.compute.values import Values
from rnncalc.recurrences.backward import adjoint_name

PAIRS = pytest.mark.parametrize(("name", "number", "case"), CASES, ids=IDS)


PROBLEMS = {(name, number): case["problem"] for name, number, case in CASES}


@cache
def backward(name: str, number: int) -> tuple[Values, Gradients]:
    return backward_of(name, PROBLEMS[name, number])


def backward_of(name: str, problem: dict) -> tuple[Values, Gradients]:
    values = evaluate(read(name, problem).case)
    return values, backpropagate(values, derive(values.case, True, given_inputs(values)))


def by_sequence(array: np.ndarray, batched: bool) -> np.ndarray:
    """Lay (time, sequence, n, 1) out as the file does."""
    vectors = unoriented(array)
    return vectors.swapaxes(0, 1) if batched else vectors[:, 0]


def assert_close(found: np.ndarray, wanted: object, what: str) -> None:
    wanted = np.array(wanted)
    assert found.shape == wanted.shape, what
    off = np.abs(found - wanted).max() / max(1e-3, np.abs(wanted).max())
    assert off <= 1e-10, f"{what} differs by {off:.1e}"


@PAIRS
def test_gradients_of_weights(name, number, case):
    values, gradients = backward(name, number)
    assert set(case["gradients"]) == set(values.case.weights)
    for weight, wanted in case["gradients"].items():
        assert_close(gradients.of(weight).reshape(np.shape(wanted)), wanted, weight)


@PAIRS
def test_adjoints_also_of_probabilities_that_the_loss_skips(name, number, case):
    values, gradients = backward(name, number)
    found = complete_adjoints(values, gradients)
    for quantity, wanted in case["adjoints"].items():
        if values.case.system.is_sequence(quantity):
            assert_close(by_sequence(found[quantity], values.case.batched), wanted, quantity)


@PAIRS
def test_adjoints_of_initial_values(name, number, case):
    """Where the initial value stands at several places, as with lags 1 and 2, their sum."""
    values, gradients = backward(name, number)
    for quantity, wanted in case["initial_gradients"].items():
        places = [(n, step) for n, step in values.case.initial if n == quantity]
        found = [gradients.values.places.get((adjoint_name(quantity), step)) for _, step in places]
        parts = [unoriented(part) if values.case.batched else unoriented(part)[0] for part in found if part is not None]
        assert_close(sum(parts), wanted, quantity)


@PAIRS
def test_gradients_of_inputs(name, number, case):
    values, gradients = backward(name, number)
    for quantity, wanted in case["input_gradients"].items():
        if values.case.system.is_sequence(quantity):
            found = by_sequence(gradients.values.sequences[adjoint_name(quantity)], values.case.batched)
        else:
            found = unoriented(gradients.values.singles[adjoint_name(quantity)])
            found = found if values.case.batched else found[0]
        assert_close(found, wanted, quantity)


@PAIRS
def test_contributions_add_up_to_the_gradient(name, number, case):
    _, gradients = backward(name, number)
    for weight, wanted in case["gradients"].items():
        found = gradients.contributions(weight).sum(axis=0)
        assert_close(found.reshape(np.shape(wanted)), wanted, weight)


@pytest.mark.parametrize("name", ["elman-softmax", "gru-after", "reverse", "lags"])
def test_the_witness_would_notice(name):
    """A weight changed by 1e-6 is a difference in some gradient."""
    case = next(case for other, number, case in CASES if other == name and number == 4)
    problem = json.loads(json.dumps(case["problem"]))
    next(iter(problem["weights"].values()))[0][0] += 1e-6
    _, gradients = backward_of(name, problem)
    with pytest.raises(AssertionError, match="differs"):
        for weight, wanted in case["gradients"].items():
            assert_close(gradients.of(weight).reshape(np.shape(wanted)), wanted, weight)
