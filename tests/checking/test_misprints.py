"""Declared misprints: found however the answer is nested; stale where the print is right."""

from __future__ import annotations

import pytest
from checking.judged import BATCH, LOSS, ONE, check
from running import run, run_text

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


ACTIVITY = """rnncalc: 1
equations: |
  h[t] = relu(W @ x[t] + V @ h[t-1])
weights: {W: [[0.3, 0.6], [0.8, 0.7]], V: [[0.5, 0.7], [0.9, 0.4]]}
inputs: {x: [[1, 0], [0, 1]]}
initial: {h: [0.5, 0.9]}
"""


def explained(tmp_path, answers: str) -> tuple[list[str], str]:
    outcome = run_text(tmp_path, ACTIVITY + f"answers:\n  h: {answers}\n", "--format", "json", command="check")
    items = outcome.json["answers"]
    return [item["verdict"] for item in items], " ".join(f"{item['rule']} {item['remark']}" for item in items)


def test_an_input_of_another_step_is_a_slip_of_method(tmp_path):
    """h(2) worked out with x(1): W (1, 0) + V h(1)."""
    h1 = [0.3 + 0.25 + 0.63, 0.8 + 0.45 + 0.36]
    h2 = [0.3 + 0.5 * h1[0] + 0.7 * h1[1], 0.8 + 0.9 * h1[0] + 0.4 * h1[1]]
    verdicts, rule = explained(tmp_path, f"[[{h1[0]:.2f}, {h1[1]:.2f}], [{h2[0]:.3f}, {h2[1]:.3f}]]")
    assert verdicts == ["exact", "exact", "mistake", "mistake"]
    assert "x(t-1) is used in place of x(t)" in rule


def test_an_input_with_its_entries_swapped_explains_a_misprint(tmp_path):
    """h(1) worked out with x(1) = (0, 1), which no other step and no slip gives."""
    problem = ACTIVITY.replace("[[1, 0], [0, 1]]", "[[1, 0.5], [0.25, 0.75]]")
    h1 = [0.3 * 0.5 + 0.6 * 1 + 0.25 + 0.63, 0.8 * 0.5 + 0.7 * 1 + 0.45 + 0.36]
    answers = f"answers:\n  h: [[{h1[0]:.2f}, {h1[1]:.2f}], [0, 0]]\n"
    items = run_text(tmp_path, problem + answers, "--format", "json", command="check").json["answers"]
    assert [item["verdict"] for item in items[:2]] == ["misprint", "misprint"]
    assert "x(1) = (0.5, 1) in place of (1, 0.5)" in items[0]["rule"]


def test_a_transposed_weight_is_a_slip_of_method(tmp_path):
    h1 = [0.3 + 0.25 + 0.81, 0.8 + 0.35 + 0.36]
    verdicts, rule = explained(tmp_path, f"[[{h1[0]:.2f}, {h1[1]:.2f}], [0, 0]]")
    assert verdicts[:2] == ["mistake", "mistake"] and "Vᵀ is used in place of V" in rule


def test_a_product_off_by_one_is_named_with_its_ties(tmp_path):
    """0.7 times 0.9 taken as 0.62, which moves the first entry alone."""
    verdicts, rule = explained(tmp_path, "[[1.17, 1.61], [0, 0]]")
    assert verdicts[:2] == ["misprint", "exact"]
    assert "0.62 for 0.7 · 0.9" in rule and " or " in rule


def test_a_random_wrong_number_is_not_explained(tmp_path):
    verdicts, _ = explained(tmp_path, "[[7.77, 1.61], [9.99, 3.21]]")
    assert "misprint" not in verdicts


def test_solutions_are_not_excused_by_changes_to_the_problem(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(ACTIVITY)
    (tmp_path / "s.yaml").write_text("rnncalc: 1\nproblem: p.yaml\nanswers: {h(1): [1.36, 1.51]}\n")
    verdicts = {item["verdict"] for item in run("check", "s.yaml", "--format", "json").json["answers"]}
    assert verdicts == {"mistake"}
