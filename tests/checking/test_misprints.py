"""Declared misprints: found however the answer is nested; stale where the print is right."""

from __future__ import annotations

import pytest
from checking.judged import BATCH, LOSS, ONE, check
from running import run_text

SPOILT = [
    (ONE, "y: [[2, 4], [6, 9], [10, 12]]", "y(2)[2]"),
    (ONE, "y(2): [6, 9]", "y(2)[2]"),
    (ONE, "'y(2)[2]': 9", "y(2)[2]"),
    (ONE, "'y(2)[2]': [9]", "y(2)[2]"),
    (ONE, "m: [30, 37]", "m[2]"),
    (ONE, "'m[2]': 37", "m[2]"),
    (ONE, "s: 23", "s"),
    (ONE, "s: [23]", "s"),
    (BATCH, "y: [[[2, 4], [6, 8], [10, 12]], [[14, 16], [18, 21], [22, 24]]]", "y(2)[2,2]"),
    (BATCH, "y(2): [[6, 8], [18, 21]]", "y(2)[2,2]"),
    (BATCH, "y(2): [[6, 8], [18, 21]]", "y(2)[2][2]"),
    (BATCH, "'y(2)[2]': [18, 21]", "y(2)[2,2]"),
    (BATCH, "'y(2)[2,2]': 21", "y(2)[2,2]"),
    (BATCH, "'y(2)[2][2]': 21", "y(2)[2,2]"),
    (BATCH, "m: [[10, 12], [22, 25]]", "m[2,2]"),
    (BATCH, "'m[2]': [22, 25]", "m[2,2]"),
    (LOSS, "y: [2, 5, 6]", "y(2)"),
    (LOSS, "y: [2, 5, 6]", "y(2)[1]"),
    (LOSS, "y: [[2], [5], [6]]", "y(2)"),
    (LOSS, "y: [[2], [5], [6]]", "y(2)[1]"),
    (LOSS, "y(2): 5", "y(2)"),
    (LOSS, "y(2): 5", "y(2)[1]"),
    (LOSS, "y(2): [5]", "y(2)"),
    (LOSS, "'y(2)[1]': 5", "y(2)[1]"),
    (LOSS, "J: 36", "J"),
    (LOSS, "J(2): 8", "J(2)"),
]


@pytest.mark.parametrize("text, answers, key", SPOILT)
def test_a_declared_misprint_is_found_in_every_nesting(text, answers, key, tmp_path):
    code, found = check(tmp_path, text, answers, f"'{key}': set in the wrong line")
    wrong = [item for item in found if item["verdict"] != "exact"]
    assert [(item["verdict"], item["misprint"], item["right"]) for item in wrong] == [
        ("differs", "set in the wrong line", True)
    ]
    assert code == 0


@pytest.mark.parametrize("text, answers, key", SPOILT)
def test_without_the_declaration_it_is_wrong(text, answers, key, tmp_path):
    code, found = check(tmp_path, text, answers)
    assert code == 1
    assert [item["verdict"] for item in found].count("differs") == 1


@pytest.mark.parametrize(
    "text, answers, key",
    [
        (ONE, "y: [[2, 4], [6, 8], [10, 12]]", "y(2)[2]"),
        (ONE, "y(2): [6, 8]", "y(2)[1]"),
        (ONE, "m: [30, 36]", "m[2]"),
        (BATCH, "y(2): [[6, 8], [18, 20]]", "y(2)[2,2]"),
        (LOSS, "y: [2, 4, 6]", "y(2)[1]"),
        (LOSS, "J: 35", "J"),
        (LOSS, "J(2): 9", "J(2)"),
    ],
)
def test_a_misprint_that_is_right_is_stale(text, answers, key, tmp_path):
    code, found = check(tmp_path, text, answers, f"'{key}': why")
    stale = [item for item in found if item["verdict"] == "stale-misprint"]
    assert (code, len(stale), stale[0]["right"]) == (1, 1, False)


def test_a_value_cut_off_is_right_so_its_misprint_is_stale(tmp_path):
    text = ONE.replace("2 * x[t]", "x[t] / 7")
    code, found = check(tmp_path, text, "'y(1)[2]': 0.28", "'y(1)[2]': why")
    assert (code, found[0]["verdict"]) == (1, "stale-misprint")


@pytest.mark.parametrize("key", ["y(2)[1]", "y(3)[2]", "y(9)[2]", "m[1]", "s", "y(2)[3]"])
def test_a_misprint_of_a_number_that_is_not_printed_is_stale(key, tmp_path):
    code, found = check(tmp_path, ONE, "'y(2)[2]': 8", f"'{key}': why")
    assert code == 1
    assert [item["verdict"] for item in found] == ["exact", "stale-misprint"]


def test_only_the_declared_number_is_excused(tmp_path):
    code, found = check(tmp_path, ONE, "y: [[2, 4], [6, 9], [10, 13]]", "'y(2)[2]': why")
    assert code == 1
    assert [item["right"] for item in found] == [True, True, True, True, True, False]


def test_a_misprint_of_an_unknown_quantity(tmp_path):
    outcome = run_text(tmp_path, ONE + "answers: {s: 22}\nmisprints: {q: why}\n", command="check")
    assert (outcome.code, outcome.slugs) == (3, ["unknown-quantity"])
