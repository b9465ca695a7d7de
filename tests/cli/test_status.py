"""Exit status as an API: 0, 1, 2, 3, 5, 70, 130, 141; results to stdout, messages to stderr."""

from __future__ import annotations

import signal
import sys

import pytest
from running import ELMAN, run, run_text, start, system

from rnncalc.__main__ import main as program

ONE = system("y[t] = 2 * x[t]", more="answers: {{y(2): {}}}")


def test_done_and_right(tmp_path):
    assert run("forward", "ntu-tutorial-8-q1a").code == 0
    assert run_text(tmp_path, ONE.format("4"), command="check").code == 0
    assert run_text(tmp_path, ONE.format("4"), command="check").err == ""


def test_something_differs(tmp_path):
    outcome = run_text(tmp_path, ONE.format("5"), command="check")
    assert (outcome.code, outcome.err) == (1, "")
    assert "5 given, 4.00 computed" in outcome.out


@pytest.mark.parametrize(
    "args",
    [
        ["nope"],
        ["forward"],
        ["forward", "yeh-rnn", "--nope"],
        ["forward", "yeh-rnn", "too", "many"],
        ["forward", "yeh-rnn", "--format", "xml"],
        ["forward", "yeh-rnn", "--detail", "all"],
        ["forward", "yeh-rnn", "--notation", "index"],
        ["forward", "yeh-rnn", "--decimals", "16"],
        ["forward", "yeh-rnn", "--decimals", "-1"],
        ["forward", "yeh-rnn", "--decimals", "two"],
        ["equations", "elman", "--layers", "0"],
        ["check"],
        ["list", "more"],
        [],
    ],
    ids=" ".join,
)
def test_usage(args):
    outcome = run(*args)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage: rnncalc" in outcome.err and "Traceback" not in outcome.err


@pytest.mark.parametrize("command", ["forward", "equations", "check"])
def test_a_file_that_cannot_be_read(command, tmp_path):
    outcome = run_text(tmp_path, ELMAN.replace("rnncalc: 1", "rnncalc: 2"), command=command)
    assert (outcome.code, outcome.slugs) == (3, ["unknown-version"])
    assert run(command, tmp_path / "nowhere.yaml").code == 3


def test_one_unreadable_file_does_not_keep_check_from_the_others(tmp_path):
    (tmp_path / "bad.yaml").write_text("rnncalc: 2\n")
    (tmp_path / "good.yaml").write_text(ONE.format("5"))
    outcome = run("check", tmp_path)
    assert outcome.code == 3
    assert outcome.slugs == ["unknown-version"] and "5 given" in outcome.out


def test_nothing_to_check(tmp_path):
    assert run_text(tmp_path, ELMAN, command="check").code == 5
    (tmp_path / "empty").mkdir()
    assert run("check", tmp_path / "empty").code == 5


def test_a_fault_of_ours_is_not_an_answer_that_differs(tmp_path, monkeypatch):
    def fail(*args):
        raise ZeroDivisionError("the key is 0.1234")

    monkeypatch.setattr("rnncalc.judging.judge_claims", fail)
    outcome = run_text(tmp_path, ONE.format("4"), command="check")
    assert outcome.code == 70
    assert "ZeroDivisionError" in outcome.err and "report" in outcome.err
    assert "0.1234" not in outcome.err + outcome.out and "Traceback" not in outcome.err


@pytest.fixture(scope="module")
def long_problem(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "long.yaml"
    path.write_text(system("h[t] = tanh(W @ h[t-1])", "W: eye(2)", "", "initial: {h: [0.1, 0.2]}\nsteps: 200000"))
    return path


@pytest.mark.parametrize("args", [["forward", "LONG"], ["forward", "LONG", "--format", "json"], ["check", "PROBLEMS"]])
def test_a_closed_pipe(args, long_problem, request):
    """The same as `rnncalc … | head -1`: the reader takes one line and goes."""
    places = {"LONG": long_problem, "PROBLEMS": request.config.rootpath / "problems"}
    process = start(*(places.get(arg, arg) for arg in args))
    if "json" not in args:
        assert process.stdout.readline()
    process.stdout.close()
    message = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), message) == (141, b"")


@pytest.mark.parametrize("args", [["forward", "yeh-rnn"], ["--help"], ["--version"], ["list"]], ids=" ".join)
def test_a_pipe_closed_before_anything_was_read(args):
    process = start(*args)
    process.stdout.close()
    message = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), message) == (141, b"")


def test_an_interrupt(long_problem):
    process = start("forward", long_problem)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in message


def test_ctrl_c_while_the_program_loads(monkeypatch):
    class Interrupting:
        def find_spec(self, name, path=None, target=None):
            if name == "rnncalc.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "rnncalc.cli.main", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    with pytest.raises(SystemExit) as left:
        program()
    assert left.value.code == 130
