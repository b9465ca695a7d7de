"""rnncalc worksheet: what is left out shows nowhere, and the solution file, once filled in, is judged right."""

from __future__ import annotations

import re

import numpy as np
import pytest
from running import BIGRAMS, PROBLEMS, ROOT, run, run_text, system

import rnncalc
from rnncalc.problem.problem import Problem

ROOM = "___"
WITHOUT_NUMBERS = {"V", "b", "C"}  # of an n-gram network: said in words, nothing to work out
TEXT = system("h[t] = tanh(W @ h[t-1] + U @ x[t])\ny[t] = h[t]", "W: 0.5\nU: 0.25", "x: [1, 2]", "initial: {h: 0}")


def worksheet(*args) -> str:
    outcome = run("worksheet", *args)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def true_value(document: dict, key: str, batched: bool, timed: bool):
    """Find what a key of a solution names in the JSON document of `forward`, `bptt` or `bigram`."""
    parts = re.fullmatch(r"(grad\()?([^()\[]+)(?:\(([0-9]+)\))?(?(1)\))(?:\[([0-9]+)\])?", key)
    gradient, name, step, sequence = parts[1], parts[2], parts[3], parts[4]
    if name == "J":
        loss = document["loss"]
        return loss["total"] if step is None else loss["steps"][int(step) - 1]
    if gradient and name in document["gradients"]:
        return document["gradients"][name]
    if gradient and f"{name}({step})" in document["initial_adjoints"]:
        return document["initial_adjoints"][f"{name}({step})"]
    found = document["adjoints" if gradient else "values"][name]
    if step is not None and timed:
        found = [one[int(step) - 1] for one in found] if batched else found[int(step) - 1]
    return found if sequence is None else found[int(sequence) - 1]


def filled(sheet: str, problem, document: dict, decimals: int = 6) -> str:
    """Write the true numbers in the place of the room for them."""
    lines = []
    for line in sheet.splitlines():
        key, _, room = line.strip().partition(": ")
        if ROOM in room and not line.startswith("#"):
            network = isinstance(problem, Problem)
            name = re.sub(r"^grad\(", "", key).partition("(")[0]
            timed = network and problem.case.system.is_sequence(name)
            numbers = np.ravel(true_value(document, key, network and problem.case.batched, timed))
            assert room.count(ROOM) == numbers.size
            for number in numbers:
                line = line.replace(ROOM, f"{number:.{decimals}f}", 1)
        lines.append(line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", [*PROBLEMS, *BIGRAMS])
def test_from_worksheet_to_solution_and_back(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    problem = rnncalc.load(name)
    asked = ["--fade", "9"] if name == "weather-bigram" else []  # its answers are of a table too large to lay out
    worksheet(name, "--to", "markdown", "--solution", "s.yaml", *asked)
    sheet = (tmp_path / "s.yaml").read_text()
    assert ROOM in sheet
    empty = run("check", "s.yaml")
    assert (empty.code, empty.out) == (5, "No file held an answer.\n")
    command = "bigram" if not isinstance(problem, Problem) else "bptt" if problem.case.loss else "forward"
    more = ["--initial", "--inputs"] if command == "bptt" else []
    document = run(command, name, "--format", "json", *more).json
    (tmp_path / "s.yaml").write_text(filled(sheet, problem, document))
    outcome = run("check", "s.yaml", "--format", "json").json
    wrong = [answer["key"] for answer in outcome["answers"] if not answer["right"]]
    assert outcome["errors"] == [] and len(outcome["answers"]) >= sheet.count(ROOM) - 1
    assert set(wrong) <= WITHOUT_NUMBERS


def test_a_number_that_is_still_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(TEXT)
    worksheet("p.yaml", "--to", "html", "--blank", "h", "--solution", "s.yaml")
    sheet = (tmp_path / "s.yaml").read_text()
    assert sheet.splitlines()[2:] == [
        "rnncalc: 1", 'problem: "p.yaml"', "student:", "answers:", f"  h(1): [{ROOM}]", f"  h(2): [{ROOM}]",
    ]  # fmt: skip
    (tmp_path / "s.yaml").write_text(sheet.replace(f"[{ROOM}]", "[0.2449]", 1))
    assert run("check", "s.yaml").code == 0  # the other line is as it was
    (tmp_path / "s.yaml").write_text(sheet.replace(f"[{ROOM}]", f"[0.2449, {ROOM}]", 1))
    outcome = run("check", "s.yaml")
    assert (outcome.code, outcome.slugs) == (3, ["not-a-number"])
    assert "still to be written" in outcome.err


def test_what_is_left_out(tmp_path):
    def sheet(*args) -> str:
        outcome = run_text(tmp_path, TEXT, "--to", "markdown", "--decimals", "4", *args, command="worksheet")
        assert (outcome.code, outcome.err) == (0, "")
        return outcome.out

    first, second = "0.2449", "0.5506"
    assert first in sheet("--blank", "h(2)") and second not in sheet("--blank", "h(2)")
    assert first not in sheet("--blank", "h") and second not in sheet("--blank", "h")
    assert first in sheet("--blank", "t=2") and second not in sheet("--blank", "t = 2")
    assert first in sheet("--fade", "1") and second not in sheet("--fade", "1")
    assert first not in sheet("--fade", "1", "--blank", "y(1)")
    assert first not in sheet()  # the outputs, as the file has no answers


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--blank", "hh"], "did you mean 'h'?"),
        (["--blank", "h(3)"], "the problem has no 'h(3)' to leave out"),
        (["--blank", "grad(W)"], "there are 'h' and 'y'"),
        (["--blank", "h[1]"], "write z, h(3), grad(W) or t=3"),
        (["--blank", ""], "is no quantity"),
        (["--blank", "t=7"], "no 't=7'"),
        (["--fade", "0"], "0 is not in the range"),
        (["--to", "notebook"], "would compute what a worksheet leaves out"),
        (["--paper", "letter"], "latex alone"),
    ],
)
def test_what_cannot_be_left_out(args, words, tmp_path):
    to = [] if "--to" in args else ["--to", "html"]
    outcome = run_text(tmp_path, TEXT, *to, *args, command="worksheet")
    assert (outcome.code, outcome.out) == (2, "")
    assert words in " ".join(outcome.err.split())


def test_files_are_not_written_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text("mine")
    args = ("worksheet", "yeh-rnn", "--output", "w.md", "--solution", "s.yaml")
    refused = run(*args)
    assert (refused.code, (tmp_path / "s.yaml").read_text()) == (2, "mine")
    assert not (tmp_path / "w.md").exists()
    assert run(*args, "--force").code == 0
    assert (tmp_path / "w.md").read_text().startswith("# ")
    assert 'problem: "yeh-rnn"' in (tmp_path / "s.yaml").read_text()


def test_the_problem_is_named_from_the_folder_of_the_solution(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("problems", "solutions"):
        (tmp_path / folder).mkdir()
    (tmp_path / "problems" / "p: 1.yaml").write_text(TEXT)
    worksheet("problems/p: 1.yaml", "--to", "html", "--solution", "solutions/s.yaml")
    assert 'problem: "../problems/p: 1.yaml"' in (tmp_path / "solutions" / "s.yaml").read_text()
    assert run("check", "solutions/s.yaml").code == 5


def test_several_problems_are_one_worksheet(tmp_path):
    outcome = run(
        "worksheet", "yeh-rnn", "hello-one-hot", "--to", "markdown", "--blank", "grad(W)", "--title", "Sheet 3"
    )
    assert outcome.code == 0
    assert outcome.out.startswith("# Sheet 3\n")
    assert outcome.out.count("<br>\n<br>\n") == 1  # only the second has gradients
    both = run("worksheet", "yeh-rnn", "hello-one-hot", "--to", "html", "--solution", tmp_path / "s.yaml")
    assert both.code == 2 and "one problem" in both.err


def test_every_format_has_the_blanks():
    marks = {"latex": r"\underline", "html": 'class="room"', "markdown": r"\underline{\qquad}"}
    for to, mark in marks.items():
        text = worksheet("ntu-tutorial-8-q1a", "--to", to, "--blank", "h,y", "--decimals", "4")
        assert mark in text
        assert "0.9940" not in text and "0.7296" not in text  # h(1)[2], y(2)


def test_the_bundled_problems_stay_as_they_are():
    assert (ROOT / "problems" / "yeh-rnn.yaml").is_file()
    assert run("worksheet", "yeh-rnn", "--to", "markdown").code == 0
