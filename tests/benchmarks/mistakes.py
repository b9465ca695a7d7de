"""Is the slip that was made the one that is named? Every slip × random problems, honest answers, random numbers, time.

Run as `python tests/benchmarks/mistakes.py [N]`; N problems of each kind, 20 by default.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from honest import MODES, Hand, problem
from verdicts import answer, answers_of

from rnncalc.checking.candidates import NOT_THERE
from rnncalc.checking.check import Finding, judge_claims
from rnncalc.checking.given import Sheet
from rnncalc.checking.mistakes.products import product_slips
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.mistakes.written import meant
from rnncalc.checking.replay import Replay
from rnncalc.checking.scene import Scene, Work
from rnncalc.checking.truth import Truth, truth_of
from rnncalc.checking.walk import Place
from rnncalc.compute.answers import Answer, AnswerKey, Claims
from rnncalc.compute.evaluate import evaluate
from rnncalc.language.nodes import Call, walk

NETWORKS = ("elman", "jordan", "lstm", "gru")
STEPS, DECIMALS = 4, 4
GIVEN = ("all lines", "last lines")


class Rounded(Replay):
    """A calculation with a slip in which every named quantity is rounded before it is used."""

    def line(self, place: Place) -> np.ndarray:
        return np.round(super().line(place), DECIMALS)


class Case(NamedTuple):
    """One student: which network, with gradients or without, rounding or not, giving which lines."""

    network: str
    backward: bool
    rounding: bool
    given: str


class Outcome(NamedTuple):
    """What became of one slip: not to be seen, named, listed for want of digits, or missed; and what was named."""

    slug: str
    fate: str
    named: str


def truth(network: str, seed: int, backward: bool) -> Truth:
    case = problem(network, seed, STEPS)
    written = {name: case.shapes[name] for name in case.weights}
    return truth_of(evaluate(replace(case, written=written)), backward)


def one_of_each(scene: Scene, backward: bool, seed: int, truth: Truth) -> Iterator[Slip]:
    """Choose one slip of each slug at random: in a network's equations, or in the derived ones."""
    random, by_slug = np.random.default_rng(seed), {}
    for candidate in truth.searches[0][1].candidates:
        slip = candidate.slip
        derived = any(left.name.startswith("∇") for left in slip.lines)
        if derived == backward:
            by_slug.setdefault(slip.slug, []).append(slip)
    for slips in by_slug.values():
        yield slips[random.integers(len(slips))]


def student(case: Case, scene: Scene, slip: Slip, truth: Truth) -> tuple[Answer, ...] | None:
    """Give the answers of a student who makes a slip; None where it cannot be made."""
    replay = (Rounded if case.rounding else Replay)(scene, {}, slip)
    try:
        found = {
            place: np.broadcast_to(replay.line(place), scene.known_at(place).shape)
            for place in scene.works
            if place[0][0] != "∎"
        }
    except NOT_THERE:
        return None
    answers = answers_of(found, truth.values, truth.gradients, DECIMALS)
    losses = np.array([float(found["J", step].sum()) for step in range(1, STEPS + 1)])
    answers += tuple(answer(AnswerKey("J", step), np.array(losses[step - 1]), DECIMALS) for step in range(1, STEPS + 1))
    answers += (answer(AnswerKey("J"), np.array(losses.sum()), DECIMALS),)
    if case.given == "last lines":
        last = {
            True: lambda key: key.gradient and key.name in truth.values.case.weights,
            False: lambda key: key.name == "y",
        }
        answers = tuple(one for one in answers if last[case.backward](one.key))
    return answers


def fate(findings: list[Finding], slug: str) -> tuple[str, str]:
    """Tell what became of a slip, by the first wrong line that anything is said of."""
    wrong = [f for f in findings if f.verdict in ("differs", "mistake")]
    if not wrong:
        return "in the band", ""
    named = [f.mistakes for f in wrong if f.mistakes]
    if any(slug in slugs for slugs in named[:1]):
        return "named", slug
    if any(slug in slugs for slugs in named):
        return "named later", named[0][0]
    if named:
        return "taken for", named[0][0]
    return ("listed" if any(f.remark for f in wrong) else "missed"), ""


def outcomes(case: Case, seed: int) -> list[Outcome]:
    known, found = truth(case.network, seed, case.backward), []
    scene = known.searches[0][1].scene
    for slip in one_of_each(scene, case.backward, seed, known):
        answers = student(case, scene, slip, known)
        if answers:
            found.append(Outcome(slip.slug, *fate(judge_claims(Claims(answers), known), slip.slug)))
    return found


def arithmetic_block(network: str, seed: int, kind: str) -> list[Outcome]:
    """Let one number of one line be wrong by a slip of the pen or of one product, everything after it follow."""
    known, random = truth(network, seed, False), np.random.default_rng([seed, len(kind)])
    scene = known.searches[0][1].scene
    places = [p for p, w in scene.works.items() if p[0][0] != "∎" and p[0] != "J" and _has_product(w)]
    place = places[random.integers(len(places))]
    sheets, slugs = {}, ""
    if kind == "product":
        slips = list(product_slips(scene, place))
        slip = slips[random.integers(len(slips))]
        slugs, value = slip.slug, np.round(Replay(scene, {}, slip).line(place), DECIMALS)
    else:
        value = np.round(np.array(scene.known_at(place)), DECIMALS)
        at = random.integers(value.size)
        choices = [one for one in meant(f"{value.flat[at]:.{DECIMALS}f}") if one.slug == kind]
        if not choices:
            return []
        slugs, value.flat[at] = kind, round(float(choices[random.integers(len(choices))].text), DECIMALS)
    if np.allclose(value, scene.known_at(place), atol=2e-4):
        return []
    sheets[place] = Sheet(value, np.full(value.shape, 10.0**-DECIMALS))
    replay = Rounded(scene, sheets)
    found = {p: replay.at(p) for p in scene.works if p[0][0] != "∎"}
    answers = answers_of(found, known.values, None, DECIMALS)
    return [Outcome(slugs, *fate(judge_claims(Claims(answers), known), slugs))]


def _has_product(work: Work) -> bool:
    return any(isinstance(part, Call) and part.op == "matmul" for part in walk(work.equation.right))


def arithmetic(n: int) -> None:
    """Print for slips of the pen and of one product, each in one number of all, how often they are named."""
    for kind in ("digit-swap", "moved-decimal-point", "sign-slip", "product"):
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            jobs = [pool.submit(arithmetic_block, network, seed, kind) for network in NETWORKS for seed in range(n)]
            fates = Counter(one.fate for job in jobs for one in job.result())
        seen = fates.total() - fates["in the band"]
        told = 100 * (fates["named"] + fates["listed"]) / max(seen, 1)
        words = ", ".join(f"{count} {name}" for name, count in fates.most_common())
        print(f"one number  {kind:<20} named or listed {told:5.1f} %   {words}")


def matrix(n: int) -> None:
    """Print for each kind of problem how often the slip that was made is named, then what was named in its place."""
    confused: Counter = Counter()
    by_slug: dict[str, Counter] = {}
    cases = [
        Case(network, backward, rounding, given)
        for network in NETWORKS for backward in (False, True) for rounding in (False, True) for given in GIVEN
    ]  # fmt: skip
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = {case: [pool.submit(outcomes, case, seed) for seed in range(n)] for case in cases}
        for case, futures in jobs.items():
            fates: Counter = Counter()
            for outcome in (one for future in futures for one in future.result()):
                fates[outcome.fate] += 1
                if case.given == GIVEN[0]:
                    by_slug.setdefault(outcome.slug, Counter())[outcome.fate] += 1
                if outcome.fate in ("taken for", "named later", "missed"):
                    confused[outcome.slug, outcome.named or "nothing"] += 1
            seen = fates.total() - fates["in the band"]
            kind = f"{case.network} {'BPTT' if case.backward else ''}"
            words = ", ".join(f"{count} {name}" for name, count in fates.most_common())
            print(
                f"matrix   {kind:<12} {case.given:<10} {'rounded on the way' if case.rounding else 'exact':<18} "
                f"named {100 * fates['named'] / max(seen, 1):5.1f} %, or listed "
                f"{100 * (fates['named'] + fates['listed']) / max(seen, 1):5.1f} %   {words}",
                flush=True,
            )
    print("\nby slug, all lines given")
    for slug, fates in sorted(by_slug.items()):
        print(f"  {slug:<26} {', '.join(f'{count} {name}' for name, count in fates.most_common())}")
    print("\nconfusion: the slip that was made, what was named first")
    for (slug, other), count in confused.most_common():
        print(f"  {slug:<26} {other:<26} {count}")


def honest_block(block: int) -> Counter:
    """Judge answers of students who make no slip, everything given or the last lines alone."""
    counts: Counter = Counter()
    for seed in range(block * 10, block * 10 + 10):
        for network in NETWORKS:
            known = truth(network, seed, True)
            for number, mode in enumerate(MODES):
                hand = Hand(DECIMALS - seed % 3, mode, (seed + number) % 2 == 0)
                hand.run(known.values)
                hand.run(known.gradients.values, True)
                answers = answers_of(hand.found, known.values, known.gradients, DECIMALS - seed % 3)
                bare = tuple(one for one in answers if one.key.name in ("y", *known.values.case.weights))
                for some in (answers, bare):
                    findings = judge_claims(Claims(some), known)
                    counts["answers"] += len({str(f.key) for f in findings})
                    counts["called a mistake"] += any(f.verdict == "mistake" for f in findings)
                    counts["remarked, not held against"] += any(f.remark for f in findings)
                    counts["differs"] += any(f.verdict == "differs" for f in findings)
    return counts


def honest(n_answers: int) -> None:
    counts: Counter = Counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        blocks = max(n_answers // 4000, 1)
        for found in pool.map(honest_block, range(blocks)):
            counts.update(found)
    print("honest  ", ", ".join(f"{count:,} {name}" for name, count in counts.items()))


def random_block(block: int) -> Counter:
    """Put random numbers in the place of right ones: one number, a line, all numbers of an answer."""
    counts: Counter = Counter()
    random = np.random.default_rng(block)
    for seed in range(block * 5, block * 5 + 5):
        for network in NETWORKS:
            known = truth(network, seed, True)
            scene = known.searches[0][1].scene
            right = {place: np.array(scene.known_at(place)) for place in scene.works if place[0][0] != "∎"}
            places = [place for place in right if place[1] is not None]
            for how in ("one number", "one number nearby", "a line", "a last answer"):
                found = {place: array.copy() for place, array in right.items()}
                place = places[random.integers(len(places))]
                target = found[place]
                if how == "a line":
                    target[...] = random.uniform(-1, 1, target.shape)
                elif how == "one number nearby":
                    target.flat[random.integers(target.size)] += random.choice([-1, 1]) * random.uniform(0.003, 0.1)
                else:
                    target.flat[random.integers(target.size)] = random.uniform(-1, 1)
                answers = answers_of(found, known.values, known.gradients, DECIMALS)
                if how == "a last answer":
                    key = AnswerKey("y")
                    answers = (answer(key, random.uniform(-1, 1, (STEPS, known.values.case.shapes["y"][0])), DECIMALS),)
                findings = judge_claims(Claims(answers), known)
                if any(f.verdict in ("differs", "mistake") for f in findings):
                    counts[how] += 1
                    counts[how, "named"] += any(f.verdict == "mistake" for f in findings)
    return counts


def chance(n: int) -> None:
    counts: Counter = Counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(random_block, range(max(n // 80, 1))):
            counts.update(found)
    total = named = 0
    for how in [key for key in counts if isinstance(key, str)]:
        total, named = total + counts[how], named + counts[how, "named"]
        print(f"random   {how:<18} {counts[how]:>5} wrong, {counts[how, 'named']} named as a slip")
    share = f"{100 * named / max(total, 1):.2f} %, reach 1 %"
    print(f"random   {'together':<18} {total:>5} wrong, {named} named as a slip ({share})")


def duration() -> None:
    """A wrong answer to an LSTM of four steps: over single slips, and over pairs, with what is kept and without."""
    from rnncalc.checking import diagnosis

    for words, given in (("every line given", GIVEN[0]), ("the outputs alone", GIVEN[1])):
        times: dict[str, list[float]] = {"singles": [], "pairs": []}
        for seed in range(12):
            values = evaluate(problem("lstm", seed, STEPS))
            random = np.random.default_rng(seed)
            known = Truth(values, None)
            scene = known.searches[0][1].scene
            found = {place: np.array(scene.known_at(place)) for place in scene.works if place[0][0] != "∎"}
            for place in found if given == GIVEN[1] else [("c", 2)]:
                found[place] = found[place] + random.uniform(0.05, 0.3, found[place].shape)
            answers = answers_of(found, values, None, DECIMALS)
            answers = tuple(one for one in answers if given == GIVEN[0] or one.key.name == "y")
            for kind in times:
                least, diagnosis.PAIRS_NEED = diagnosis.PAIRS_NEED, 1e9 if kind == "singles" else diagnosis.PAIRS_NEED
                start = time.perf_counter()
                judge_claims(Claims(answers), Truth(values, None))
                times[kind].append(time.perf_counter() - start)
                diagnosis.PAIRS_NEED = least
        line = ", ".join(f"{kind} {statistics.median(t):.2f} s (longest {max(t):.2f} s)" for kind, t in times.items())
        print(f"time     LSTM, four steps, {words:<18} {line}   (reach 0.3 s and 5 s)")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    duration()
    honest(500 * count)
    chance(100 * count)
    arithmetic(5 * count)
    matrix(count)
