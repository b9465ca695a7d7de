"""Conventions: every file is consistent with the catalogue, and what is packed comes out again bit for bit."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rnncalc.compute.blocks import block_axes, pack, total, unpack
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.conventions import convention_names, packed_tensors, read_convention
from rnncalc.recurrences.expand import Arrangement, expand

RANDOM = np.random.default_rng(7)
NAMES = convention_names()
PAIRS = [(name, recurrence) for name in NAMES for recurrence in read_convention(name).packings]
ARRANGED = [Arrangement(), Arrangement(2), Arrangement(None, "both"), Arrangement(2, "both", "sum")]


def test_the_conventions_that_are_promised():
    assert set(NAMES) >= {"lecture", "pytorch", "keras", "keras-reset-before", "onnx"}


@pytest.mark.parametrize(("name", "recurrence"), PAIRS)
def test_choices_and_blocks_are_those_of_the_catalogue(name, recurrence):
    packing, entry = read_convention(name).packings[recurrence], read_entry(recurrence)
    for key, value in packing.choices.items():
        assert value in entry.choices[key]
    for tensor in packing.tensors:
        assert {block.weight for block in tensor.blocks} <= set(entry.weights)
    expanded = expand(entry, packing.choices)
    packed = {block.weight for tensor in packing.tensors for block in tensor.blocks}
    own = set(expanded.weights) - {"V", "c", "b_y"}
    assert not packing.tensors or own <= packed


@pytest.mark.parametrize("arranged", ARRANGED, ids=str)
@pytest.mark.parametrize(("name", "recurrence"), PAIRS)
def test_a_round_trip_is_exact(name, recurrence, arranged):
    convention = read_convention(name)
    expanded = expand(read_entry(recurrence), convention.packings[recurrence].choices, arranged)
    tensors, words = packed_tensors(convention, expanded), expanded.words
    assert len({(tensor.name, tensor.stacked) for tensor in tensors}) == len(tensors)
    sizes = {**dict.fromkeys(re.findall(r"n_\w+", " ".join(words.values())), 2), "n_x": 3, "n_y": 5}
    lengths = {key: [total(axis, sizes) for axis in words[key].split(" x ")] for key in expanded.weights}
    named = {key: RANDOM.normal(size=shape) for key, shape in lengths.items()}
    packed = pack(tensors, named, words)
    again = {}
    for tensor in tensors:
        again |= unpack(tensor, packed[tensor.name], words, sizes)
    twice = pack(tensors, again, words)
    assert all(np.array_equal(twice[key], array) for key, array in packed.items())
    for key, array in again.items():
        assert key in expanded.unread or np.allclose(array, named[key], rtol=0, atol=1e-15)
    if not any(block.less for tensor in tensors for block in tensor.blocks):
        assert all(np.array_equal(array, named[key]) for key, array in again.items() if key in named)


def test_an_absent_bias_is_packed_as_zero():
    expanded = expand(read_entry("lstm"), {"bias": "two"})
    tensors = packed_tensors(read_convention("pytorch"), expanded)
    named = {key: np.ones((2, 2)) for key, words in expanded.weights.items() if " x " in words}
    assert set(pack(tensors, named, expanded.words)) == {"weight_ih_l0", "weight_hh_l0"}
    some = pack(tensors, named | {"b_f": np.array([3.0, 4.0])}, expanded.words)
    assert some["bias_ih_l0"].tolist() == [0, 0, 3, 4, 0, 0, 0, 0]


def test_gate_orders_by_hand():
    """The order of gates that each library documents, written out by hand once more."""
    found = {}
    for name, recurrence in PAIRS:
        for tensor in read_convention(name).packings[recurrence].tensors[:1]:
            found[name, recurrence] = [block.weight for block in tensor.blocks]
    assert found["pytorch", "lstm"] == ["W_i", "W_f", "W_g", "W_o"]
    assert found["pytorch", "gru"] == ["W_r", "W_z", "W_n"]
    assert found["keras", "lstm"] == ["W_i", "W_f", "W_g", "W_o"]
    assert found["keras", "gru"] == ["W_z", "W_r", "W_n"]
    assert found["onnx", "lstm"] == ["W_i", "W_o", "W_f", "W_g"]
    assert found["onnx", "gru"] == ["W_z", "W_r", "W_n"]
    assert found["cs231n", "lstm"] == ["W_i", "W_f", "W_o", "W_g"]
    assert found["tensorflow1", "lstm"][:4] == ["W_i", "W_g", "W_f", "W_o"]


def test_axes_of_blocks():
    words = {"U": "n_x x n_h", "b": "n_h"}
    (tensor,) = [t for t in read_convention("pytorch").packings["elman"].tensors if t.name == "weight_ih"]
    assert block_axes(tensor.blocks[0], words) == ("n_h", "n_x")
    assert total("n_h+n_x", {"n_h": 2, "n_x": 3}) == 5 and total("1", {}) == 1
