"""Weights from one convention to another: the values stay; what no weights make up for is refused and named."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from problem.random_networks import network, read

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.evaluate import evaluate
from rnncalc.problem.converting import Taker, convert, convert_for
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.conventions import convention_names, read_convention
from rnncalc.recurrences.expand import Arrangement, Impossible

ARRANGED = [Arrangement(), Arrangement(2), Arrangement(2, "both")]


def choices(recurrence: str) -> list[dict[str, str]]:
    entry = read_entry(recurrence)
    return [dict(zip(entry.choices, values, strict=True)) for values in product(*entry.choices.values())]


@pytest.mark.parametrize("arranged", ARRANGED, ids=lambda one: f"{one.layers}-{one.direction}")
@pytest.mark.parametrize("recurrence", ["elman", "lstm", "gru"])
def test_the_values_stay(recurrence, arranged):
    """From every form to every convention that can have it; read again as such, the outputs are the same."""
    found = set()
    for chosen in choices(recurrence)[:: 1 if arranged == ARRANGED[0] else 5]:
        try:
            keys = network(recurrence, chosen, arranged)
        except Impossible:
            continue
        problem = read(keys)
        wanted = evaluate(problem.case).sequences["y"]
        for name in convention_names():
            try:
                converted = convert_for(problem, Taker(name, name, turning=("sigmoid",)))
            except RnncalcError:
                continue
            found.add(name)
            again = {key: value for key, value in keys.items() if key not in chosen}
            again |= converted.published.recurrence.chosen
            again |= {"convention": name, "weights": {key: array.tolist() for key, array in converted.arrays.items()}}
            np.testing.assert_allclose(evaluate(read(again).case).sequences["y"], wanted, rtol=0, atol=1e-13)
    assert found == {name for name in convention_names() if recurrence in read_convention(name).packings}


def test_lecture_to_pytorch_by_hand():
    """The concatenated W [h, x] of the lecture becomes weight_ih and weight_hh, gates in the order i f g o."""
    keys = network("lstm", {"variant": "concat"})
    weights = {name: np.array(value) for name, value in keys["weights"].items()}
    packed = convert(read(keys), "pytorch").packed
    stacked = np.vstack([weights[f"W_{gate}"] for gate in "ifgo"])
    np.testing.assert_array_equal(packed["weight_hh_l0"], stacked[:, :4])
    np.testing.assert_array_equal(packed["weight_ih_l0"], stacked[:, 4:])
    np.testing.assert_array_equal(packed["bias_ih_l0"], np.hstack([weights[f"b_{gate}"] for gate in "ifgo"]))
    np.testing.assert_array_equal(packed["bias_hh_l0"], np.zeros(16))
    assert set(packed) == {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}


def test_pytorch_to_keras_adds_the_two_biases_of_an_lstm():
    keys = network("lstm", {"bias": "two"})
    weights = {name: np.array(value) for name, value in keys["weights"].items()}
    converted = convert(read(keys), "keras")
    wanted = np.hstack([weights[f"b_{gate}"] + weights[f"b_h{gate}"] for gate in "ifgo"])
    np.testing.assert_array_equal(converted.packed["bias"], wanted)
    np.testing.assert_array_equal(converted.packed["kernel"][:, :4], weights["W_i"].T)
    assert "b_f + b_hf" in converted.remarks[0]


def test_a_turned_gate_has_the_other_sign():
    keys = network("gru", {"reset": "after"})
    converted = convert_for(read(keys), Taker("pytorch", "the layer", turning=("sigmoid",)))
    weight_ih = converted.packed["weight_ih_l0"]
    np.testing.assert_array_equal(weight_ih[:4], keys["weights"]["W_r"])
    np.testing.assert_array_equal(weight_ih[4:8], -np.array(keys["weights"]["W_z"]))
    assert "σ(-a)" in converted.remarks[0] and "z" in converted.remarks[0]


def test_without_any_bias_there_is_none():
    keys = network("lstm", {"bias": "two"}, without=("b_",))
    assert set(convert(read(keys), "pytorch").packed) == {"weight_ih_l0", "weight_hh_l0"}


def test_a_bias_that_one_gate_lacks_is_zero():
    keys = network("lstm", without=("b_i",))
    bias = convert(read(keys), "keras").packed["bias"]
    np.testing.assert_array_equal(bias, np.hstack([np.zeros(4), *(keys["weights"][f"b_{g}"] for g in "fgo")]))


def test_the_output_layer_keeps_its_names():
    others = convert(read(network("elman")), "pytorch").others
    assert {name: array.shape for name, array in others.items()} == {"V": (4, 2), "c": (2,)}


def test_row_layout_has_the_same_weights():
    keys = network("lstm", {"bias": "two"})
    rows = convert(read(keys | {"layout": "row"}), "pytorch").arrays
    columns = convert(read(keys), "pytorch").arrays
    assert all(np.array_equal(rows[name], columns[name]) for name in {**rows, **columns})


@pytest.mark.parametrize(
    ("keys", "name", "words"),
    [
        (
            network("gru"),
            "pytorch",
            ["'reset: before' and 'update: takes-new'", "'reset: after' and 'update: keeps-old'"],
        ),
        (network("gru", {"reset": "after"}), "pytorch", ["'update: takes-new'", "'update: keeps-old'"]),
        (network("gru", {"reset": "after", "bias": "two"}), "cs231n", ["has 'gru'", "'elman' and 'lstm'"]),
        (network("lstm", {"peepholes": "all"}), "pytorch", ["'peepholes: all'"]),
        (network("lstm", {"gates": "coupled"}), "keras", ["'gates: coupled'"]),
        (network("elman") | {"activations": {"hidden": "relu"}}, "pytorch", ["'hidden' is relu", "tanh"]),
        (network("lstm") | {"activations": {"gate": "hard_sigmoid"}}, "onnx", ["'gate' is hard_sigmoid"]),
    ],
)
def test_what_no_weights_make_up_for(keys, name, words):
    with pytest.raises(RnncalcError) as caught:
        convert(read(keys), name)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.slug == "not-convertible" and diagnostic.span.text.strip('"') == keys["recurrence"]
    assert all(word in diagnostic.message for word in words), diagnostic.message
    assert diagnostic.remedy


def test_another_activation_of_the_output_is_no_difference():
    keys = network("elman") | {"activations": {"output": "sigmoid"}}
    assert "weight_ih_l0" in convert(read(keys), "pytorch").packed


def test_the_convention_of_the_file_takes_its_weights_whatever_the_activations():
    keys = network("elman", {"bias": "two"}) | {"convention": "pytorch", "activations": {"hidden": "relu"}}
    np.testing.assert_array_equal(convert(read(keys), "pytorch").packed["bias_hh_l0"], keys["weights"]["b_h"])
