"""Read and judge problem files, solution files and folders of them: what `check`, pytest and CI have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from rnncalc.base.diagnostics import RnncalcError, refuse
from rnncalc.base.span import Source, whole
from rnncalc.checking.bigram import check_bigram
from rnncalc.checking.check import Finding, judge_claims
from rnncalc.checking.credit import Question, bigram_question, question_of
from rnncalc.checking.misprints import with_explanations
from rnncalc.checking.truth import Truth, asks_gradients, truth_of
from rnncalc.checking.verdicts import Judgement
from rnncalc.compute.answers import Answer, AnswerKey, Claims
from rnncalc.compute.arithmetic import arithmetic_of
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.ngram_values import named_values
from rnncalc.problem.files import problem_files, read_source
from rnncalc.problem.kinds import kind_of
from rnncalc.problem.problem import Problem, check_answer_names, problem_tree
from rnncalc.problem.solution import Solution, is_solution, problem_path, read_solution

if TYPE_CHECKING:
    from rnncalc.compute.values import Values
    from rnncalc.problem.bigram import Bigram


class Judged(NamedTuple):
    """What was found in one file: findings, or the error that kept it from being read.

    `student` is empty for a problem; `hidden` says that its key must not be shown.
    """

    file: str
    findings: tuple[Finding, ...] = ()
    error: RnncalcError | None = None
    student: str = ""
    solution: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Opened:
    """A problem with its passes, each worked out once for all its solutions.

    `pairs` tells whether two slips at once are sought where one gives nothing.
    """

    problem: Problem | Bigram
    pairs: bool = True

    @cached_property
    def values(self) -> Values:
        """The forward pass of a network."""
        case = self.problem.case
        return evaluate(case, arithmetic_of(*case.rounding))

    @cached_property
    def forward(self) -> Truth:
        return truth_of(self.values, False, self.pairs)

    @cached_property
    def backward(self) -> Truth:
        return truth_of(self.values, True, self.pairs)

    @property
    def is_network(self) -> bool:
        return isinstance(self.problem, Problem)

    @property
    def hidden(self) -> bool:
        """Tell whether students must see no digit of the key."""
        return self.is_network and self.problem.hidden

    @property
    def claims(self) -> Claims:
        """The problem's own answers."""
        return self.problem.case.claims if self.is_network else self.problem.claims

    def question(self, key: AnswerKey, points: float) -> Question:
        """Find the numbers that a key asks for."""
        if self.is_network:
            return question_of(key, points, self.backward if key.gradient else self.forward)
        return bigram_question(key, points, named_values(self.problem.model, self.problem.asked))

    def place(self, finding: Finding) -> AnswerKey:
        """Name one number by itself: entry 2,1 of h is h(2)[1]."""
        key, entry = finding.key, finding.entry
        if not self.is_network or key.step is not None or not entry or not self._has_steps(key):
            return key._replace(entry=entry)
        at = 1 if self.problem.case.batched and len(entry) > 1 else 0
        return key._replace(step=entry[at], entry=(*entry[:at], *entry[at + 1 :]))

    def _has_steps(self, key: AnswerKey) -> bool:
        case = self.problem.case
        return key.name not in case.weights and key.name != case.loss and case.system.is_sequence(key.name)

    def require_known(self, claims: Claims) -> None:
        """Refuse answers about names that the problem's equations do not define.

        Raises:
            RnncalcError: slug `unknown-quantity`.
        """
        if self.is_network:
            check_answer_names(self.problem.case, claims.keyed)

    def judge(self, claims: Claims) -> list[Finding]:
        """Judge answers, the problem's own or a student's.

        Raises:
            RnncalcError: slug `unknown-quantity`.
        """
        if not self.is_network:
            return check_bigram(self.problem.model, self.problem.asked, claims)
        self.require_known(claims)
        return judge_claims(claims, self.backward if asks_gradients(claims) else self.forward)


def judge_files(
    names: Iterable[str], answers: Sequence[Answer] = (), stdin: BinaryIO | None = None
) -> Iterator[Judged]:
    """Judge files one after another; a folder stands for the problem and solution files in it.

    A problem named together with solutions of it serves as their problem and is
    not judged itself.

    Args:
        names: Paths, names of bundled problems, or `-`.
        answers: Answers typed at the prompt, which stand for those of the file.
        stdin: Where `-` is read from.
    """
    names = list(names)
    read = [(file, *_read(file, stdin)) for file in problem_files(names)]
    trees = [(file, source, tree) for file, source, tree, error in read if error is None]
    solutions = {file for file, _, tree in trees if is_solution(tree)}
    named = {_resolved(file) for file, _, _ in trees if file in names and file not in solutions}
    known: dict[str, Opened] = {}
    serving = set() if answers else _served(trees, solutions)
    for file, source, tree, error in read:
        if error is not None:
            yield Judged(file, error=error)
        elif _resolved(file) in serving and file not in solutions:
            continue
        else:
            try:
                yield _judged(file, source, tree, answers, known, named)
            except RnncalcError as fault:
                yield Judged(file, error=fault)


def _read(file: str, stdin: BinaryIO | None):
    try:
        source = read_source(file, stdin)
        return source, problem_tree(source), None
    except RnncalcError as error:
        return None, None, error


def _resolved(file: str) -> str:
    return file if file == "-" else str(Path(file).resolve())


def _served(trees: list, solutions: set[str]) -> set[str]:
    """Find the problems that solutions among the files are for."""
    found = set()
    for file, source, tree in trees:
        if file in solutions:
            try:
                found.add(_resolved(problem_path(read_solution(source, tree))))
            except RnncalcError:
                continue  # said when the solution is judged
    return found


def _judged(file: str, source: Source, tree, answers: Sequence[Answer], known: dict, named: set[str]) -> Judged:
    shown = source.name
    if not is_solution(tree):
        opened = Opened(kind_of(source, tree))
        if answers:
            return Judged(shown, tuple(opened.judge(Claims(tuple(answers)))), hidden=opened.hidden)
        findings = opened.judge(opened.claims)
        published = with_explanations(findings, opened.values) if opened.is_network else findings
        return Judged(shown, tuple(published), hidden=opened.hidden)
    solution = read_solution(source, tree)
    path = problem_path(solution)
    _require_named(solution, path, named)
    if path not in known:
        other = read_source(path)
        known[path] = Opened(kind_of(other, problem_tree(other)))
    opened = known[path]
    findings = opened.judge(solution.claims) if solution.claims.answers else []
    findings += _missing(opened.problem.questions, solution) if findings else []
    return Judged(shown, tuple(findings), None, solution.student, True, opened.hidden)


def _require_named(solution: Solution, path: str, named: set[str]) -> None:
    if len(named) == 1 and _resolved(path) not in named:
        (other,) = named
        message = f"The solution is for '{solution.problem}', not for '{Path(other).name}'."
        raise refuse("other-problem", solution.place, message, "Name the problem that it solves on the command line.")


def _missing(asked: Iterable[AnswerKey], solution: Solution) -> list[Finding]:
    """Name what the problem asks, by its own answers or points, and the solution does not give."""
    given = [answer.key for answer in solution.claims.answers]
    place = whole(solution.source)
    judgement = Judgement("missing", "the problem asks for it, the solution does not give it")
    keys = [key for key in asked if not any(_covers(other, key) for other in given)]
    return [Finding(key, key.entry, "", None, judgement, place, place) for key in keys]


def _covers(given: AnswerKey, asked: AnswerKey) -> bool:
    """Tell whether an answer is about what is asked, or about a part of it."""
    if (given.name, given.gradient) != (asked.name, asked.gradient):
        return False
    return asked.step is None or given.step in (None, asked.step)
