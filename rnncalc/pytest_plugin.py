"""A pytest plugin: problem and solution files are collected, one test for each answer.

Collected are .yaml files whose first key is `rnncalc`. Everything else is
imported when such a file is found.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_FIRST_KEY = re.compile(rb"\A(\xef\xbb\xbf)?(\s*(#[^\n]*)?\n)*rnncalc:")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ProblemFile | None:
    """Collect a file that begins with the key `rnncalc`."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    try:
        with file_path.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        return None
    return ProblemFile.from_parent(parent, path=file_path) if _FIRST_KEY.match(head) else None


class ProblemFile(pytest.File):
    """A problem or solution file."""

    def collect(self):
        from rnncalc.judging import judge_files
        from rnncalc.render.diagnostics import write_diagnostics
        from rnncalc.render.verdicts import EVERYTHING, answer_lines, by_answer, sign_of

        for judged in judge_files([str(self.path)]):
            if judged.error is not None:
                line = judged.error.diagnostics[0].span.line
                yield AnswerItem.from_parent(
                    self, name="read", line=line, text=write_diagnostics(judged.error.diagnostics)
                )
            for key, group in by_answer(judged.findings):
                wrong = sign_of(group) == "✗"
                lines = answer_lines(judged, key, group, EVERYTHING) if wrong else ()
                text = "\n".join(line.plain for line in lines)
                yield AnswerItem.from_parent(self, name=key, line=group[0].span.line, text=text)


class AnswerItem(pytest.Item):
    """One answer; `text` says what is wrong with it, empty where it is right."""

    def __init__(self, *, line: int, text: str, **settings):
        super().__init__(**settings)
        self.line, self.text = line, text

    def runtest(self) -> None:
        if self.text:
            raise WrongAnswer(self.text)

    def repr_failure(self, excinfo, style=None):
        return str(excinfo.value) if isinstance(excinfo.value, WrongAnswer) else super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, self.line - 1, self.name


class WrongAnswer(Exception):
    """An answer that is not right; the message is what `rnncalc check` says of it."""
