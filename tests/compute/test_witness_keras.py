"""Keras: SimpleRNN, LSTM, both forms of GRU, every merge of two directions, two layers; float64, packed weights."""

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

NAMES = fixtures("keras")
RECURRENCES = {"SimpleRNN": "elman", "LSTM": "lstm", "GRU": "gru"}
MERGES = {"concat": "concat", "sum": "sum", "ave": "average", "mul": "product"}


def layers(case: dict) -> list[dict]:
    return case.get("layers", [case])


def number(case: dict, layer: int) -> str:
    return str(layer) if "layers" in case else ""


def output(case: dict) -> str:
    first = layers(case)[0]
    return ("m" if "Bidirectional" in first["layer"] else "h") + number(case, len(layers(case)))


def problem(case: dict) -> Problem:
    first = layers(case)[0]
    both, settings = "Bidirectional" in first["layer"], first["settings"]
    kind = first["layer"].removeprefix("Bidirectional(").removesuffix(")")
    before = kind == "GRU" and not settings["reset_after"]
    keys: dict = {"recurrence": RECURRENCES[kind], "convention": "keras-reset-before" if before else "keras"}
    keys |= {"layers": len(case["layers"])} if "layers" in case else {}
    keys |= {"bidirectional": True, "merge": MERGES[settings["merge_mode"]]} if both else {}
    keys |= {"direction": "reverse"} if settings["go_backwards"] else {}
    if settings.get("recurrent_activation") == "hard_sigmoid":
        keys["activations"] = {"gate": "hard_sigmoid(0.16666666666666666, 0.5)"}
    elif kind == "SimpleRNN":
        keys["activations"] = {"hidden": settings["activation"]}
    weights, initial = {}, {}
    for at, layer in enumerate(layers(case), start=1):
        weights |= {name + number(case, at): value for name, value in layer["weights"].items()}
        initial |= {ours(name, number(case, at)): value for name, value in layer["initial"].items()}
    return read(
        keys
        | {"weights": weights, "inputs": {"x": case["input"]}, "initial": initial, "targets": {"seed": seed(case)}},
        output(case),
    )


def ours(state: str, layer: str) -> str:
    """Turn forward_h into h_fwd."""
    direction, _, name = state.rpartition("_")
    return name + layer + {"": "", "forward": "_fwd", "backward": "_bwd"}[direction]


def seed(case: dict) -> list:
    """Give the factors of the loss in natural time: Keras turns the output of go_backwards round."""
    return [steps[::-1] for steps in case["seed"]] if turned(case) else case["seed"]


def turned(case: dict) -> bool:
    return layers(case)[0]["settings"]["go_backwards"]


def test_all_are_there():
    assert len(NAMES) == 17


@pytest.mark.parametrize("name", NAMES)
def test_forward(name):
    case = fixture("keras", name)
    values = evaluate(problem(case).case)
    wanted = np.array(case["output"])
    assert_close(by_sequence(values, output(case)), wanted[:, ::-1] if turned(case) else wanted, "output", 1e-12)
    for at, layer in enumerate(layers(case), start=1):
        for state, last in layer["final_state"].items():
            name = ours(state, number(case, at))
            step = 0 if name.endswith("_bwd") or turned(case) else -1
            assert_close(by_sequence(values, name)[:, step], last, name, 1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_gradients(name):
    case = fixture("keras", name)
    read_problem = problem(case)
    gradients = differentiate(read_problem)
    found = packed_gradients(read_problem, gradients)
    assert_close(by_sequence(gradients.values, adjoint_name("x")), case["gradients"]["input"], "input", 1e-10)
    for at, layer in enumerate(layers(case), start=1):
        for tensor, wanted in layer["gradients"]["weights"].items():
            assert_close(found[tensor + number(case, at)], wanted, tensor, 1e-10)
        for state, wanted in layer["gradients"]["initial"].items():
            name = ours(state, number(case, at))
            step = len(case["input"][0]) + 1 if name.endswith("_bwd") or turned(case) else 0
            assert_close(gradients.values.places[adjoint_name(name), step][..., 0], wanted, name, 1e-10)
