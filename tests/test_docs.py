"""The README shows runs of the program as they are, and names every command."""

from __future__ import annotations

import re
import shlex

import pytest
from running import ROOT, run, slugs

from rnncalc.cli.commands import MODULES
from rnncalc.problem.fields import FIELDS

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
RUNS = [
    (command, output)
    for block in BLOCKS
    for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


def test_there_are_runs_to_compare():
    assert len(RUNS) >= 3
    assert all(block.startswith("$ rnncalc ") for block in BLOCKS)


@pytest.mark.parametrize("command, output", RUNS, ids=[command for command, _ in RUNS])
def test_a_run_prints_what_the_readme_shows(command, output, monkeypatch):
    monkeypatch.chdir(ROOT)
    program, *args = shlex.split(command)
    assert program == "rnncalc"
    outcome = run(*args, width=100)
    assert steady(outcome.out + outcome.err).split("\n") == steady(output).split("\n")


def steady(text: str) -> str:
    """Leave out the error of central differences, whose last bits differ from machine to machine."""
    return re.sub(r"relative error \d\.\de-\d+", "relative error …", text)


@pytest.mark.parametrize("command", sorted(MODULES))
def test_every_command_is_mentioned(command):
    assert f"rnncalc {command}" in README


def test_every_key_of_the_format_is_mentioned():
    assert [key for key in FIELDS if not re.search(rf"\b{key}\b", README)] == []


def test_the_problem_file_shown_is_one():
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert slugs(shown) == []
    assert run("check", "-", stdin=shown.encode()).code == 0


def test_every_exit_status_is_explained():
    for status in (0, 1, 2, 3, 5, 70):
        assert re.search(rf"\b{status}\b", README.partition("exit status")[2].split("\n\n")[0]), status
