"""Long scans run as generated code; it must give what the plain interpreter gives, which arithmetics go through."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from compute.cases import Numbers, case_of, draw_numbers, equations_of, with_starts

from rnncalc.compute.evaluate import GENERATE_FROM, evaluate
from rnncalc.language.operations import ACTIVATIONS
from rnncalc.recurrences.adapt import to_rows
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import Arrangement, expand

LONG = 70


def keep(value: np.ndarray) -> np.ndarray:
    """An arithmetic that changes nothing, and yet is not the default: the interpreter runs."""
    return value


def compare(case) -> None:
    assert LONG >= GENERATE_FROM
    fast, plain = evaluate(case), evaluate(case, keep)
    assert fast.sequences.keys() == plain.sequences.keys()
    for name, wanted in plain.sequences.items():
        assert np.isfinite(wanted).all(), name
        assert np.ptp(wanted) > 0, name
        np.testing.assert_allclose(fast.sequences[name], wanted, rtol=1e-12, atol=1e-13, err_msg=name)


def variants() -> list[tuple[str, dict[str, str]]]:
    found = []
    for name in ("elman", "jordan", "lstm", "gru", "many-to-one", "one-to-many"):
        choices = read_entry(name).choices
        found += [(name, dict(zip(choices, values, strict=True))) for values in product(*choices.values())]
    return [one for one in found if (one[1].get("variant"), one[1].get("reset")) != ("concat", "after")]


@pytest.mark.parametrize(("name", "chosen"), variants(), ids=str)
@pytest.mark.parametrize("layers", [None, 2])
@pytest.mark.parametrize("layout", ["column", "row"])
def test_the_catalogue(name, chosen, layers, layout):
    recurrence = expand(read_entry(name), chosen, Arrangement(layers))
    numbers = draw_numbers(recurrence, seed=4, n_steps=LONG, batch=3)
    lines = recurrence.equations if layout == "column" else to_rows(recurrence.equations, recurrence.weights)
    compare(case_of(lines, numbers, recurrence.entry.activations, layout, t=LONG))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation):
    recurrence = expand(read_entry("elman"), {})
    numbers = draw_numbers(recurrence, seed=5, n_steps=LONG)
    small = {name: 0.3 * array for name, array in numbers.weights.items()}
    activations = {"hidden": activation, "output": activation}
    compare(case_of(recurrence.equations, Numbers(small, numbers.inputs, numbers.initial), activations))


SYSTEMS = {
    "lags": "h[t] = tanh(W @ h[t-1] + Q @ h[t-2] + P @ h[t-3] + x[t])",
    "reverse": "g[t] = tanh(W @ g[t+1] + Q @ x[t-1])",
    "both directions": "h[t] = tanh(W @ h[t-1] + x[t])\ng[t] = tanh(Q @ g[t+1] + h[t])\ny[t] = g[t] - h[t]",
    "coupled": "a[t] = tanh(W @ g[t-1] + x[t])\ng[t] = sigmoid(Q @ a[t] + P @ g[t-1])",
    "repeated": "h[t] = tanh(W @ h[t-1] + x[t]) - tanh(W @ h[t-1] + x[t]) / 2",
    "one weight": "h[t] = tanh(W @ x[t] + W @ h[t-1])\ny[t] = W @ h[t]",
    "transposed": "h[t] = tanh(W.T @ h[t-1] - (W @ x[t]) * b)",
    "signs": "h[t] = -tanh(-(W @ h[t-1]) - x[t]) + b",
    "elementwise": "h[t] = b * h[t-1] / (1 + h[t-1] ** 2) + min(x[t], h[t-1]) - max(x[t], 0.1) * exp(-h[t-1] ** 2)",
    "scalars": "s = sum(x[:]) / 100\nh[t] = tanh(0.5 * h[t-1] + 2 * x[t] + s * b)",
    "functions": "h[t] = clip(h[t-1], -0.5, 0.5) + sqrt(1 + x[t] ** 2) * log(2 + h[t-1] ** 2) / 4",
    "softmax": "h[t] = softmax(W @ h[t-1] + x[t]) - log_softmax(x[t]) / 9",
    "entries": "h[t] = tanh((W @ h[t-1]) * h[t-1][2] + x[t])",
    "totals": "h[t] = tanh(x[t] * dot(h[t-1], b) + (W @ h[t-1]) / (1 + norm(h[t-1])))",
    "matrix state": "M[t] = 0.5 * M[t-1] + x[t] @ x[t].T\ny[t] = M[t] @ b",
    "concat": "h[t] = tanh(concat(W, Q).T @ concat(h[t-1], x[t]))",
    "start value": "h[t] = tanh(W @ h[t-1] + x[t])\ns[0] = h[T]\ns[i] = tanh(W @ s[i-1] + h[1])",
    "attention": "h[t] = tanh(W @ h[t-1] + x[t])\ns[i] = tanh(Q @ s[i-1] + h[:] @ softmax(h[:].T @ s[i-1]))",
    "given step": "h[1] = b\nh[t] = tanh(W @ h[t-1] + x[t])",
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_systems(name):
    text, rng = SYSTEMS[name], np.random.default_rng(8)
    shapes = {"W": (3, 3), "Q": (3, 3), "P": (3, 3), "b": (3,)}
    weights = {key: rng.uniform(-0.6, 0.6, shape) for key, shape in shapes.items() if key in text}
    lengths = {"t": LONG, "i": LONG} if "[i]" in text else {"t": LONG}
    numbers = Numbers(weights, {"x": rng.uniform(-1, 1, (2, LONG, 3))})
    if name != "matrix state":
        numbers = with_starts(equations_of(text), numbers, {}, rng, **lengths)
    compare(case_of(text, numbers, **lengths))


def test_a_single_sequence():
    recurrence = expand(read_entry("lstm"), {})
    numbers = draw_numbers(recurrence, seed=1, n_steps=LONG, batch=1)
    compare(case_of(recurrence.equations, numbers, recurrence.entry.activations))


def test_a_long_scan_leaves_no_trace_in_the_case():
    recurrence = expand(read_entry("gru"), {})
    case = case_of(recurrence.equations, draw_numbers(recurrence, seed=1, n_steps=LONG), recurrence.entry.activations)
    first = {name: array.copy() for name, array in evaluate(case).sequences.items()}
    again = evaluate(case).sequences
    assert all((again[name] == array).all() for name, array in first.items())
