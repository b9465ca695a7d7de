"""Answers to n-gram problems: what counts as right, and what a file without a value is told."""

from __future__ import annotations

import pytest
from running import ROOT, run

POTTER = "text: Harry Potter\ncase: lower\nsmoothing: laplace\nsentence: potter harry"


def check(section: str, answers: str, misprints: str = ""):
    lines = "".join(f"  {line}\n" for line in section.split("\n"))
    text = f"rnncalc: 1\nbigram:\n{lines}answers: {{{answers}}}\n" + (
        f"misprints: {{{misprints}}}\n" if misprints else ""
    )
    outcome = run("check", "-", "--format", "json", stdin=text.encode())
    assert outcome.err == ""
    return outcome.code, outcome.json["answers"]


def verdicts(section: str, answers: str, misprints: str = "") -> list[str]:
    return [answer["verdict"] for answer in check(section, answers, misprints)[1]]


@pytest.mark.parametrize("orientation", ["columns", "rows"])
def test_the_printed_solution_is_right_either_way_round(orientation):
    printed = "T: [[0.33, 0.50], [0.66, 0.50]], likelihood: 0.5"
    code, answers = check(f"{POTTER}\norientation: {orientation}", printed)
    assert code == 0
    assert [answer["verdict"] for answer in answers] == ["exact", "exact", "last-digit", "exact", "exact"]


def test_the_remarks_say_that_it_lies_the_other_way_and_that_a_digit_is_cut_off():
    out = run("check", ROOT / "problems" / "class4-bigram.yaml").out
    assert "laid out by columns, where the problem says rows; right in that way" in out
    assert "0.66 given, 0.6667 computed; the value is cut off instead of rounded" in out


def test_no_remark_where_it_lies_as_asked():
    text = f"rnncalc: 1\nbigram: {{{POTTER.replace(chr(10), ', ')}}}\nanswers: {{T: [[0.33, 0.50], [0.67, 0.50]]}}"
    out = run("check", "-", stdin=text.encode()).out
    assert "laid out" not in out and "4 exact" in out


def test_a_wrong_table_is_judged_as_asked_not_as_turned():
    code, answers = check(f"{POTTER}\norientation: rows", "T: [[0.33, 0.50], [0.60, 0.50]]")
    assert code == 1
    assert [answer["value"] for answer in answers] == pytest.approx([1 / 3, 2 / 3, 1 / 2, 1 / 2])
    assert [answer["verdict"] for answer in answers] == ["exact", "differs", "differs", "exact"]


def test_one_entry_alone_is_not_turned():
    assert verdicts(POTTER, "'T[2,1]': 0.67, 'T[1,2]': 0.5") == ["exact", "exact"]
    assert verdicts(f"{POTTER}\norientation: rows", "'T[2,1]': 0.67") == ["differs"]


def test_weights_are_never_turned():
    section = "table: [[0.4, 0.2], [0.6, 0.8]]"
    assert set(verdicts(section, "W: [[-0.405, -1.386], [0.405, 1.386]]")) == {"exact"}
    assert verdicts(section, "W: [[-0.405, 0.405], [-1.386, 1.386]]") == ["exact", "mistake", "mistake", "exact"]


@pytest.mark.parametrize(
    ("key", "right", "wrong"),
    [
        ("counts", "[[0, 0], [1, 0]]", "[[1, 0], [1, 0]]"),
        ("smoothed", "[[1, 1], [2, 1]]", "[[1, 1], [2, 2]]"),
        ("likelihood", "0.5", "0.4"),
        ("log_likelihood", "-0.6931", "-0.71"),
        ("perplexity", "2", "3"),
        ("W", "[[-0.6931, 0], [0.6931, 0]]", "[[0.6931, 0], [-0.7931, 0]]"),
        ("V", "[[0, 0], [0, 0]]", "[[0, 1], [0, 0]]"),
        ("b", "[0, 0]", "[0, 1]"),
        ("C", "[[1, 0], [0, 1]]", "[[1, 0], [1, 1]]"),
        ("'W[2,1]'", "0.693", "0.95"),
        ("'T[2]'", "[0.67, 0.5]", "[0.5, 0.67]"),
    ],
)
def test_every_value_can_be_answered(key, right, wrong):
    assert set(verdicts(POTTER, f"{key}: {right}")) == {"exact"}
    code, answers = check(POTTER, f"{key}: {wrong}")
    assert code == 1 and "differs" in [answer["verdict"] for answer in answers]


def test_longer_contexts_have_recognisers():
    section = "text: a b a\norder: 3\nactivation: identity"
    assert set(verdicts(section, "A1: [[0, 2]], A2: [[2, 0]], T: [[1], [0]], W: [[1], [0]]")) == {"exact"}


@pytest.mark.parametrize(
    ("section", "answers", "reason"),
    [
        (POTTER, "q: 1", "there is no 'q'; there are 'counts', 'smoothed', 'T', 'likelihood'"),
        (POTTER, "T(2): [0, 1]", "an n-gram model has no steps and no gradients"),
        (POTTER, "grad(T): 1", "an n-gram model has no steps and no gradients"),
        (POTTER, "'T[3,1]': 1", "there is no entry 3,1"),
        (POTTER, "'likelihood[1]': 1", "there is no entry 1"),
        (POTTER, "T: [1, 2, 3]", "the answer is 3, the quantity is 2 × 2"),
        ("text: a b", "likelihood: 1", "there is no 'likelihood' without 'sentence'"),
        ("text: a b", "W: [[1]]", "since some σ⁻¹ is not finite"),
        ("table: [[0.4, 0.2], [0.6, 0.8]]", "counts: [[1]]", "there is no 'counts'; there are 'T'"),
    ],
)
def test_what_cannot_be_judged_says_why(section, answers, reason):
    code, found = check(section, answers)
    assert code == 1 and found[0]["verdict"] == "unreadable" and reason in found[0]["rule"]


def test_an_undefined_probability_is_not_judged():
    code, answers = check("text: a b", "T: [[0, 0.5], [1, 0.5]]")
    assert code == 0
    assert [answer["verdict"] for answer in answers] == ["exact", "not-judged", "exact", "not-judged"]
    assert answers[1]["rule"] == "the probability is 0/0" and answers[1]["value"] is None


def test_declared_misprints():
    printed = "T: [[0.33, 0.50], [0.60, 0.50]]"
    code, answers = check(POTTER, printed, "'T[2,1]': printed so")
    assert code == 0 and answers[2]["misprint"] == "printed so"
    assert "stale-misprint" in verdicts(POTTER, "T: [[0.33, 0.50], [0.67, 0.50]]", "'T[2,1]': printed so")
    assert "stale-misprint" in verdicts(POTTER, "likelihood: 0.5", "'T[2,1]': printed so")
