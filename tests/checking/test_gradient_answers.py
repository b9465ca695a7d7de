"""Gradients and adjoints as answers: every key, every shape, wrong ones, misprints, and no loss."""

from __future__ import annotations

import numpy as np
import pytest
from checking.judged import check
from running import system

# h(1) = 0.5, h(2) = −0.5; everything is linear, so each number below is done by hand:
# y = h, J = Σ (y − d)², ∇y = 2 (y − d) = (1, −3), ∇h(2) = −3, ∇h(1) = 1 + 0.5 · −3 = −0.5
LINEAR = system(
    "h[t] = W @ h[t-1] + U @ x[t]\ny[t] = h[t]",
    "W: [[0.5]]\nU: [[1, 2]]",
    "x: [[0.5, 0], [-0.75, 0]]",
    "targets: {d: [0, 1]}\nloss: squared-error",
)
# two sequences of the same network: the second has h = 1, 0.5 and ∇y = (2, −1), ∇h = (1.5, −1)
BATCH = LINEAR.replace("[[0.5, 0], [-0.75, 0]]", "[[[0.5, 0], [-0.75, 0]], [[1, 0], [0, 0]]]").replace(
    "[0, 1]}", "[[0, 1], [0, 1]]}"
)
FUSED = system(
    "u[t] = W @ x[t]\ny[t] = softmax(u[t])",
    "W: [[0, 0], [0, 0]]",
    "x: [[1, 0], [0, 1]]",
    "targets: {d: [0, 1]}\nloss: cross-entropy",
)  # y is (1/2, 1/2) throughout: ∇u = ±1/2, ∇y = −d / y = −2 where d is 1


@pytest.mark.parametrize(
    ("text", "answer", "count"),
    [
        (LINEAR, "grad(W): [[-1.5]]", 1),
        (LINEAR, "grad(W): -1.5", 1),
        (LINEAR, "'grad(W)[1,1]': -1.5", 1),
        (LINEAR, "grad(U): [[2.0, 0.0]]", 2),
        (LINEAR, "'grad(U)[1,1]': 2.0", 1),
        (LINEAR, "'grad(U)[1,2]': 0.0", 1),
        (LINEAR, "'grad(U)[1]': [2.0, 0.0]", 2),
        (LINEAR, "grad(h): [-0.5, -3]", 2),
        (LINEAR, "grad(h): [[-0.5], [-3]]", 2),
        (LINEAR, "grad(h(2)): [-3]", 1),
        (LINEAR, "grad(h(2)): -3", 1),
        (LINEAR, "'grad(h(1))[1]': -0.5", 1),
        (LINEAR, "grad(h(0)): -0.25", 1),
        (LINEAR, "'grad(h(0))[1]': -0.25", 1),
        (LINEAR, "grad(x): [[-0.5, -1], [-3, -6]]", 4),
        (LINEAR, "grad(x(2)): [-3, -6]", 2),
        (LINEAR, "'grad(x(2))[2]': -6", 1),
        (LINEAR, "grad(y): [1, -3]", 2),
        (BATCH, "grad(W): [[-2.5]]", 1),
        (BATCH, "grad(h): [[[-0.5], [-3]], [[1.5], [-1]]]", 4),
        (BATCH, "grad(h(2)): [[-3], [-1]]", 2),
        (BATCH, "'grad(h(2))[2,1]': -1", 1),
        (BATCH, "grad(h(0)): [[-0.25], [0.75]]", 2),
        (BATCH, "'grad(h(0))[2,1]': 0.75", 1),
        (BATCH, "grad(x(1)): [[-0.5, -1], [1.5, 3]]", 4),
        (FUSED, "grad(u): [[-0.5, 0.5], [0.5, -0.5]]", 4),
        (FUSED, "grad(W): [[-0.5, 0.5], [0.5, -0.5]]", 4),
        (FUSED, "grad(y): [[-2, 0], [0, -2]]", 4),
        (FUSED, "'grad(y(2))[2]': -2", 1),
    ],
)
def test_right_gradients_in_every_nesting(text, answer, count, tmp_path):
    code, found = check(tmp_path, text, answer)
    assert (code, [item["verdict"] for item in found]) == (0, ["exact"] * count)


@pytest.mark.parametrize(
    ("text", "answer", "wrong"),
    [
        (LINEAR, "grad(W): [[1.5]]", [1]),
        (LINEAR, "grad(W): [[-0.5]]", [1]),
        (LINEAR, "grad(U): [[2.0, 0.1]]", [2]),
        (LINEAR, "grad(h): [-3, -3]", [1]),
        (LINEAR, "grad(h(0)): -0.50", [1]),
        (LINEAR, "grad(x): [[-0.5, -1], [-6, -3]]", [3, 4]),
        (FUSED, "grad(W): [[-0.5, 0.5], [-0.5, 0.5]]", [3, 4]),
        (FUSED, "grad(y): [[-0.5, 0.5], [0.5, -0.5]]", [1, 2, 3, 4]),
        (BATCH, "grad(h(2)): [[-1], [-3]]", [1, 2]),
    ],
)
def test_wrong_gradients(text, answer, wrong, tmp_path):
    code, found = check(tmp_path, text, answer)
    assert code == 1
    assert [at for at, item in enumerate(found, 1) if item["verdict"] == "differs"] == wrong
    assert {item["verdict"] for item in found} <= {"differs", "exact"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (LINEAR, "grad(W): [[1, 2]]"),
        (LINEAR, "'grad(W)[2,1]': 1"),
        (LINEAR, "grad(W(1)): 1"),
        (LINEAR, "grad(h(3)): 1"),
        (LINEAR, "grad(h): [1, 2, 3]"),
        (LINEAR, "grad(x(0)): [1, 2]"),
        (BATCH, "grad(h(0)): 1"),
        (BATCH, "'grad(h(2))[3,1]': 1"),
    ],
)
def test_what_does_not_exist_or_has_another_shape(text, answer, tmp_path):
    code, found = check(tmp_path, text, answer)
    assert code == 1
    assert [item["verdict"] for item in found] == ["unreadable"]
    assert found[0]["rule"]


def test_the_json_item_of_a_gradient(tmp_path):
    _, (item,) = check(tmp_path, LINEAR, "'grad(U)[1,2]': 0.1")
    assert (item["key"], item["entry"], item["given"], item["value"]) == ("grad(U)[1][2]", [1, 2], "0.1", 0)


def test_a_misprint_on_a_gradient(tmp_path):
    code, found = check(tmp_path, LINEAR, "grad(U): [[2.0, 0.5]]", '"grad(U)[1,2]": printed from another file')
    assert (code, [item["verdict"] for item in found]) == (0, ["exact", "differs"])
    assert found[1]["misprint"] == "printed from another file"


def test_a_misprint_that_is_right_is_stale(tmp_path):
    code, found = check(tmp_path, LINEAR, "grad(U): [[2.0, 0.0]]", '"grad(U)[1,2]": no')
    assert (code, [item["verdict"] for item in found]) == (1, ["exact", "stale-misprint"])


def test_a_misprint_of_the_initial_adjoint(tmp_path):
    code, found = check(tmp_path, LINEAR, "grad(h(0)): 7", '"grad(h(0))": h(0) is taken as one')
    assert (code, [item["verdict"] for item in found]) == (0, ["differs"])


@pytest.mark.parametrize("key", ["grad(W)", "grad(h)", "grad(h(0))", "grad(x)"])
def test_without_a_loss_nothing_is_judged(key, tmp_path):
    text = LINEAR[: LINEAR.index("targets")]
    code, found = check(tmp_path, text, f"{key}: [[1]]\n  y: [[0.5], [-0.5]]")
    assert code == 0
    assert [item["verdict"] for item in found] == ["not-judged", "exact", "exact"]
    assert found[0]["rule"] == "the file gives no loss"


def test_what_the_loss_does_not_depend_on_has_gradient_zero(tmp_path):
    text = LINEAR.replace("y[t] = h[t]", "y[t] = h[t]\n  q[t] = V @ h[t]")
    text = text.replace("W: [[0.5]]", "W: [[0.5]]\n  V: [[0.3]]")
    assert check(tmp_path, text, "grad(V): [[0]]")[1][0]["verdict"] == "exact"
    assert check(tmp_path, text, "grad(V): [[1]]")[0] == 1


def test_gradients_are_judged_by_the_digits_written(tmp_path):
    """∇W of one step of tanh: 0.4621… written with two decimals, cut off, and off by one unit."""
    text = system("y[t] = tanh(w * x[t])", "w: 0.5", "x: [[1]]", "loss: J[t] = sum(y[t])")
    true = 1 - np.tanh(0.5) ** 2
    assert f"{true:.4f}" == "0.7864"
    wanted = {"0.7864": "exact", "0.79": "exact", "0.78": "last-digit", "0.77": "rounded-early", "0.70": "differs"}
    for written, verdict in wanted.items():
        assert check(tmp_path, text, f"grad(w): {written}")[1][0]["verdict"] == verdict
