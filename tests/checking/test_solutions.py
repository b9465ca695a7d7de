"""Solution files, answers at the prompt, hints, and that a hidden key stays hidden."""

from __future__ import annotations

import json

import pytest
from running import run

PROBLEM = """rnncalc: 1
title: Homework
recurrence: elman
weights: {U: [[0.5, -0.3], [0.8, 0.2]], W: [[0.1, 0.4], [-0.5, 0.7]], b: [0.1, -0.2], V: [[1.2], [-0.7]], c: 0.3}
inputs: {x: [[1, 0.5], [-1, 2], [0.3, -0.6]]}
targets: {d: [[1], [0], [0.5]]}
loss: squared-error
answers:
  h: [[0.7616, -0.3799], [0.8347, 0.5000], [0, 0]]
  y: [1, 2, 3]
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder with a problem and a folder of solutions, in which the program runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw").mkdir()
    (tmp_path / "q1.yaml").write_text(PROBLEM)
    return tmp_path


def solve(course, name: str, answers: str, extra: str = "") -> str:
    path = course / "hw" / f"{name}.yaml"
    path.write_text(f"rnncalc: 1\nproblem: ../q1.yaml\nstudent: {name}\n{extra}answers:\n{answers}")
    return f"hw/{name}.yaml"


def right(decimals: int = 4) -> str:
    values = run("forward", "q1.yaml", "--format", "json").json["values"]
    lines = [f"  {name}: {[[round(v, decimals) for v in row] for row in values[name]]}" for name in ("h", "y")]
    return "\n".join(lines) + "\n"


def test_a_right_solution_and_a_wrong_one(course):
    good, bad = solve(course, "ada", right()), solve(course, "bob", "  h(1): [0.5, 0.5]\n  y: [1, 1, 1]\n")
    outcome = run("check", "q1.yaml", "hw")
    assert outcome.code == 1 and "(ada)" in outcome.out and "(bob)" in outcome.out
    assert run("check", good).code == 0
    found = run("check", bad, "--format", "json").json["answers"]
    assert {item["student"] for item in found} == {"bob"} and found[0]["verdict"] == "differs"


def test_a_problem_named_with_its_solutions_is_not_judged_itself(course):
    solve(course, "ada", right())
    assert run("check", "q1.yaml").code == 1  # its own answers are wrong
    assert run("check", "q1.yaml", "hw").code == 0
    assert run("check", ".").code == 0  # a folder that holds both


def test_what_is_asked_and_not_given_is_missing(course):
    path = solve(course, "ada", right().split("\n")[0] + "\n")
    outcome = run("check", path, "--format", "json")
    assert outcome.code == 1
    assert [item["key"] for item in outcome.json["answers"] if item["verdict"] == "missing"] == ["y"]


@pytest.mark.parametrize(
    "key", ["weights: {U: [[1]]}", "tolerance: 1", "points: 10", "initial: {h: 1}", "misprints: {h: no}"]
)
def test_a_solution_brings_answers_alone(course, key):
    outcome = run("check", solve(course, "eve", right(), key + "\n"))
    assert (outcome.code, outcome.slugs) == (3, ["unknown-key"])
    assert "come from the problem" in outcome.err


def test_a_solution_without_answers_never_passes(course):
    (course / "hw" / "empty.yaml").write_text("rnncalc: 1\nproblem: ../q1.yaml\n")
    assert run("check", "hw/empty.yaml").code == 5


def test_the_problem_named_must_be_the_one_solved(course):
    path = solve(course, "ada", right())
    (course / "q2.yaml").write_text(PROBLEM)
    outcome = run("check", "q2.yaml", path)
    assert (outcome.code, outcome.slugs) == (3, ["other-problem"])


@pytest.mark.parametrize(
    "problem, slug", [("../../outside.yaml", "outside-folder"), ("../nothing.yaml", "missing-file")]
)
def test_problems_that_cannot_be_read(course, problem, slug):
    (course.parent / "outside.yaml").write_text(PROBLEM)
    path = course / "hw" / "x.yaml"
    path.write_text(f"rnncalc: 1\nproblem: {problem}\nanswers: {{y: [1]}}\n")
    outcome = run("check", "hw/x.yaml")
    assert (outcome.code, outcome.slugs) == (3, [slug])


@pytest.mark.parametrize("answers", ["  y: [1%, 2, 3]\n", "  y: [one, 2, 3]\n", "  h: [[1, 2], [3]]\n", "  q: [1]\n"])
def test_answers_that_cannot_be_read(course, answers):
    assert run("check", solve(course, "eve", answers)).code == 3


@pytest.mark.parametrize(
    "answers", ["  y: [1, 2]\n", "  y: [1, 2, 3, 4]\n", "  h(1): [[1, 2], [3, 4]]\n", "  y(4): 1\n"]
)
def test_answers_of_another_shape_are_wrong(course, answers):
    outcome = run("check", solve(course, "eve", answers), "--format", "json")
    assert outcome.code == 1 and outcome.json["answers"][0]["verdict"] == "unreadable"


@pytest.mark.parametrize("text", ["y = 1.0 2 3", "y=1,2,3", "h(2) = 0.99, 1.00", "J = 3", "grad(W) = 1"])
def test_answers_at_the_prompt(course, text):
    outcome = run("check", "q1.yaml", "--answer", text)
    assert outcome.code in (0, 1) and not outcome.err


def test_answers_at_the_prompt_stand_for_those_of_the_file(course):
    h = run("forward", "q1.yaml", "--format", "json").json["values"]["h"][1]
    outcome = run("check", "q1.yaml", "--answer", f"h(2) = {h[0]:.3f} {h[1]:.3f}", "--format", "json")
    assert outcome.code == 0 and len(outcome.json["answers"]) == 2


@pytest.mark.parametrize("text", ["y", "= 3", "y =", "h[2 = 1", "y = a"])
def test_answers_at_the_prompt_that_cannot_be_read(course, text):
    assert run("check", "q1.yaml", "--answer", text).code == 3


def test_hints_say_more_and_more(course):
    path = solve(course, "bob", "  h(1): [0.5000, -0.3799]\n")
    out = [run("check", path, "--hint", str(level)).out for level in range(4)]
    assert "wrong" in out[0] and "entry" not in out[0]
    assert "the first wrong number: line 5" in out[1]
    assert "tanh(z(t))" in out[2] and "computed" not in out[2]
    assert "0.761594 computed" in out[3]


def key_digits(course) -> set[str]:
    values = run("forward", "q1.yaml", "--format", "json").json["values"]
    return {f"{v:.3f}".lstrip("-")[:5] for name in ("h", "y", "z") for row in values[name] for v in row}


@pytest.mark.parametrize("hidden", [False, True])
def test_no_digit_of_a_hidden_key_is_shown(course, hidden):
    """By --student, or because the problem says so."""
    if hidden:
        (course / "q1.yaml").write_text(PROBLEM + "hidden: true\n")
    path = solve(
        course,
        "bob",
        "  h: [[0.11, 0.12], [0.13, 0.14], [0.15, 0.16]]\n  y: [5, 6, 7]\n  J: 99\n  grad(W): [[9, 9], [9, 9]]\n",
    )
    digits = key_digits(course)
    for args in ([], ["--hint", "3"], ["--format", "json"], ["--quiet"]):
        outcome = run("check", path, *args, *([] if hidden else ["--student"]))
        assert outcome.code == 1
        assert not [one for one in digits if one in outcome.out + outcome.err]
        if "json" in args:
            assert all(item["value"] is None for item in json.loads(outcome.out)["answers"])
            assert "units" not in outcome.out


def test_a_solution_cannot_be_run(course):
    outcome = run("forward", solve(course, "ada", right()))
    assert (outcome.code, outcome.slugs) == (3, ["is-a-solution"])


def test_a_hidden_key_is_hidden_from_answers_at_the_prompt_and_in_its_own_file(course):
    wrong = "answers:\n  h: [[0.1, 0.2], [0.1, 0.2], [0.1, 0.2]]\n"
    (course / "h.yaml").write_text(PROBLEM.split("answers:")[0] + wrong + "hidden: true\n")
    values = run("forward", "h.yaml", "--format", "json").json["values"]
    for words in (["--answer", "h(1) = 1/3, 0.1"], []):
        for form in ("table", "json"):
            outcome = run("check", "h.yaml", *words, "--format", form)
            assert outcome.code == 1
            for value in (x for name in ("h", "y") for row in values[name] for x in row):
                assert f"{value:.4f}"[:-1] not in outcome.out


def test_a_stray_problem_in_a_folder_refuses_no_solution(course):
    (course / "hw" / "stray.yaml").write_text("rnncalc: 1\nequations: y[t] = x[t]\ninputs: {x: [1]}\n")
    good = solve(course, "ada", right())
    assert run("check", "hw").code == 0
    assert run("check", "hw/stray.yaml", good).slugs == ["other-problem"]


def test_a_solution_without_its_problem_is_a_solution_all_the_same(course):
    path = course / "hw" / "bo.yaml"
    path.write_text("rnncalc: 1\nstudent: Bo\nanswers: {h(1): [1, 2]}\n")
    assert run("check", str(path)).slugs == ["missing-problem"]
