"""rnncalc paths: formulas, terms, one derivative; exit statuses and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from running import run, run_text, system

H0 = "initial: {h: [0.1]}\n"
TEXT = system(
    "h[t] = tanh(w * h[t-1] + x[t])\ny[t] = v * h[t]",
    "w: 0.5\nv: 0.2",
    "x: [0.1, 0.2, 0.3]",
    H0 + "targets: {d: [1, 0, 1]}\nloss: squared-error",
)
FORMULAS = {
    (1, 1): "∂J/∂o(1) · ∂o(1)/∂h(1) · ∂⁺h(1)/∂W",
    (2, 2): "∂J/∂o(2) · ∂o(2)/∂h(2) · ∂⁺h(2)/∂W",
    (1, 2): "∂J/∂o(2) · ∂o(2)/∂h(2) · ∂h(2)/∂h(1) · ∂⁺h(1)/∂W",
    (3, 3): "∂J/∂o(3) · ∂o(3)/∂h(3) · ∂⁺h(3)/∂W",
    (2, 3): "∂J/∂o(3) · ∂o(3)/∂h(3) · ∂h(3)/∂h(2) · ∂⁺h(2)/∂W",
    (1, 3): "∂J/∂o(3) · ∂o(3)/∂h(3) · ∂h(3)/∂h(2) · ∂h(2)/∂h(1) · ∂⁺h(1)/∂W",
}


def document(folder, text, *args) -> dict:
    outcome = run_text(folder, text, "--format", "json", *args, command="paths")
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.json


@pytest.mark.parametrize(("length", "count"), [(1, 1), (2, 3), (3, 6), (5, 15)])
def test_the_symbolic_sum(length, count):
    """1, 3 and 6 terms for 1, 2 and 3 steps, each with the product of the Jacobians between."""
    found = run("paths", "--length", length, "--format", "json").json
    terms = {(term["i"], term["j"]): term["formula"] for term in found["terms"]}
    assert len(found["terms"]) == len(terms) == count
    assert {pair: text for pair, text in terms.items() if pair in FORMULAS} == {
        pair: text for pair, text in FORMULAS.items() if pair[1] <= length
    }
    assert all("value" not in term for term in found["terms"])


def test_the_symbolic_sum_on_the_screen():
    outcome = run("paths", "--length", 2)
    lines = outcome.out.splitlines()
    at = lines.index("2 steps: 3 terms")
    assert [line.rstrip() for line in lines[at + 1 : at + 4]] == [
        "i = 1, j = 1     ∂J/∂o(1) · ∂o(1)/∂h(1) · ∂⁺h(1)/∂W",
        "i = 2, j = 2   + ∂J/∂o(2) · ∂o(2)/∂h(2) · ∂⁺h(2)/∂W",
        "i = 1, j = 2   + ∂J/∂o(2) · ∂o(2)/∂h(2) · ∂h(2)/∂h(1) · ∂⁺h(1)/∂W",
    ]


def test_the_letters_of_a_file(tmp_path):
    found = document(tmp_path, TEXT, "--length", "2", "--of", "w")
    assert [term["formula"] for term in found["terms"]] == [
        "∂J/∂y(1) · ∂y(1)/∂h(1) · ∂⁺h(1)/∂w",
        "∂J/∂y(2) · ∂y(2)/∂h(2) · ∂⁺h(2)/∂w",
        "∂J/∂y(2) · ∂y(2)/∂h(2) · ∂h(2)/∂h(1) · ∂⁺h(1)/∂w",
    ]
    assert [t["formula"] for t in document(tmp_path, TEXT, "--length", "2", "--of", "v")["terms"]] == [
        "∂J/∂y(1) · ∂⁺y(1)/∂v",
        "∂J/∂y(2) · ∂⁺y(2)/∂v",
    ]


def test_terms_with_numbers(tmp_path):
    """They add up to the gradient; i ≤ j only; the value has the weight's shape."""
    found = document(tmp_path, TEXT, "--of", "w")
    assert [(term["i"], term["j"]) for term in found["terms"]] == list(FORMULAS)
    assert sum(term["value"] for term in found["terms"]) == pytest.approx(found["gradients"]["w"], rel=1e-13)
    hello = run("paths", "hello-one-hot", "--of", "W", "--format", "json").json
    assert np.shape(hello["terms"][0]["value"]) == (3, 3)
    total = np.sum([term["value"] for term in hello["terms"]], axis=0)
    gradient = run("bptt", "hello-one-hot", "--format", "json").json["gradients"]["W"]
    np.testing.assert_allclose(total, gradient, rtol=1e-12, atol=1e-15)


def test_sizes_of_the_products(tmp_path):
    """∂h(j)/∂h(i) of one unit is the product of w (1 − h(k)²)."""
    found = document(tmp_path, TEXT, "--of", "w")["products"]
    h, states = 0.1, []
    for x in (0.1, 0.2, 0.3):
        h = np.tanh(0.5 * h + x)
        states.append(h)
    factors = [0.5 * (1 - h * h) for h in states]
    assert found == [
        [1, None, None],
        [pytest.approx(factors[1]), 1, None],
        [pytest.approx(factors[1] * factors[2]), pytest.approx(factors[2]), 1],
    ]


def test_a_reverse_recurrence_names_its_own_jacobians(tmp_path):
    """g(1) depends on the weight's use at step 3 through ∂g(1)/∂g(2) and ∂g(2)/∂g(3)."""
    text = system("g[t] = tanh(w * g[t+1] + x[t])", "w: 0.5", more="initial: {g: [0.1]}\nloss: J[t] = sum(g[t] ** 2)")
    found = {(term["i"], term["j"]): term for term in document(tmp_path, text)["terms"]}
    assert found[3, 1]["value"] != 0
    assert "∂g(1)/∂g(2) · ∂g(2)/∂g(3)" in found[3, 1]["formula"]
    assert all(term["value"] for term in found.values()), "a path that does not exist is shown"


@pytest.mark.parametrize("lines", ["h[1] = x[1]\nh[t] = tanh(w * h[t-1] + x[t])", "h[t] = tanh(w * h[t-1] + x[t+1])"])
def test_no_fault_where_the_first_step_or_the_input_is_special(lines, tmp_path):
    start = "initial: {h: [0.1], x: 0.7}\n" if "t+1" in lines else ""
    text = system(lines, "w: 0.5", "x: [[0.3], [0.2], [0.1]]", start + "loss: J[t] = sum(h[t] ** 2)")
    found = document(tmp_path, text)
    assert sum(term["value"] for term in found["terms"]) == pytest.approx(found["gradients"]["w"], rel=1e-12)


@pytest.mark.parametrize("first", ["x[1] = start\n", ""], ids=["by an equation", "given"])
def test_one_to_many(first, tmp_path):
    """y(0) is read by nothing, since x(1) does not come from it; the terms add up all the same."""
    lines = first + "x[t] = y[t-1]\nh[t] = tanh(W @ h[t-1] + U @ x[t])\ny[t] = V @ h[t]"
    inputs = "start: [0.4]" if first else "x: [[0.4]]"
    more = "initial: {h: [0.3]}\nsteps: 3\ntargets: {d: [1, 1, 1]}\nloss: squared-error"
    text = system(lines, "W: [[0.5]]\nU: [[0.3]]\nV: [[0.7]]", inputs, more)
    for weight in "WUV":
        found = document(tmp_path, text, "--of", weight)
        total = sum(term["value"][0][0] for term in found["terms"])
        assert total == pytest.approx(found["gradients"][weight][0][0], rel=1e-12)


# --- one derivative -------------------------------------------------------------------------


def test_activity_1():
    """Activities on sequences, class 4: ∂o(1)/∂W[1,1] is (0, 0), since x(1) begins with 0."""
    outcome = run("paths", "class4-activity-1", "--entry", "W[1,1]", "--at", "o(1)", "--format", "json")
    assert outcome.json == {
        "schema_version": 1, "command": "paths", "of": "W", "entry": [1, 1], "at": "o(1)", "value": [0, 0],
        "reason": "W[1,1] is only ever multiplied by x(1)[1] = 0",
    }  # fmt: skip
    out = run("paths", "class4-activity-1", "--entry", "W[1,1]", "--at", "o(1)").out
    assert "Zero, because W[1,1] is only ever multiplied by x(1)[1] = 0." in out


def test_one_derivative_by_hand(tmp_path):
    found = document(tmp_path, TEXT, "--entry", "w[1]", "--at", "h(1)")
    h = np.tanh(0.5 * 0.1 + 0.1)
    assert found["value"] == [pytest.approx((1 - h * h) * 0.1, rel=1e-14)]
    assert found["reason"] is None


def test_the_loss_at_a_step(tmp_path):
    found = document(tmp_path, TEXT, "--entry", "v[1]", "--at", "J(1)")
    h = np.tanh(0.5 * 0.1 + 0.1)
    assert found["value"] == [pytest.approx(2 * (0.2 * h - 1) * h, rel=1e-13)]
    assert found["reason"] is None


def test_no_loss_is_needed_for_one_derivative(tmp_path):
    text = system("y[t] = v * x[t]", "v: 0.2")
    assert document(tmp_path, text, "--entry", "v[1]", "--at", "y(3)")["value"] == [3]
    outcome = run_text(tmp_path, text, command="paths")
    assert (outcome.code, outcome.slugs) == (3, ["no-loss"])


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--of", "q"], "no weight"), (["--of", "h"], "no weight"), (["--length", "0"], "length"),
        (["--length", "101"], "length"),
        (["--entry", "w[1,1]"], "belong together"), (["--at", "h(1)"], "belong together"),
        (["--entry", "q[1]", "--at", "h(1)"], "no weight"), (["--entry", "w[2,1]", "--at", "h(1)"], "1 row"),
        (["--entry", "w[0,1]", "--at", "h(1)"], "counted from 1"), (["--entry", "w", "--at", "h(1)"], "no entry"),
        (["--entry", "w[1,1]", "--at", "h(4)"], "last step is 3"),
        (["--entry", "w[1,1]", "--at", "h(0)"], "counted from 1"),
        (["--entry", "w[1,1]", "--at", "h"], "no quantity"), (["--entry", "w[1,1]", "--at", "q(1)"], "q"),
        (["--entry", "w[1,1]", "--at", "x(1)"], "x"), (["--entry", "w[1,1]", "--at", "w(1)"], "w"),
    ],
    ids=str,
)  # fmt: skip
def test_usage_errors(args, words, tmp_path):
    outcome = run_text(tmp_path, TEXT, *args, command="paths")
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err


def test_a_file_or_a_length_is_needed():
    outcome = run("paths")
    assert outcome.code == 2
    assert "--length" in outcome.err


@pytest.mark.parametrize("args", [[], ["--length", "2"], ["--format", "json"]], ids=str)
def test_a_problem_without_weights_is_no_fault(args, tmp_path):
    text = system("h[t] = tanh(h[t-1] + x[t])", more=H0 + "loss: J[t] = sum(h[t] ** 2)")
    outcome = run_text(tmp_path, text, *args, command="paths")
    assert outcome.code in (0, 2, 3)
    assert "fault of the program" not in outcome.err


TWO_LETTERS = system(
    "h[t] = tanh(w * h[t-1] + x[t])\ns[0] = h[T]\na[i] = softmax(h[:].T @ s[i-1])\n"
    "s[i] = tanh(v * s[i-1] + h[:] @ a[i])",
    "w: 0.5\nv: 0.2",
    "x: [0.1, 0.2, 0.3]",
    "steps: {i: 2}\ntargets: {d: [1, 0]}\nloss: {kind: squared-error, output: s}",
)


@pytest.mark.parametrize("command", [["paths"], ["paths", "--length", "2"], ["bptt", "--truncate", "1"]], ids=str)
def test_two_index_letters_have_no_one_count_of_steps(command, tmp_path):
    outcome = run_text(tmp_path, TWO_LETTERS, *command[1:], command=command[0])
    assert (outcome.code, outcome.slugs) == (3, ["several-index-letters"])
    assert "run along t, i" in outcome.err


@pytest.mark.parametrize(("entry", "problem"), [("W[2]", "is a matrix; write W[2,1]"), ("W[4,1]", "3 rows")])
def test_an_entry_that_is_none(entry, problem):
    outcome = run("paths", "hello-one-hot", "--entry", entry, "--at", "y(2)")
    assert outcome.code == 2
    assert problem in " ".join(outcome.err.split())
