"""Fitting an entry to a file: absent biases and outputs, and row layout, which is column layout transposed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from compute.cases import Numbers, case_of, draw_numbers, equations_of, with_starts

from rnncalc.compute.evaluate import evaluate
from rnncalc.language.writer import write_equation
from rnncalc.recurrences.adapt import drop_absent, to_rows
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import Arrangement, expand


def kept(name: str, absent: str, **chosen: str) -> tuple[list[str], tuple[str, ...]]:
    """Give the equations of an entry, written, where a file lacks some weights, and the biases named as dropped."""
    recurrence = expand(read_entry(name), chosen)
    equations, dropped = drop_absent(recurrence, set(recurrence.weights) - set(absent.split()))
    return [write_equation(equation) for equation in equations], dropped


def full(name: str, **chosen: str) -> list[str]:
    return [write_equation(equation) for equation in expand(read_entry(name), chosen).equations]


def test_nothing_absent_nothing_dropped():
    assert kept("elman", "") == (full("elman"), ())


@pytest.mark.parametrize(
    ("name", "absent", "line", "instead"),
    [
        ("elman", "b", "z[t] = U.T @ x[t] + W.T @ h[t-1] + b", "z[t] = U.T @ x[t] + W.T @ h[t-1]"),
        ("elman", "c", "u[t] = V.T @ h[t] + c", "u[t] = V.T @ h[t]"),
        ("jordan", "b", "z[t] = U.T @ x[t] + W.T @ y[t-1] + b", "z[t] = U.T @ x[t] + W.T @ y[t-1]"),
        ("lstm", "b_g", "a_g[t] = W_g @ x[t] + U_g @ h[t-1] + b_g", "a_g[t] = W_g @ x[t] + U_g @ h[t-1]"),
        ("many-to-one", "c", "u = V.T @ h[T] + c", "u = V.T @ h[T]"),
        (
            "gru",
            "b_n",
            "a_n[t] = W_n @ x[t] + U_n @ (r[t] * h[t-1]) + b_n",
            "a_n[t] = W_n @ x[t] + U_n @ (r[t] * h[t-1])",
        ),
    ],
)
def test_an_absent_bias_leaves_its_sum_and_is_named(name, absent, line, instead):
    """CONTRACT B5: an absent bias is dropped, and said."""
    assert kept(name, absent) == ([instead if one == line else one for one in full(name)], (absent,))


def test_all_biases_absent():
    lines, dropped = kept("lstm", "b_f b_i b_g b_o b_y")
    assert dropped == ("b_f", "b_i", "b_g", "b_o", "b_y")
    assert not [line for line in lines if "b_" in line]


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("elman", "h[t] = hidden(z[t])"),
        ("lstm", "h[t] = o[t] * hidden(c[t])"),
        ("gru", "h[t] = (1 - z[t]) * h[t-1] + z[t] * n[t]"),
    ],
)
def test_without_v_there_is_no_output_layer(name, last):
    """CONTRACT B5: an absent V drops the output layer; its bias is no missing one then."""
    lines, dropped = kept(name, "V c b_y")
    assert (lines, dropped) == (full(name)[:-2], ())
    assert lines[-1] == last


@pytest.mark.parametrize(
    ("name", "absent"), [("jordan", "V c"), ("one-to-many", "V c"), ("elman", "U"), ("gru", "U_r")]
)
def test_other_weights_are_not_dropped(name, absent):
    """CONTRACT B5: any other absent weight is missing, so its equations stay to say so."""
    lines, _ = kept(name, absent)
    assert len(lines) == len(full(name))
    assert any(absent.split()[0] in line for line in lines)


@pytest.mark.parametrize(
    ("name", "chosen", "column", "row"),
    [
        ("elman", {}, "z[t] = U.T @ x[t] + W.T @ h[t-1] + b", "z[t] = x[t] @ U + h[t-1] @ W + b"),
        ("elman", {}, "h[t] = hidden(z[t])", "h[t] = hidden(z[t])"),
        ("lstm", {}, "a_f[t] = W_f @ x[t] + U_f @ h[t-1] + b_f", "a_f[t] = x[t] @ W_f.T + h[t-1] @ U_f.T + b_f"),
        (
            "gru",
            {},
            "a_n[t] = W_n @ x[t] + U_n @ (r[t] * h[t-1]) + b_n",
            "a_n[t] = x[t] @ W_n.T + (r[t] * h[t-1]) @ U_n.T + b_n",
        ),
        (
            "lstm",
            {"variant": "concat"},
            "a_i[t] = W_i @ concat(h[t-1], x[t]) + b_i",
            "a_i[t] = concat(h[t-1], x[t]) @ W_i.T + b_i",
        ),
        ("many-to-one", {}, "u = V.T @ h[T] + c", "u = h[T] @ V + c"),
    ],
)
def test_rows(name, chosen, column, row):
    recurrence = expand(read_entry(name), chosen)
    rows = [write_equation(equation) for equation in to_rows(recurrence.equations, recurrence.weights)]
    assert rows[full(name, **chosen).index(column)] == row


def variants() -> list[tuple[str, dict[str, str], int | None]]:
    found = []
    for name, layers in product(("elman", "jordan", "lstm", "gru", "many-to-one", "one-to-many"), (None, 2)):
        choices = read_entry(name).choices
        for values in product(*choices.values()):
            found.append((name, dict(zip(choices, values, strict=True)), layers))
    return [one for one in found if (one[1].get("variant"), one[1].get("reset")) != ("concat", "after")]


@pytest.mark.parametrize(("name", "chosen", "layers"), variants(), ids=str)
def test_row_layout_is_column_layout_transposed(name, chosen, layers):
    """CONTRACT B4: a catalogue entry is transposed; weights keep the file's shapes."""
    recurrence = expand(read_entry(name), chosen, Arrangement(layers))
    numbers = draw_numbers(recurrence, seed=3)
    rows = to_rows(recurrence.equations, recurrence.weights)
    compare_layouts(recurrence.equations, rows, numbers, recurrence.entry.activations)


def compare_layouts(columns, rows, numbers: Numbers, activations=None, **lengths: int) -> None:
    lengths = lengths or {"t": 3}
    column = evaluate(case_of(columns, numbers, activations, "column", **lengths))
    row = evaluate(case_of(rows, numbers, activations, "row", **lengths))
    for name in column.case.system.defined:
        one, other = (v.sequences.get(name, v.singles.get(name)) for v in (column, row))
        np.testing.assert_allclose(other, np.swapaxes(one, -1, -2), rtol=0, atol=1e-14, err_msg=name)
        assert np.ptp(one) > 0, name


OUTER = "m[t] = (x[t] @ x[t].T) @ b"
PROJECTED = "y[t] = b * dot(x[t], b) + (x[t].T @ b) * b"
ATTENTION = """\
h[t] = tanh(U @ x[t] + W @ h[t-1])
s[i] = tanh(Q @ s[i-1] + c[i])
c[i] = h[:] @ softmax(h[:].T @ s[i-1])
"""


@pytest.mark.parametrize("text", [OUTER, PROJECTED, ATTENTION], ids=["outer product", "projection", "attention"])
def test_transposed_vectors_of_an_entry_are_transposed_too(text):
    """An entry is any file of equations: x[t].T is a row in columns and a column in rows."""
    rng = np.random.default_rng(6)
    shapes = {"U": (3, 3), "W": (3, 3), "Q": (3, 3), "b": (3,)}
    weights = {name: rng.uniform(-1, 1, shape) for name, shape in shapes.items() if name in text}
    lengths = {"t": 4, "i": 2} if "[i]" in text else {"t": 4}
    numbers = Numbers(weights, {"x": rng.uniform(-1, 1, (2, 4, 3))})
    numbers = with_starts(equations_of(text), numbers, {}, rng, **lengths)
    words = {name: " x ".join("n" for _ in shapes[name]) for name in weights}
    compare_layouts(equations_of(text), to_rows(equations_of(text), words), numbers, **lengths)
