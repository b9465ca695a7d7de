"""rnncalc: a step-through calculator for recurrent neural networks.

The commands are `rnncalc --help`; the same from Python:

    >>> import rnncalc
    >>> problem = rnncalc.load("ntu-tutorial-8-q1a")
    >>> result = problem.forward()
    >>> result["y"].round(2).ravel().tolist()
    [0.27, 0.73, 0.94, 0.11]
    >>> problem.check().all_right
    True
    >>> rnncalc.load("encoder-decoder").bptt()["grad"]
    Traceback (most recent call last):
    KeyError: 'grad'

In a notebook a problem shows its equations, a result its lines with numbers.
`problem.forward()` and `rnncalc.forward(problem)` are the same. All numbers
are those of the file, without units; steps and entries count from 1 in files,
from 0 in arrays. Whatever cannot be read or computed is an RnncalcError,
whose `diagnostics` have slug, place, message and remedy:

    >>> from rnncalc.base.diagnostics import RnncalcError
    >>> try:
    ...     rnncalc.load("ntu-tutorial-8-q1a").bptt()
    ... except RnncalcError as error:
    ...     error.diagnostics[0].slug
    'no-loss'

Nothing is imported before it is needed, so that `rnncalc --help` stays quick.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from rnncalc.backward_result import Backward
    from rnncalc.check_result import Findings
    from rnncalc.checking.audit import Audit
    from rnncalc.forward_result import Forward
    from rnncalc.grades import Grades
    from rnncalc.judging import Judged
    from rnncalc.loaded import Network, NgramModel
    from rnncalc.problem.bigram import Bigram
    from rnncalc.problem.problem import Problem
    from rnncalc.training.history import Told
    from rnncalc.training_result import Trained

__version__ = "0.1.0"

__all__ = ["__version__", "audit", "bptt", "check", "check_files", "forward", "grade", "load", "train"]


def load(file: str, stdin: BinaryIO | None = None) -> Network | NgramModel:
    """Read a problem.

    Args:
        file: A path, the name of a bundled problem, or `-` for standard input.
        stdin: Where `-` is read from.

    Returns:
        For a file with the key `bigram` an NgramModel, for any other a Network.

    Raises:
        rnncalc.base.diagnostics.RnncalcError: every fault of the file.

    >>> problem = load("ntu-tutorial-8-q1a")
    >>> problem.case.weights["W"].tolist(), problem.n_steps, problem.origin
    ([[2.0, 1.3], [1.5, 0.0]], 4, 'NTU Tutorial 8 (C. C. Loy), Question 1(a)')
    """
    from rnncalc.loaded import Network, NgramModel
    from rnncalc.problem.files import read_source
    from rnncalc.problem.kinds import read_kind
    from rnncalc.problem.problem import Problem

    problem = read_kind(read_source(file, stdin))
    return Network(*problem) if isinstance(problem, Problem) else NgramModel(*problem)


def forward(problem: Problem) -> Forward:
    """Compute the forward pass, in the arithmetic that the file asks for.

    Shapes:
        result[name]: as in the file: (steps, features), for a batch (sequences, steps, features)
        sequences[name]: (n_steps, n_sequences, rows, columns)
        singles[name]: (n_sequences, rows, columns)

    >>> result = forward(load("many-to-one"))
    >>> result["y"].round(4).tolist(), result.sequences["h"].shape
    ([0.9414, 0.0586], (4, 1, 3, 1))
    """
    from rnncalc.forward_result import forward_of

    return forward_of(problem)


def bptt(problem: Problem) -> Backward:
    """Derive and evaluate backpropagation through time.

    The equations are derived from those of the problem (P. Werbos,
    Backpropagation through time: what it does and how to do it, 1990); the
    gradient of a weight is summed over steps and sequences.

    Shapes:
        result[weight]: ∂J/∂weight, as the file has the weight
        totals[weight]: ∂J/∂weight, (rows, columns)
        parts[weight]: its addends by step, (n_steps, rows, columns)

    Raises:
        rnncalc.base.diagnostics.RnncalcError: slugs `no-loss`, `no-finite-loss`.

    >>> result = bptt(load("encoder-decoder"))
    >>> result["c"].round(4).tolist(), result.parts["c"].round(4).ravel().tolist()
    ([-11.1132], [-6.3125, -3.4016, -1.3991])
    """
    from rnncalc.backward_result import backward_of

    return backward_of(problem)


def check(problem: Problem | Bigram) -> Findings:
    """Judge every number under `answers:` by the digits with which it is written.

    >>> finding = check(load("ntu-tutorial-8-q1a"))[1]
    >>> str(finding.key), finding.entry, finding.given, round(finding.value, 4), finding.verdict
    ('h', (1, 2), '0.99', 0.994, 'exact')
    """
    from rnncalc.check_result import findings_of

    return findings_of(problem)


def audit(problem: Problem | Bigram, decimals: int | None = None) -> Audit:
    """Apply every known mistake to a problem: which of them give the digits of the right answer?

    `sharpness` is the share that is told, `undetected` holds the others; for
    changes that tell more see rnncalc.checking.sharpen.

    Args:
        problem: A network or an n-gram model.
        decimals: Of all answers, in place of those that each of them shows.

    Raises:
        rnncalc.checking.audit.TooLarge: the problem has more than 200,000 numbers or 300 steps, or its
            mistakes lead through too many lines.
    """
    from rnncalc.auditing import audit_problem

    return audit_problem(problem, decimals)


def check_files(names: list[str]) -> list[Judged]:
    """Judge problem files, solution files and folders of both, as the command `check` does.

    Each Judged has the findings of one file, or the error that kept it from being read.
    """
    from rnncalc.judging import judge_files

    return list(judge_files(names))


def grade(problem: Problem | Bigram, folder: str, jobs: int = 1, method_credit: float = 0.0) -> Grades:
    """Grade the solution files of a folder, as the command `grade` does: a row for each, broken ones too.

    `rnncalc.grades.summarise` gives means and the slips made. With more than one
    job the work is spread over processes, which import the module that calls
    this: keep the call below `if __name__ == "__main__":`.

    Args:
        method_credit: What a number counts that one named slip gives, from 0 to 1.
    """
    from rnncalc.grading import grade

    return grade(problem, folder, jobs, method_credit)


def train(problem: Problem, told: Callable[[Told], None] | None = None) -> Trained:
    """Learn the weights of a problem with the key `training`, as the command `train` does.

    `learned.weights` are the best, `learned.history` has the losses, `seen` what the
    network says of the sequences held out, or where there are none of those it learnt from.

    Args:
        told: Called now and then with the iteration and its loss.

    Raises:
        rnncalc.base.diagnostics.RnncalcError: slug `no-training`.

    >>> trained = train(load("hello-training"))
    >>> trained.learned.loss < 0.002, trained.seen.predictions.accuracy
    (True, 1.0)
    """
    from rnncalc.problem.training_options import require_training
    from rnncalc.training_result import train_problem

    return train_problem(require_training(problem), told)
