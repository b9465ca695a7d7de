"""The JSON documents of CONTRACT C4: shapes, full precision, null, and what restricts them."""

from __future__ import annotations

import math

import pytest
from running import PROBLEMS, run, run_text, system


def forward(folder, text, *args):
    outcome = run_text(folder, text, "--format", "json", *args)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.json


def depth(value) -> int:
    return 1 + depth(value[0]) if isinstance(value, list) else 0


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_document_for_every_problem(name):
    outcome = run("forward", name, "--format", "json")
    assert (outcome.code, outcome.err, outcome.out.count("\n")) == (0, "", 1)
    document = outcome.json
    assert (document["schema_version"], document["command"]) == (1, "forward")
    assert all(depth(value) in (0, 1, 2, 3) for value in document["values"].values())


def test_values_hold_the_names_of_the_equations_only():
    document = run("forward", "hello-one-hot", "--format", "json").json
    assert list(document["values"]) == ["z", "h", "u", "y"]
    assert document["assumed"] == ["h(0)"]


def test_full_precision():
    value = run("forward", "ntu-tutorial-8-q1a", "--format", "json").json["values"]["h"][0][1]
    assert value == pytest.approx(math.tanh(2.9), rel=4e-16, abs=0)


def test_a_sequence_of_one_feature_keeps_its_level(tmp_path):
    assert forward(tmp_path, system("y[t] = 2 * x[t]"))["values"] == {"y": [[2], [4], [6]]}


def test_values_without_a_step(tmp_path):
    text = system("v = W @ x[T]\ns = sum(v)\nr = x[1]", "W: [[1, 0], [0, 2], [1, 1]]", "x: [[1, 2], [3, 4]]")
    assert forward(tmp_path, text)["values"] == {"v": [3, 8, 7], "s": 18, "r": [1, 2]}


def test_a_third_level_exactly_when_the_input_has_one(tmp_path):
    equations = "y[t] = 2 * x[t]\nv = x[T]\ns = sum(v)"
    one = forward(tmp_path, system(equations, inputs="x: [[[1, 2], [3, 4]]]"))["values"]
    assert one == {"y": [[[2, 4], [6, 8]]], "v": [[3, 4]], "s": [7]}
    two = forward(tmp_path, system(equations, inputs="x: [[[1], [2]], [[3], [4]]]"))["values"]
    assert two["y"] == [[[2], [4]], [[6], [8]]]
    assert two["v"] == [[2], [4]]


def test_row_layout_has_the_same_levels():
    values = run("forward", "ntu-lecture-example-2", "--format", "json").json["values"]
    assert [len(values["h"]), len(values["h"][0]), len(values["h"][0][0])] == [2, 3, 3]
    assert [len(values["y"]), len(values["y"][0]), len(values["y"][0][0])] == [2, 3, 1]


def test_what_is_not_finite_is_null(tmp_path):
    values = forward(
        tmp_path, system("y[t] = exp(x[t])\nr[t] = log(x[t] - 1)\nq[t] = 0 / (x[t] - 1)", "", "x: [1, 1000]")
    )
    assert values["values"] == {"y": [[math.e], [None]], "r": [[None], [math.log(999)]], "q": [[None], [0]]}


def test_loss(tmp_path):
    text = system("y[t] = 2 * x[t]", more="targets: {d: [1, 1, 1]}\nloss: squared-error")
    document = forward(tmp_path, text)
    assert document["loss"] == {"total": 35, "steps": [1, 9, 25]}
    assert "J" not in document["values"]
    assert "loss" not in forward(tmp_path, text, "--only", "y")
    assert forward(tmp_path, text, "--only", "J")["loss"]["total"] == 35
    assert forward(tmp_path, text, "--steps", "2..3")["loss"]["steps"] == [9, 25]


def test_loss_of_a_batch_sums_over_it(tmp_path):
    more = "targets: {d: [[1, 1], [0, 0]]}\nloss: squared-error"
    document = forward(tmp_path, system("y[t] = 2 * x[t]", "", "x: [[[1], [2]], [[3], [4]]]", more))
    assert document["loss"] == {"total": 1 + 9 + 36 + 64, "steps": [1 + 36, 9 + 64]}


def test_steps_and_only_restrict(tmp_path):
    text = system("y[t] = 2 * x[t]\nv = x[T]")
    document = forward(tmp_path, text, "--steps", "1,3", "--only", "y")
    assert document["values"] == {"y": [[2], [6]]}
    assert document["steps"] == [1, 3]


def test_steps_count_along_time_in_a_batch():
    values = run("forward", "ntu-lecture-example-2", "--steps", "3", "--only", "y", "--format", "json").json["values"]
    assert [len(values["y"]), len(values["y"][0])] == [2, 1]


def test_check_has_one_item_for_each_number_written(tmp_path):
    more = "answers:\n  y: [[[2], [4.0]], [[6], [9]]]\n  y(2): [[4], [8]]\n  'y(1)[2]': [6]"
    text = system("y[t] = 2 * x[t]", "", "x: [[[1], [2]], [[3], [4]]]", more)
    outcome = run_text(tmp_path, text, "--format", "json", command="check")
    assert outcome.code == 1
    document = outcome.json
    assert (document["schema_version"], document["command"]) == (1, "check")
    shown = [(a["key"], a["entry"], a["verdict"], a["given"], a["value"], a["line"]) for a in document["answers"]]
    assert shown == [
        ("y", [1, 1, 1], "exact", "2", 2, 7),
        ("y", [1, 2, 1], "exact", "4.0", 4, 7),
        ("y", [2, 1, 1], "exact", "6", 6, 7),
        ("y", [2, 2, 1], "differs", "9", 8, 7),
        ("y(2)", [1, 1], "exact", "4", 4, 8),
        ("y(2)", [2, 1], "exact", "8", 8, 8),
        ("y(1)[2]", [2, 1], "exact", "6", 6, 9),
    ]
    assert all(answer["mistake"] is None for answer in document["answers"])


def test_check_without_answers_is_still_one_document(tmp_path):
    outcome = run_text(tmp_path, system("y[t] = x[t]"), "--format", "json", command="check")
    assert outcome.code == 5
    assert outcome.json["answers"] == []
