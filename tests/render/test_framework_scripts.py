"""rnncalc export --to torch and keras: what the scripts say; where the libraries are installed, that they pass."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from problem.random_networks import network, read, text
from running import PROBLEMS, run, run_text

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.evaluate import evaluate
from rnncalc.recurrences.expand import Arrangement
from rnncalc.render.scripts.keras_script import keras_script
from rnncalc.render.scripts.torch_script import torch_script

WRITERS = {"torch": torch_script, "keras": keras_script}
BACKEND = next((name for name in ("jax", "torch", "tensorflow") if find_spec(name)), "numpy")
ONE, TWO, BOTH, TWO_BOTH = Arrangement(), Arrangement(2), Arrangement(None, "both"), Arrangement(2, "both")
REVERSE, SUM, PRODUCT = Arrangement(2, "reverse"), Arrangement(2, "both", "sum"), Arrangement(None, "both", "product")
AVERAGE = Arrangement(None, "both", "average")
AFTER = {"reset": "after"}
PYTORCH = {**AFTER, "update": "keeps-old", "bias": "two"}

# for every layer class: layers, directions, merges, forms; a second layer that is wider or not
BOTH_LIBRARIES = [
    ("elman", {}, ONE, 0),
    ("elman", {"bias": "two"}, TWO_BOTH, 0),
    ("elman", {}, AVERAGE, 0),
    ("lstm", {}, ONE, 0),
    ("lstm", {"variant": "concat"}, TWO, 0),
    ("lstm", {"bias": "two"}, TWO_BOTH, 0),
    ("lstm", {}, SUM, 1),
    ("lstm", {}, REVERSE, 1),
    ("gru", PYTORCH, ONE, 0),
    ("gru", AFTER, TWO_BOTH, 0),
    ("gru", AFTER, PRODUCT, 0),
    ("gru", PYTORCH, TWO, 1),
]
KERAS_ALONE = [("gru", {}, ONE, 0), ("gru", {"variant": "concat"}, TWO_BOTH, 1)]


def script(library: str, keys: dict) -> str:
    problem = read(keys)
    return WRITERS[library](problem, evaluate(problem.case))


def refusal(library: str, keys: dict):
    with pytest.raises(RnncalcError) as caught:
        script(library, keys)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.slug == "not-convertible"
    return diagnostic


def execute(source: str, folder) -> subprocess.CompletedProcess:
    path = folder / "script.py"
    path.write_text(source, encoding="utf-8")
    environment = {**os.environ, "KERAS_BACKEND": BACKEND, "PYTHONWARNINGS": "ignore"}
    return subprocess.run([sys.executable, path], capture_output=True, text=True, env=environment)


def largest(result: subprocess.CompletedProcess) -> float:
    assert result.returncode == 0, result.stderr
    return float(re.fullmatch(r"largest of all: (\S+)", result.stdout.splitlines()[-1])[1])


def compared(result: subprocess.CompletedProcess) -> set[str]:
    return set(re.findall(r"^(\w+): ", result.stdout, re.MULTILINE))


def every_state(keys: dict) -> set[str]:
    """Name what a script has to compare: the states, what passes between layers, the output layer."""
    return {name for name in read(keys).case.system.defined if re.fullmatch(r"[hcm]\d?(_fwd|_bwd)?|u|y", name)}


@pytest.mark.parametrize(("recurrence", "chosen", "arranged", "wider"), BOTH_LIBRARIES)
def test_pytorch_computes_the_same(recurrence, chosen, arranged, wider, tmp_path):
    pytest.importorskip("torch")
    keys = network(recurrence, chosen, arranged, wider=wider)
    result = execute(script("torch", keys), tmp_path)
    assert largest(result) < 1e-13
    assert compared(result) == every_state(keys)


@pytest.mark.skipif(not find_spec("keras"), reason="Keras is not installed")
@pytest.mark.parametrize(("recurrence", "chosen", "arranged", "wider"), BOTH_LIBRARIES + KERAS_ALONE)
def test_keras_computes_the_same(recurrence, chosen, arranged, wider, tmp_path):
    keys = network(recurrence, chosen, arranged, wider=wider)
    result = execute(script("keras", keys), tmp_path)
    assert largest(result) < 1e-13
    assert compared(result) == every_state(keys)


@pytest.mark.parametrize("library", WRITERS)
@pytest.mark.parametrize("without", [("b",), ("b_i",)])
def test_missing_biases(library, without, tmp_path):
    source = script(library, network("lstm", {}, TWO, without=without))
    assert ("bias=False" in source) == (without == ("b",))
    assert ("zero here: b_i1, b_i2" in source) == (without == ("b_i",))
    if find_spec(library):
        assert largest(execute(source, tmp_path)) < 1e-13


@pytest.mark.parametrize("library", WRITERS)
@pytest.mark.parametrize("what", ["weights", "start", "x = "])
def test_a_wrong_number_is_found(library, what, tmp_path):
    if not find_spec(library):
        pytest.skip(f"{library} is not installed")
    source = script(library, network("lstm"))
    at = source.index(what)
    wrong = source[:at] + re.sub(
        r"\d\.\d+", lambda match: match[0] + "1" if len(match[0]) < 9 else "0.5", source[at:], count=1
    )
    result = execute(wrong, tmp_path)
    assert result.returncode == 1 and "computes something else than rnncalc" in result.stderr


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_relu_is_a_setting_of_pytorchs_rnn(activation, tmp_path):
    keys = network("elman", {}, TWO) | {"activations": {"hidden": activation}}
    source = script("torch", keys)
    assert f'torch.nn.RNN(3, 4, nonlinearity="{activation}"' in source
    if find_spec("torch"):
        assert largest(execute(source, tmp_path)) < 1e-12


def test_activations_are_settings_of_keras(tmp_path):
    keys = network("lstm") | {"activations": {"candidate": "softplus", "hidden": "softplus", "gate": "tanh"}}
    source = script("keras", keys)
    assert 'activation="softplus", recurrent_activation="tanh"' in source
    if find_spec("keras"):
        assert largest(execute(source, tmp_path)) < 1e-12


@pytest.mark.parametrize("function", ["identity", "sigmoid", "softmax", "tanh", "relu", "elu"])
@pytest.mark.parametrize("library", WRITERS)
def test_the_output_layer(library, function, tmp_path):
    source = script(library, network("gru", AFTER) | {"activations": {"output": function}})
    assert 'compare("u", u)' in source
    assert ('compare("y", y)' in source) == (function != "elu")  # what a script has no function for is left out
    if find_spec(library) and function == "softmax":
        assert largest(execute(source, tmp_path)) < 1e-13


def literals(source: str) -> dict[str, object]:
    """Give the lists and dictionaries that a script assigns first, without running it."""
    found: dict[str, object] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else node.value
            try:
                found.setdefault(node.targets[0].id, ast.literal_eval(value))
            except ValueError:
                continue
    return found


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def test_the_numbers_of_a_torch_script_by_hand():
    """PyTorch's documented LSTM, gates i f g o, on the numbers of the script, gives the values of the script."""
    given = literals(script("torch", network("lstm")))
    weights = {name.removesuffix("_l0"): np.array(value) for name, value in given["net_weights"].items()}
    x, h, c = np.array(given["x"]), np.array(given["start"]["h"]), np.array(given["start"]["c"])
    assert x.shape == (2, 5, 3) and h.shape == (2, 4)
    for step in range(5):
        a = x[:, step] @ weights["weight_ih"].T + weights["bias_ih"] + h @ weights["weight_hh"].T + weights["bias_hh"]
        i, f, g, o = np.split(a, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        np.testing.assert_allclose(h, np.array(given["expected"]["h"])[:, step], atol=1e-15)
        np.testing.assert_allclose(c, np.array(given["expected"]["c"])[:, step], atol=1e-15)
        u = h @ np.array(given["output_weight"]) + given["output_bias"]
        np.testing.assert_allclose(u, np.array(given["expected"]["u"])[:, step], atol=1e-14)


@pytest.mark.parametrize("library", WRITERS)
def test_the_numbers_of_a_turned_gate_by_hand(library):
    """A GRU that takes the new state, in a layer that keeps the old one: 1 - z in the place of z."""
    source = script(library, network("gru", AFTER))
    assert "# The weights of z have the other sign, for 1 - σ(a) = σ(-a)." in source
    given = literals(source)
    if library == "torch":
        weights = {name.removesuffix("_l0"): np.array(value) for name, value in given["net_weights"].items()}
        of_x, of_h = weights["weight_ih"].T, weights["weight_hh"].T
        b_x, b_h = weights["bias_ih"], weights["bias_hh"]
    else:
        of_x, of_h, (b_x, b_h) = map(np.array, given["weights"].values())
    x, h = np.array(given["x"]), np.array(given["start"]["h"])
    for step in range(5):
        by_x, by_h = (np.split(a, 3, axis=1) for a in (x[:, step] @ of_x + b_x, h @ of_h + b_h))
        if library == "torch":  # in the order r z n, in Keras z r n
            by_x, by_h = ([a[1], a[0], a[2]] for a in (by_x, by_h))
        z, r = sigmoid(by_x[0] + by_h[0]), sigmoid(by_x[1] + by_h[1])
        h = z * h + (1 - z) * np.tanh(by_x[2] + r * by_h[2])
        np.testing.assert_allclose(h, np.array(given["expected"]["h"])[:, step], atol=1e-15)


@pytest.mark.parametrize(
    ("recurrence", "chosen", "arranged", "wider", "wanted"),
    [
        ("elman", {}, ONE, 0, ['net = torch.nn.RNN(3, 4, nonlinearity="tanh", batch_first=True)']),
        ("lstm", {}, TWO, 0, ["net = torch.nn.LSTM(3, 4, num_layers=2, batch_first=True)"]),
        ("gru", AFTER, TWO_BOTH, 0, ["net = torch.nn.GRU(3, 4, num_layers=2, bidirectional=True, batch_first=True)"]),
        ("lstm", {}, TWO, 1, ["net1 = torch.nn.LSTM(3, 4, batch_first=True)", "net2 = torch.nn.LSTM(4, 5, batch"]),
        ("lstm", {}, SUM, 0, ["net2 = torch.nn.LSTM(4, 4, bidirectional=True, batch_first=True)"]),
    ],
)
def test_modules_of_pytorch(recurrence, chosen, arranged, wider, wanted):
    source = script("torch", network(recurrence, chosen, arranged, wider=wider))
    compile(source, "script.py", "exec")
    assert all(line in source for line in wanted)


@pytest.mark.parametrize(
    ("recurrence", "chosen", "arranged", "wanted"),
    [
        ("elman", {}, ONE, ['keras.layers.SimpleRNN(4, activation="tanh", return_sequences=True, return_state=True)']),
        ("gru", AFTER, ONE, ["reset_after=True"]),
        ("gru", {}, ONE, ["reset_after=False"]),
        (
            "lstm",
            {},
            TWO_BOTH,
            ["layer2 = keras.layers.Bidirectional(", 'merge_mode="concat"', "layer2.backward_layer"],
        ),
        ("lstm", {}, PRODUCT, ['merge_mode="mul"']),
        ("lstm", {}, AVERAGE, ['merge_mode="ave"']),
        ("lstm", {}, REVERSE, ["x[:, ::-1]", "backwards=True"]),
    ],
)
def test_layers_of_keras(recurrence, chosen, arranged, wanted):
    source = script("keras", network(recurrence, chosen, arranged))
    compile(source, "script.py", "exec")
    assert all(line in source for line in wanted)


@pytest.mark.parametrize(
    ("library", "keys", "words"),
    [
        ("torch", network("gru"), ["'reset: before', torch.nn.GRU has 'reset: after'"]),
        ("torch", network("lstm", {"peepholes": "all"}), ["'peepholes: all', torch.nn.LSTM"]),
        ("keras", network("lstm", {"gates": "coupled"}), ["'gates: coupled', keras.layers.LSTM"]),
        ("torch", network("elman") | {"activations": {"hidden": "sigmoid"}}, ["tanh or relu", "'hidden' sigmoid"]),
        ("torch", network("lstm") | {"activations": {"gate": "hard_sigmoid"}}, ["'gate' is hard_sigmoid"]),
        ("keras", network("lstm") | {"activations": {"gate": "hard_sigmoid"}}, ["'gate' hard_sigmoid"]),
        ("keras", network("lstm") | {"activations": {"hidden": "relu"}}, ["'candidate' tanh, 'hidden' relu"]),
        ("keras", network("gru") | {"activations": {"gate": "tanh"}}, ["'update: takes-new'"]),
        ("torch", network("elman") | {"rounding": {"decimals": 2, "intermediate": "every-step"}}, ["rounded"]),
    ],
)
def test_what_no_layer_can_be(library, keys, words):
    found = refusal(library, keys)
    assert all(word in found.message for word in words), found.message
    assert "rnncalc export --to numpy" in found.remedy


@pytest.mark.parametrize("library", WRITERS)
@pytest.mark.parametrize("name", PROBLEMS)
def test_bundled_problems(library, name):
    """Every one is written, or refused with the reason and with what to use instead."""
    outcome = run("export", name, "--to", library)
    if outcome.code == 0:
        compile(outcome.out, name, "exec")
        assert outcome.out.startswith("# The forward pass") and outcome.err == ""
    else:
        assert (outcome.code, outcome.slugs) == (3, ["not-convertible"])
        assert "rnncalc export --to numpy" in outcome.err


@pytest.mark.parametrize("library", WRITERS)
def test_a_title_stays_in_its_comment(library, tmp_path):
    title = 'title: "coding: latin-1\\nimport abc\\u2028x\\e[31m"\n'
    outcome = run_text(tmp_path, text(network("gru", AFTER)) + title, "--to", library, command="export")
    lines = outcome.out.splitlines()
    assert outcome.code == 0 and "\x1b" not in outcome.out and "import abc" not in lines
    assert next(at for at, line in enumerate(lines) if "coding" in line) > 1  # where Python looks for an encoding
    compile(outcome.out, "script.py", "exec")


@pytest.mark.parametrize("library", WRITERS)
def test_unequal_lengths_and_values_without_end(library):
    assert "different lengths" in refusal(library, network("elman") | {"lengths": [5, 3]}).message
    keys = network("elman") | {"activations": {"hidden": "relu"}}
    keys["weights"] |= {"W": (1e200 * np.ones((4, 4))).tolist(), "b": [1.0] * 4}
    assert "no finite numbers" in refusal(library, keys).message
