"""Which file a name means, standard input, the version, help, and what help must not load."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from running import ELMAN, PROBLEMS, ROOT, run, start

from rnncalc.cli.commands import MODULES

COMMANDS = sorted(MODULES)
HEAVY = {"numpy", "rich", "yaml"}


def test_bundled_names_work_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in PROBLEMS:
        assert run("forward", name, "--format", "json").code == 0
        assert run("equations", name).code == 0


def test_a_file_beats_a_bundled_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yeh-rnn").write_text(ELMAN.replace("rnncalc: 1", "rnncalc: 1\ntitle: The file beside"))
    assert run("forward", "yeh-rnn").out.startswith("The file beside\n")


def test_a_bundled_name_needs_no_ending_and_takes_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run("forward", "yeh-rnn.yaml")
    assert (outcome.code, outcome.slugs) == (3, ["missing-file"])
    assert "'yeh-rnn'" in outcome.err


def test_standard_input():
    text = (ROOT / "problems" / "yeh-rnn.yaml").read_bytes()
    assert run("forward", "-", stdin=text).out == run("forward", "yeh-rnn").out
    assert run("equations", "-", stdin=text).code == 0


def test_standard_input_has_a_name():
    assert run("forward", "-", stdin=b"rnncalc: 2\n").places == [("<stdin>", 1, 10, "unknown-version")]
    assert run("forward", "-", stdin=b"").err.startswith("<stdin>:1:1: empty-file\n'<stdin>' is empty.")


def test_standard_input_has_the_same_name_where_its_answers_are_judged():
    out = run("check", "-", stdin=(ROOT / "problems" / "yeh-rnn.yaml").read_bytes()).out
    assert "<stdin>:18: h" in out


def test_the_cap_holds_for_standard_input():
    assert run("forward", "-", stdin=ELMAN.encode() + b"#" * 2**22).slugs == ["file-too-large"]


def test_check_takes_folders_files_and_names_together(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yml").write_text(ELMAN + "answers: {h(1): [0.46, -0.29]}\n")
    (tmp_path / "sub" / "no.yaml").write_text("title: of another program\n")
    (tmp_path / "sub" / "no.txt").write_text("rnncalc: 1\n")
    outcome = run("check", tmp_path, "yeh-rnn")
    assert outcome.code == 0
    assert outcome.out.splitlines()[-1].startswith("14 numbers in 2 files:")


def test_check_quiet_shows_what_is_wrong_alone(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(ELMAN + "answers:\n  h(1): [0.46, -0.29]\n  h(2): [0.74, -0.50]\n")
    out = run("check", path, "--quiet").out
    assert "h(2)" in out and "h(1)" not in out


def test_version():
    import rnncalc

    outcome = run("--version")
    assert (outcome.code, outcome.out, outcome.err) == (0, f"rnncalc {rnncalc.__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_of_every_command_has_an_example(command, flag):
    outcome = run(command, flag)
    assert outcome.code == 0
    assert f"Example: rnncalc {command}" in outcome.out


def test_help_names_every_command_and_the_exit_status():
    out = run("--help").out
    assert all(f"\n  {command} " in out for command in COMMANDS)
    assert "Exit status: 0" in out and "--install-completion" in out


@pytest.mark.parametrize(
    "args", [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)], ids=" ".join
)
def test_help_loads_nothing_heavy(args):
    code = "import sys; sys.argv[0] = 'rnncalc'; from rnncalc.cli.main import main; main()"
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, *args], capture_output=True, text=True, check=True
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert "typer" in loaded
    assert loaded & (HEAVY | {"pydantic"}) == set()


def test_the_program_as_installed():
    process = start("forward", "yeh-rnn", "--steps", "4", env={**os.environ, "COLUMNS": "100", "FORCE_COLOR": "1"})
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, b"")
    assert "⎡-22⎤" in out.decode()


def test_completion_of_bundled_names():
    from rnncalc.cli.options import complete_problem

    assert complete_problem("ntu-tutorial-8-q1") == ["ntu-tutorial-8-q1a", "ntu-tutorial-8-q1b"]
