"""Number makers, for weights, inputs, initial values and targets: CONTRACT B7."""

from __future__ import annotations

import numpy as np
import pytest
from running import ELMAN, problem, refusals, slugs, system, values


def made(text: str) -> np.ndarray:
    return problem(system("y[t] = W * x[t]", f"W: {text}", "x: [1]")).case.weights["W"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("full(2, 3, 0.1)", np.full((2, 3), 0.1)),
        ("full(2, 3, 1/3)", np.full((2, 3), 1 / 3)),
        ("full(2, 3, -1e-3)", np.full((2, 3), -0.001)),
        ("full( 1 ,1, 5 )", np.full((1, 1), 5.0)),
        ("'full(2, 3, 0.1)'", np.full((2, 3), 0.1)),
        ("zeros(2, 3)", np.zeros((2, 3))),
        ("ones(3, 2)", np.ones((3, 2))),
        ("eye(3)", np.eye(3)),
        ("linspace(-0.1, 0.5, 2, 2)", [[-0.1, 0.1], [0.3, 0.5]]),
        ("linspace(1, 6, 2, 3)", [[1, 2, 3], [4, 5, 6]]),
        ("uniform(2, 3, -1, 1, 7)", np.random.default_rng(7).uniform(-1, 1, (2, 3))),
        ("normal(2, 3, 0, 0.5, 7)", np.random.default_rng(7).normal(0, 0.5, (2, 3))),
    ],
)
def test_value(text, expected):
    np.testing.assert_allclose(made(text), expected, rtol=1e-15)


def test_logit_of_another_weight():
    text = system("y[t] = W @ x[t] + T @ x[t]", "W: logit(T)\nT: [[0.5, 0.9], [0.1, 0.2]]", "x: [[1, 0]]")
    case = problem(text).case
    np.testing.assert_allclose(case.weights["W"], np.log([[1, 9], [1 / 9, 1 / 4]]), atol=1e-15)


@pytest.mark.parametrize("p", ["0", "1", "-0.1", "2"])
def test_logit_of_what_has_no_finite_inverse(p):
    text = system("y[t] = W @ x[t] + T @ x[t]", f"W: logit(T)\nT: [[0.5, {p}], [0.1, 0.2]]", "x: [[1, 0]]")
    (found,) = refusals(text)
    assert found.slug == "no-finite-inverse" and "[1, 2]" in found.message


@pytest.mark.parametrize("text", ["logit(Q)", "logit(W)", "logit(3)", "logit()"])
def test_logit_of_what_is_no_weight(text):
    assert slugs(system("y[t] = W * x[t]", f"W: {text}", "x: [1]")) == ["unknown-name"]


def test_for_inputs_initial_values_and_targets():
    more = "initial: {h: 'full(1, 2, 3)'}\ntargets: {d: 'zeros(3, 2)'}\nloss: {kind: squared-error, output: h}"
    assert values(system("h[t] = h[t-1] + x[t]", inputs="x: ones(3, 2)", more=more))["h"] == [[4, 4], [5, 5], [6, 6]]


def test_in_flow_style_it_needs_quotes_and_the_message_says_so():
    for line in (
        "weights: {W: full(2, 3, 0.1), V: 1}",
        "weights: {W: full(2, 3, 0.1)}",
        "weights:\n  W: [full(2, 3, 0.1)]",
    ):
        (found,) = refusals(f"rnncalc: 1\nequations: |\n  y[t] = W * x[t]\n{line}\ninputs: {{x: [1]}}\n")
        assert found.slug == "unquoted-maker" and "quotes" in found.remedy
    assert (
        slugs("rnncalc: 1\nequations: |\n  y[t] = W * x[t]\nweights: {W: 'full(2, 3, 0.1)'}\ninputs: {x: [1]}\n") == []
    )


@pytest.mark.parametrize(
    "text, slug",
    [
        ("full(2, 3)", "wrong-argument-count"),
        ("eye(2, 3)", "wrong-argument-count"),
        ("uniform(2, 3, -1, 1)", "wrong-argument-count"),
        ("full(2, 3, 0.1) + 1", "wrong-argument-count"),
        ("full(2.5, 3, 0.1)", "bad-maker"),
        ("full(-2, 3, 0.1)", "bad-maker"),
        ("full(n, 3, 0.1)", "bad-maker"),
        ("zeros(0, 3)", "bad-maker"),
        ("eye(0)", "bad-maker"),
        ("normal(2, 3, 0, 1, -1)", "bad-maker"),
        ("normal(2, 3, 0, 1, 1.5)", "bad-maker"),
        ("normal(2, 3, 0, -1, 1)", "bad-maker"),
        ("uniform(2, 3, 1, -1, 1)", "bad-maker"),
        ("uniform(2, 3, -1e308, 1e308, 1)", "bad-maker"),
        ("zeros(100000, 100000)", "bad-maker"),
        ("ones(999999999999999, 1)", "bad-maker"),
        ("full(2, 3, x)", "not-a-number"),
        ("full(2, 3, 1/0)", "not-finite"),
        ("full(2, 3, 1e999)", "not-finite"),
        ("full(2, 3, −1)", "typographic-minus"),
        ("full(2, 3, 0.1", "unquoted-maker"),
        ("full(2, 3, 0.1))", "unbalanced-parenthesis"),
        ("'full(2, 3, 0.1))'", "unbalanced-parenthesis"),
        ("full(2, 3, 0.1 0.2)", "unexpected-token"),
        ("2 * full(2, 3, 0.1)", "not-a-number"),
        ("random(2, 3)", "not-a-number"),
    ],
)
def test_what_makes_nothing(text, slug):
    found = refusals(ELMAN.replace("[[0.5, -0.3]]", text))
    assert [diagnostic.slug for diagnostic in found] == [slug]
    assert (found[0].span.source.name, found[0].span.line) == ("<test>", 4)


def test_digits_of_the_file_are_kept_where_every_entry_has_them():
    read = problem(system("y[t] = W * x[t] + V", "W: full(1, 1, 0.10)\nV: eye(1)", "x: [1]"))
    assert (read.texts["W"].item(), read.texts["V"].item()) == ("0.10", "1")
