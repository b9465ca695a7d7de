"""Scripts of plain numpy, run alone or here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

import rnncalc
from rnncalc.compute.nesting import loss_steps
from rnncalc.problem.problem import Problem
from rnncalc.render.scripts.numpy_script import numpy_script

AGREES = re.compile(r"^(?:J = (\S+); )?(.+) agrees? with rnncalc: largest difference (\S+)$")


def script_of(found: Problem) -> str:
    return numpy_script(found, rnncalc.forward(found))


def execute(script: str, folder: Path) -> str:
    """Run a script alone: no warning passes, and nothing but numpy can be imported."""
    path = folder / "script.py"
    path.write_text(script, encoding="utf-8")
    alone = f"import sys, runpy; sys.modules['rnncalc'] = None; runpy.run_path({str(path)!r}, run_name='__main__')"
    result = subprocess.run([sys.executable, "-W", "error", "-c", alone], capture_output=True, text=True, cwd=folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


def agreed(found: Problem, folder: Path) -> set[str]:
    """Run the script of a problem; give the quantities that it says agree."""
    loss, names, difference = AGREES.fullmatch(execute(script_of(found), folder).strip()).groups()
    assert float(difference) < 1e-9
    if found.case.loss:
        np.testing.assert_allclose(float(loss), loss_steps(rnncalc.forward(found)).sum(), rtol=1e-12)
    return set(re.split(", | and ", names))


def results(script: str) -> list[dict]:
    """Run a script here; give what its function `forward` returned for each sequence."""
    scope: dict = {}
    exec(compile(script, "script.py", "exec"), scope)
    return scope["computed"]
