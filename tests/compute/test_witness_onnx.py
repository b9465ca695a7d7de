"""ONNX: the node tests of RNN, GRU and LSTM, and further networks run by its evaluators; packed weights."""

from __future__ import annotations

import numpy as np
import pytest
from compute.packed_peers import assert_close, by_sequence, fixture, fixtures, read

from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem

NAMES = fixtures("onnx")
RECURRENCES = {"RNN": "elman", "LSTM": "lstm", "GRU": "gru"}
ACTIVATIONS = {"Tanh": "tanh", "Relu": "relu", "Sigmoid": "sigmoid"}
SLOTS = {"RNN": ["hidden"], "GRU": ["gate", "candidate"], "LSTM": ["gate", "candidate", "hidden"]}


def suffixes(case: dict) -> list[str]:
    return ["_fwd", "_bwd"] if case["attributes"].get("direction") == "bidirectional" else [""]


def batch_first(case: dict) -> bool:
    return case["attributes"].get("layout", 0) == 1


def activations(case: dict) -> dict[str, str]:
    """Read the activations of the first direction; both directions have the same ones here."""
    attributes = case["attributes"]
    names = attributes.get("activations", [])[: len(SLOTS[case["op"]])]
    found = {}
    for slot, name in zip(SLOTS[case["op"]], names, strict=False):
        alpha, beta = (attributes.get(key, [None])[0] for key in ("activation_alpha", "activation_beta"))
        found[slot] = f"hard_sigmoid({alpha}, {beta})" if name == "HardSigmoid" else ACTIVATIONS[name]
    return found


def problem(case: dict) -> Problem:
    given, attributes = case["inputs"], case["attributes"]
    keys: dict = {"recurrence": RECURRENCES[case["op"]], "convention": "onnx"}
    keys |= {"bidirectional": True} if len(suffixes(case)) == 2 else {}
    keys |= {"direction": "reverse"} if attributes.get("direction") == "reverse" else {}
    keys |= {"reset": "after"} if attributes.get("linear_before_reset") else {}
    keys |= {"gates": "coupled"} if attributes.get("input_forget") else {}
    keys |= {"peepholes": "all"} if "P" in given else {}
    keys |= {"activations": found} if (found := activations(case)) else {}
    x = given["X"] if batch_first(case) else np.swapaxes(given["X"], 0, 1).tolist()
    lengths = given.get("sequence_lens", [])
    keys |= {"lengths": lengths} if len(set(lengths)) > 1 else {}
    starts = {}
    for name in "hc":
        if f"initial_{name}" in given:
            start = np.array(given[f"initial_{name}"])
            start = start.swapaxes(0, 1) if batch_first(case) else start  # (directions, batch, n_h)
            starts |= {name + suffix: one.tolist() for suffix, one in zip(suffixes(case), start, strict=True)}
    keys |= {"weights": {name: given[name] for name in "WRBP" if name in given}, "inputs": {"x": x}}
    return read(keys | ({"initial": starts} if starts else {}))


def whole(values: Values, case: dict, name: str = "h") -> np.ndarray:
    """Give Y: (T, directions, batch, n_h), zero past the end of a sequence; with layout 1 the batch first."""
    directions = [by_sequence(values, name + suffix) for suffix in suffixes(case)]
    y = np.nan_to_num(np.stack(directions).transpose(2, 0, 1, 3))
    return y.transpose(2, 0, 1, 3) if batch_first(case) else y


def last(values: Values, case: dict, name: str) -> np.ndarray:
    """Give Y_h or Y_c: each sequence's own last step, of the reverse direction the first."""
    found = []
    for suffix in suffixes(case):
        h = by_sequence(values, name + suffix)
        ends = [np.flatnonzero(~np.isnan(one[:, 0]))[-1] for one in h]
        reverse = suffix == "_bwd" or case["attributes"].get("direction") == "reverse"
        found.append([one[0 if reverse else end] for one, end in zip(h, ends, strict=True)])
    y = np.array(found)
    return y.swapaxes(0, 1) if batch_first(case) else y


def test_all_are_there():
    assert len(NAMES) == 35
    assert sum("test" in fixture("onnx", name) for name in NAMES) == 18


@pytest.mark.parametrize("name", NAMES)
def test_forward(name):
    case = fixture("onnx", name)
    values = evaluate(problem(case).case)
    bound = 1e-12 if case["dtype"] == "float64" else 2e-6
    found = {
        "Y": lambda: whole(values, case),
        "Y_h": lambda: last(values, case, "h"),
        "Y_c": lambda: last(values, case, "c"),
    }
    assert case["outputs"]
    for output, wanted in case["outputs"].items():
        assert_close(found[output](), wanted, output, bound)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("random")])
def test_a_change_of_the_order_of_gates_would_be_seen(name):
    """The comparison itself can fail: the rows of W in another order give other values."""
    case = fixture("onnx", name)
    changed = case | {"inputs": case["inputs"] | {"W": np.roll(case["inputs"]["W"], 1, axis=1).tolist()}}
    found = last(evaluate(problem(changed).case), changed, "h")
    assert np.abs(found - np.array(case["outputs"]["Y_h"])).max() > 1e-4
