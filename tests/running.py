"""Run the command line, in this process or as a process of its own, and read problems from text."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from rnncalc.base.diagnostics import Diagnostic, RnncalcError
from rnncalc.base.span import Source
from rnncalc.cli.main import main
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.nesting import sequence_values, single_values
from rnncalc.problem.bigram import Bigram, read_bigram
from rnncalc.problem.problem import Problem, problem_tree, read_problem

ROOT = Path(__file__).parent.parent
_TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "problems").glob("*.yaml")}
BIGRAMS = sorted(name for name, text in _TEXTS.items() if "\nbigram:" in text)
TRAININGS = sorted(name for name, text in _TEXTS.items() if "\ntraining:" in text)  # weights are learnt, no answers
PROBLEMS = sorted(_TEXTS.keys() - {*BIGRAMS, *TRAININGS})  # networks of equations, worked by hand
PLACE = re.compile(r"^(\S.*?):(\d+):(\d+): ([a-z][a-z0-9-]*)$", re.MULTILINE)

PROGRAM = [sys.executable, "-c", "from rnncalc.cli.main import main; main()"]


@dataclass(frozen=True)
class Run:
    """What a run of the program left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out, parse_constant=_refuse_constant)

    @property
    def slugs(self) -> list[str]:
        return [match[4] for match in PLACE.finditer(self.err)]

    @property
    def places(self) -> list[tuple[str, int, int, str]]:
        return [(match[1], int(match[2]), int(match[3]), match[4]) for match in PLACE.finditer(self.err)]


def _refuse_constant(name: str) -> float:
    raise AssertionError(f"{name} is no JSON")


class _Input:
    """Standard input as bytes."""

    def __init__(self, data: bytes):
        self.buffer = io.BytesIO(data)


def run(*args: object, stdin: bytes = b"", width: object = 100) -> Run:
    """Run `rnncalc ARGS` in this process."""
    out, err = io.StringIO(), io.StringIO()
    old = sys.argv, sys.stdin, os.environ.get("COLUMNS")
    sys.argv, sys.stdin, os.environ["COLUMNS"] = ["rnncalc", *map(str, args)], _Input(stdin), str(width)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as left:
        return Run(left.code, out.getvalue(), err.getvalue())
    finally:
        sys.argv, sys.stdin = old[:2]
        os.environ.pop("COLUMNS") if old[2] is None else os.environ.update(COLUMNS=old[2])
    raise AssertionError("main() came back without an exit status")


def start(*args: object, **options) -> subprocess.Popen:
    """Start `rnncalc ARGS` as a process of its own, which Ctrl-C reaches even where the tests run in the background."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
    options |= {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    return subprocess.Popen([*PROGRAM, *map(str, args)], **options)


def run_text(folder: Path, text: str | bytes, *args: object, command: str = "forward", name: str = "p.yaml") -> Run:
    """Write a problem to a folder and run a command on it."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return run(command, path, *args)


def problem(text: str) -> Problem:
    """Read a problem from its text."""
    return read_problem(Source("<test>", text))


def bigram(section: str, more: str = "") -> Bigram:
    """Read an n-gram problem from the lines of its section, in flow style, one entry a line."""
    source = Source("<test>", f"rnncalc: 1\nbigram:\n{_indented(section)}{more}\n")
    return read_bigram(source, problem_tree(source))


def refusals(text: str) -> tuple[Diagnostic, ...]:
    """Give the messages about a problem, none where it can be read."""
    try:
        problem(text)
    except RnncalcError as error:
        return error.diagnostics
    return ()


def slugs(text: str) -> list[str]:
    return [diagnostic.slug for diagnostic in refusals(text)]


def values(text: str) -> dict[str, list]:
    """Read and evaluate a problem; give every defined quantity in the nesting of JSON, singles flat."""
    found = evaluate(problem(text).case)
    system = found.case.system
    return {
        name: (sequence_values if system.is_sequence(name) else single_values)(found, name).tolist()
        for name in system.defined
    }


def system(equations: str, weights: str = "", inputs: str = "x: [1, 2, 3]", more: str = "") -> str:
    """Write a problem file with equations of its own; sections in flow style, one entry a line."""
    text = "rnncalc: 1\nequations: |\n" + _indented(equations)
    for section, lines in (("weights", weights), ("inputs", inputs)):
        if lines:
            text += f"{section}:\n" + _indented(lines)
    return text + (more + "\n" if more else "")


def _indented(lines: str) -> str:
    return "".join(f"  {line}\n" for line in lines.split("\n"))


ELMAN = """rnncalc: 1
recurrence: elman
weights:
  U: [[0.5, -0.3]]
  W: [[0.1, 0.2], [0.3, 0.4]]
inputs:
  x: [[1], [2]]
"""
