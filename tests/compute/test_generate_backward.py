"""Generated code gives what the interpreter gives, forward and backward, wherever the chunks are cut."""

from __future__ import annotations

import numpy as np
import pytest
from compute.differences import drawn
from compute.test_bptt import SYSTEMS, catalogue_case, variants

from rnncalc.compute import evaluate as evaluation
from rnncalc.compute import generate
from rnncalc.compute import steps as cutting
from rnncalc.compute.bptt import backpropagate, derive
from rnncalc.compute.evaluate import evaluate


@pytest.fixture
def generated(monkeypatch) -> list[bool]:
    """Note for every scan that code was tried for whether it could be generated."""
    tried: list[bool] = []
    original = generate.generate_scan

    def noted(block, values) -> bool:
        tried.append(original(block, values))
        return tried[-1]

    monkeypatch.setattr(generate, "generate_scan", noted)
    return tried


def everything(case, backward) -> dict[object, np.ndarray]:
    """Give all that a forward and a backward pass compute."""
    values = evaluate(case)
    found = backpropagate(values, backward).values
    return {**values.sequences, **values.singles, **found.sequences, **found.singles, **found.places}


def compare(case, monkeypatch, chunk: int | None = None, inputs=()) -> None:
    backward = derive(case, True, inputs)
    monkeypatch.setattr(evaluation, "GENERATE_FROM", 10**9)
    plain = everything(case, backward)
    monkeypatch.setattr(evaluation, "GENERATE_FROM", 1)
    if chunk:
        monkeypatch.setattr(cutting, "CHUNK", chunk)
    fast = everything(case, backward)
    assert fast.keys() == plain.keys()
    for name, wanted in plain.items():
        assert np.isfinite(wanted).all(), name
        scale = max(1.0, float(np.abs(wanted).max()))
        np.testing.assert_allclose(fast[name], wanted, rtol=0, atol=1e-12 * scale, err_msg=str(name))


@pytest.mark.parametrize(("name", "chosen", "layers"), variants(), ids=str)
@pytest.mark.parametrize("layout", ["column", "row"])
@pytest.mark.parametrize("batch", [1, 3])
def test_the_catalogue(name, chosen, layers, layout, batch, monkeypatch, generated):
    inputs = ["start"] if name == "one-to-many" else ["x"]
    compare(catalogue_case(name, chosen, layers, 7, batch, layout), monkeypatch, None, inputs)
    assert generated
    assert all(generated), "fell back to the interpreter"


@pytest.mark.parametrize("name", ["elman", "lstm", "gru", "one-to-many"])
@pytest.mark.parametrize("n_steps", [1, 15, 16, 17, 31, 32, 33, 49])
def test_lengths_around_the_borders_of_chunks(name, n_steps, monkeypatch):
    """A piece is never shorter than 16 steps: with CHUNK = 1 it is exactly that."""
    compare(catalogue_case(name, {}, None, n_steps, 2), monkeypatch, chunk=1)


def test_chunks_do_cut():
    pieces = list(cutting.chunks(range(1, 50), cutting.CHUNK))
    assert [(piece.start, piece.stop) for piece in pieces] == [(1, 17), (17, 33), (33, 49), (49, 50)]


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("n_steps", [4, 33])
def test_systems(name, n_steps, monkeypatch):
    text, weights = SYSTEMS[name]
    small = drawn(text, weights, {"x": (2, n_steps, 2)})
    compare(small, monkeypatch, chunk=1)


EXPRESSIONS = [
    "tanh(W @ h[t-1] + x[t]) + 0",
    "0 + tanh(W @ h[t-1] + x[t])",
    "tanh(W @ h[t-1] + x[t]) - 0",
    "0 - tanh(W @ h[t-1] + x[t])",
    "tanh(W @ h[t-1] + x[t] + 0 * x[t])",
    "0 * h[t-1] + 0",
    "-(h[t-1] - x[t]) / 3",
    "x[t] - (h[t-1] - (x[t] - h[t-2]))",
    "sigmoid(h[t-1]) * sigmoid(h[t-1]) * x[t]",
    "softmax(W @ h[t-1]) + dot(h[t-1], x[t]) * x[t]",
    "0.5 * h[t-1] / (1 + norm(x[t]))",
    "min(h[t-1], x[t]) - max(h[t-2], 0.1) + clip(h[t-1], -0.2, 0.3)",
    "leaky_relu(W @ h[t-1], 0.2) + elu(x[t] - h[t-1], 0.5) + hard_sigmoid(h[t-2], 0.3, 0.4)",
    "exp(-h[t-1] ** 2) + log(1 + h[t-1] ** 2) + sqrt(1 + h[t-2] ** 2) + softplus(h[t-1])",
    "0.3 ** (1 + h[t-1] ** 2)",
    "W @ (W @ h[t-1]) + W.T @ h[t-1] - h[t-1]",
    "(W @ W) @ h[t-1] + x[t]",
    "0.5 * h[t-1] * h[t-1][1] + x[t]",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_expressions(expression, direction, monkeypatch):
    if direction == "reverse":
        expression = expression.replace("h[t-", "h[t+")
    text = f"h[t] = {expression} + 0.1 * x[t]\nJ[t] = sum(h[t] ** 2)"
    case = drawn(text, {"W": (2, 2)} if "W" in expression else {}, {"x": (2, 20, 2)})
    assert [block.direction for block in case.blocks if block.direction in ("forward", "reverse")] == [direction]
    compare(case, monkeypatch, 1, ["x"])


@pytest.mark.parametrize("text", ["h[t] = tanh(w * h[t-1] + x[t]) + 0", "h[t] = 0 + x[t] * w + h[t-1] - 0"])
def test_a_zero_that_the_author_writes_is_no_absent_term(text):
    """Long enough for generated code by default; the states are those of a loop by hand."""
    case = drawn(f"{text}\nJ[t] = sum(h[t] ** 2)", {"w": ()}, {"x": (1, 60, 1)})
    h, w = case.initial["h", 0].item(), case.weights["w"].item()
    wanted = []
    for x in case.sequences["x"].ravel():
        h = np.tanh(w * h + x) if "tanh" in text else x * w + h
        wanted.append(h)
    np.testing.assert_allclose(evaluate(case).sequences["h"].ravel(), wanted, rtol=1e-12, atol=1e-13)
