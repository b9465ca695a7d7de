"""Levels of nesting, initial values, lengths, row layout, absent biases: CONTRACT B1 to B5."""

from __future__ import annotations

import math

import numpy as np
import pytest
from running import ELMAN, problem, refusals, run, slugs, system, values

DOUBLE, RUNNING = "y[t] = 2 * x[t]", "h[t] = h[t-1] + x[t]"
TWO = "x: [[[1, 1], [2, 2]], [[3, 3], [4, 4]]]"
ONE = "x: [[1, 1], [2, 2]]"


@pytest.mark.parametrize(
    "inputs, expected",
    [
        ("x: [1, 2]", [[2], [4]]),
        ("x: [[1], [2]]", [[2], [4]]),
        ("x: [[1, 2]]", [[2, 4]]),
        ("x: [[1, 2], [3, 4]]", [[2, 4], [6, 8]]),
        ("x: [[[1, 2], [3, 4]]]", [[[2, 4], [6, 8]]]),
        ("x: [[[1]], [[2]]]", [[[2]], [[4]]]),
    ],
)
def test_sequences(inputs, expected):
    assert values(system(DOUBLE, inputs=inputs))["y"] == expected


@pytest.mark.parametrize(
    "weights, shape",
    [("W: 3", (1, 1)), ("W: [3]", (1, 1)), ("W: [[3]]", (1, 1)), ("W: [[1], [2]]", (2, 1)), ("W: [[1, 2]]", (1, 2))],
)
def test_weights(weights, shape):
    text = system("y[t] = W * x[T]" if shape == (1, 2) else "y[t] = W * x[t]", weights).replace("x[T]", "x[t]")
    assert problem(text).case.weights["W"].shape == shape


@pytest.mark.parametrize("layout, shape", [("column", (3, 1)), ("row", (1, 3))])
def test_an_unmarked_vector_lies_as_the_layout_says(layout, shape):
    read = problem(system("y[t] = b + x[t]", "b: [1, 2, 3]", more=f"layout: {layout}"))
    assert read.case.weights["b"].shape == shape
    assert read.case.shapes["y"] == shape


def test_four_levels_and_a_matrix_too_deep():
    assert slugs(system(DOUBLE, inputs="x: [[[[1]]]]")) == ["too-many-levels"]
    assert slugs(system("y[t] = W @ x[t]", "W: [[[1]]]")) == ["too-many-levels"]


@pytest.mark.parametrize("text", [ELMAN.replace("[[1], [2]]", "3"), system(DOUBLE, inputs="x: 3")])
def test_one_number_is_no_sequence(text):
    assert slugs(text) == ["not-a-sequence"]


def test_inputs_without_a_step():
    assert values(system("y = 2 * s\nz[t] = x[t]", inputs="s: [1, 2]\nx: [1]"))["y"] == [2, 4]
    batch = system("y = 2 * s\nz[t] = x[t]", inputs="s: [[1, 2], [3, 4]]\nx: [[[1]], [[2]]]")
    assert values(batch)["y"] == [[2, 4], [6, 8]]


@pytest.mark.parametrize(
    "initial, expected",
    [
        ("5", [[[6, 6], [8, 8]], [[8, 8], [12, 12]]]),
        ("[5, 6]", [[[6, 7], [8, 9]], [[8, 9], [12, 13]]]),
        ("[[5, 6], [7, 8]]", [[[6, 7], [8, 9]], [[10, 11], [14, 15]]]),
    ],
)
@pytest.mark.parametrize("layout", ["column", "row"])
def test_initial_values_of_a_batch(initial, expected, layout):
    assert values(system(RUNNING, inputs=TWO, more=f"initial: {{h: {initial}}}\nlayout: {layout}"))["h"] == expected


@pytest.mark.parametrize(
    "initial, expected", [("5", [[6, 6], [8, 8]]), ("[5, 6]", [[6, 7], [8, 9]]), ("[[5, 6]]", [[6, 7], [8, 9]])]
)
def test_initial_values_of_one_sequence(initial, expected):
    assert values(system(RUNNING, inputs=ONE, more=f"initial: {{h: {initial}}}"))["h"] == expected


@pytest.mark.parametrize(
    "initial, inputs, slug",
    [
        ("[[5, 6]]", TWO, "batch-mismatch"),
        ("[[5, 6], [7, 8], [9, 9]]", TWO, "batch-mismatch"),
        ("[5, 6, 7]", TWO, "shape-mismatch"),
        ("[[5, 6, 7], [5, 6, 7]]", TWO, "shape-mismatch"),
        ("[[[5, 6]]]", TWO, "too-many-levels"),
    ],
)
def test_initial_values_that_do_not_fit(initial, inputs, slug):
    (found,) = refusals(system(RUNNING, inputs=inputs, more=f"initial: {{h: {initial}}}"))
    assert found.slug == slug
    assert "1 lists" not in found.message and "1 sequences" not in found.message


def test_where_one_number_does_not_fit_the_message_is_about_that_one():
    (found,) = refusals(ELMAN + "initial: {h: [1, 2, 3]}\n")  # U and W agree that h has two entries
    assert (found.slug, found.span.line) == ("shape-mismatch", 8)


def test_initial_is_where_the_recurrence_starts():
    text = "initial: {g: [10]}"
    assert values(system("g[t] = g[t+1] + x[t]", inputs="x: [1, 2, 3]", more=text))["g"] == [[16], [15], [13]]
    assert values(system("y[t] = x[t-1]", more="initial: {x: 9}"))["y"] == [[9], [1], [2]]
    assert values(system("y[t] = x[t+1]", more="initial: {x: 9}"))["y"] == [[2], [3], [9]]
    assert values(system("h[t] = h[t-2] + 0 * x[t]", more="initial: {h: [9]}"))["h"] == [[9]] * 3


def test_zero_is_assumed_for_what_equations_define_and_said():
    read = problem(system("h[t] = W @ h[t-1] + x[t]\ng[t] = W @ g[t+1] + h[t]", "W: [[2]]"))
    assert read.assumed == (("h", 0), ("g", 4))
    assert problem(ELMAN + "initial: {h: 0}\n").assumed == ()


@pytest.mark.parametrize("step", ["t-1", "t+1", "0", "T+1", "t-3"])
def test_an_input_outside_its_steps_needs_a_value(step):
    assert slugs(system(f"y[t] = x[{step}]")) == ["no-initial-value"]
    assert slugs(system(f"y[t] = x[{step}]", more="initial: {x: 0}")) == []


@pytest.mark.parametrize("steps, length", [("3", 3), ("{t: 3}", 3), ("1", 1)])
def test_length_without_inputs(steps, length):
    text = system("h[t] = 0.5 * h[t-1]", inputs="", more=f"steps: {steps}\ninitial: {{h: [8]}}")
    assert values(text)["h"] == [[4], [2], [1]][:length]


def test_length_of_another_letter():
    text = system("s[0] = x[T]\ns[i] = 0.5 * s[i-1]", inputs="x: [1, 8]", more="steps: {i: 3}")
    assert values(text)["s"] == [[4], [2], [1]]
    both = text.replace("{i: 3}", "{t: 2, i: 3}")
    assert values(both)["s"] == [[4], [2], [1]]


@pytest.mark.parametrize("steps", ["0", "-1", "2.5", "two", "[3]", "99999999999999999999", "{t: 0}"])
def test_steps_that_are_no_count(steps):
    assert slugs(system("h[t] = 0.5 * h[t-1]", inputs="", more=f"steps: {steps}\ninitial: {{h: [8]}}")) == [
        "not-a-count"
    ]


def test_lengths_that_contradict_each_other():
    assert slugs(system(DOUBLE, more="steps: 5")) == ["length-mismatch"]
    assert slugs(system(DOUBLE, more="steps: 3")) == []
    assert slugs(system("y[t] = x[t] + q[t]", inputs="x: [1, 2]\nq: [1, 2, 3]")) == ["length-mismatch"]


def test_row_layout_transposes_an_entry_of_the_catalogue_and_nothing_else():
    column = ELMAN.replace("weights:", "weights:\n  V: [[1, 2, 3], [4, 5, 6]]\n  b: [0.1, 0.2]")
    row = column + "layout: row\n"
    rows = values(row)
    assert list(rows) == ["z", "h", "u", "y"]
    for name, array in values(column).items():
        np.testing.assert_allclose(rows[name], array, rtol=1e-14)
    own = system("y[t] = x[t] @ W", "W: [[1, 2, 3], [4, 5, 6]]", "x: [[1, 1], [2, 0]]", "layout: row")
    assert values(own)["y"] == [[5, 7, 9], [2, 4, 6]]
    assert slugs(own.replace("x[t] @ W", "W.T @ x[t]")) == ["shape-mismatch"]


def test_a_batch_in_rows():
    rows = run("forward", "ntu-lecture-example-2", "--format", "json").json["values"]
    assert rows["h"][0][0] == pytest.approx([math.tanh(0.2), math.tanh(0.9), math.tanh(-3.6)])
    assert rows["h"][1][0] == pytest.approx([math.tanh(1.2), math.tanh(-0.3), math.tanh(0)])


def test_an_absent_bias_is_dropped_and_said():
    assert problem(ELMAN).dropped == ("b",)
    with_output = ELMAN.replace("weights:", "weights:\n  V: [[1], [1]]")
    assert problem(with_output).dropped == ("b", "c")
    assert "Not given, left out: b, c." in run("forward", "-", stdin=with_output.encode()).out


def test_an_absent_V_drops_the_output_layer():
    assert list(values(ELMAN)) == ["z", "h"]
    assert list(values(ELMAN.replace("weights:", "weights:\n  V: [[1], [1]]"))) == ["z", "h", "u", "y"]


def test_any_other_absent_weight_is_missing():
    assert slugs(ELMAN.replace("  W: [[0.1, 0.2], [0.3, 0.4]]\n", "")) == ["missing-weight"]
    assert slugs("rnncalc: 1\nrecurrence: jordan\nweights: {U: [[1]], W: [[1]]}\ninputs: {x: [1]}\n") == [
        "missing-weight"
    ]


def test_one_message_for_one_name_whatever_it_may_stand_for():
    found = refusals("rnncalc: 1\nrecurrence: elman\nlayers: 3\nweights: {U: [[1]], W: [[1]]}\ninputs: {x: [1]}\n")
    places = [(diagnostic.span.start, diagnostic.slug) for diagnostic in found if diagnostic.slug == "unknown-weight"]
    assert len(places) == len(set(places))
