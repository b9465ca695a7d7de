"""Solution files: answers to a problem that stands elsewhere, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from rnncalc.base.diagnostics import Collector, refuse
from rnncalc.base.span import Source, Span, whole
from rnncalc.compute.answers import Answer, Claims
from rnncalc.problem.answers import read_key
from rnncalc.problem.fields import FIELDS, Field, read_rows, word
from rnncalc.problem.files import bundled_folder, bundled_names
from rnncalc.problem.grids import read_grid
from rnncalc.problem.places import quoted
from rnncalc.problem.yaml_tree import Items, Mapping, Scalar

SOLUTION_FIELDS: dict[str, Field] = {
    "rnncalc": FIELDS["rnncalc"],
    "problem": Field("problem", word, "the problem that is solved, from the solution's folder"),
    "student": Field("student", word, "whose solution it is"),
    "answers": FIELDS["answers"],
}


WHERE = "a solution; weights, tolerance and points come from the problem"


class Solution(NamedTuple):
    """Answers, and the problem that they are for.

    `problem` is the path as the file gives it, `place` where it stands.
    """

    source: Source
    problem: str
    place: Span
    student: str
    claims: Claims


def is_solution(tree: Mapping) -> bool:
    """Tell whether a file is a solution: it names a problem, or a student."""
    return tree.get("problem") is not None or tree.get("student") is not None


def read_solution(source: Source, tree: Mapping) -> Solution:
    """Read a solution from the tree of its file.

    Raises:
        RnncalcError: every fault; keys that belong to problems alone are unknown
            here; slug `missing-problem`.
    """
    collector = Collector()
    found = read_rows(tree, SOLUTION_FIELDS, WHERE, collector)
    with collector:
        _require_problem(source, tree)
    collector.raise_if_any()
    name: Scalar = found["problem"]
    student = found["student"].text if "student" in found else ""
    return Solution(source, name.text, name.span, student, Claims(found.get("answers", ())))


def _require_problem(source: Source, tree: Mapping) -> None:
    if tree.get("problem") is None:
        remedy = "Write 'problem: q1.yaml', its path from the solution's folder."
        raise refuse("missing-problem", whole(source), "The solution names no problem.", remedy)


def problem_path(solution: Solution) -> str:
    """Give the path of a solution's problem, as the program can open it.

    Raises:
        RnncalcError: slugs `outside-folder`, `missing-file`.
    """
    name, here = solution.problem, Path(solution.source.name)
    path = (Path() if solution.source.name == "<stdin>" else here.parent) / name
    try:
        inside = not Path(name).is_absolute() and path.resolve().is_relative_to(Path().resolve())
        found = path.is_file()
    except (OSError, ValueError, RuntimeError):
        inside, found = True, False
    if not found and name in bundled_names():
        return name
    if not inside and path.resolve().is_relative_to(bundled_folder().resolve()):
        inside = True
    if not inside:
        message = f"{quoted(name)} lies outside the folder in which the program runs."
        raise refuse("outside-folder", solution.place, message, "Start the program in a folder that holds both.")
    if not found:
        message = f"There is no problem {quoted(name)} beside the solution."
        raise refuse("missing-file", solution.place, message, "Write its path from the solution's folder.")
    return str(path)


_TYPED = 'Write --answer "h(2) = 0.99, 1.00".'


def answer_from_text(text: str) -> Answer:
    """Read an answer as it is typed at the prompt: y = 0.27 0.73 or h(2) = 0.99, 1.00.

    Raises:
        RnncalcError: those of an answer in a file; the place is within the text.
    """
    source = Source("--answer", text)
    name, sign, numbers = text.partition("=")
    if not sign:
        raise refuse("bad-answer", whole(source), f"{quoted(text)} has no '='.", 'Write --answer "h(2) = 0.99, 1.00".')
    start = len(name) - len(name.lstrip())
    key = read_key(Scalar(name.strip(), Span(source, start, start + len(name.strip()))))
    scalars, at = [], len(name) + 1
    for piece in numbers.replace(",", " ").replace("[", " ").replace("]", " ").split():
        at = text.index(piece, at)
        scalars.append(Scalar(piece, Span(source, at, at + len(piece))))
        at += len(piece)
    if not scalars:
        raise refuse("bad-answer", whole(source), f"{quoted(text)} gives no number.", 'Write --answer "y = 0.27 0.73".')
    node = scalars[0] if len(scalars) == 1 else Items(tuple(scalars), whole(source))
    grid = read_grid(node, 3, "an answer")
    return Answer(key, grid.texts, grid.array, grid.spans, whole(source))
