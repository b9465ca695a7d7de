"""--exact: closed forms as they are printed, each worth the float of the trace; numbers stay what the file writes."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from running import ELMAN, PROBLEMS, problem, run, slugs, system

import rnncalc
from rnncalc.language.operations import FUNCTIONS
from rnncalc.language.writer import write

sympy = pytest.importorskip("sympy")

from rnncalc.compute.exact import EXACT, TOO_LONG, exact_pass  # noqa: E402 (after the skip)
from rnncalc.compute.exact_form import MOST_CHARACTERS, form, is_too_long  # noqa: E402
from rnncalc.problem.exact_numbers import exact_number  # noqa: E402
from rnncalc.render.closed import closed_forms, exact_given  # noqa: E402

NETWORKS = [name for name in PROBLEMS if not rnncalc.load(name).case.own_lengths]
PRACTICAL = {
    "z1(1)": "0.5",
    "h(1)": "tanh(0.5)",
    "z2(1)": "0.3 · tanh(0.5) + 0.1",
    "p(1)": "0.5",
    "z1(2)": "0.3 · tanh(0.5) + 1.1",
    "h(2)": "tanh(0.3 · tanh(0.5) + 1.1)",
    "z2(2)": "0.3 · tanh(0.3 · tanh(0.5) + 1.1) + 0.1",
    "p(2)": "0.5",
}


def written(text: str) -> dict[str, list[str | None]]:
    """Give the closed forms of a problem by quantity and step, as a screen shows them."""
    found = problem(text)
    forms = closed_forms(found, rnncalc.forward(found))
    return {
        f"{name}({step})": [e and write(e, "screen") for e in array.ravel()] for (name, step), array in forms.items()
    }


def test_every_function_has_a_row():
    assert set(FUNCTIONS) - set(EXACT) == {"next"}  # which is a step, not an operation


def test_practical_9_as_it_is_printed():
    found = rnncalc.load("ist-practical-9-q1")
    forms = closed_forms(found, found.forward())
    for key, text in PRACTICAL.items():
        name, step = key[:-1].split("(")
        assert {write(one, "screen") for one in forms[name, int(step)].ravel()} == {text}


@pytest.mark.parametrize("name", NETWORKS)
def test_closed_forms_are_worth_the_numbers_of_the_trace(name):
    """By mpmath to 30 digits, within 1e-12 of float64."""
    found = rnncalc.load(name)
    values = found.forward()
    n_known = 0
    for (quantity, step), array in exact_pass(values, exact_given(found), is_too_long).items():
        numbers = values.singles[quantity] if step is None else values.at(quantity, step)
        for expression, number in zip(array.ravel(), np.broadcast_to(numbers, array.shape).ravel(), strict=True):
            if expression is not TOO_LONG:
                assert float(sympy.N(expression, 30)) == pytest.approx(number, rel=1e-12, abs=1e-12)
                assert len(write(form(expression), "screen")) <= MOST_CHARACTERS
                n_known += 1
    assert n_known


@pytest.mark.parametrize(
    "op", sorted({*FUNCTIONS} - {"next", "lookup", "dropout", "cross_entropy", "binary_cross_entropy"})
)
def test_operations(op):
    """Each function of one vector against its float, on both sides of zero."""
    arguments = {"clip": "x[t], -1, 1", "min": "x[t], 0.5", "max": "x[t], 0.5", "dot": "x[t], x[t]"}
    inside = "x[t] * x[t] + 1/3" if op in ("log", "sqrt") else arguments.get(op, "x[t]")
    found = problem(system(f"y[t] = {op}({inside})", inputs="x: [[0.3, -0.7], [-2, 1/3]]"))
    values = rnncalc.forward(found)
    for (name, step), array in exact_pass(values, exact_given(found), is_too_long).items():
        numbers = np.broadcast_to(values.at(name, step), array.shape)
        for expression, number in zip(array.ravel(), numbers.ravel(), strict=True):
            assert float(sympy.N(expression, 30)) == pytest.approx(number, rel=1e-12, abs=1e-12)
            assert form(expression) is not None


@pytest.mark.parametrize(
    "number, shown",
    [
        ("0.30", "0.3"),
        ("1/3", "1 / 3"),
        ("-1/3", "-1 / 3"),
        ("2e-3", "0.002"),
        ("-7", "-7"),
        ("0.3*tanh(0.5)+0.1", "0.3 · tanh(0.5) + 0.1"),
        ("exp(1)", "exp(1)"),
        ("sqrt(2)/2", "0.5 · √2"),
        ("1e-300", None),
        ("tanh(0)", "0"),
    ],
)
def test_numbers_of_the_file_stay_exact(number, shown):
    expression = exact_number(number)
    if shown is not None:
        assert write(form(expression), "screen").replace("√(2)", "√2") == shown
    assert float(sympy.N(expression, 30)) == pytest.approx(eval_number(number))


def eval_number(number: str) -> float:
    return float(problem(system("y[t] = x[t]", inputs=f"x: [{number}]")).case.sequences["x"].item())


def test_the_authors_form_is_kept():
    found = written(
        system("h[t] = tanh(w * x[t] + b)\ny[t] = softmax(A @ h[t])", "w: 1/3\nb: -0.2\nA: [[1], [2]]", "x: [2]")
    )
    assert found["h(1)"] == ["tanh(7 / 15)"]
    assert found["y(1)"][0] == "exp(tanh(7 / 15)) / (exp(2 · tanh(7 / 15)) + exp(tanh(7 / 15)))"


def test_growth_is_capped_and_said():
    text = system(
        "h[t] = tanh(W @ h[t-1] + x[t])", "W: [[0.3, 0.7], [-0.2, 0.9]]", "x: [[1, 2], [3, 4], [5, 6], [7, 8], [9, 1]]"
    )
    found = written(text)
    assert all(found["h(2)"]) and found["h(5)"] == [None, None]
    outcome = run("forward", "-", "--exact", stdin=text.encode())
    assert outcome.code == 0 and "(no closed form of at most 400 characters)" in outcome.out


def test_a_logarithm_without_real_value_has_no_form():
    assert written(system("y[t] = log(x[t])", inputs="x: [-1, 0, 2]"))["y(1)"] == [None]


def test_what_cannot_be_exact_is_refused(tmp_path):
    every_step = ELMAN + "rounding: {intermediate: every-step}\n"
    assert run("forward", "-", "--exact", stdin=every_step.encode()).slugs == ["no-closed-form"]
    assert run("forward", "unequal-lengths", "--exact").slugs == ["unequal-lengths"]
    assert run("forward", "hello-one-hot", "--exact", "--format", "json").code == 2
    assert slugs(every_step) == []


@pytest.mark.parametrize("target", ["latex", "html", "markdown", "notebook"])
def test_every_document_format_has_them(target):
    outcome = run("key", "ist-practical-9-q1", "--exact", "--to", target)
    plain = run("key", "ist-practical-9-q1", "--to", target)
    assert outcome.code == plain.code == 0
    text = json.dumps(json.loads(outcome.out)) if target == "notebook" else outcome.out
    assert text.count("tanh") > plain.out.count("tanh") + 4
    bare = re.sub(r"<[^>]*>|[\s\\,]|&\w+;|left|right", "", text)
    assert "0.3tanh(0.3tanh(0.5)+1.1)+0.1" in bare.replace("·", "")


def test_without_sympy_the_package_is_named(monkeypatch):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    outcome = run("forward", "ist-practical-9-q1", "--exact")
    assert outcome.code == 2 and "pip install 'rnncalc[exact]'" in " ".join(outcome.err.split())
