"""rnncalc export: where the result goes, and what is never written over."""

from __future__ import annotations

import subprocess
import sys

import pytest
from running import ELMAN, run, run_text

from rnncalc.cli.export import WRITERS, Target

EXPORT = ("export", "yeh-rnn", "--to", "numpy")


def test_every_target_has_a_writer():
    assert set(WRITERS) == set(Target)


def test_the_script_goes_to_standard_output():
    outcome = run(*EXPORT)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("# The forward pass") and outcome.out.endswith('}")\n')


def test_the_script_goes_to_a_file_and_runs(tmp_path):
    path = tmp_path / "script.py"
    outcome = run(*EXPORT, "--output", path)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert path.read_text(encoding="utf-8") == run(*EXPORT).out
    result = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    assert "agree with rnncalc" in result.stdout
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_permissions(tmp_path):
    (tmp_path / "plain").write_text("")
    run(*EXPORT, "--output", tmp_path / "script.py")
    assert (tmp_path / "script.py").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_existing_file_stays_without_force(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("print('mine')\n")
    outcome = run(*EXPORT, "--output", path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "exists" in outcome.err and "--force" in outcome.err
    assert path.read_text() == "print('mine')\n"
    assert run(*EXPORT, "--output", path, "--force").code == 0
    assert path.read_text().startswith("# The forward pass")
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "file.py").write_text("")
    (tmp_path / "link.py").symlink_to("file.py")
    assert run(*EXPORT, "--output", tmp_path / "link.py").code == 2
    assert run(*EXPORT, "--output", tmp_path / "link.py", "--force").code == 0
    assert (tmp_path / "link.py").is_symlink() and (tmp_path / "file.py").stat().st_size > 0


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize("where", ["", "nowhere/script.py"])
def test_what_cannot_be_written_to(where, force, tmp_path):
    outcome = run(*EXPORT, "--output", tmp_path / where, *force)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Invalid value for --output" in outcome.err and "Traceback" not in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    path = tmp_path / "mine.py"
    path.write_text("mine")

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    outcome = run(*EXPORT, "--output", path, "--force")
    assert outcome.code == 2 and "No space left on device" in outcome.err
    assert path.read_text() == "mine" and list(tmp_path.iterdir()) == [path]


def test_a_problem_that_cannot_be_read_writes_nothing(tmp_path):
    path = tmp_path / "script.py"
    outcome = run_text(tmp_path, ELMAN.replace("elman", "elmann"), "--to", "numpy", "--output", path, command="export")
    assert outcome.code == 3 and not path.exists()


@pytest.mark.parametrize("args", [["yeh-rnn"], ["yeh-rnn", "--to", "fortran"], ["--to", "numpy"]])
def test_usage(args):
    outcome = run("export", *args)
    assert (outcome.code, outcome.out) == (2, "")
