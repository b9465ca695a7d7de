"""Submissions: the solution files of a folder, each read for itself, so that a broken one costs only itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Source, whole
from rnncalc.compute.answers import AnswerKey, Claims
from rnncalc.judging import Opened
from rnncalc.problem.files import is_ours, read_source, yaml_files
from rnncalc.problem.places import quoted
from rnncalc.problem.problem import problem_tree
from rnncalc.problem.solution import Solution, is_solution, read_solution
from rnncalc.problem.yaml_tree import Mapping, Scalar

MOST_NAME = 200  # characters of a student's name

ITSELF = "the problem itself"
_OF_PROBLEMS = ("recurrence", "equations", "bigram")


class Submission(NamedTuple):
    """What is known of a submission before it is judged.

    `file` is its path within the folder. `keys` are those that it gives
    numbers for, `digest` is the same for equal numbers under equal keys. One
    that cannot be graded has an `error` or the `fault` of the program instead;
    `skipped` says why a file is no submission.
    """

    file: str
    student: str
    keys: tuple[AnswerKey, ...] = ()
    digest: bytes = b""
    error: RnncalcError | None = None
    fault: str = ""
    skipped: str = ""


def files_of(folder: str) -> tuple[list[str], list[tuple[str, str]]]:
    """List what may be submissions by path within the folder, and the other .yaml files, each with the reason."""
    files, others = [], []
    for path in yaml_files(folder):
        if path.is_dir():
            continue
        name = path.relative_to(folder).as_posix()
        if is_ours(path):
            files.append(name)
        else:
            others.append((name, "it has no line 'rnncalc: 1'"))
    return files, others


@dataclass(frozen=True)
class Reader:
    """Reads the submissions of a folder for one problem."""

    opened: Opened
    folder: str

    def read(self, file: str) -> Submission:
        """Read one submission; whatever goes wrong is said in it."""
        start = Submission(file, file.rpartition(".")[0])
        try:
            source = self._source(file)
            tree = problem_tree(source)
            if why := self._skipped(tree, source):
                return start._replace(skipped=why)
            start = start._replace(student=_student(tree) or start.student)
            claims = self._solution(source, tree).claims
            return start._replace(keys=tuple(answer.key for answer in claims.answers), digest=digest_of(claims))
        except RnncalcError as error:
            return start._replace(error=error)
        except Exception as fault:
            return start._replace(fault=fault_words(fault))

    def claims(self, file: str) -> Claims:
        """Give the answers of a submission.

        Raises:
            RnncalcError: it cannot be read.
        """
        source = self._source(file)
        return self._solution(source, problem_tree(source)).claims

    def _source(self, file: str) -> Source:
        """Read the text of a file, unless it is a link that leads out of the folder."""
        path = Path(self.folder, file)
        if path.is_symlink() and not path.resolve().is_relative_to(Path(self.folder).resolve()):
            message = f"{quoted(file)} is a link that leads out of the folder of submissions."
            raise refuse("outside-folder", whole(Source(str(path), "")), message, "Put the file itself there.")
        return read_source(str(path))

    def _skipped(self, tree: Mapping, source: Source) -> str:
        """Say why a file is no submission; '' if it is one."""
        if is_solution(tree) or not any(tree.get(key) for key in _OF_PROBLEMS):
            return ""
        same = Path(source.name).resolve() == Path(self.opened.problem.source.name).resolve()
        return ITSELF if same else "it is a problem and names none that it solves"

    def _solution(self, source: Source, tree: Mapping) -> Solution:
        solution = read_solution(source, tree)
        self._require_named(solution)
        self.opened.require_known(solution.claims)
        return solution

    def _require_named(self, solution: Solution) -> None:
        """Refuse a solution of another problem.

        The name decides, as students rarely have the instructor's folders; but
        a file of that name outside the folder of submissions is another problem.
        """
        ours = self.opened.problem.source.name
        if ours == "<stdin>" or _is_of(solution, Path(ours), Path(self.folder)):
            return
        message = f"The solution is for {quoted(solution.problem)}, not for '{Path(ours).name}'."
        raise refuse("other-problem", solution.place, message, f"Write 'problem: {Path(ours).name}'.")


def _is_of(solution: Solution, ours: Path, folder: Path) -> bool:
    named = Path(solution.source.name).parent / solution.problem
    try:
        path, there = named.resolve(), named.is_file()
        elsewhere = there and path != ours.resolve() and not path.is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # no path at all
        return False
    return not elsewhere and _stem(solution.problem) == _stem(ours.name)


def _stem(name: str) -> str:
    last = PureWindowsPath(name).name  # / and \ both
    return last.removesuffix(".yaml").removesuffix(".yml")


def _student(tree: Mapping) -> str:
    name = tree.get("student")
    text = " ".join(name.text.split()) if isinstance(name, Scalar) else ""
    return text if len(text) <= MOST_NAME else text[: MOST_NAME - 1] + "…"


def digest_of(claims: Claims) -> bytes:
    """Give a digest that is the same for equal numbers with equal decimals under equal keys, however written.

    >>> from rnncalc.problem.solution import answer_from_text
    >>> texts = "y = 0.50", "y = +.50", "y = 0.5"
    >>> len({digest_of(Claims((answer_from_text(text),))) for text in texts})
    2
    """
    parts = [
        (str(answer.key), answer.texts.shape, [_number(text) for text in answer.texts.flat])
        for answer in claims.answers
    ]
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


def _number(text: str) -> str:
    try:
        return str(Decimal(text))
    except InvalidOperation:
        return text


def fault_words(fault: Exception) -> str:
    """Say which exception it was and where, without values: a hidden key may be among them."""
    import traceback

    frames = traceback.extract_tb(fault.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"a fault of the program: {type(fault).__name__}{where}"
