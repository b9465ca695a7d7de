"""PyTorch's own modules: packed weights, one to three layers, both directions; values to 1e-12, gradients to 1e-10."""

from __future__ import annotations

import numpy as np
import pytest
from compute.packed_peers import (
    assert_close,
    by_sequence,
    differentiate,
    fixture,
    fixtures,
    packed_gradients,
    read,
)

from rnncalc.compute.evaluate import evaluate
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.backward import adjoint_name

RECURRENCES = {"rnn-tanh": "elman", "rnn-relu": "elman", "lstm": "lstm", "gru": "gru"}
NAMES = fixtures("torch_modules")


def states(case: dict) -> list[str]:
    """Name the states of layers and directions in PyTorch's order: h1_fwd, h1_bwd, h2_fwd, …"""
    suffixes = ["_fwd", "_bwd"] if case["bidirectional"] else [""]
    return [f"{layer}{suffix}" for layer in range(1, case["layers"] + 1) for suffix in suffixes]


def output(case: dict) -> str:
    return f"{'m' if case['bidirectional'] else 'h'}{case['layers']}"


def problem(case: dict) -> Problem:
    keys = {"recurrence": RECURRENCES[case["kind"]], "convention": "pytorch", "layers": case["layers"]}
    keys |= {"bidirectional": True} if case["bidirectional"] else {}
    keys |= {"activations": {"hidden": "relu"}} if case["kind"] == "rnn-relu" else {}
    starts = {
        name + place: v for name, value in case["initial"].items() for place, v in zip(states(case), value, strict=True)
    }
    keys |= {
        "weights": case["weights"],
        "inputs": {"x": case["x"]},
        "initial": starts,
        "targets": {"seed": case["seed"]},
    }
    return read(keys, output(case))


def test_all_are_there():
    assert len(NAMES) == 4 * 3 * 2 + 1


@pytest.mark.parametrize("name", NAMES)
def test_forward(name):
    case = fixture("torch_modules", name)
    values = evaluate(problem(case).case)
    assert_close(by_sequence(values, output(case)), case["output"], "output", 1e-12)
    assert_close(np.array(values.sequences["J"].sum()), case["loss"], "loss", 1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_gradients(name):
    case = fixture("torch_modules", name)
    read_problem = problem(case)
    gradients = differentiate(read_problem)
    found = packed_gradients(read_problem, gradients)
    assert set(found) == set(case["gradients"])
    for tensor, wanted in case["gradients"].items():
        assert_close(found[tensor], wanted, tensor, 1e-10)
    assert_close(by_sequence(gradients.values, adjoint_name("x")), case["gradient_of_x"], "x", 1e-10)
    for state, wanted in case["gradients_of_initial"].items():
        for place, of_one in zip(states(case), wanted, strict=True):
            step = case_end(case) if place.endswith("_bwd") else 0
            found_start = gradients.values.places[adjoint_name(state + place), step][..., 0]
            assert_close(found_start, of_one, state + place, 1e-10)


def case_end(case: dict) -> int:
    return len(case["x"][0]) + 1


@pytest.mark.parametrize("name", NAMES[::5])
def test_a_swapped_pair_of_gates_would_be_seen(name):
    """The comparison itself can fail: PyTorch's rows in another order give other values."""
    case = fixture("torch_modules", name)
    weights = {key: np.roll(value, 1, axis=0).tolist() for key, value in case["weights"].items()}
    values = evaluate(problem(case | {"weights": weights}).case)
    assert np.abs(by_sequence(values, output(case)) - np.array(case["output"])).max() > 1e-3
