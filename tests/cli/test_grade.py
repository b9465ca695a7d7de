"""rnncalc grade: points and partial credit, one row a student, the summary, CSV and JSON."""

from __future__ import annotations

import re

import pytest
from classes import HALF, PROBLEM, RIGHT, Class
from running import ROOT, run

import rnncalc
from rnncalc.grades import summarise
from rnncalc.judging import Opened

ELMAN = "ntu-tutorial-8-q1a"
STUDENTS = ROOT / "tests" / "golden" / "class"


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Class(tmp_path)


def test_points_of_each_question_and_of_all(course):
    course.add("ada")
    course.add("bo", HALF)
    outcome = course.grade("--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["schema_version"] == 1 and outcome.json["command"] == "grade"
    assert outcome.json["questions"] == [
        {"key": "y", "points": 3.0, "numbers": 6},
        {"key": "m", "points": 1.0, "numbers": 2},
    ]
    ada, bo = outcome.json["submissions"]
    assert (ada["points"], ada["first"], ada["mistakes"], ada["reason"], ada["counts"]) == (4, None, [], None, True)
    y, m = bo["questions"]
    assert (y["share"], y["points"], y["verdicts"]["exact"]) == (0.5, 1.5, 3)
    assert sum(y["verdicts"].values()) == 6
    assert m["share"] == bo["points"] - 1.5  # what y(3) as given leads to, or not
    assert bo["first"]["key"] == "y(2)[2]"


def test_the_exit_status_is_that_of_grading_not_of_the_answers(course):
    course.add("bo", "y: [[0, 0], [0, 0], [0, 0]]")
    assert course.grade().code == 0


def test_a_question_that_is_missing_counts_nothing(course):
    course.add("ada", "m: [30, 36]")
    row = course.rows()["ada.yaml"]
    assert row["points"] == 1 and row["notes"] == ["y: missing"]
    assert row["questions"][0]["verdicts"] == {"missing": 6}
    course.add("ada", "y(1): [2, 4]\n  m: [30, 36, 1]")
    row = course.rows()["ada.yaml"]
    assert row["points"] == 1  # two of six, of three points
    assert row["notes"] == ["m: the answer is 3, the quantity is 2", "y: 4 of 6 missing"]
    assert row["questions"][1]["verdicts"] == {"unreadable": 2}


def test_a_submission_without_answers_has_no_points(course):
    course.write("ada.yaml", "rnncalc: 1\nproblem: q1.yaml\n")
    course.add("bo")
    outcome = course.grade()
    assert outcome.code == 0 and "ada      0  0       0  y: missing; m: missing" in outcome.out


def test_what_is_not_asked_neither_helps_nor_harms(course):
    (course.folder / "q1.yaml").write_text(PROBLEM.replace("  m: [30, 36]\n", ""))
    course.add("ada", "y: [[2, 4], [6, 8], [10, 12]]\n  m: [1, 2]")
    course.add("bo", "m: [30, 36]")
    assert [row["points"] for row in course.rows().values()] == [3, 0]


def test_following_from_an_own_number_counts_whole_and_a_named_slip_as_much_as_is_said(monkeypatch):
    monkeypatch.chdir(ROOT)
    shares = {}
    for credit in ("0", "0.5", "1"):
        found = run("grade", ELMAN, STUDENTS, "--jobs", "1", "--method-credit", credit, "--format", "json").json
        assert found["method_credit"] == float(credit)
        (chen,) = [item for item in found["submissions"] if item["student"] == "Chen"]
        h, y = chen["questions"]
        assert h["verdicts"]["mistake"] == 4 and y["verdicts"]["follows"] >= 1
        assert chen["first"]["mistakes"] == ["missing-transpose"]
        assert "this is what you get if" in chen["first"]["rule"]
        shares[credit] = (h["share"], y["share"])
    assert shares == {"0": (0.5, 1), "0.5": (0.75, 1), "1": (1, 1)}


def test_the_mistakes_of_a_class_are_counted(monkeypatch):
    found = run("grade", ELMAN, STUDENTS, "--jobs", "1", "--format", "json").json["summary"]
    assert found["mistakes"] == {"missing-transpose": 2, "digit-swap": 1, "missing-bias": 1}
    assert (found["submissions"], found["counted"], found["of"]) == (7, 7, 2)
    assert found["median"] == 1.5 and found["mean"] == pytest.approx((2 + 2 + 1.5 + 1.125 + 1 + 1.75 + 1.5) / 7)
    assert [round(item["share"], 4) for item in found["questions"]] == [0.7321, 0.8214]


def test_a_problem_without_answers_asks_for_what_has_points(course):
    (course.folder / "q1.yaml").write_text(PROBLEM.partition("answers:")[0] + "points: {y(3): 2, m: 1}\n")
    course.add("ada")
    course.add("bo", "m: [30, 36]", problem="../q1.yaml")
    assert [row["points"] for row in course.rows().values()] == [3, 1]
    outcome = run("check", "q1.yaml", "hw/bo.yaml", "--format", "json")
    assert [item["key"] for item in outcome.json["answers"] if item["verdict"] == "missing"] == ["y(3)"]


def test_a_problem_that_asks_nothing_asks_for_what_is_given(course):
    (course.folder / "q1.yaml").write_text(PROBLEM.partition("answers:")[0])
    course.add("ada", "y(1): [2, 4]\n  y: [[2, 4], [6, 8], [10, 12]]")
    course.add("bo", "y(2): [6, 8]\n  m: [30, 36]\n  y(8): 1")
    outcome = course.grade("--format", "json")
    assert [item["key"] for item in outcome.json["questions"]] == ["y", "m"]
    assert [item["points"] for item in outcome.json["submissions"]] == [1, pytest.approx(1 + 2 / 6)]
    assert "what is asked for is what submissions give" in course.grade().out


def test_a_question_that_cannot_be_judged_has_no_points(course):
    (course.folder / "q1.yaml").write_text(PROBLEM.replace("points: {y: 3}", "").replace("m: [30, 36]", "y(9): 1"))
    course.add("ada", "y: [[2, 4], [6, 8], [10, 12]]")
    outcome = course.grade()
    assert outcome.code == 0 and "ada      1     –       1" in outcome.out
    assert "Nothing to judge, so no points: y(9)" in outcome.out


def test_equal_numbers_are_judged_once(course, monkeypatch):
    for number, answers in enumerate(
        [RIGHT, RIGHT, HALF, HALF, HALF.replace("0.8", "+.8"), HALF.replace("77", "77.0")]
    ):
        course.add(f"s{number}", answers)
    judged, judge = [], Opened.judge
    monkeypatch.setattr(Opened, "judge", lambda self, claims: judged.append(claims) or judge(self, claims))
    rows = list(course.rows().values())
    assert len(judged) == 3
    assert rows[2]["questions"] == rows[3]["questions"] == rows[4]["questions"] and rows[2]["first"]["key"] == "y(2)[2]"


def test_other_processes_find_the_same(course, monkeypatch):
    for number in range(12):
        course.add(f"s{number}", [RIGHT, HALF, HALF.replace("77", f"7{number}"), "q: 1"][number % 4])
    alone = course.grade("--format", "json")
    monkeypatch.setattr("rnncalc.grading.READ_ALONE", 0)
    monkeypatch.setattr("rnncalc.grading.JUDGED_ALONE", 0)
    together = run("grade", "q1.yaml", "hw", "--jobs", "2", "--format", "json")
    assert together == alone and alone.code == 3


def test_bigram_problems(course):
    text = "rnncalc: 1\nbigram: {text: a b a b b, sentence: a b}\nanswers: {T: [[0, 0.5], [1, 0.5]], likelihood: 1}\n"
    (course.folder / "q1.yaml").write_text(text + "points: {T: 4}\n")
    course.add("ada", "T: [[0, 0.5], [1, 0.25]]\n  likelihood: 1.0")
    row = course.rows()["ada.yaml"]
    assert row["points"] == 4 and row["first"]["key"] == "T[2][2]"


def test_gradients_are_graded(course):
    text = PROBLEM.partition("answers:")[0] + "targets: {d: [[1, 1], [1, 1], [1, 1]]}\n"
    text += "loss: {kind: squared-error, output: y}\nanswers: {grad(y): [[2, 6], [10, 14], [18, 22]], J: 286}\n"
    (course.folder / "q1.yaml").write_text(text)
    course.add("ada", "grad(y(1)): [2, 6]\n  J: 286")
    assert course.rows()["ada.yaml"]["points"] == pytest.approx(1 + 2 / 6)


def test_the_problem_from_standard_input(course):
    course.add("ada", problem="whatever.yaml")
    outcome = run("grade", "-", "hw", "--jobs", "1", stdin=PROBLEM.encode())
    assert outcome.code == 0 and "ada      3  1       4" in outcome.out


def test_no_digit_of_a_hidden_key_is_shown(course):
    text = PROBLEM.replace("[1, 2]", "[0.123456, 2]").replace("[[2, 4]", "[[0.246912, 4]")
    (course.folder / "q1.yaml").write_text(text + "hidden: true\n")
    course.add("ada", HALF)
    for args in ([], ["--csv", "-"], ["--format", "json"]):
        assert "2469" not in course.grade(*args).out


@pytest.mark.parametrize("width", [20, 40, 60, 100, 160])
def test_nothing_is_cut_at_any_width(course, width):
    course.add("a", HALF, student="Wilhelmina Konstantinopolitanskaya-Fitzgerald the Third")
    course.add("b", student="漢字かな交じり文")
    course.add("c", "y: [a]", student="'[bold]x[/bold]'")
    outcome = course.grade(width=width)
    plain = re.sub(r"\s+", "", outcome.out)
    for text in ("Wilhelmina", "Fitzgerald", "漢字かな交じり文", "[bold]x[/bold]", "y(2)[2]", "not-a-number", "median"):
        assert text in plain
    from rich.cells import cell_len

    assert max(map(cell_len, outcome.out.splitlines())) <= width
    assert all(line == line.rstrip() for line in outcome.out.splitlines())


def test_names_are_sorted_and_come_from_the_file_where_none_is_given(course):
    for name, student in (("z", "ada"), ("b", None), ("c", "'  '"), ("k/q1", None), ("l/q1", None), ("y", "Åsa")):
        course.add(name, student=student)
    assert [row["student"] for row in course.table()] == ["ada", "b", "c", "k/q1", "l/q1", "Åsa"]


def test_from_python(course):
    course.add("ada")
    course.add("bo", "m: [30, 0.36]")
    grades = rnncalc.grade(rnncalc.load("q1.yaml"), "hw")
    assert [(row.student, row.total) for row in grades.rows] == [("ada", 4.0), ("bo", 0.5)]
    summary = summarise(grades)
    assert (summary.mean, summary.median, grades.possible) == (2.25, 2.25, 4.0)
    assert grades.rows[1].marks.first.key == "m[2]"
