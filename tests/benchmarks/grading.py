"""A class of 10,000, each giving 60 numbers, a fifth of them wrong: how long grading takes.

In one class the right answers come from programs, so that many are equal; in
the other everyone calculates by hand and rounds in a way of their own.

Run as `python tests/benchmarks/grading.py [N [JOBS]]`; 10,000 submissions on 2 processes by default.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from honest import MODES, Hand

from rnncalc import load
from rnncalc.checking.candidates import NOT_THERE
from rnncalc.checking.replay import Replay
from rnncalc.checking.truth import Truth, truth_of
from rnncalc.compute.evaluate import evaluate

ASKED = ("a_f", "f", "a_i", "i", "a_g", "g", "a_o", "o", "c", "h")
STEPS = range(1, 4)
DECIMALS = (3, 4)
REACH = 60.0  # seconds for 10,000 on two cores

Numbers = dict[tuple[str, int], np.ndarray]


def written(numbers: Numbers, decimals: int) -> str:
    """Write the answers of one student."""
    lines = []
    for name in ASKED:
        rows = (", ".join(f"{x:.{decimals}f}" for x in numbers[name, step].ravel()) for step in STEPS)
        lines.append(f"  {name}: [[{'], ['.join(rows)}]]")
    return "\n".join(lines)


def right(known: Truth) -> list[str]:
    """Give right answers: exact, and calculated by hand in every way of rounding."""
    scene, found = known.searches[0][1].scene, []
    for decimals in DECIMALS:
        found.append(written({(n, t): np.array(scene.known_at((n, t))) for n in ASKED for t in STEPS}, decimals))
        for mode in MODES:
            for every in (False, True):
                hand = Hand(decimals, mode, every)
                hand.run(known.values)
                found.append(written(hand.found, decimals))
    return found


class Someone(Hand):
    """Rounds every named quantity, each in whatever way."""

    def __init__(self, decimals: int, random: np.random.Generator):
        super().__init__(decimals, "half-up", False)
        self.random = random

    def round(self, value: np.ndarray) -> np.ndarray:
        self.mode = MODES[list(MODES)[self.random.integers(len(MODES))]]
        return super().round(value)


class Rounded(Replay):
    """A calculation with a slip in which every named quantity is rounded before it is used."""

    def line(self, place):
        return np.round(super().line(place), 4)


def slips(known: Truth, random: np.random.Generator) -> Iterator[str]:
    """Draw answers of students who make one slip."""
    scene, candidates = known.searches[0][1].scene, known.searches[0][1].candidates
    while True:
        slip = candidates[random.integers(len(candidates))].slip
        replay = (Rounded if random.random() < 0.5 else Replay)(scene, {}, slip)
        try:
            numbers = {
                (n, t): np.broadcast_to(replay.line((n, t)), scene.known_at((n, t)).shape) for n in ASKED for t in STEPS
            }
        except NOT_THERE:
            continue
        yield written(numbers, DECIMALS[random.integers(len(DECIMALS))])


def with_wrong_numbers(text: str, count: int, random: np.random.Generator) -> str:
    """Put random numbers in the place of some."""
    pieces = text.replace("[", "[ ").replace("]", " ]").replace(",", " ,").split(" ")
    numbers = [at for at, piece in enumerate(pieces) if piece[-1:].isdigit()]
    for at in random.choice(numbers, count, replace=False):
        decimals = len(pieces[at].partition(".")[2])
        pieces[at] = f"{random.uniform(-1, 1):.{decimals}f}"
    return " ".join(pieces)


def answers(n: int, by_hand: bool, known: Truth) -> Iterator[tuple[str, str]]:
    """Give the answers of a class by kind: of five students one is wrong, by a slip, by random numbers, or by both."""
    random, honest = np.random.default_rng(0), right(known)
    slipped = slips(known, random)
    for number in range(n):
        text = honest[random.integers(len(honest))]
        if by_hand:
            hand = Someone(DECIMALS[number % 2], random)
            hand.run(known.values)
            text = written(hand.found, DECIMALS[number % 2])
        if number % 5:
            yield "right", text
        elif number % 10:
            yield "a slip", next(slipped)
        elif number % 20:
            yield "1 to 3 random numbers", with_wrong_numbers(text, int(random.integers(1, 4)), random)
        elif number % 40:
            yield "10 random numbers", with_wrong_numbers(text, 10, random)
        else:
            yield "a slip, and a random number", with_wrong_numbers(next(slipped), 1, random)


def write_class(folder: Path, n: int, by_hand: bool) -> None:
    """Write a problem and the submissions of a class; print how many there are by kind, and how many different ones."""
    problem = load("lstm-2-units")
    text = problem.source.text.partition("answers:")[0]
    (folder / "q1.yaml").write_text(text + "points:\n" + "".join(f"  {name}: 1\n" for name in ASKED))
    kinds, different = Counter(), {}
    for number, (kind, answer) in enumerate(answers(n, by_hand, truth_of(evaluate(problem.case), False))):
        head = f"rnncalc: 1\nproblem: q1.yaml\nstudent: Student {number}\nanswers:\n"
        (folder / "class").mkdir(exist_ok=True)
        (folder / "class" / f"{number}.yaml").write_text(f"{head}{answer}\n")
        kinds[kind] += 1
        different.setdefault(kind, set()).add(answer)
    for kind, count in kinds.items():
        print(f"  {kind:<28} {count:>6,} submissions, {len(different[kind]):>5,} different ones")


def grade(n: int, jobs: int, by_hand: bool) -> None:
    """Print a class, the seconds that grading takes, and what it finds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_class(folder, n, by_hand)
        args = ["grade", "q1.yaml", "class", "--jobs", str(jobs), "--format", "json"]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OPENBLAS_NUM_THREADS": "1"}
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-m", "rnncalc", *args]
        outcome = subprocess.run(command, cwd=folder, capture_output=True, check=True, env=environment)
        seconds = time.perf_counter() - start
    found = json.loads(outcome.stdout)
    wrong = sum(item["points"] < found["summary"]["of"] for item in found["submissions"])
    named = sum(bool(item["mistakes"]) for item in found["submissions"])
    met = "met" if seconds * 10_000 / n <= REACH else "NOT met"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(f"  {n:,} submissions of 60 numbers, {wrong:,} without full points, {named:,} with a slip named")
    print(
        f"  {seconds:.1f} s on {jobs} processes, {1000 * seconds / n:.2f} ms each; {spent:.1f} s of all processors   "
        f"reach {REACH:.0f} s for 10,000   {met}"
    )


def main(n: int = 10_000, jobs: int = 2) -> None:
    """Print the figures of both classes."""
    for by_hand in (False, True):
        print("right answers by hand, everyone's own" if by_hand else "right answers from programs")
        grade(n, jobs, by_hand)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
