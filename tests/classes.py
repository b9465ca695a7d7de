"""A class of students: a problem and a folder of their submissions."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from running import Run, run

# y is [[2, 4], [6, 8], [10, 12]], m is [30, 36]
PROBLEM = """rnncalc: 1
title: Twice
equations: |
  y[t] = 2 * x[t]
  m = 3 * y[T]
inputs: {x: [[1, 2], [3, 4], [5, 6]]}
answers:
  y: [[2, 4], [6, 8], [10, 12]]
  m: [30, 36]
points: {y: 3}
"""
RIGHT = "y: [[2, 4], [6, 8], [10, 12]]\n  m: [30, 36]"
HALF = "y: [[2, 4], [6, 0.8], [77, 91]]\n  m: [30, 36]"


class Class:
    """A folder `hw` of submissions beside the problem `q1.yaml`."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "q1.yaml").write_text(PROBLEM)
        (folder / "hw").mkdir()

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / "hw" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def add(self, name: str, answers: str = RIGHT, student: str | None = None, problem: str = "q1.yaml") -> Path:
        """Add a submission; `student` is as YAML has it."""
        who = f"student: {student}\n" if student is not None else ""
        return self.write(f"{name}.yaml", f"rnncalc: 1\nproblem: {problem}\n{who}answers:\n  {answers}\n")

    def grade(self, *args: object, width: int = 100) -> Run:
        return run("grade", "q1.yaml", "hw", "--jobs", "1", *args, width=width)

    def rows(self, *args: object) -> dict[str, dict]:
        """Give the submissions of the JSON document by file."""
        return {item["file"]: item for item in self.grade("--format", "json", *args).json["submissions"]}

    def table(self, *args: object) -> list[dict[str, str]]:
        """Give the rows of the CSV by column."""
        return list(csv.DictReader(io.StringIO(self.grade("--csv", "-", *args).out)))


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended may wait for someone to ask."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
