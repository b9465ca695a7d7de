"""Every bundled problem reads, evaluates and checks right; together they cover what the format can say."""

from __future__ import annotations

import pytest
from running import BIGRAMS, PROBLEMS, ROOT, problem, run

import rnncalc
from rnncalc.compute.evaluate import evaluate
from rnncalc.recurrences.catalogue import entry_names

FOLDER = ROOT / "problems"
ALL = sorted(PROBLEMS + BIGRAMS)


def text(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def test_there_are_some():
    assert len(PROBLEMS) >= 17 and len(BIGRAMS) >= 4
    assert {path.suffix for path in FOLDER.iterdir()} <= {".yaml", ".npz", ".csv", ".txt"}


@pytest.mark.parametrize("name", PROBLEMS)
def test_reads_and_evaluates(name):
    read = problem(text(name))
    assert read.title and read.origin
    assert read.case.claims.answers, "a bundled problem has answers"
    assert set(read.case.system.defined) <= {*(values := evaluate(read.case)).sequences, *values.singles}


@pytest.mark.parametrize("name", BIGRAMS)
def test_n_gram_problem_reads(name):
    read = rnncalc.load(name)
    assert read.title and read.origin and read.claims.answers


@pytest.mark.parametrize("name", BIGRAMS)
def test_n_gram_problem_shows(name):
    outcome = run("bigram", name)
    assert (outcome.code, outcome.err) == (0, "") and "largest difference: " in outcome.out


@pytest.mark.parametrize("name", ALL)
def test_checks_right(name):
    outcome = run("check", FOLDER / f"{name}.yaml")
    assert (outcome.code, outcome.err) == (0, "")


@pytest.mark.parametrize("name", ALL)
def test_every_answer_is_judged_or_says_why_not(name):
    for answer in run("check", name, "--format", "json").json["answers"]:
        right = answer["verdict"] in ("exact", "last-digit", "rounded-early")
        assert right or answer["misprint"] or answer["key"].startswith("grad(")


def test_the_folder_as_a_whole():
    outcome = run("check", FOLDER)
    assert (outcome.code, outcome.err) == (0, "")
    assert f"in {len(ALL)} files:" in outcome.out


@pytest.mark.parametrize("name", ALL)
def test_the_list_names_it_with_its_title(name):
    out = run("list", width=300).out
    assert f"  {name}  " in out and rnncalc.load(name).title in out


def test_every_recurrence_of_the_catalogue_has_a_problem():
    used = {read.network.recurrence.entry.name for read in map(problem, map(text, PROBLEMS)) if read.network.recurrence}
    assert used == set(entry_names())


@pytest.mark.parametrize("name", ALL)
def test_a_spoilt_answer_is_found(name):
    """Each file can fail: one digit changed in its first answer, and the exit status says so."""
    lines = text(name).split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("answers:")) + 1
    while not any(sign.isdigit() for sign in lines[at].partition(":")[2] or lines[at]):
        at += 1
    head, found, tail = lines[at].rpartition(":") if ":" in lines[at] else ("", "", lines[at])
    digit = next(n for n, sign in enumerate(tail) if sign.isdigit())
    tail = tail[:digit] + str((int(tail[digit]) + 5) % 10) + tail[digit + 1 :]
    lines[at] = head + found + tail
    assert run("check", "-", stdin="\n".join(lines).encode()).code == 1
