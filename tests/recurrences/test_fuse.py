"""Losses taken together with the activation before them, and when they must not be."""

from __future__ import annotations

import numpy as np
import pytest
from running import problem, run_text, system

from rnncalc.compute.evaluate import evaluate
from rnncalc.language.nodes import Call, walk
from rnncalc.recurrences.fuse import fuse_losses, separate_losses

W = "W: [[0.5, 0.2], [0.1, 0.3]]"
X = "x: [[1, 0], [0, 1], [0.7, 0.2]]"
ENTROPY = "targets: {d: [0, 1, 1]}\nloss: cross-entropy"


def losses(text: str) -> list[str]:
    nodes = [part for e in problem(text).case.system.equations for part in walk(e.right) if isinstance(part, Call)]
    return [node.op for node in nodes if node.op.endswith("entropy")]


def steps(text: str) -> list[float]:
    values = evaluate(problem(text).case)
    return values.sequences["J"][:, 0, 0, 0].tolist()


@pytest.mark.parametrize(
    ("lines", "more", "op"),
    [
        ("y[t] = softmax(W @ x[t])", ENTROPY, "softmax_cross_entropy"),
        ("u[t] = W @ x[t]\ny[t] = softmax(u[t])", ENTROPY, "softmax_cross_entropy"),
        ("y[t] = softmax(W @ x[t])", ENTROPY.replace("loss: cross-entropy", "loss: {kind: cross-entropy, at: last}"),
         "softmax_cross_entropy"),
        ("u = W @ x[T]\ny = softmax(u)", "targets: {d: 1}\nloss: cross-entropy", "softmax_cross_entropy"),
        ("y[t] = sigmoid(W @ x[t])", "targets: {d: [[0, 1], [1, 0], [1, 1]]}\nloss: binary-cross-entropy",
         "sigmoid_cross_entropy"),
        ("y[t] = W @ x[t]", "targets: {d: [0, 1, 1]}\nloss: J[t] = cross_entropy(softmax(y[t]), d[t] * x[t])",
         "softmax_cross_entropy"),
        ("y[t] = W @ x[t] + x[t]", ENTROPY, "cross_entropy"),
        ("y[t] = sigmoid(W @ x[t])", ENTROPY, "cross_entropy"),
        ("y[t] = softmax(W @ x[t]) * 1", ENTROPY, "cross_entropy"),
        ("y[1] = x[1]\ny[t] = softmax(W @ x[t])", ENTROPY, "cross_entropy"),
        ("y[t] = softmax(W @ x[t])", ENTROPY + "\nrounding: {decimals: 2, intermediate: every-step}", "cross_entropy"),
    ],
)  # fmt: skip
def test_when_they_are_taken_together(lines, more, op):
    assert losses(system(lines, W, X, more)) == [op]


def test_separate_undoes_it():
    before = separate_losses(problem(system("y[t] = softmax(W @ x[t])", W, X, ENTROPY)).case.system)
    after = fuse_losses(before)
    assert after.equations != before.equations
    assert separate_losses(after).equations == before.equations


@pytest.mark.parametrize("layout", ["column", "row"])
@pytest.mark.parametrize(
    ("activation", "kind", "targets"),
    [
        ("softmax", "cross-entropy", [[0.2, 0.7], [1, 1], [0, 1]]),
        ("sigmoid", "binary-cross-entropy", [[0.2, 0.7], [1, 0], [0, 1]]),
    ],
)
def test_the_value_is_that_of_the_formula(layout, activation, kind, targets):
    """Against the plain formula in numpy, targets that do not sum to one included."""
    w, x, d = np.array([[0.5, 0.2], [0.1, 0.3]]), np.array([[1, 0], [0, 1], [0.7, 0.2]]), np.array(targets)
    product = "W @ x[t]" if layout == "column" else "x[t] @ W"
    text = system(f"y[t] = {activation}({product})", W, X, f"layout: {layout}\ntargets: {{d: {targets}}}\nloss: {kind}")
    logits = x @ (w.T if layout == "column" else w)
    if activation == "softmax":
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        wanted = -(d * np.log(p)).sum(axis=1)
    else:
        p = 1 / (1 + np.exp(-logits))
        wanted = -(d * np.log(p) + (1 - d) * np.log(1 - p)).sum(axis=1)
    assert steps(text) == pytest.approx(wanted.tolist(), rel=1e-13)


def test_a_given_first_step_counts_as_it_is_given():
    """y(1) comes from the file, so J(1) is −log of that, not of what the equation would give."""
    text = system("y[t] = softmax(W @ x[t])", W, X + "\ny: [[0.9, 0.1]]", ENTROPY)
    assert steps(text)[0] == pytest.approx(-np.log(0.9), rel=1e-12)


def test_a_matrix_of_rows():
    """softmax of a matrix runs along the features of the layout; the loss agrees with the values shown."""
    lines = "h[t] = b * x[t]\ny[t] = softmax(V * h[t])"
    weights = "b: 0.5\nV: [[0.5, 0.1], [0.2, 0.3], [0.3, 0.2]]"
    text = system(lines, weights, X, "layout: row\nloss: J[t] = cross_entropy(y[t], V)")
    values = evaluate(problem(text).case)
    wanted = -(np.array([[0.5, 0.1], [0.2, 0.3], [0.3, 0.2]]) * np.log(values.sequences["y"][:, 0])).sum(axis=(1, 2))
    assert steps(text) == pytest.approx(wanted.tolist(), rel=1e-12)


@pytest.mark.parametrize(
    ("activation", "more"),
    [
        ("softmax", "targets: {d: [1, 0]}\nloss: cross-entropy"),
        ("sigmoid", "targets: {d: [[0, 1], [1, 0]]}\nloss: binary-cross-entropy"),
    ],
)
def test_a_gap_of_800_between_the_logits(activation, more, tmp_path):
    """The probability is 0 as a float; loss and gradients are finite all the same."""
    lines = f"u[t] = W @ x[t]\ny[t] = {activation}(u[t])"
    text = system(lines, "W: [[800, 0], [0, 1]]", "x: [[1, 0], [0, 1]]", more)
    outcome = run_text(tmp_path, text, "--format", "json", command="bptt")
    assert (outcome.code, outcome.err) == (0, "")
    report = outcome.json
    assert report["values"]["y"][0][0] == 1
    at_two = 1 / (1 + np.exp(-1))
    if activation == "softmax":
        assert report["loss"]["steps"] == pytest.approx([800, np.log(1 + np.e)])
        assert np.array(report["gradients"]["W"]) == pytest.approx(np.array([[1, -at_two], [-1, at_two]]))
    else:
        assert report["loss"]["steps"] == pytest.approx([800 + np.log(2), np.log(2) + np.log(1 + np.e)])
        assert np.array(report["gradients"]["W"]) == pytest.approx(np.array([[1, -0.5], [-0.5, at_two]]))


def test_the_adjoint_of_a_probability_that_no_target_asks_for_is_zero(tmp_path):
    """y(1)[2] underflows to 0 and d(1)[2] is 0: J does not move with it."""
    lines = "u[t] = W @ x[t]\ny[t] = softmax(u[t])"
    text = system(lines, "W: [[800, 0], [0, 1]]", "x: [[1, 0], [0, 1]]", "targets: {d: [0, 1]}\nloss: cross-entropy")
    found = run_text(tmp_path, text, "--format", "json", command="bptt").json["adjoints"]["y"]
    assert found[0] == [-1, 0]
