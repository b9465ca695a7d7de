"""How fair and how sharp the verdicts are: honest answers, wrong methods, a slip carried on; what a solution costs.

Run as `python tests/benchmarks/verdicts.py [N]`; N problems of each kind, 60 by default.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from honest import MODES, Hand, problem

from rnncalc.base.span import Source, whole
from rnncalc.checking.check import Finding, check_answers
from rnncalc.compute.answers import Answer, AnswerKey, Claims
from rnncalc.compute.bptt import Gradients, backpropagate, derive
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.nesting import nest_steps
from rnncalc.compute.trace import Line, trace
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Call, Name, Ref, rebuild

NETWORKS = ("elman", "jordan", "lstm", "gru")
DECIMALS = (2, 3, 4, 6)
STEPS = 4
PLACE = whole(Source("answers", "answers"))


def passes(case: Case) -> tuple[Values, Gradients]:
    values = evaluate(case)
    return values, backpropagate(values, derive(case, False))


def answer(key: AnswerKey, nested: np.ndarray, decimals: int) -> Answer:
    """Write numbers as a student does."""
    texts = np.array([f"{v:.{decimals}f}" for v in nested.ravel()], dtype=object).reshape(nested.shape)
    return Answer(key, texts, texts.astype(float), (PLACE,) * texts.size, PLACE)


def answers_of(found: dict, values: Values, gradients: Gradients | None, decimals: int) -> tuple[Answer, ...]:
    """Give every quantity that was worked out, forward and, with gradients, backward."""
    answers = []
    for name in values.case.system.defined:
        if values.case.system.is_sequence(name) and name != values.case.loss:
            steps = np.stack([found[name, step] for step in range(1, STEPS + 1)])
            answers.append(answer(AnswerKey(name), nest_steps(steps, values.case.batched), decimals))
    for weight in values.case.weights if gradients else ():
        if ("∇" + weight, None) in found:
            nested = found["∇" + weight, None].reshape(values.case.shapes[weight])
            answers.append(answer(AnswerKey(weight, gradient=True), nested, decimals))
    for name in values.case.system.defined if gradients else ():
        if ("∇" + name, STEPS) in found and ("∇" + name, 1) in found:
            steps = np.stack([found["∇" + name, step] for step in range(1, STEPS + 1)])
            answers.append(answer(AnswerKey(name, gradient=True), nest_steps(steps, values.case.batched), decimals))
    return tuple(answers)


def judge(values: Values, answers: tuple[Answer, ...], gradients: Gradients | None = None) -> list[Finding]:
    case = replace(values.case, claims=Claims(answers), written={n: values.case.shapes[n] for n in values.case.weights})
    moved = values._replace(case=case)
    return check_answers(moved, gradients and gradients._replace(values=gradients.values))


def honest(n: int) -> None:
    """Everything given, rounded on the way in three manners: nothing may differ."""
    for name in NETWORKS:
        for decimals in DECIMALS:
            counts: Counter[str] = Counter()
            for seed in range(n):
                values, gradients = passes(problem(name, seed, STEPS))
                hand = Hand(decimals, list(MODES)[seed % 3], seed % 2 == 0)
                hand.run(values)
                hand.run(gradients.values, True)
                given = answers_of(hand.found, values, gradients, decimals)
                counts.update(finding.verdict for finding in judge(values, given, gradients))
            words = ", ".join(f"{count:,} {verdict}" for verdict, count in counts.most_common())
            print(f"honest   {name:<7} {decimals} decimals   {words}")


def swapped(values: Values, slip: str) -> Values | None:
    """Give the pass of a wrong method."""
    case, system = values.case, values.case.system

    def change(node):
        if slip == "transpose" and isinstance(node, Call) and node.op == "matmul":
            left = node.args[0]
            bare = left.args[0] if isinstance(left, Call) and left.op == "transpose" else left
            if isinstance(bare, Name) and len(set(case.shapes[bare.name])) == 1:
                turned = bare if bare is not left else Call("transpose", (left,))
                return Call("matmul", (turned, node.args[1]))
        if slip == "activation" and isinstance(node, Call) and node.op == "tanh":
            return Call("sigmoid", node.args)
        if slip == "bias" and isinstance(node, Call) and node.op == "add" and isinstance(node.args[1], Name):
            return node.args[0]
        if (
            slip == "initial state"
            and isinstance(node, Ref)
            and node.index.offset == -1
            and node.index.anchor == "step"
        ):
            return Ref(node.name, node.index._replace(anchor="start", letter="", offset=0))
        return node

    equations = tuple(e._replace(right=rebuild(e.right, change)) for e in system.equations)
    if equations == system.equations:
        return None
    return evaluate(replace(case, system=type(system)(equations, system.letters, system.layout)))


def sharp(n: int) -> None:
    """Wrong methods, every intermediate given: how often the whole answer passes."""
    for slip in ("transpose", "bias", "activation", "initial state"):
        row = []
        for decimals in DECIMALS:
            passed = total = 0
            for name in NETWORKS:
                for seed in range(n):
                    values = evaluate(problem(name, seed, STEPS))
                    wrong = swapped(values, slip)
                    if wrong is None:
                        continue
                    found = {(q, s): wrong.at(q, s) for q in wrong.sequences for s in range(1, STEPS + 1)}
                    findings = judge(values, answers_of(found, values, None, decimals))
                    passed += all(finding.counts_as_right for finding in findings)
                    total += 1
            row.append(f"{100 * passed / max(total, 1):5.1f} % at {decimals}")
        print(f"sharp    {slip:<14} called right: {'   '.join(row)} decimals")


def carried(n: int) -> None:
    """One slip at a random place, everything after it worked out from it: one line is to blame."""
    for name in NETWORKS:
        once = total = 0
        for seed in range(n):
            rng, values = np.random.default_rng(seed), evaluate(problem(name, seed, STEPS))
            places = [
                (line.left.name, step.number)
                for step in trace(values)
                for line in step.lines
                if line.left.name not in (values.case.loss, "y", "u") and not bounded(line)
            ]
            place = places[rng.integers(len(places))]
            hand = Slipping(4, place, rng)
            hand.run(values)
            findings = judge(values, answers_of(hand.found, values, None, 4))
            blamed = {(f.key.name, f.entry[1]) for f in findings if f.verdict in ("differs", "unreadable")}
            once += blamed == {place}
            total += 1
        print(f"carried  {name:<7} exactly the slip blamed in {once} of {total} ({100 * once / total:.1f} %)")


def bounded(line: Line) -> bool:
    """Tell whether a line's values have a range, which a large slip would leave."""
    return isinstance(line.right, Call) and line.right.op in ("tanh", "sigmoid")


class Slipping(Hand):
    """Calculates with four decimals, and slips once."""

    def __init__(self, decimals: int, place: tuple[str, int], rng: np.random.Generator):
        super().__init__(decimals, "half-up", False)
        self.place, self.rng = place, rng

    def run(self, values: Values, descending: bool = False) -> None:
        for step in trace(values, descending):
            for line in step.lines:
                place = (line.left.name, step.number)
                found = np.broadcast_to(self.round(self.of(line.right, values)), line.value.shape).copy()
                if place == self.place:
                    found.flat[self.rng.integers(found.size)] += self.rng.choice([-1, 1]) * self.rng.uniform(0.05, 0.5)
                    found = self.round(found)
                self.found[place] = found


def cost(rounds: int = 30) -> None:
    """A further right solution file, against loading it with yaml."""
    import tempfile

    import yaml

    from rnncalc.judging import judge_files
    from rnncalc.problem.files import bundled_folder

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (bundled_folder() / "ntu-tutorial-8-q1a.yaml").read_text(encoding="utf-8")
    solution = "rnncalc: 1\nproblem: ntu-tutorial-8-q1a\nstudent: Ada\nanswers:\n" + text.split("answers:\n")[1]
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder, f"s{k}.yaml")) for k in range(40)]
        for path in names:
            Path(path).write_text(solution, encoding="utf-8")
        load, few, many = [], [], []
        for _ in range(rounds):
            start = time.perf_counter()
            for path in names:
                yaml.load(Path(path).read_text(encoding="utf-8"), loader)
            load.append((time.perf_counter() - start) / len(names))
            for some, times in ((names[:10], few), (names, many)):
                start = time.perf_counter()
                list(judge_files(some))
                times.append(time.perf_counter() - start)
    each = (statistics.median(many) - statistics.median(few)) / 30
    ratio = each / statistics.median(load)
    words = f"a further right solution {1e3 * each:.2f} ms, loading it {1e3 * statistics.median(load):.2f} ms"
    print(f"cost     {words}: {ratio:.1f}x (reach 10x)")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    honest(count)
    sharp(count)
    carried(4 * count)
    cost()
