"""rnncalc export --to npz and json: the weights by the names of a convention."""

from __future__ import annotations

import json

import numpy as np
import pytest
from problem.random_networks import network, text
from running import run, run_text

PYTORCH = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_json_has_every_number(folder):
    keys = network("elman")
    outcome = run_text(folder, text(keys), "--to", "json", command="export")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json == keys["weights"]


def test_npz_has_the_same(folder):
    keys = network("lstm")
    outcome = run_text(folder, text(keys), "--to", "npz", "--output", "w.npz", command="export")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    with np.load(folder / "w.npz") as found:
        assert {name: found[name].tolist() for name in found.files} == keys["weights"]
    again = run("export", "p.yaml", "--to", "npz", "--output", "w.npz")
    assert again.code == 2 and "--force" in again.err
    assert run("export", "p.yaml", "--to", "npz", "--output", "w.npz", "--force").code == 0


def test_initial_states_and_inputs_are_no_weights(folder):
    outcome = run_text(folder, text(network("elman")), "--to", "json", "--convention", "pytorch", command="export")
    assert list(outcome.json) == [*PYTORCH, "V", "c"]


def test_the_convention_of_the_file_is_the_default():
    assert list(run("export", "gru-pytorch", "--to", "json").json) == PYTORCH


def test_what_was_done_to_the_numbers_is_said(folder):
    given = text(network("lstm", {"bias": "two"}))
    outcome = run_text(folder, given, "--to", "json", "--convention", "keras", command="export")
    assert outcome.code == 0 and list(outcome.json) == ["kernel", "recurrent_kernel", "bias", "V", "b_y"]
    assert outcome.err.startswith("Biases of the same sum are added: b_f + b_hf")


def test_own_equations_have_named_weights():
    outcome = run("export", "two-directions", "--to", "json")
    assert {name: np.shape(value) for name, value in outcome.json.items()}["U"] == (3, 2)
    assert run("export", "two-directions", "--to", "json", "--convention", "keras").slugs == ["not-convertible"]


def test_a_convention_whose_equations_differ():
    outcome = run("export", "gru-pytorch", "--to", "json", "--convention", "d2l")
    assert outcome.code == 3 and outcome.places[0][1:] == (5, 13, "not-convertible")
    assert "'reset: after', the convention 'd2l' has 'reset: before'" in outcome.err


def test_options():
    assert "--output" in run("export", "gru-pytorch", "--to", "npz").err
    assert run("export", "gru-pytorch", "--to", "npz").code == 2
    outcome = run("export", "gru-pytorch", "--to", "json", "--convention", "torch")
    assert outcome.code == 2 and "pytorch" in outcome.err
    assert run("export", "gru-pytorch", "--to", "torch", "--convention", "keras").code == 2


def test_json_is_read_again(folder):
    given = run("export", "gru-pytorch", "--to", "json").out
    (folder / "w.json").write_text(given)
    brought = run("import", "w.json", "--recurrence", "gru", "--convention", "pytorch").out
    assert json.loads(run("export", "-", "--to", "json", stdin=brought.encode()).out) == json.loads(given)


def test_a_bigram_model_has_no_weights_yet():
    outcome = run("export", "class4-bigram", "--to", "json")
    assert outcome.code == 3 and outcome.slugs == ["bigram-problem"]
