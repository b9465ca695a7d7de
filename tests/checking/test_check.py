"""Judging the answers of a file: keys, nestings, shapes, exit status; nothing that is wrong passes."""

from __future__ import annotations

import pytest
from checking.judged import BATCH, LOSS, ONE, check
from running import run_text, system


def verdicts(folder, text: str, answers: str) -> list[str]:
    code, found = check(folder, text, answers)
    words = [item["verdict"] for item in found]
    assert code == (0 if set(words) <= {"exact", "last-digit", "rounded-early", "too-few-digits"} else 1)
    return words


@pytest.mark.parametrize(
    "text, answer, count",
    [
        (ONE, "y: [[2, 4], [6, 8], [10, 12]]", 6),
        (ONE, "y(1): [2, 4]", 2),
        (ONE, "y(3): [10, 12]", 2),
        (ONE, "'y(2)[1]': 6", 1),
        (ONE, "'y(2)[2]': 8", 1),
        (ONE, "'y(2)[2]': [8]", 1),
        (ONE, "m: [30, 36]", 2),
        (ONE, "'m[2]': 36", 1),
        (ONE, "s: 22", 1),
        (ONE, "s: [22]", 1),
        (BATCH, "y: [[[2, 4], [6, 8], [10, 12]], [[14, 16], [18, 20], [22, 24]]]", 12),
        (BATCH, "y(2): [[6, 8], [18, 20]]", 4),
        (BATCH, "'y(2)[2]': [18, 20]", 2),
        (BATCH, "'y(2)[2,1]': 18", 1),
        (BATCH, "'y(2)[2][1]': 18", 1),
        (BATCH, "m: [[10, 12], [22, 24]]", 4),
        (BATCH, "'m[2]': [22, 24]", 2),
        (LOSS, "y: [2, 4, 6]", 3),
        (LOSS, "y: [[2], [4], [6]]", 3),
        (LOSS, "y(2): 4", 1),
        (LOSS, "y(2): [4]", 1),
        (LOSS, "'y(2)[1]': 4", 1),
        (LOSS, "J: 35", 1),
        (LOSS, "J(2): 9", 1),
        (LOSS, "J: [35]", 1),
    ],
)
def test_right_answers_in_every_nesting(text, answer, count, tmp_path):
    assert verdicts(tmp_path, text, answer) == ["exact"] * count


@pytest.mark.parametrize(
    "text, answer, words",
    [
        (ONE, "y: [[2, 4], [6, 8]]", "the answer is 2 × 2, the quantity is 3 × 2"),
        (ONE, "y: [[2, 6, 10], [4, 8, 12]]", "the answer is 2 × 3, the quantity is 3 × 2"),
        (ONE, "y: [2, 4, 6]", "the answer is 3, the quantity is 3 × 2"),
        (ONE, "y: 2", "a single number"),
        (ONE, "y(2): [6, 8, 9]", "the answer is 3, the quantity is 2"),
        (ONE, "y(2): [[6, 8]]", "the answer is 1 × 2, the quantity is 2"),
        (ONE, "y(2): 6", "a single number"),
        (ONE, "s: [22, 22]", "the answer is 2, the quantity is"),
        (BATCH, "y: [[2, 4], [6, 8], [10, 12]]", "the quantity is 2 × 3 × 2"),
        (BATCH, "y(2): [6, 8]", "the quantity is 2 × 2"),
        (LOSS, "J: [1, 9]", "the quantity is a single number"),
    ],
)
def test_an_answer_of_another_shape_is_not_right(text, answer, words, tmp_path):
    code, found = check(tmp_path, text, answer)
    assert (code, [item["verdict"] for item in found]) == (1, ["unreadable"])
    assert words in found[0]["rule"]


@pytest.mark.parametrize(
    "text, answer",
    [
        (ONE, "y(4): [1, 2]"),
        (ONE, "y(0): [0, 0]"),
        (ONE, "'y(2)[3]': 1"),
        (ONE, "'m[3]': 1"),
        (ONE, "m(1): [30, 36]"),
        (ONE, "'s[2]': 22"),
        (BATCH, "'y(2)[3,1]': 1"),
        (LOSS, "J(4): 1"),
        (LOSS, "'J[2]': 35"),
        (LOSS, "'J(2)[5]': 9"),
    ],
)
def test_an_answer_about_what_does_not_exist_is_not_right(text, answer, tmp_path):
    """Nothing was found right, so the exit status must not say so."""
    code, found = check(tmp_path, text, answer)
    assert code == 1
    assert found[0]["verdict"] not in ("exact", "last-digit", "not-judged") and found[0]["rule"]


def test_gradients_that_nothing_computes_never_decide(tmp_path):
    code, found = check(tmp_path, system("y[t] = x[t]"), "grad(x): 3")
    assert (code, [item["verdict"] for item in found]) == (0, ["not-judged"])


def test_one_wrong_number_among_many(tmp_path):
    assert verdicts(tmp_path, ONE, "y: [[2, 4], [6, 9], [10, 12]]") == ["exact"] * 3 + ["differs"] + ["exact"] * 2


def test_expressions(tmp_path):
    text = system("y[t] = tanh(x[t])", inputs="x: [0.5, 1/3]")
    assert verdicts(tmp_path, text, "y: [tanh(0.5), tanh(1/3)]") == ["exact"] * 2
    assert verdicts(tmp_path, text, "y: [tanh(0.5), tanh(0.333)]") == ["exact", "differs"]
    assert verdicts(tmp_path, text, "y: [0.46211715726, 0.32]") == ["exact"] * 2


def test_rounding_every_step_is_what_answers_are_held_against(tmp_path):
    text = system(
        "a[t] = x[t] / 3\ny[t] = 3 * a[t]", inputs="x: [1]", more="rounding: {decimals: 2, intermediate: every-step}"
    )
    assert verdicts(tmp_path, text, "y: [0.99]") == ["exact"]
    assert verdicts(tmp_path, text.replace("every-step", "none"), "y: [0.99]") == ["rounded-early"]
    assert verdicts(tmp_path, text.replace("every-step", "none"), "y: [0.90]") == ["differs"]


def test_the_same_quantity_twice_under_two_spellings(tmp_path):
    """Grader spoofing: of two answers to one question one is likely right."""
    outcome = run_text(tmp_path, LOSS + "answers:\n  y(2): 4\n  y(02): 5\n", command="check")
    assert outcome.code in (1, 3)
    assert outcome.code == 3 or outcome.out.count("y(2)") == 2


@pytest.mark.parametrize(
    "key, close", [("Y", "'y'"), ("yy", "'y'"), ("q", "y, m, s"), ("x", "y, m, s"), ("W", "y, m, s")]
)
def test_an_answer_about_an_unknown_quantity(key, close, tmp_path):
    outcome = run_text(tmp_path, ONE + f"answers: {{{key}: 1}}\n", command="check")
    assert (outcome.code, outcome.slugs) == (3, ["unknown-quantity"])
    assert close in outcome.err


def test_overflow_is_not_judged_and_says_so(tmp_path):
    code, found = check(tmp_path, system("y[t] = exp(x[t])", inputs="x: [1000, 0]"), "y: [5, 1]")
    assert (code, [item["verdict"] for item in found]) == (0, ["not-judged", "exact"])
    assert found[0]["value"] is None
