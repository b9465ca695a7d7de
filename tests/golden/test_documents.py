"""A whole document in LaTeX. Look at what a change does to it, compiled, then `pytest --accept`."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

FOLDER = Path(__file__).parent

CASES = {
    "key-elman": ["key", "ntu-tutorial-8-q1a", "--steps", "1..2"],
    "key-misprints": ["key", "class4-activity-1", "--fragment"],
    "key-jordan": ["key", "lecture-bptt-jordan", "--derive", "--only", "y,W", "--detail", "terms", "--exam"],
    "key-bigram": ["key", "sam-i-am", "--course", "NLP", "--date", "2026", "--paper", "letter"],
}


@pytest.mark.parametrize("name", CASES)
def test_latex(name, accepted):
    outcome = run(*CASES[name], "--to", "latex")
    assert outcome.code == 0 and outcome.err == ""
    accepted(outcome.out, FOLDER / f"{name}.tex")
