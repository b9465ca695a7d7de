"""A pass carried out again and again, as weights and data change in place, against passes by the interpreter."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
import pytest
from compute.cases import Numbers, equations_of, with_starts
from compute.differences import drawn, gradients_of, loss_case
from compute.test_bptt import SYSTEMS, M, V, catalogue_case, variants

from rnncalc.compute import evaluate, steps
from rnncalc.compute.case import Case
from rnncalc.compute.gradient_pass import GradientPass, Parameters

NEVER = 10**9  # steps from which code is written: the interpreter alone
LAID_OUT = [("column", 1), ("row", 3), ("column", 3), ("row", 1)]  # layout, sequences


def changed(case: Case, rng: np.random.Generator) -> Case:
    """Draw all numbers of a case again; the sequence w has class ids."""

    def again(arrays: dict) -> dict:
        return {key: rng.uniform(-0.8, 0.8, array.shape) for key, array in arrays.items()}

    sequences = again(case.sequences)
    if "w" in sequences:
        sequences["w"] = rng.integers(0, 4, sequences["w"].shape) * 1.0
    weights, values, initial = (again(arrays) for arrays in (case.weights, case.values, case.initial))
    return replace(case, weights=weights, sequences=sequences, values=values, initial=initial)


def assert_same_again(case: Case, seed: str, times: int = 3) -> None:
    """Run one pass for several sets of numbers; hold each loss and gradient against a pass of its own."""
    rng = np.random.default_rng(zlib.crc32(seed.encode()))
    parameters = Parameters(case.weights)
    work = GradientPass(case, parameters)
    for time in range(times):
        if time:
            case = changed(case, rng)
            work.refill(case)
            for name, view in parameters.views.items():  # after the data, whose change must not be what takes them up
                np.copyto(view, case.weights[name])
        loss = work.run()
        gradients, start = gradients_of(case), 0
        forward = evaluate.evaluate(case)
        total = (forward.sequences if "J" in forward.sequences else forward.singles)["J"].sum()
        assert loss == pytest.approx(total, rel=1e-10, abs=1e-12), time
        for name, view in parameters.views.items():
            wanted = gradients.of(name)
            found = work.gradient[start : start + view.size].reshape(view.shape)
            scale = max(float(np.abs(wanted).max()), 1.0)
            np.testing.assert_allclose(found / scale, wanted / scale, rtol=0, atol=1e-10, err_msg=f"{name}, {time}")
            start += view.size


@pytest.fixture(autouse=True)
def interpreted(monkeypatch):
    """One pass alone never writes code; a repeated one always does where it can."""
    monkeypatch.setattr(evaluate, "GENERATE_FROM", NEVER)


def arranged() -> list[tuple]:
    """List every variant with every number of steps, each with two of the layouts and numbers of sequences in turn."""
    return [
        (variant, n_steps, LAID_OUT[(at + number + turn) % 4])
        for at, variant in enumerate(variants())
        for number, n_steps in enumerate([1, 4, 7, 33, 60])
        for turn in (0, 1)
    ]


@pytest.mark.parametrize(("variant", "n_steps", "laid_out"), arranged(), ids=str)
def test_the_catalogue(variant, n_steps, laid_out):
    (name, chosen, layers), (layout, batch) = variant, laid_out
    case = catalogue_case(name, chosen, layers, n_steps, batch, layout)
    assert_same_again(case, f"{name} {chosen} {layers} {layout} {batch} {n_steps}")


STATE = "h[t] = tanh(W @ h[t-1] + x[t])\n"
MORE = {
    "encoder and decoder": (
        "h[t] = tanh(U @ x[t] + W @ h[t-1])\ns[0] = h[T]\na[i] = softmax(h[:].T @ (A @ s[i-1]))\nc[i] = h[:] @ a[i]\n"
        "s[i] = tanh(Q @ s[i-1] + R @ c[i])\nJ[i] = sum((s[i] - v) ** 2)", dict.fromkeys("UWAQR", M) | {"v": V}),
    "two scans of one form and of different lengths": (
        "h[t] = tanh(U @ x[t] + W @ h[t-1])\nq[i] = tanh(Q @ q[i-1] + h[T])\nJ[i] = sum((q[i] - v) ** 2)",
        dict.fromkeys("UWQ", M) | {"v": V}),
    "a last step of its own": (
        "h[t] = tanh(W @ h[t-1] + Q @ x[t])\nh[T] = Q @ x[T]\nJ[t] = sum((W @ h[t]) ** 2)", {"W": M, "Q": M}),
    "matrix states both ways": (
        "S[0] = A\nS[t] = 0.5 * S[t-1] + (W @ x[t]) @ x[t].T\nG[T+1] = A\nG[t] = tanh(Q @ G[t+1] + S[t] * S[t-1])\n"
        "J[t] = sum((S[t] @ x[t] + G[t] @ x[t]) ** 2)", {"W": M, "Q": M, "A": M}),
    "copies": (STATE + "u[t] = h[t]\ny[t] = u[t]\nJ[t] = sum(y[t] ** 3) + sum(u[t] * x[t])", {"W": M}),
    "a copy of the input": ("u[t] = x[t]\nh[t] = tanh(W @ h[t-1] + u[t] * u[t])\nJ[t] = sum(h[t] ** 3)", {"W": M}),
    "a copy that the state reads": ("h[t] = tanh(W @ u[t-1] + x[t])\nu[t] = h[t]\nJ[t] = sum(u[t] ** 3)", {"W": M}),
    "a copy with a start of its own": (
        STATE + "u[0] = b\nu[t] = h[t]\ng[t] = tanh(Q @ g[t-1] + u[t-1])\nJ[t] = sum(g[t] * u[t-1])",
        {"W": M, "Q": M, "b": V}),
    "a copy two steps back": (STATE + "u[t] = h[t]\nJ[t] = sum(u[t-1] ** 3) + sum(u[t-2] * u[t])", {"W": M}),
    "copies of what has no step": ("R = W\nh[t] = tanh(R @ h[t-1] + x[t])\nK = sum(h[T] ** 2)\nJ = K", {"W": M}),
    "sums and products of weights": (
        "P = W @ Q\nh[t] = tanh((W + Q) @ h[t-1] + (Q * W) @ x[t] + b * b)\nJ[t] = sum((P @ h[t]) ** 2)",
        {"W": M, "Q": M, "b": V}),
    "values between two recurrences": (
        "q = W @ x[1] + x[T]\nh[t] = tanh(Q @ h[t-1] + q * x[t])\nz = h[T] * q\nr[t] = tanh(W @ r[t-1] + z)\n"
        "J = sum(r[T] ** 2)", {"W": M, "Q": M}),
    "gates": (
        "r[t] = sigmoid(A @ h[t-1] + x[t])\nz[t] = sigmoid(B @ h[t-1] + x[t])\n"
        "g[t] = tanh(C @ (r[t] * h[t-1]) + x[t])\nh[t] = (1 - z[t]) * h[t-1] + z[t] * g[t]\nJ[t] = sum(h[t] ** 2)",
        dict.fromkeys("ABC", M)),
    "lags 1, 2 and 3": ("h[t] = tanh(W @ (h[t-1] * h[t-2]) + Q @ h[t-3] + x[t])\nJ[t] = sum(h[t] ** 2)",
                        {"W": M, "Q": M}),
    "one weight for two states": (
        "h[t] = tanh(W @ h[t-1] + W @ g[t-1] + b)\ng[t] = tanh(W @ h[t-1] - W @ g[t-1] + x[t] - b)\n"
        "J[t] = sum(h[t] * g[t])", {"W": M, "b": V}),
    "reverse with two lags": (
        "g[t] = tanh(W @ g[t+1] + Q @ g[t+2] + x[t])\nh[t] = tanh(W @ h[t-1] + g[t+1])\nJ[t] = sum(h[t] ** 3)",
        {"W": M, "Q": M}),
    "softmax of a state": ("h[t] = softmax(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 3)", {"W": M}),
    "a number as a weight": ("h[t] = tanh(k * h[t-1] + W @ x[t])\nJ[t] = k * sum(h[t] ** 3)", {"W": M, "k": ()}),
    "entries": ("h[t] = tanh(h[t-1][1] * (W @ h[t-1]) + x[t][2])\nJ[t] = h[t][1] * h[t][2] ** 2", {"W": M}),
    "the input around each step": (
        "h[t] = tanh(W @ x[t-1] + Q @ x[t+1] + x[t])\nJ[t] = sum(h[t] ** 2) + sum((W @ h[t]) * x[t+2])",
        {"W": M, "Q": M}),
    "from the last step back": (
        STATE + "g[T+1] = h[T]\ng[t] = tanh(W @ g[t+1] + h[t])\nJ[t] = sum(g[t] ** 2)", {"W": M}),
    "learned starts": (
        "h[0] = b\nh[-1] = c\nh[t] = tanh(W @ h[t-1] + Q @ h[t-2] + x[t])\nJ[t] = sum(h[t] ** 2)",
        {"W": M, "Q": M, "b": V, "c": V}),
    "a start that is an input": ("h[0] = x[1]\nh[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 2)", {"W": M}),
    "two states as one vector": (
        "a[t] = tanh(W @ a[t-1] + x[t])\nh[t] = tanh(Q @ concat(h[t-1], a[t-1]) + b)\nJ[t] = sum(h[t] ** 3)",
        {"W": M, "Q": (2, 4), "b": V}),
    "a number as a state": (
        "s[t] = 0.5 * s[t-1] + dot(x[t], h[t-1])\nh[t] = tanh(W @ h[t-1] + s[t] + x[t])\nJ[t] = sum(h[t] ** 2) * s[t]",
        {"W": M}),
    "a scan that is not written as code, what it reads laid out for products": (
        "a[t] = Q @ r[t-1] + W @ h[1] + x[t]\nr[t] = tanh(a[t])\nh[t] = log_softmax(W @ h[t-1] + x[t])\n"
        "J[t] = sum(r[t] ** 2) + sum(h[t] ** 2)", {"W": M, "Q": M}),
}  # fmt: skip


@pytest.mark.parametrize(("batch", "n_steps", "chunk"), [(1, 3, steps.CHUNK), (3, 7, steps.CHUNK), (3, 40, 1)])
@pytest.mark.parametrize("name", [*SYSTEMS, *MORE])
def test_systems(name, batch, n_steps, chunk, monkeypatch):
    """The long ones in pieces of 16 steps."""
    monkeypatch.setattr(steps, "CHUNK", chunk)
    text, weights = (SYSTEMS | MORE)[name]
    assert_same_again(drawn(text, weights, {"x": (batch, n_steps, 2)}, **({"i": 3} if "[i]" in text else {})), name)


@pytest.mark.parametrize("name", ["a last step of its own", "learned starts", "lags 1, 2 and 3", "gates"])
def test_one_step(name):
    text, weights = MORE[name]
    assert_same_again(drawn(text, weights, {"x": (3, 1, 2)}), name)


@pytest.mark.parametrize("text", [
    "x[t] = A @ h[t-1]\nh[t] = tanh(W @ h[t-1] + x[t] + z[t])\nJ[t] = sum(h[t] ** 2)",
    "x[t] = tanh(A @ z[t])\nh[t] = tanh(W @ h[t-1] + x[t])\nJ[t] = sum(h[t] ** 2)",
    "x[t] = z[t]\nh[t] = tanh(W @ h[t-1] + A @ x[t])\nJ[t] = sum(h[t] ** 2)",
    "x[t] = h[t-1]\nh[t] = tanh(W @ h[t-1] + A @ x[t] + z[t])\nJ[t] = sum(h[t] ** 2)",
])  # fmt: skip
@pytest.mark.parametrize(("batch", "n_steps"), [(1, 2), (3, 3), (3, 40)])
def test_first_steps_that_are_given(text, batch, n_steps):
    """Later ones come from an equation, and change with what it reads."""
    rng = np.random.default_rng(1)
    inputs = {"x": rng.uniform(-1, 1, (batch, 2, 2)), "z": rng.uniform(-1, 1, (batch, n_steps, 2))}
    numbers = Numbers({name: rng.uniform(-1, 1, M) for name in "AW"}, inputs)
    numbers = with_starts(equations_of(text), numbers, {}, rng, t=n_steps)
    assert_same_again(loss_case(text, numbers, t=n_steps), text)


@pytest.mark.parametrize("bias", ["vb", "bv"])
def test_a_gate_with_an_input_beside_one_with_a_weight(bias):
    """Both are added by one call; the weight may change where the input does not."""
    v, b = bias
    text = (
        f"r[t] = tanh(W @ h[t-1] + {v})\nz[t] = tanh(Q @ h[t-1] + {b})\nh[t] = r[t] * z[t]\n"
        "J[t] = sum((h[t] - x[t]) ** 2)"
    )
    assert_same_again(drawn(text, {"W": M, "Q": M, "b": V}, {"x": (3, 4, 2), "v": (3, 2)}), bias)


@pytest.mark.parametrize("text", [
    "h[t] = tanh(W @ h[t-1] + lookup(E, w[t]))\nJ[t] = sum(h[t] * d[t]) + sum(lookup(E, w[t]) * h[t])",
    "x[0] = c\nx[t] = lookup(E, w[t])\nh[t] = tanh(W @ h[t-1] + W @ x[t-1])\nJ[t] = sum(h[t] * d[t])",
    "x[t] = lookup(E, w[t])\nh[t] = tanh(W @ h[t-1] + x[t])\ng[t] = tanh(W @ g[t+1] + x[t])\n"
    "J = sum(concat(h[T], g[1]) ** 2) + sum(d[1] * c)",
    "x[t] = lookup(E, w[t])\nh[t] = tanh(W @ h[t-1] + W @ dropout(x[t], 0.5) + c)\n"
    "y[t] = softmax(W @ dropout(h[t], 0.3))\nJ[t] = cross_entropy(y[t], d[t])",
])  # fmt: skip
@pytest.mark.parametrize(("batch", "n_steps", "chunk"), [(1, 1, steps.CHUNK), (3, 7, steps.CHUNK), (3, 40, 1)])
def test_embeddings(text, batch, n_steps, chunk, monkeypatch):
    monkeypatch.setattr(steps, "CHUNK", chunk)
    rng = np.random.default_rng(1)
    weights = {name: rng.uniform(-1, 1, shape) for name, shape in {"E": (4, 3), "W": (3, 3), "c": 3}.items()}
    if "c" not in text.replace("concat", ""):
        del weights["c"]
    inputs = {"w": rng.integers(0, 4, (batch, n_steps, 1)) * 1.0, "d": rng.uniform(-1, 1, (batch, n_steps, 3))}
    numbers = with_starts(equations_of(text), Numbers(weights, inputs), {}, rng, t=n_steps)
    assert_same_again(loss_case(text, numbers, t=n_steps), text)
