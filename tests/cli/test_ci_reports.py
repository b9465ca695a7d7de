"""JUnit XML, annotations for GitHub Actions, and the pytest plugin: the same verdicts three ways."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from running import run

from rnncalc.render.github import MOST_SHOWN

PROBLEM = """rnncalc: 1
equations: |
  y[t] = 2 * x[t]
inputs: {x: [1, 2, 3]}
answers:
  y: [2, 4, 6]
  y(3): 7
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "problem.yaml").write_text(PROBLEM)
    (tmp_path / "good.yaml").write_text(PROBLEM.replace("  y(3): 7\n", ""))
    (tmp_path / "other.yaml").write_text("jobs: {build: 1}\n")
    return tmp_path


def test_junit(course):
    (course / "broken.yaml").write_text("rnncalc: 1\nequations: y[t] = = 2\nanswers: {y: [1]}\n")
    assert run("check", ".", "--junit", "report.xml").code == 3
    suites = ElementTree.parse("report.xml").getroot()
    cases = {(case.get("classname"), case.get("name")): case for case in suites.iter("testcase")}
    assert {name for name, case in cases.items() if case.find("failure") is not None} == {("problem.yaml", "y(3)")}
    assert cases["problem.yaml", "y(3)"].get("line") == "7"
    assert [case.find("error") is not None for (file, _), case in cases.items() if file == "broken.yaml"] == [True]
    assert "7 given" in cases["problem.yaml", "y(3)"].find("failure").text


def test_what_xml_cannot_hold_is_replaced(course):
    (course / "problem.yaml").write_text(PROBLEM + 'misprints: {"y(3)": "a\x7f ]]> <b> & c"}\n')
    run("check", "problem.yaml", "--junit", "report.xml")
    assert ElementTree.parse("report.xml").getroot().tag == "testsuites"


def test_annotations(course, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(course / "summary.md"))
    outcome = run("check", "problem.yaml", "--github")
    assert outcome.code == 1
    (line,) = [line for line in outcome.out.split("\n") if line.startswith("::")]
    assert re.match(r"::error file=problem\.yaml,line=7,title=y\(3\) is not right::.*%0A", line)
    assert "4 numbers in 1 file" in (course / "summary.md").read_text()


def test_at_most_ten_annotations(course):
    answers = "".join(f"  y({k}): 9{k}\n" for k in range(1, 13))
    steps = ", ".join(map(str, range(1, 13)))
    (course / "many.yaml").write_text(
        f"rnncalc: 1\nequations: y[t] = 2 * x[t]\ninputs: {{x: [{steps}]}}\nanswers:\n{answers}"
    )
    lines = [line for line in run("check", "many.yaml", "--github").out.split("\n") if line.startswith("::")]
    assert len(lines) == MOST_SHOWN + 1 and lines[-1] == "::notice::3 further findings: see the summary"


def test_a_name_cannot_write_a_command(course):
    """A file name with line ends or colons stays a property."""
    path = course / "a%0A::error::b,c.yaml"
    path.write_text(PROBLEM)
    outcome = run("check", path.name, "--github")
    assert len([line for line in outcome.out.split("\n") if line.startswith("::")]) == 1
    assert "file=a%250A%3A%3Aerror%3A%3Ab%2Cc.yaml" in outcome.out


def with_pytest(*args: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:rnncalc"]
    command += ["-p", "rnncalc.pytest_plugin", "-q", *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_the_pytest_plugin(course):
    found = with_pytest(".")
    assert found.returncode == 1
    assert "1 failed, 2 passed" in found.stdout
    assert "7 given, 6.00 computed" in found.stdout and "Traceback" not in found.stdout
    assert "problem.yaml::y(3)" in found.stdout


def test_the_plugin_passes_and_fails_as_the_command_does(course):
    assert with_pytest("good.yaml").returncode == run("check", "good.yaml").code == 0
    assert with_pytest("problem.yaml").returncode == run("check", "problem.yaml").code == 1


def test_a_file_that_cannot_be_read_fails_with_its_diagnostic(course):
    (course / "broken.yaml").write_text("# ours\nrnncalc: 1\nrecurrence: elmann\n")
    found = with_pytest("broken.yaml")
    assert found.returncode == 1 and "unknown-recurrence" in found.stdout and "Did you mean 'elman'" in found.stdout


def test_other_yaml_files_are_left_alone(course):
    assert with_pytest("other.yaml").returncode == 4  # pytest's own: nothing of this file can be collected
