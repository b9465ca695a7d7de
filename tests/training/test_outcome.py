"""What a network says of sequences: guesses, accuracy and counts, each sequence to its own end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from training.numbers import CLASSES, SOFTMAX, drawn_case, network

from rnncalc.compute.evaluate import evaluate
from rnncalc.recurrences.expand import Arrangement
from rnncalc.training import outcome, portions
from rnncalc.training.learn import MEASURED_ON, learn
from rnncalc.training.outcome import Predictions, predict, predictor
from rnncalc.training.outputs import output_of
from rnncalc.training.plan import Choice, Plan

ELMAN = "h[t] = tanh(U @ x[t] + W @ h[t-1])\n"
WEIGHTS = {"U": (2, 3), "W": (2, 2), "V": (3, 2)}
OWN = (3, 5, 1, 3)


def test_classes_at_every_step():
    case = network("gru", Arrangement(direction="both"), CLASSES, own=OWN, activations=SOFTMAX)
    found = predict(case, case.weights)
    values = evaluate(case)
    assert found.kind == "classes" and [len(p) for p in found.predicted] == list(OWN)
    right = counted = 0
    n = found.predicted[0].shape[1]
    counts = np.zeros((n, n), int)
    for p, n_steps in enumerate(OWN):
        for t in range(n_steps):
            y, d = (array[t, p].ravel() for array in (values.sequences["y"], case.sequences["d"]))
            np.testing.assert_allclose(found.predicted[p][t], y, rtol=1e-13)
            counts[d.argmax(), y.argmax()] += 1
            right, counted = right + (d.argmax() == y.argmax()), counted + 1
    np.testing.assert_array_equal(found.confusion, counts)
    assert found.accuracy == right / counted
    np.testing.assert_allclose(found.loss, np.nansum(values.sequences["J"]), rtol=1e-12)


def test_other_weights():
    case = network("gru", loss=CLASSES, own=OWN, activations=SOFTMAX)
    other = {name: array.copy() for name, array in case.weights.items()}
    again = predictor(case, other)
    np.testing.assert_array_equal(again().predicted[1], predict(case, case.weights).predicted[1])
    for array in other.values():
        array[...] = 0
    np.testing.assert_allclose(np.concatenate(again().predicted), 1 / case.shapes["y"][0])


def test_one_class_a_sequence_and_the_likeliest():
    text = f"{ELMAN}y = softmax(V @ h[T])\nJ = cross_entropy(y, d)"
    case = drawn_case(text, WEIGHTS, {"x": (4, 5, 3), "d": (4, 3)})
    case = replace(case, values={"d": np.eye(3)[[0, 2, 1, 0]][..., None]})
    found = predict(case, case.weights)
    y = evaluate(case).singles["y"][..., 0]
    np.testing.assert_array_equal(np.concatenate(found.predicted), y)
    np.testing.assert_array_equal(np.concatenate(found.truths), [0, 2, 1, 0])
    np.testing.assert_array_equal(np.concatenate(found.guesses), y.argmax(1))
    likeliest = found.likeliest(1, 2)
    assert [k for k, _ in likeliest] == list(np.argsort(-y[1])[:2])
    assert [p for _, p in likeliest] == sorted(y[1], reverse=True)[:2]


def test_the_last_step():
    case = network("lstm", Arrangement(direction="both"), "J = cross_entropy(y[T], d[T])", own=OWN, activations=SOFTMAX)
    found, y = predict(case, case.weights), evaluate(case).sequences["y"]
    for p, n_steps in enumerate(OWN):
        np.testing.assert_allclose(found.predicted[p], y[n_steps - 1, p].T, rtol=1e-13)


@pytest.mark.parametrize(
    "loss",
    [
        "y = log_softmax(V @ h[T])\nJ = -dot(d, y)",
        "y = softmax(V @ h[T])\nJ = -sum(d * log(y)) / 4",
        "J = 0.1 * norm(V) - sum(log_softmax(V @ h[T]) * d)",
    ],
)
def test_a_likelihood_that_is_written_out(loss):
    case = drawn_case(f"{ELMAN}{loss}", WEIGHTS, {"x": (4, 5, 3), "d": (4, 3)})
    case = replace(case, values={"d": np.eye(3)[[0, 2, 1, 0]][..., None]})
    found, h = predict(case, case.weights), evaluate(case).sequences["h"][-1, :, :, 0]
    powers = np.exp(h @ case.weights["V"].T)
    assert found.kind == "classes"
    np.testing.assert_allclose(np.concatenate(found.predicted), powers / powers.sum(1, keepdims=True), rtol=1e-12)


def test_a_likelihood_of_yes_and_no_that_is_written_out():
    text = f"{ELMAN}y = sigmoid(V @ h[T])\nJ = -(d * log(y) + (1 - d) * log(1 - y))"
    case = drawn_case(text, {**WEIGHTS, "V": (1, 2)}, {"x": (4, 5, 3), "d": (4, 1)})
    case = replace(case, values={"d": np.array([0.0, 1, 1, 0])[:, None, None]})
    found = predict(case, case.weights)
    assert found.kind == "yes-no"
    np.testing.assert_array_equal(np.concatenate(found.truths).ravel(), [0, 1, 1, 0])


def test_yes_or_no():
    text = f"{ELMAN}y[t] = sigmoid(V @ h[t])\nJ[t] = binary_cross_entropy(y[t], d[t])"
    case = drawn_case(text, {**WEIGHTS, "V": (1, 2)}, {"x": (2, 4, 3), "d": (2, 4, 1)})
    d = np.array([[1, 0, 0, 1], [0, 1, 1, 1]], float)
    case = replace(case, sequences={**case.sequences, "d": d.T[..., None, None]})
    found, y = predict(case, case.weights), evaluate(case).sequences["y"][..., 0, 0].T
    assert found.kind == "yes-no"
    counts = [[((d == i) & ((y >= 0.5) == j)).sum() for j in (0, 1)] for i in (0, 1)]
    np.testing.assert_array_equal(found.confusion, counts)
    assert found.accuracy == ((y >= 0.5) == d).mean()


@pytest.mark.parametrize(
    "loss",
    [
        "J[t] = sum((y[t] - d[t]) ** 2)",
        "J[t] = 0.5 * sum((d[t] - y[t]) ** 2) / 12",
        "J[t] = sum((y[t] - d[t]) ** 2) + 0.1 * norm(V)",
        "e[t] = y[t] - d[t]\nJ[t] = sum(e[t] ** 2)",
    ],
)
def test_values(loss):
    case = drawn_case(f"{ELMAN}y[t] = V @ h[t]\n{loss}", WEIGHTS, {"x": (2, 4, 3), "d": (2, 4, 3)})
    found, y = predict(case, case.weights), evaluate(case).sequences["y"]
    assert found.kind == "values"
    for p in range(2):
        np.testing.assert_allclose(found.predicted[p], y[:, p, :, 0], rtol=1e-13)
        np.testing.assert_array_equal(found.targets[p], case.sequences["d"][:, p, :, 0])


def test_the_next_input():
    case = drawn_case(f"{ELMAN}y[t] = V @ h[t]\nJ[t] = sum((y[t] - x[t+1]) ** 2)", WEIGHTS, {"x": (2, 4, 3)})
    found = predict(case, case.weights)
    np.testing.assert_array_equal(found.targets[1][:3], case.sequences["x"][1:, 1, :, 0])


def test_sequences_without_targets():
    text = f"{ELMAN}y[t] = softmax(V @ h[t])\n"
    case = drawn_case(f"{text}{CLASSES}", WEIGHTS, {"x": (2, 4, 3), "d": (2, 4, 3)})
    bare = drawn_case(f"{text}J[t] = sum(y[t])", WEIGHTS, {"x": (2, 4, 3)}, seed=9)
    bare = replace(bare, loss=None)
    found = predict(bare, case.weights, output_of(case))
    assert found.targets == () and found.loss is None and np.isnan(found.accuracy)
    values = evaluate(replace(bare, weights=case.weights))
    np.testing.assert_allclose(found.predicted[1], values.sequences["y"][:, 1, :, 0], rtol=1e-13)


def test_a_loss_that_compares_nothing():
    text = f"{ELMAN}J = sum(1 - h[T]) + 0.1 * norm(U) + dot(d, b)"
    weights = {**{n: WEIGHTS[n] for n in "UW"}, "b": (3,)}
    case = drawn_case(text, weights, {"x": (2, 4, 3), "d": (2, 3)})
    assert output_of(case) is None
    with pytest.raises(ValueError, match="compares"):
        predict(case, case.weights)


def test_a_step_without_a_class_is_not_counted():
    found = Predictions("classes", (np.array([[0.2, 0.8], [0.7, 0.3]]),), (np.array([[0, 1.0], [0, 0]]),))
    assert found.accuracy == 1 and found.confusion.sum() == 1


@pytest.mark.parametrize("own", [OWN, (3, 3, 3, 3)])
def test_a_portion_at_a_time(own, monkeypatch):
    case = network("gru", Arrangement(direction="both"), CLASSES, own=own, activations=SOFTMAX)
    whole, sizes = predict(case, case.weights), []
    monkeypatch.setattr(portions, "MOST", 1)
    monkeypatch.setattr(outcome, "evaluate", lambda part: sizes.append(part.n_sequences) or evaluate(part))
    found = predict(case, case.weights)
    assert sizes == [1] * 4
    for p in range(4):
        np.testing.assert_allclose(found.predicted[p], whole.predicted[p], rtol=1e-13)
        np.testing.assert_array_equal(found.targets[p], whole.targets[p])
    np.testing.assert_allclose(found.loss, whole.loss, rtol=1e-13)


def test_the_accuracy_of_very_many_sequences_is_that_of_some_from_everywhere():
    """Sorted by class: the first of them alone would all be of one."""
    text, count = f"{ELMAN}y = softmax(V @ h[T])\nJ = cross_entropy(y, d)", 2 * MEASURED_ON
    case = drawn_case(text, WEIGHTS, {"x": (count, 1, 3), "d": (count, 3)})
    weights = {**case.weights, "V": np.zeros((3, 2))}  # always the first class
    classes = np.repeat([0, 1, 2, 0], count // 4)
    case = replace(case, weights=weights, values={"d": np.eye(3)[classes][..., None]})
    learned = learn(case, Plan(Choice("gradient-descent", 0), iterations=1))
    np.testing.assert_array_equal(learned.history.accuracies, [0.5])
