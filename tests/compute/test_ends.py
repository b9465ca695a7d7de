"""One answer at the end, an embedding, dropout: values by a network written by hand, gradients by differences."""

from __future__ import annotations

import json

import numpy as np
import pytest
from compute.differences import gradients_of
from running import problem, run, slugs, values

from rnncalc.compute.gradient_check import compare_with_differences

LAST, IDS, DROP = "--choose=outputs=last", "--choose=embedding=true", "--choose=dropout=0.5"
SEQUENCES = [[0, 3, 1, 3], [2, 2, 0, 1]]
CLASSES = [2, 0]
N_X, N_H, N_Y, N_W = 2, 3, 3, 4


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def lstm_weights(suffixes: tuple[str, ...], n_top: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    shapes = {"E": (N_W, N_X), "V": (N_Y, n_top), "b_y": (N_Y,)}
    for suffix in suffixes:
        for gate in "figo":
            shapes |= {f"W_{gate}{suffix}": (N_H, N_X), f"U_{gate}{suffix}": (N_H, N_H), f"b_{gate}{suffix}": (N_H,)}
    return {name: rng.uniform(-1, 1, shape) for name, shape in shapes.items()}


def last_state(weights: dict[str, np.ndarray], suffix: str, ids: list[int]) -> np.ndarray:
    """Run an LSTM over rows of E and give the state after the last."""
    h, c = np.zeros(N_H), np.zeros(N_H)
    for word in ids:
        x = weights["E"][word]
        f, i, g, o = (
            weights[f"W_{k}{suffix}"] @ x + weights[f"U_{k}{suffix}"] @ h + weights[f"b_{k}{suffix}"] for k in "figo"
        )
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h


def probabilities(weights: dict[str, np.ndarray], direction: str, ids: list[int]) -> np.ndarray:
    if direction == "both":
        top = np.concatenate([last_state(weights, "_fwd", ids), last_state(weights, "_bwd", ids[::-1])])
    else:
        top = last_state(weights, "", ids[::-1] if direction == "reverse" else ids)
    u = weights["V"] @ top + weights["b_y"]
    return np.exp(u) / np.exp(u).sum()


def loss(weights: dict[str, np.ndarray], direction: str) -> float:
    return -sum(np.log(probabilities(weights, direction, ids)[d]) for ids, d in zip(SEQUENCES, CLASSES, strict=True))


KEYS = {"forward": "", "reverse": "direction: reverse\n", "both": "bidirectional: true\n"}


def lstm_file(weights: dict[str, np.ndarray], direction: str, more: str = "") -> str:
    return (
        f"rnncalc: 1\nrecurrence: lstm\noutputs: last\nembedding: true\n{KEYS[direction]}{more}"
        "activations: {output: softmax}\nloss: cross-entropy\n"
        f"weights: {json.dumps({name: array.tolist() for name, array in weights.items()})}\n"
        f"inputs: {{w: {[[[word] for word in ids] for ids in SEQUENCES]}}}\ntargets: {{d: {CLASSES}}}\n"
    )


def weights_for(direction: str) -> dict[str, np.ndarray]:
    both = direction == "both"
    return lstm_weights(("_fwd", "_bwd") if both else ("",), 2 * N_H if both else N_H)


@pytest.mark.parametrize("direction", KEYS)
@pytest.mark.parametrize("more", ["", "dropout: 0.5\n"], ids=["all", "dropout"])
def test_lstm_that_answers_once_by_hand(direction, more):
    weights = weights_for(direction)
    found = values(lstm_file(weights, direction, more))["y"]
    np.testing.assert_allclose(found, [probabilities(weights, direction, ids) for ids in SEQUENCES], rtol=1e-12)


@pytest.mark.parametrize("direction", KEYS)
def test_its_gradients_by_differences_of_the_network_by_hand(direction):
    weights = weights_for(direction)
    outcome = run("bptt", "-", "--format", "json", stdin=lstm_file(weights, direction).encode())
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["loss"]["total"] == pytest.approx(loss(weights, direction), rel=1e-12)
    for name, gradient in outcome.json["gradients"].items():
        entry = tuple(size - 1 for size in weights[name].shape)
        ends = []
        for step in (1e-5, -1e-5):
            moved = weights[name].copy()
            moved[entry] += step
            ends.append(loss({**weights, name: moved}, direction))
        assert np.array(gradient)[entry] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6, abs=1e-8), name


FORMS = [
    (LAST,),
    (IDS, LAST, DROP, "--layers=2"),
    (LAST, "--bidirectional", DROP),
    (LAST, "--choose=direction=reverse"),
]
COMBINED = [(name, *keys) for name in ("elman", "lstm", "gru", "mgu") for keys in FORMS] + [
    ("elman", IDS, "--layers=3", "--bidirectional", DROP),
    ("jordan", IDS, DROP, "--layers=2"),
    ("many-to-one", IDS, DROP, "--bidirectional", "--layers=2"),
    ("one-to-many", DROP),
    ("encoder-decoder", IDS),
    ("attention", IDS),
]


@pytest.mark.parametrize("args", COMBINED, ids=" ".join)
@pytest.mark.parametrize("layout", ["column", "row"])
def test_derived_gradients_agree_with_differences(args, layout):
    case = problem(run("new", *args, "--loss").out + f"layout: {layout}\n").case
    gradients = gradients_of(case)
    found = compare_with_differences(case, gradients)
    assert found.worst < 1e-6 and found.n_checked > 0
    assert all(np.abs(gradients.of(name)).max() > 0 for name in case.weights if name[0] in "EV")


@pytest.mark.parametrize("args", COMBINED, ids=" ".join)
def test_dropout_is_for_training_alone(args):
    text = run("new", *args).out
    with_it, without = values(text), values(text.replace("dropout: 0.5\n", ""))
    assert {name: with_it[name] for name in without} == without


def equations(name: str, *args: str) -> list[str]:
    """Give the equations as `rnncalc equations` prints them, without the spaces that align them."""
    outcome = run("equations", name, *args, width=120)
    assert (outcome.code, outcome.err) == (0, "")
    return [line.strip() for line in outcome.out.split("\n\n")[1].split("\n")]


def test_one_answer_reads_the_state_of_the_last_step():
    assert equations("elman", LAST)[-2:] == ["u = Vᵀ h(T) + c", "y = u"]
    assert equations("elman", LAST, "--choose=direction=reverse")[-2:] == ["u = Vᵀ h(1) + c", "y = u"]
    both = equations("elman", LAST, "--bidirectional", "--layers=2")
    assert both[-3:] == ["m2 = [h2_fwd(T), h2_bwd(1)]", "u = Vᵀ m2 + c", "y = u"]
    assert "m1(t) = [h1_fwd(t), h1_bwd(t)]" in both


def test_it_is_the_network_of_the_catalogue_that_answers_once():
    for args in ((), ("--layers=2",), ("--bidirectional",), ("--choose=direction=reverse",), (IDS, DROP)):
        assert equations("elman", LAST, *args) == equations("many-to-one", *args)


def test_an_embedding_stands_before_everything():
    assert equations("gru", IDS)[0] == "x(t) = lookup(E, w(t))"
    assert "E    n_w × n_x" in run("equations", "gru", IDS).out


def test_dropout_is_on_the_way_up_and_not_from_step_to_step():
    assert equations("elman", DROP)[-2] == "u(t) = Vᵀ dropout(h(t), 0.5) + c"
    deep = equations("elman", DROP, "--layers=2")
    assert deep[2:4] == ["k1(t) = dropout(h1(t), 0.5)", "z2(t) = U2ᵀ k1(t) + W2ᵀ h2(t-1) + b2"]
    assert deep[-2] == "u(t) = Vᵀ dropout(h2(t), 0.5) + c"
    both = equations("elman", DROP, LAST, "--bidirectional", "--layers=2")
    assert "k1(t) = dropout(m1(t), 0.5)" in both and "u = Vᵀ dropout(m2, 0.5) + c" in both
    assert equations("elman", "--choose=dropout=0") == equations("elman")


@pytest.mark.parametrize(
    "name, key",
    [
        ("many-to-one", "outputs=last"),
        ("jordan", "outputs=last"),
        ("one-to-many", "outputs=every"),
        ("one-to-many", "embedding=true"),
        ("attention", "outputs=last"),
        ("attention", "dropout=0.5"),
        ("encoder-decoder", "dropout=0.5"),
    ],
)
def test_where_a_key_says_nothing(name, key):
    assert run("equations", name, "--choose", key).slugs == ["unused-key"]


@pytest.mark.parametrize("line", ["outputs: last", "embedding: true", "dropout: 0.5"])
def test_equations_of_ones_own_say_these_things_themselves(line):
    assert slugs(f"rnncalc: 1\nequations: y[t] = 2 * x[t]\ninputs: {{x: [1]}}\n{line}\n") == ["unused-key"]


def test_a_class_beyond_the_table():
    text = lstm_file(weights_for("forward"), "forward").replace("[[0], [3]", "[[0], [4]")
    assert slugs(text) == ["class-out-of-range"]


@pytest.mark.parametrize("number", ["1", "1.5", "-0.1", "half", "[0.5]"])
def test_what_is_no_share(number):
    assert (
        len(slugs(f"rnncalc: 1\nrecurrence: elman\nweights: {{U: 1, W: 1}}\ninputs: {{x: [1]}}\ndropout: {number}\n"))
        == 1
    )


@pytest.mark.parametrize("library", ["torch", "keras"])
@pytest.mark.parametrize("keys", [(LAST,), (IDS,)], ids=["outputs", "embedding"])
def test_no_layer_of_a_library_is_all_of_this(library, keys):
    text = run("new", "lstm", *keys).out
    outcome = run("export", "-", "--to", library, stdin=text.encode())
    assert (outcome.code, outcome.slugs) == (3, ["not-convertible"])
    assert keys[0].removeprefix("--choose=").replace("=", ": ") in outcome.err


def test_the_program_in_numpy_agrees():
    text = run("new", "lstm", LAST, IDS, DROP, "--bidirectional", "--layers=2", "--loss").out
    outcome = run("export", "-", "--to", "numpy", stdin=text.encode())
    assert outcome.code == 0
    exec(compile(outcome.out, "script.py", "exec"), {"__name__": "script"})  # it compares every step itself


def test_weights_with_a_table_are_imported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = np.array([[0.5, -1.0], [2.0, 0.25], [1.0, 1.0]])
    np.savez("w.npz", E=table, U=np.eye(2), W=np.zeros((2, 2)))
    text = run("import", "w.npz", "--recurrence", "elman", IDS).out
    assert values(text)["h"] == pytest.approx(np.tile(np.tanh(table[0]), (5, 1)))
