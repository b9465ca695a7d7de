"""rnncalc grade: what is broken costs only itself, nobody is lost in silence, no cell is a formula."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from classes import HALF, PROBLEM, RIGHT, Class, alive
from running import run, start

MIB = 2**20


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Class(tmp_path)


BROKEN = {
    "yaml": ("rnncalc: 1\nproblem: q1.yaml\nanswers: {y: [1, 2\n", "yaml-syntax"),
    "tag": ("rnncalc: 1\nproblem: q1.yaml\nanswers: !!python/object:os.system {y: 1}\n", "yaml-tag"),
    "deep": ("rnncalc: 1\nproblem: q1.yaml\nanswers: {y: " + "[" * 40 + "]" * 40 + "}\n", "too-deep"),
    "large": (f"rnncalc: 1\nproblem: q1.yaml\nanswers: {{m: [30, 36]}}\n#{'x' * 4 * MIB}", "file-too-large"),
    "binary": (b"rnncalc: 1\n\x00\xff", "not-text"),
    "latin-1": (b"rnncalc: 1\nproblem: q1.yaml\nstudent: Zo\xeb\nanswers: {m: [30, 36]}\n", "not-text"),
    "word": ("rnncalc: 1\nproblem: q1.yaml\nanswers: {m: [thirty, 36]}\n", "not-a-number"),
    "quantity": ("rnncalc: 1\nproblem: q1.yaml\nanswers: {m: [30, 36], q: 1}\n", "unknown-quantity"),
    "twice": ("rnncalc: 1\nproblem: q1.yaml\nanswers: {m: [30, 36], m: [3, 4]}\n", "duplicate-key"),
    "points": ("rnncalc: 1\nproblem: q1.yaml\nanswers: {m: [30, 36]}\npoints: {m: 100}\n", "unknown-key"),
    "weights": ("rnncalc: 1\nproblem: q1.yaml\nanswers: {m: [1, 2]}\nequations: m = x[T]\n", "unknown-key"),
    "other": ("rnncalc: 1\nproblem: q2.yaml\nanswers: {m: [30, 36]}\n", "other-problem"),
    "nameless": ("rnncalc: 1\nanswers: {m: [30, 36]}\n", "missing-problem"),
    "version": ("rnncalc: 7\nproblem: q1.yaml\nanswers: {m: [30, 36]}\n", "unknown-version"),
    "nothing": ("rnncalc: 1\nproblem: q1.yaml\nanswers: [30, 36]\n", "wrong-type"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_submission_costs_only_itself(course, name):
    text, slug = BROKEN[name]
    course.add("ada")
    course.write("broken.yaml", text)
    course.add("eve", HALF)
    outcome = course.grade("--format", "json")
    assert (outcome.code, set(outcome.slugs)) == (3, {slug})
    ada, broken, eve = outcome.json["submissions"]
    assert (ada["points"], broken["points"], eve["points"] < 4) == (4, None, True)
    assert slug in broken["reason"] and not broken["counts"]
    assert {item["slug"] for item in outcome.json["errors"]} == {slug}
    assert outcome.json["summary"]["counted"] == 2
    table = course.grade()
    assert f"{slug}:" in table.out and "3 submissions, 1 not graded" in table.out
    (row,) = [row for row in course.table() if row["file"] == "broken.yaml"]
    assert (row["y"], row["m"], row["points"], row["of"], row["counts"]) == ("", "", "", "4", "no")
    assert slug in row["note"]


def test_the_name_of_whoever_gives_words_for_numbers_is_known_all_the_same(course):
    course.add("x1", "m: [thirty, 36]", student="Zoë")
    assert course.rows()["x1.yaml"]["student"] == "Zoë"


def test_a_fault_of_the_program_costs_only_one_row(course, monkeypatch):
    from rnncalc.judging import Opened

    judge = Opened.judge

    def fail(self, claims):
        if len(claims.answers) == 1:
            raise ZeroDivisionError("the key is 0.1234")
        return judge(self, claims)

    monkeypatch.setattr(Opened, "judge", fail)
    course.add("ada")
    course.add("bo", "m: [30, 36]")
    outcome = course.grade()
    assert outcome.code == 70
    assert "bo.yaml: a fault of the program: ZeroDivisionError (test_grade_bad_input.py:" in outcome.err
    assert "ada      3  1       4" in outcome.out and "2 submissions, 1 not graded" in outcome.out
    assert "0.1234" not in outcome.out + outcome.err and "Traceback" not in outcome.err


@pytest.mark.parametrize("name, text", [(None, ""), ("notes.txt", "y"), ("notes.yaml", "a: 1\n"), ("q1.yaml", PROBLEM)])
def test_a_folder_without_submissions(course, name, text):
    if name:
        course.write(name, text)
    outcome = course.grade("--csv", "grades.csv")
    assert (outcome.code, outcome.out) == (5, "")
    assert "There is no submission in 'hw'" in outcome.err
    assert not os.path.exists("grades.csv")


def test_what_is_no_submission_is_named(course):
    course.add("ada")
    course.write("notes.yaml", "a: 1\n")
    course.write("copy.yaml", PROBLEM)
    (course.folder / "hw" / "folder.yaml").mkdir()
    outcome = course.grade("--format", "json")
    assert outcome.code == 0
    assert [item["file"] for item in outcome.json["submissions"]] == ["ada.yaml"]
    assert {item["file"] for item in outcome.json["skipped"]} == {"notes.yaml", "copy.yaml"}
    assert "notes.yaml is no submission: it has no line 'rnncalc: 1'." in outcome.err
    assert "copy.yaml is no submission: it is a problem" in outcome.err


def test_the_problem_may_lie_in_the_folder(course):
    course.write("q1.yaml", PROBLEM)
    course.add("ada")
    outcome = run("grade", "hw/q1.yaml", "hw", "--jobs", "1")
    assert (outcome.code, outcome.err) == (0, "") and "1 submission\n" in outcome.out


@pytest.mark.parametrize(
    "problem, right",
    [
        ("q1.yaml", True),
        ("q1", True),
        ("../q1.yaml", True),
        ("../../week1/q1.yaml", True),
        (r"'C:\Users\ada\q1.yaml'", True),
        ("hw/../q1.yaml", True),
        ("week2/q1.yaml", True),  # a copy within the folder of submissions
        ("../week2/q1.yaml", False),
        ("q2.yaml", False),
        ("../q2.yaml", False),
        ("'a\\0b'", False),
        ("/etc/passwd", False),
    ],
)
def test_which_problem_a_submission_is_for(course, problem, right):
    for place in ("week2", "hw/week2"):
        (course.folder / place).mkdir()
        (course.folder / place / "q1.yaml").write_text(PROBLEM)
    course.add("ada", problem=problem)
    outcome = course.grade()
    assert (outcome.code, outcome.slugs) == ((0, []) if right else (3, ["other-problem"]))


def test_two_files_of_one_student(course):
    course.add("a1", HALF, student="Ada  Lovelace")
    course.add("a2", RIGHT, student="ada lovelace")
    course.add("a3", "m: [thirty]", student="ADA LOVELACE")
    course.add("bo")
    outcome = course.grade()
    assert "3 files of 'ada lovelace': a2.yaml counts, not a1.yaml, a3.yaml." in outcome.err
    assert "4 submissions, 1 not graded, 1 beside a better one of the same student" in outcome.out
    assert "mean 4 of 4" in outcome.out
    rows = course.rows()
    assert [rows[f"a{n}.yaml"]["counts"] for n in (1, 2, 3)] == [False, True, False]
    assert rows["a1.yaml"]["others"] == ["a2.yaml", "a3.yaml"]
    assert [row["note"] for row in course.table()][:2] == ["a1.yaml: does not count", "a2.yaml: the best of 3 files"]


def test_of_two_equally_good_files_the_first_counts(course):
    course.add("b", student="Ada")
    course.add("a", student="Ada")
    assert [row["counts"] for row in course.table()] == ["yes", "no"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1+1", "=cmd|' /C calc'!A0"])
def test_no_name_is_a_formula_of_a_spreadsheet(course, name):
    escaped = name.replace("\t", "\\t").replace("\r", "\\r")
    course.add("x", student=f'"{escaped}"')
    (row,) = course.table()
    assert row["student"] == "'" + " ".join(name.split())
    assert row["points"] == "4" and row["y"] == "3"


def test_no_file_name_is_one_either(course):
    course.add("=1+1")
    course.add("-a", "m: [thirty]")
    rows = course.table()
    assert [(row["student"], row["file"]) for row in rows] == [("'-a", "'-a.yaml"), ("'=1+1", "'=1+1.yaml")]
    assert rows[0]["note"].startswith("not graded")


def test_control_characters_act_on_nothing(course):
    course.add("x", student='"\\e[31mRed\\e]8;;http://x\\a \\u202Eflipped"')
    for args in ([], ["--csv", "-"]):
        out = course.grade(*args).out
        assert "\x1b" not in out and "\x07" not in out and "\u202e" not in out and "[31mRed" in out


def test_a_name_of_any_length_stays_a_name(course):
    course.add("x", student="A" * 100_000)
    assert len(course.table()[0]["student"]) == 200
    assert len(course.grade().out) < 2000


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names that are no UTF-8")
def test_a_file_name_that_is_no_text(course):
    os.rename(course.add("ada"), os.fsencode(course.folder / "hw") + b"/b\xff.yaml")
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict", "PYTHONUTF8": "1"}
    for args in ([], ["--csv", "-"], ["--format", "json"], ["--csv", "grades.csv"]):
        process = start("grade", "q1.yaml", "hw", "--jobs", "1", *args, env=environment)
        out, err = process.communicate()
        assert (process.returncode, err) == (0, b""), err
        assert out.decode()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
def test_a_link_out_of_the_folder_is_not_followed(course):
    (course.folder / "key.yaml").write_text(course.add("bo").read_text())
    os.symlink("../key.yaml", course.folder / "hw" / "eve.yaml")
    os.symlink("nowhere.yaml", course.folder / "hw" / "lost.yaml")
    os.symlink("bo.yaml", course.folder / "hw" / "within.yaml")
    outcome = course.grade()
    assert (outcome.code, sorted(outcome.slugs)) == (3, ["missing-file", "outside-folder"])
    assert [row["points"] for row in course.rows().values()] == [4, None, None, 4]


def test_csv_to_a_file(course):
    course.add("ada", student='Zoë, die "Große"')
    outcome = course.grade("--csv", "grades.csv")
    assert (outcome.code, outcome.err) == (0, "") and "1 submission" in outcome.out
    data = (course.folder / "grades.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfstudent,file,y,m,points,of,counts,first wrong,slips,note\n")
    assert '"Zoë, die ""Große""",ada.yaml,3,1,4,4,yes,,,' in data.decode()
    refused = course.grade("--csv", "grades.csv")
    assert refused.code == 2 and "--force" in refused.err and refused.out == ""
    course.add("bo")
    assert course.grade("--csv", "grades.csv", "--force").code == 0
    assert len((course.folder / "grades.csv").read_text().splitlines()) == 3
    assert [path.name for path in course.folder.iterdir() if path.name.endswith(".new")] == []


def test_questions_called_like_columns_keep_their_points(course):
    text = "rnncalc: 1\nequations: |\n  points[t] = 2 * x[t]\n  note = points[T]\ninputs: {x: [1, 2]}\n"
    (course.folder / "q1.yaml").write_text(text + "answers: {points: [2, 4], note: 4}\n")
    course.add("ada", "points: [2, 5]\n  note: 5")
    (row,) = course.table()
    assert (row["points (points)"], row["note (points)"]) == ("0.5", "1" if row["points"] == "1.5" else "0")


@pytest.mark.parametrize(
    "args",
    [
        ["q1.yaml"],
        ["q1.yaml", "nowhere"],
        ["q1.yaml", "q1.yaml"],
        ["q1.yaml", "hw", "--jobs", "0"],
        ["q1.yaml", "hw", "--jobs", "many"],
        ["q1.yaml", "hw", "--method-credit", "2"],
        ["q1.yaml", "hw", "--method-credit", "-0.1"],
        ["q1.yaml", "hw", "--method-credit", "nan"],
        ["q1.yaml", "hw", "--csv", "-", "--format", "json"],
        ["q1.yaml", "hw", "--csv", "hw"],
        ["q1.yaml", "hw", "--csv", "nowhere/grades.csv"],
        ["q1.yaml", "hw", "--csv", "hw/ada.yaml", "--force"],
    ],
    ids=" ".join,
)
def test_usage(course, args):
    course.add("ada")
    outcome = run("grade", *args)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage: rnncalc" in outcome.err and "Traceback" not in outcome.err
    assert course.rows()["ada.yaml"]["points"] == 4


def test_a_problem_that_cannot_be_read(course):
    course.add("ada")
    assert run("grade", "hw/ada.yaml", "hw").slugs == ["is-a-solution"]
    outcome = run("grade", "nowhere.yaml", "hw")
    assert (outcome.code, outcome.slugs, outcome.out) == (3, ["missing-file"], "")


def test_a_closed_pipe(course):
    course.add("ada")
    process = start("grade", "q1.yaml", "hw", cwd=course.folder)
    process.stdout.close()
    message = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), message) == (141, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_an_interrupt_ends_all_processes(course):
    slow = "rnncalc: 1\nequations: |\n  h[t] = tanh(W @ h[t-1] + U @ x[t])\nweights: {W: 'uniform(30, 30, -1, 1, 1)', "
    slow += "U: 'uniform(30, 1, -1, 1, 2)'}\ninputs: {x: 'uniform(60, 1, -1, 1, 3)'}\npoints: {h: 1}\n"
    (course.folder / "q1.yaml").write_text(slow)
    for number in range(60):
        row = ", ".join(["0.1"] * 29 + [f"0.{number:02}1"])
        course.add(f"s{number}", f"h: [{', '.join([f'[{row}]'] * 60)}]")
    process = start("grade", "q1.yaml", "hw", "--jobs", "2", cwd=course.folder)
    children: list[int] = []
    for _ in range(200):
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True)
        children = [int(pid) for pid in found.stdout.split()]
        if len(children) >= 2:
            break
        time.sleep(0.05)
    time.sleep(1.0)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, message = process.communicate(timeout=30)
    assert (process.returncode, out, message) == (130, b"", b"")
    deadline = time.monotonic() + 10
    while any(map(alive, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, children))
