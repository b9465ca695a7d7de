"""What all tests share: a terminal of known width without colour, and files of accepted output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write what the program prints into the golden files")


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the terminal that the tests happen to run in out of what they see."""
    for name in ("FORCE_COLOR", "NO_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "COLORTERM", "TERMINAL_WIDTH", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "dumb")


@pytest.fixture
def accepted(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """Compare a text with a file, or with --accept write it there."""

    def compare(text: str, path: Path) -> None:
        if request.config.getoption("--accept"):
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is missing; look at the output, then run pytest --accept"
        assert text.splitlines() == path.read_text(encoding="utf-8").splitlines(), "differs from the accepted output"

    return compare
