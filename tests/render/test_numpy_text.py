"""What of a file gets into a script of plain numpy, and how it reads: digits, names, titles, comments."""

from __future__ import annotations

import ast
import io
import tokenize

import numpy as np
import pytest
from render.scripts import agreed, results, script_of
from running import problem, system

import rnncalc


def test_digits_are_those_of_the_file():
    script = script_of(
        problem(
            system(
                "h[t] = A * x[t] + B * h[t-1] + 007.10 * c",
                "A: .50\nB: 1/3\nc: 1e-1",
                "x: [1, 2.500, +3]",
                "initial: {h: 0.10}",
            )
        )
    )
    for line in (
        "A = np.array(.50)",
        "B = np.array(0.3333333333333333)",
        "c = np.array(1e-1)",
        "x = np.array([[1], [2.500], [+3]])",
        "h[0] = 0.10",
        "h[t] = A * x[t] + B * h[t - 1] + 7.1 * c",
    ):
        assert f"{line}\n" in script


def test_whole_numbers_are_floats():
    found = problem(system("y[t] = A @ x[t] ** -1", "A: [[1, 2], [3, 4]]", "x: [[2, 4], [1, 8]]"))
    np.testing.assert_allclose(results(script_of(found))[0]["y"], [[1, 2.5], [1.25, 3.5]])


HOSTILE = [
    '"""', "'''", "\\", "x\nimport os", "x\rimport os", "x\x0bimport os", "x\x0cimport os", "x\x85import os",
    "x\u2028import os", "x\u2029import os", "x\x00import os", "coding: utf-7 +AAo-import os", "-*- coding: rot13 -*-",
    "{0}", "$computed", "%s", "\u202eimport os", "\ufeff",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_title_stays_a_comment(text):
    plain = rnncalc.load("yeh-rnn")
    script = script_of(plain._replace(title=text, origin=text))
    assert ast.dump(ast.parse(script)) == ast.dump(ast.parse(script_of(plain)))
    encoded = script.encode()
    assert tokenize.detect_encoding(io.BytesIO(encoded).readline)[0] == "utf-8"
    assert ast.dump(ast.parse(encoded)) == ast.dump(ast.parse(script))
    assert [line for line in script.splitlines() if "import" in line and not line.startswith("#")] == [
        "import numpy as np"
    ]


CLASHES = """np[t] = tanh(T @ range[t] + lambda @ np[t-1] + α)
α_1[t] = softmax(print * np[t])
ŷ[t] = sum(alpha * α_1[t]) + None
forward[τ] = np[T] * ŷ[:][2]
expected = sum(forward[1]) + φ + ϕ + sigmoid + sum(sigmoid * zip)"""
CLASHING = """T: [[1, 2, 3], [4, 5, 6]]
lambda: [[1, 0.1], [0.2, 0.3]]
α: [1, 2]
alpha: [0.5, 1e-3]
print: 2
None: 3
φ: 1
ϕ: 2
sigmoid: [7]
zip: [0.1, 0.2]"""


def test_names_are_identifiers_that_nothing_else_has(tmp_path):
    found = problem(system(CLASHES, CLASHING, "range: [[1, 0.2, 0.3], [0.1, -0.1, 0.1]]", "steps: {τ: 2}"))
    assert agreed(found, tmp_path) == {"np_", "y_hat", "forward_", "expected_"}
    script = script_of(found)
    code = "\n".join(line.partition("#")[0] for line in script.splitlines())
    assert code.isascii()
    assert "# np(t) = tanh(T range(t) + lambda np(t-1) + α)" in script
    assert "np_[t] = np.tanh(T_ @ range_[t] + lambda_ @ np_[t - 1] + alpha_)" in script


# --- how it reads -----------------------------------------------------------


def test_the_equation_stands_above_its_line():
    script = script_of(rnncalc.load("ntu-tutorial-8-q1a"))
    for comment, line in (
        ("z(t) = Uᵀ x(t) + Wᵀ h(t-1) + b", "z[t] = U.T @ x[t] + W.T @ h[t - 1] + b"),
        ("h(t) = tanh(z(t))", "h[t] = np.tanh(z[t])"),
        ("y(t) = sigmoid(u(t))", "y[t] = sigmoid(u[t])"),
    ):
        assert f"        # {comment}\n        {line}\n" in script
    assert "W = np.array([[2.0, 1.3], [1.5, 0.0]])\n" in script


def test_what_is_taken_for_granted_is_said():
    script = script_of(rnncalc.load("one-to-many"))
    assert "    x[1] = start\n" in script
    assert "        if t > 1:\n            # x(t) = y(t-1)\n            x[t] = y[t - 1]\n" in script
    assert "    h[0] = 0\n" in script or "    h[0] = 0  # not given, taken as zero\n" in script


def test_long_arrays_go_on_several_lines():
    rows = [[k / 7 for k in range(30)] for _ in range(3)]
    script = script_of(problem(system("y[t] = A @ x[t]", f"A: {rows}", f"x: {rows}")))
    assert max(map(len, script.splitlines())) <= 120
    np.testing.assert_allclose(results(script)[0]["y"], np.array(rows) @ np.array(rows).T, rtol=1e-12)
