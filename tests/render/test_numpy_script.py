"""The script of plain numpy: run alone, it gives the numbers of rnncalc and of equations written by hand."""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from render.scripts import agreed, execute, results, script_of
from running import PROBLEMS, problem, system

import rnncalc
from rnncalc.compute.arithmetic import rounded
from rnncalc.language.nodes import Call, walk
from rnncalc.language.operations import ACTIVATIONS, OPERATIONS
from rnncalc.render.scripts.numpy_operations import HELPERS, NUMPY

FUSED = {"softmax_cross_entropy", "sigmoid_cross_entropy"}  # a loss and the activation before it, taken together


# --- the table --------------------------------------------------------------


def test_every_operation_has_a_row():
    written = {name for name, row in OPERATIONS.items() if not row.derived}
    assert set(NUMPY) == written - {"next"} | FUSED  # x[t+1] has taken the place of next(x) by then


def test_a_helper_is_the_function_of_its_row():
    for name, helper in HELPERS.items():
        (function,) = ast.parse(helper.source).body
        assert function.name == name
        assert NUMPY[name].template.startswith(f"{name}(")
        assert set(helper.needs) <= set(HELPERS)


EVERY_OPERATION = """a[t] = x[t] + b - x[t] * 2 / (b ** 2 + 1) - (-x[t])
m[t] = A @ x[t] + A.T.T @ (x[t] * b)
o[t] = x[t] @ x[t].T + A.T @ A
e[t] = x[t][2] * concat(x[t], b, x[t][1])
f[t] = tanh(x[t]) + sigmoid(x[t]) * relu(x[t]) + identity(x[t])
g[t] = leaky_relu(x[t]) + leaky_relu(x[t], 0.2) + elu(x[t]) + elu(x[t], 0.5)
k[t] = softplus(x[t]) + hard_sigmoid(x[t]) + hard_sigmoid(x[t], 0.3, 0.4) + clip(x[t], -0.5, 0.75)
l[t] = exp(x[t]) + log(x[t] ** 2) * sqrt(x[t] * x[t]) + min(x[t], b) - max(x[t], 0.1)
p[t] = softmax(x[t]) + log_softmax(x[t])
q[t] = lookup(E, w[t]) + dropout(lookup(E, 1), 0.5) + lookup(E, w[1])
r[t] = sum(x[t]) + dot(x[t], b) + norm(x[t]) + dot(A, A) * norm(A)
c[t] = cross_entropy(softmax(x[t]), x[t]) + cross_entropy(softplus(x[t]), b)
d[t] = binary_cross_entropy(sigmoid(x[t]), b) + binary_cross_entropy(softmax(x[t]), b)
n[t] = next(x) + x[t]
s = softmax(A) + log_softmax(A) + sum(x[:])
h[t] = concat(x[t], b)
i[t] = A.T + x[t] + b
j = concat(A, A)
u[t] = B * x[t] + lookup(b, 0) * C"""
IN_ROWS = {
    "A @ x[t] + A.T.T @ (x[t] * b)": "x[t] @ A.T + (x[t] * b) @ A.T.T.T",
    "x[t] @ x[t].T + A.T @ A": "x[t].T @ x[t] + A.T @ A",
    "A.T + x[t]": "A + x[t]",
}


@pytest.mark.parametrize("layout", ["column", "row"])
def test_every_operation_gives_the_same_number(layout, tmp_path):
    weights = "A: [[1, -2], [0.5, 3], [2, 1]]\nb: [0.3, 0.7]\nE: [[1, 2, 3], [4, 5, 6]]\nC: [[2]]\nB: "
    weights += "[[0.1], [0.2]]" if layout == "column" else "[[0.1, 0.2]]"
    inputs = "x: [[0.5, -1.5], [-2, 0.25], [1, 3]]\nw: [1, 0, 1]"
    lines = EVERY_OPERATION
    for column, row in IN_ROWS.items() if layout == "row" else ():
        lines = lines.replace(column, row)
    found = problem(system(lines, weights, inputs, f"layout: {layout}\ninitial: {{x: [5, -6]}}"))
    used = {part.op for e in found.case.system.equations for part in walk(e.right) if isinstance(part, Call)}
    assert used >= set(NUMPY) - {"identity"}
    assert agreed(found, tmp_path) == {equation.left.name for equation in found.case.system.equations}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_that_is_not_used_is_not_defined(name):
    script = script_of(problem(system(f"y[t] = {name}(x[t])")))
    functions = {node.name for node in ast.walk(ast.parse(script)) if isinstance(node, ast.FunctionDef)}
    assert functions == {"forward", name} & {"forward", *HELPERS}


# --- whole problems ---------------------------------------------------------


@pytest.mark.parametrize("name", PROBLEMS)
def test_bundled_problems(name, tmp_path):
    found = rnncalc.load(name)
    names = agreed(found, tmp_path)
    assert names and (found.case.loss is None or "J" in names)


WITH_ATTENTION = """h[t] = tanh(U @ x[t] + W @ h[t-1])
s[0] = h[T]
e[i] = v.T @ tanh(A @ s[i-1] + B @ h[:])
alpha[i] = softmax(e[i])
c[i] = h[:] @ alpha[i].T
s[i] = tanh(C @ c[i] + D @ s[i-1])
o[i] = F @ s[i] + k"""
ATTENTION_WEIGHTS = """U: [[0.5, -0.3], [0.8, 0.2], [-0.4, 0.6]]
W: [[0.1, 0.4, -0.2], [0.3, -0.5, 0.7], [0.6, 0.2, 0.1]]
v: [[0.4], [-0.9], [1.2], [0.7]]
A: [[0.3, 0.1, -0.6], [0.2, 0.9, 0.4], [-0.7, 0.5, 0.8], [0.1, -0.2, 0.3]]
B: [[-0.3, 0.7, 0.2], [0.6, -0.4, 0.5], [0.9, 0.3, -0.1], [0.2, 0.8, -0.5]]
C: [[0.5, 0.2, -0.4], [-0.6, 0.3, 0.7], [0.1, 0.9, 0.2]]
D: [[0.4, -0.1, 0.3], [0.2, 0.6, -0.5], [-0.3, 0.7, 0.1]]
F: [[1.1, -0.7, 0.4], [0.3, 0.8, -0.2]]
k: [0.1, 0.2]"""
BATCH = "x: [[[1, 2], [0.5, -1], [0.3, 0.7], [1, 1]], [[0, 2], [1.5, -1], [0.3, 0.1], [1, -1]]]"

MANY = [[1, k / 9] for k in range(90)]

OWN = {
    "attention": (
        system(WITH_ATTENTION, ATTENTION_WEIGHTS, BATCH, "steps: {i: 3}\ninitial: {h: [[1, 0, -1], [0.5, 0.2, 0.1]]}"),
        {"h", "s", "o"},
    ),
    "reverse, read two steps later": (
        system("g[t] = 0.5 * g[t+1] - 0.2 * g[t+2] + x[t]\ny = g[1] * g[T]", more="initial: {g: 0.4}"),
        {"g", "y"},
    ),
    "read two steps earlier": (system("h[t] = tanh(0.5 * h[t-2] + x[t-1])", more="initial: {h: 2, x: 7}"), {"h"}),
    "rows with a batch": (
        "rnncalc: 1\nlayout: row\nrecurrence: gru\nweights:\n"
        + "".join(
            f"  W_{gate}: [[0.{n}, -0.4, 0.2], [0.6, 0.1, -0.{n}]]\n  U_{gate}: [[0.3, -0.{n}], [0.7, 0.1]]\n"
            for n, gate in enumerate("zrn", start=5)
        )
        + "inputs: {x: [[[1, 0, 0.5], [0, 1, 0]], [[0, 1, 2], [0, 0, 1]]]}\ninitial: {h: [[0.1, 0.2], [0.3, 0.4]]}\n",
        {"h"},
    ),
    "a matrix as state": (
        system(
            "S[t] = 0.9 * S[t-1] + k @ x[t].T\nr[t] = S[t] @ x[t]\nq[t] = softmax(S[t])\nn[t] = norm(S[t])",
            "k: [1, -2, 0.5]",
            "x: [[1, 2], [3, 4], [0.5, -1]]",
            "initial: {S: [[1, 2], [3, 4], [5, 6]]}",
        ),
        {"S", "r", "q", "n"},
    ),
    "single numbers": (
        system("h[t] = u * x[t] + w * h[t-1] + b\nJ = 0.5 * (h[T] - d) ** 2", "u: 2\nw: 0.5\nb: [1]", "x: [1]\nd: 4"),
        {"h", "J"},
    ),
    "one start, each output the next input": (
        system("x[1] = go\nx[t] = tanh(y[t-1])\ny[t] = A @ x[t]", "A: [[1, -2], [0.5, 3]]", "go: [1, 0]", "steps: 4"),
        {"y"},
    ),
    "given first steps and a last one of its own": (
        system(
            "x[t] = 0.5 * y[t-1]\ny[t] = A @ x[t]\ny[T] = b\ny[3] = 2 * b",
            "A: [[1, -2], [0.5, 3]]\nb: [7, 8]",
            "x: [[1, 2], [3, 4]]",
            "steps: 5",
        ),
        {"y"},
    ),
    "a loss after the last step alone": (
        system(
            "h[t] = tanh(A @ x[t] + h[t-1])\ny = softmax(h[T])",
            "A: [[1, -2], [0.5, 3]]",
            "x: [[1, 2], [3, 4]]",
            "targets: {d: 1}\nloss: cross-entropy",
        ),
        {"h", "y", "J"},
    ),
    "saturated": (
        system(
            "u[t] = 1000 * x[t]\ny[t] = sigmoid(u[t])\nz[t] = log(y[t]) / 0 + 1 / 0",
            "",
            "x: [1, -1, 0]",
            "targets: {d: [0, 1, 1]}\nloss: binary-cross-entropy",
        ),
        {"z", "J"},
    ),
    "words": (
        system("e[t] = lookup(E, w[t])\nh[t] = e[t] + 0.5 * h[t-1]", "E: [[1, 2], [3, 4], [5, 6]]", "w: [2, 0, 1]"),
        {"h"},
    ),
    "words that are numbers too": (
        system("e[t] = lookup(E, w[t]) * w[t]", "E: [[1, 2], [3, 4], [5, 6]]", "w: [2, 0, 1]"),
        {"e"},
    ),
    "many steps": (
        system("h[t] = tanh(W @ h[t-1] + x[t])", "W: [[0.9, -0.4], [0.3, 0.8]]", f"x: {MANY}"),
        {"h"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", OWN)
def test_own_problems(what, tmp_path):
    text, names = OWN[what]
    assert agreed(problem(text), tmp_path) == names


def test_a_wrong_number_is_noticed(tmp_path):
    script = script_of(rnncalc.load("ntu-tutorial-8-q1a"))
    wrong = script.replace("[0.2, -2.0]])", "[0.2, -2.001]])")
    assert wrong != script
    with pytest.raises(AssertionError, match="AssertionError: h"):
        execute(wrong, tmp_path)


def test_a_wrong_shape_is_noticed(tmp_path):
    script = script_of(problem(system("h[t] = x[t] + 0 * h[t-1]", "", "x: [1, 1, 1]")))
    wrong = script.replace('"h": h[1:]', '"h": h[1:2]')
    assert wrong != script
    with pytest.raises(AssertionError, match="AssertionError: h"):
        execute(wrong, tmp_path)


def test_sequences_of_unequal_length_run_their_own_steps(tmp_path):
    found = problem(system(WITH_ATTENTION, ATTENTION_WEIGHTS, BATCH, "steps: {i: 3}"))
    found = found._replace(case=replace(found.case, own_lengths={"t": (4, 2), "i": (2, 3)}))
    assert agreed(found, tmp_path) == {"h", "s", "o"}
    first, second = results(script_of(found))
    assert (first["h"].shape, first["o"].shape) == ((4, 3), (2, 2))
    assert (second["h"].shape, second["o"].shape) == ((2, 3), (3, 2))


def test_one_script_serves_sequences_of_any_length():
    """What h[:] makes longer is as long as T, not as the file's sequence."""
    scope: dict = {}
    exec(script_of(problem(system(WITH_ATTENTION, ATTENTION_WEIGHTS, BATCH, "steps: {i: 3}"))), scope)
    longer = np.concatenate([scope["x"][0], [[0.2, -0.4], [1.0, 0.0]]])
    assert scope["forward"](longer)["h"].shape == (6, 3)


# --- witnesses written by hand ----------------------------------------------


def test_attention_by_hand():
    found = problem(system(WITH_ATTENTION, ATTENTION_WEIGHTS, BATCH, "steps: {i: 3}\ninitial: {h: [0.3, -0.2, 0.1]}"))
    w = {name: np.array(value) for name, value in found.case.weights.items()}
    x = np.array([[0, 2], [1.5, -1], [0.3, 0.1], [1, -1]])
    h, states = np.array([0.3, -0.2, 0.1]), []
    for row in x:
        h = np.tanh(w["U"] @ row + w["W"] @ h)
        states.append(h)
    s, outputs = h, []
    for _ in range(3):
        scores = np.array([np.sum(w["v"][:, 0] * np.tanh(w["A"] @ s + w["B"] @ state)) for state in states])
        shares = np.exp(scores) / np.exp(scores).sum()
        context = sum(share * state for share, state in zip(shares, states, strict=True))
        s = np.tanh(w["C"] @ context + w["D"] @ s)
        outputs.append(w["F"] @ s + [0.1, 0.2])
    computed = results(script_of(found))[1]
    np.testing.assert_allclose(computed["h"], states, rtol=1e-12)
    np.testing.assert_allclose(computed["o"], outputs, rtol=1e-12)


def test_lstm_by_hand():
    computed = results(script_of(rnncalc.load("lstm-2-units")))[0]
    w = {name: np.array(value) for name, value in rnncalc.load("lstm-2-units").case.weights.items()}
    gate = lambda letter, x, h: w[f"W_{letter}"] @ x + w[f"U_{letter}"] @ h + w[f"b_{letter}"][:, 0]  # noqa: E731
    h, c = np.array([0.2, -0.4]), np.array([0.5, -1.0])
    for t, x in enumerate(np.array([[1.0, -0.5, 2.0], [0.3, 1.2, -0.7], [-1.4, 0.6, 0.9]])):
        f, i, o = (0.5 + 0.5 * np.tanh(gate(letter, x, h) / 2) for letter in "fio")
        c = f * c + i * np.tanh(gate("g", x, h))
        h = o * np.tanh(c)
        np.testing.assert_allclose(computed["c"][t], c, rtol=1e-12)
        np.testing.assert_allclose(computed["y"][t], w["V"] @ h + 0.1, rtol=1e-12)


# --- rounding by hand -------------------------------------------------------

ROUNDED = "rounding: {decimals: 2, intermediate: every-step}\ntargets: {d: [1, 0, 1, 1, 0]}\nloss: binary-cross-entropy"


def test_rounding_every_step(tmp_path):
    """Every line is rounded before the next one reads it, ties away from zero, as in a calculation by hand."""
    given = [0.31, -0.27, 0.44, 0.5, -0.9]
    lines = "z[t] = 1.5 * x[t] - 0.7 * h[t-1]\nh[t] = tanh(z[t])\ny[t] = sigmoid(2 * h[t])"
    text = system(lines, "", f"x: {given}", f"{ROUNDED}\ninitial: {{h: [0]}}")
    assert agreed(problem(text), tmp_path) == {"h", "y", "J"}
    h, by_hand = Decimal(0), []
    for x in given:
        z = (Decimal("1.5") * Decimal(str(x)) - Decimal("0.7") * h).quantize(Decimal("0.01"), ROUND_HALF_UP)
        h = Decimal(repr(np.tanh(float(z)).item())).quantize(Decimal("0.01"), ROUND_HALF_UP)
        by_hand.append([float(h)])
    assert results(script_of(problem(text)))[0]["h"].tolist() == by_hand
    assert results(script_of(problem(text.replace("every-step", "none"))))[0]["h"].round(2).tolist() != by_hand


def test_the_rounding_of_a_script_is_that_of_rnncalc():
    scope: dict = {}
    exec(script_of(problem(system("h[t] = 2 * x[t]", more=ROUNDED.partition("\n")[0]))), scope)
    numbers = np.array([0.125, -2.675, 0.005, -0.005, -0.001, 1e20, np.inf, np.nan, 3, 2**53])
    np.testing.assert_array_equal(scope["rounded"](numbers), rounded(2)(numbers))
    assert not np.signbit(scope["rounded"](-0.001))
