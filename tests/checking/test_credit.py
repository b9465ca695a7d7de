"""What answers are worth: shares of a question, a number given twice, what is asked in several spellings."""

from __future__ import annotations

import pytest
from checking.judged import BATCH, LOSS, ONE
from running import bigram, problem, system

from rnncalc.base.span import Source, whole
from rnncalc.checking.credit import count_verdicts, credited, without_parts
from rnncalc.compute.answers import AnswerKey, Claims
from rnncalc.judging import Opened
from rnncalc.problem.answers import read_answers
from rnncalc.problem.answers import read_key as key_of
from rnncalc.problem.yaml_tree import Scalar, read_tree


def key(text: str) -> AnswerKey:
    return key_of(Scalar(text, whole(Source("key", text))))


def counts(text: str, asked: str, answers: str) -> dict[str, int]:
    """Give the numbers of one question by verdict, for answers in flow style."""
    opened = Opened(problem(text))
    claims = Claims(read_answers(read_tree(Source("a", answers))))
    (found,) = count_verdicts([opened.question(key(asked), 1.0)], opened.judge(claims))
    return found


@pytest.mark.parametrize(
    "verdicts, method_credit, share",
    [
        ({"exact": 4}, 0, 1),
        ({"exact": 1, "last-digit": 1, "rounded-early": 1, "too-few-digits": 1}, 0, 1),
        ({"exact": 3, "differs": 1}, 0, 0.75),
        ({"exact": 1, "follows": 3}, 0, 1),
        ({"exact": 1, "mistake": 3}, 0, 0.25),
        ({"exact": 1, "mistake": 3}, 0.5, 0.625),
        ({"exact": 1, "mistake": 3}, 1, 1),
        ({"exact": 1, "differs": 3}, 1, 0.25),
        ({"missing": 4}, 1, 0),
        ({"unreadable": 4}, 1, 0),
        ({"exact": 1, "missing": 3}, 0, 0.25),
        ({"exact": 1, "differs": 1, "not-judged": 2}, 0, 0.5),
        ({"not-judged": 2}, 0, None),
        ({}, 0, None),
    ],
)
def test_shares(verdicts, method_credit, share):
    assert credited(verdicts, method_credit) == share


def test_a_slip_that_is_named_never_lowers_a_mark():
    for credit in (0, 0.3, 1):
        assert credited({"exact": 1, "mistake": 1}, credit) >= credited({"exact": 1, "differs": 1}, credit)


@pytest.mark.parametrize(
    "asked, answers, found",
    [
        ("y", "{y: [[2, 4], [6, 8], [10, 12]]}", {"exact": 6}),
        ("y", "{y(1): [2, 4], y(2): [6, 8], y(3): [10, 12]}", {"exact": 6}),
        ("y", "{y(3): [10, 12]}", {"exact": 2, "missing": 4}),
        ("y", "{'y(3)[2]': 12, m: [30, 36]}", {"exact": 1, "missing": 5}),
        ("y(3)", "{y: [[2, 4], [6, 8], [10, 13]]}", {"exact": 1, "differs": 1}),
        ("y(3)[2]", "{y: [[2, 4], [6, 8], [10, 12]]}", {"exact": 1}),
        ("m", "{y: [[2, 4], [6, 8], [10, 12]]}", {"missing": 2}),
        ("m", "{m: [30, 36]}", {"exact": 2}),
        ("m", "{m: [30, 36, 1]}", {"unreadable": 2}),
        ("m", "{m: [30, 36, 1], 'm[1]': 30}", {"exact": 1, "unreadable": 1}),
        ("s", "{s: 22}", {"exact": 1}),
        ("s", "{s: [22]}", {"exact": 1}),
        ("y(9)", "{y: [[2, 4], [6, 8], [10, 12]]}", {}),
        ("s(1)", "{s: 22}", {}),
    ],
)
def test_numbers_count_for_what_is_asked_however_they_are_spelled(asked, answers, found):
    assert counts(ONE, asked, answers) == found


@pytest.mark.parametrize(
    "answers",
    ["{y(3): [10, 12], 'y(3)[2]': 99}", "{'y(3)[2]': 99, y(3): [10, 12]}", "{'y(3)[2]': 99, 'y(03)': [10, 12]}"],
)
def test_of_a_number_given_twice_the_worse_counts(answers):
    assert counts(ONE, "y(3)", answers) == {"exact": 1, "differs": 1}


def test_a_batch():
    y = "[[[2, 4], [6, 8], [10, 12]], [[14, 16], [18, 20], [22, 25]]]"
    assert counts(BATCH, "y", f"{{y: {y}}}") == {"exact": 11, "differs": 1}
    assert counts(BATCH, "y[2]", f"{{y: {y}}}") == {"exact": 5, "differs": 1}
    assert counts(BATCH, "y(3)", "{'y(3)[2]': [22, 24]}") == {"exact": 2, "missing": 2}


def test_losses_and_gradients():
    assert counts(LOSS, "J", "{J: 35}") == {"exact": 1}
    assert counts(LOSS, "J", "{J(1): 1, J(2): 9, J(3): 25}") == {"missing": 1}
    assert counts(LOSS, "J(2)", "{J(2): 9}") == {"exact": 1}
    assert counts(LOSS, "grad(y(2))", "{grad(y): [2, 6, 10]}") == {"exact": 1}
    assert counts(LOSS, "grad(y(2))", "{y: [2, 4, 6]}") == {"missing": 1}


def test_what_the_problem_itself_cannot_tell_is_not_asked():
    overflows = system("y[t] = exp(x[t])", inputs="x: [0, 1000]")
    assert counts(overflows, "y", "{y: [1, 5]}") == {"exact": 1}
    assert counts(ONE, "grad(y)", "{y: [[2, 4], [6, 8], [10, 12]]}") == {}


def test_steps_past_the_end_of_a_sequence_are_not_asked():
    text = system("y[t] = 2 * x[t]", inputs="x: [[[1], [2], [3]], [[4], [0], [0]]]", more="lengths: [3, 1]")
    assert counts(text, "y", "{y: [[[2], [4], [6]], [[8]]]}") == {"exact": 4}
    assert counts(text, "y", "{'y[1]': [[2], [4], [6]]}") == {"exact": 3, "missing": 1}
    assert counts(text, "y(2)", "{'y[1]': [[2], [4], [6]]}") == {"exact": 1}


def test_questions_about_a_part_of_another_one_are_left_out():
    opened = Opened(problem(ONE))
    names = ["y(1)", "m", "y(3)[1]", "y", "y(7)", "m[1]", "y(2)"]
    assert [str(one.key) for one in without_parts([opened.question(key(name), 1.0) for name in names])] == ["m", "y"]


def test_an_ngram_model():
    opened = Opened(bigram("text: a b a b b"))
    question = opened.question(key("T"), 1.0)
    for answers, found in {
        "{T: [[0, 0.5], [1, 0.5]]}": {"exact": 4},
        "{T: [[0, 1], [0.5, 0.5]]}": {"exact": 4},  # laid out the other way
        "{'T[1]': [0, 0.5]}": {"exact": 2, "missing": 2},
        "{T: [1, 2, 3]}": {"unreadable": 4},
    }.items():
        findings = opened.judge(Claims(read_answers(read_tree(Source("a", answers)))))
        assert count_verdicts([question], findings) == (found,)
    assert opened.question(key("nothing"), 1.0).spots == frozenset()
    assert opened.question(key("T(1)"), 1.0).spots == frozenset()
    assert opened.question(key("T[9]"), 1.0).spots == frozenset()
