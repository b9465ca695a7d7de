"""Rounding early, carrying an own error forward, and digits too few to tell."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from running import run_text

from rnncalc.compute.enclose import Enclosure
from rnncalc.compute.functions import FORWARD
from rnncalc.compute.intervals import INTERVAL, Interval, Rounding, point
from rnncalc.language.operations import OPERATIONS

ELMAN = """rnncalc: 1
recurrence: elman
weights: {U: [[0.5, -0.3], [0.8, 0.2]], W: [[0.1, 0.4], [-0.5, 0.7]], b: [0.1, -0.2], V: [[1.2], [-0.7]], c: 0.3}
inputs: {x: [[1, 0.5], [-1, 2], [0.3, -0.6]]}
targets: {d: [[1], [0], [0.5]]}
loss: squared-error
"""
# the true values: z, h and y of each step, to four decimals
H = [[0.7616, -0.3799], [0.9139, 0.2117], [-0.0147, -0.0163]]


def verdicts(tmp_path, answers: str, problem: str = ELMAN) -> dict[str, list[str]]:
    found = run_text(tmp_path, problem + "answers:\n" + answers, "--format", "json", command="check").json["answers"]
    result: dict[str, list[str]] = {}
    for item in found:
        result.setdefault(item["key"], []).append(item["verdict"])
    return result


def true_values(tmp_path, *names: str) -> dict:
    return {name: run_text(tmp_path, ELMAN, "--format", "json").json["values"][name] for name in names}


def written(values, decimals: int) -> str:
    return str([[f"{v:.{decimals}f}" for v in row] for row in values]).replace("'", "")


def test_every_step_rounded_is_never_wrong(tmp_path):
    """Two decimals, each line worked out from the rounded line before."""
    U, W = np.array([[0.5, -0.3], [0.8, 0.2]]), np.array([[0.1, 0.4], [-0.5, 0.7]])
    h, zs, hs = np.zeros(2), [], []
    for x in ([1, 0.5], [-1, 2], [0.3, -0.6]):
        z = np.round(U.T @ x + np.round(W.T @ h, 2) + [0.1, -0.2], 2)
        h = np.round(np.tanh(z), 2)
        zs.append(z)
        hs.append(h)
    found = verdicts(tmp_path, f"  z: {written(zs, 2)}\n  h: {written(hs, 2)}\n")
    assert set(itertools.chain(*found.values())) <= {"exact", "last-digit", "rounded-early"}


def test_one_slip_is_blamed_once_and_carried(tmp_path):
    """z(1) is wrong; h(1), z(2), … follow from it."""
    U, W, b = np.array([[0.5, -0.3], [0.8, 0.2]]), np.array([[0.1, 0.4], [-0.5, 0.7]]), np.array([0.1, -0.2])
    h, zs, hs = np.zeros(2), [], []
    for t, x in enumerate(([1, 0.5], [-1, 2], [0.3, -0.6])):
        z = U.T @ x + W.T @ h + b + ([0.4, 0] if t == 0 else [0, 0])
        h = np.tanh(z)
        zs.append(z)
        hs.append(h)
    found = verdicts(tmp_path, f"  z: {written(zs, 5)}\n  h: {written(hs, 5)}\n")
    assert found["z"][0] == "differs"
    rest = found["z"][1:] + found["h"]
    assert "differs" not in rest and "follows" in rest


def test_what_is_carried_is_said(tmp_path):
    answers = "  h: [[0.7000, -0.3799], [0.9115, 0.1895]]\n".replace(", [0.9115, 0.1895]", "")
    outcome = run_text(
        tmp_path, ELMAN + "answers:\n  h(1): [0.5000, -0.3799]\n  z(2): [1.4399, 0.5341]\n", command="check"
    )
    assert outcome.code == 1 and answers
    assert "h(1) as given" in outcome.out


@pytest.mark.parametrize(
    "value, after", [("[7.0000, 0.1000]", "[1.8500, 3.3700]"), ("[0.0000, 0.0000]", "[1.2000, 0.5000]")]
)
def test_what_cannot_be_or_makes_the_rest_trivial_is_not_carried(tmp_path, value, after):
    """tanh never gives 7; zeros would make everything after easy."""
    found = verdicts(tmp_path, f"  h(1): {value}\n  z(2): {after}\n")
    assert found["h(1)"][0] == "differs"
    assert found["z(2)"] == ["differs", "differs"]


def test_digits_too_few_to_tell(tmp_path):
    problem = """rnncalc: 1
equations: |
  a[t] = x[t] / 3
  y[t] = 100 * (a[t] - 0.3)
inputs: {x: [1]}
"""
    assert verdicts(tmp_path, "  y: [4.0]\n", problem) == {"y": ["too-few-digits"]}
    outcome = run_text(tmp_path, problem + "answers: {y: [4.0]}\n", command="check")
    assert outcome.code == 0 and "decimals could" in outcome.out or "could" in outcome.out


def test_every_operation_has_an_interval_row():
    """The interval column is complete: what a system can contain can be enclosed."""
    written = {"derivative", "direct_derivative", "chain"}  # of sums over paths, which are shown and never evaluated
    apart = {
        *written,
        "sum_steps",
        "sum_all",
        "sum_sequences",
        "column_of",
        "between",
        "only_at",
        "next",
        "concat",
        "lookup",
    }
    assert set(OPERATIONS) - apart <= set(INTERVAL)
    assert Enclosure.of


UNARY = [
    name
    for name in INTERVAL
    if name in FORWARD and OPERATIONS[name].arity[0] == 1 and name not in ("log_softmax", "softmax")
]
KEPT = ("neg", "transpose", "relu", "identity")  # their results need no further decimals


@pytest.mark.parametrize("name", UNARY)
def test_rows_enclose_their_functions(name):
    """Whatever lies in an interval, its image lies in the image, before and after rounding."""
    rng, rounding = np.random.default_rng(3), Rounding(0.001)
    for _ in range(40):
        low = rng.uniform(0.1 if name in ("log", "sqrt") else -3, 3, (1, 2, 1))
        high = low + rng.uniform(0, 2, low.shape)
        found = INTERVAL[name](rounding, Interval(low, high))
        for share in (0, 0.3, 0.7, 1):
            value = FORWARD[name](low + share * (high - low))
            assert (found.low <= value + 1e-12).all() and (value - 1e-12 <= found.high).all()
            rounded = value if name in KEPT else np.round(value, 3)
            assert (found.low <= rounded + 1e-12).all() and (rounded - 1e-12 <= found.high).all()


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "min", "max", "dot"])
def test_rows_of_two_arguments(name):
    rng, rounding = np.random.default_rng(4), Rounding(0.01)
    for _ in range(60):
        lows = [rng.uniform(-2, 2, (1, 2, 1)) for _ in "ab"]
        highs = [low + rng.uniform(0, 1, low.shape) for low in lows]
        found = INTERVAL[name](rounding, *map(Interval, lows, highs))
        for shares in itertools.product((0, 0.5, 1), repeat=2):
            a, b = (low + s * (high - low) for low, high, s in zip(lows, highs, shares, strict=True))
            with np.errstate(all="ignore"):
                value = FORWARD[name](a, b)
            assert (found.low <= value + 1e-12).all() and (value - 1e-12 <= found.high).all()


def test_an_exact_result_is_not_widened():
    """0.9 times 0.7 is 0.63: at two decimals nothing is rounded."""
    found = INTERVAL["mul"](Rounding(0.01), *(point(np.array([[[v]]])) for v in (0.9, 0.7)))
    np.testing.assert_allclose([found.low, found.high], 0.63, atol=1e-12)


def test_softmax_of_logits_that_differ_by_much():
    z = point(np.array([[[5.0], [-6.0], [0.0]]]))
    found = INTERVAL["softmax"](Rounding(0.01), z)
    true = FORWARD["softmax"](z.low, axis=-2)
    assert (found.low <= true).all() and (true <= found.high).all()
    assert (found.low >= 0).all() and (found.high <= 1).all()


RAGGED = """rnncalc: 1
recurrence: elman
weights: {U: [[0.5, -0.3], [0.8, 0.2]], W: [[0.1, 0.4], [-0.5, 0.7]], b: [0.1, -0.2], V: [[1.2], [-0.7]], c: 0.3}
inputs: {x: [[[1, 0.5], [-1, 2], [0.3, -0.6]], [[0.4, 0.2], [1, 1], [9, 9]]]}
lengths: [3, 2]
targets: {d: [[[1], [0], [0.5]], [[0], [1], [9]]]}
loss: squared-error
"""


def test_sequences_of_unequal_length_are_judged_line_by_line(tmp_path):
    """Rounded to two decimals after every line, and once with a slip in the second sequence."""
    U, W, b = np.array([[0.5, -0.3], [0.8, 0.2]]), np.array([[0.1, 0.4], [-0.5, 0.7]]), np.array([0.1, -0.2])
    found = []
    for number, xs in enumerate(([[1, 0.5], [-1, 2], [0.3, -0.6]], [[0.4, 0.2], [1, 1]])):
        h, rows = np.zeros(2), []
        for t, x in enumerate(xs):
            h = np.round(np.tanh(np.round(U.T @ x + W.T @ h + b, 2)), 2)
            h = h - [0.3, 0] if (number, t) == (1, 0) else h
            rows.append(h)
        found.append(written(rows, 2))
    found_in = verdicts(tmp_path, f"  h: [{', '.join(found)}]\n", RAGGED)
    assert set(found_in["h[1]"]) <= {"exact", "last-digit", "rounded-early"}
    assert found_in["h[2]"][0] == "differs"
    assert "differs" not in found_in["h[2]"][1:] and "follows" in found_in["h[2]"][2:]


def test_the_loss_of_a_batch_is_the_sum_over_its_sequences(tmp_path):
    J = run_text(tmp_path, RAGGED, "--format", "json").json["loss"]
    exact = f"  J: {J['total']:.3f}\n  J(1): {J['steps'][0]:.3f}\n"
    assert verdicts(tmp_path, exact, RAGGED) == {"J": ["exact"], "J(1)": ["exact"]}
    near = f"  J: {J['total'] + 0.003:.3f}\n  J(1): {J['steps'][0] + 0.002:.3f}\n"
    assert set(itertools.chain(*verdicts(tmp_path, near, RAGGED).values())) == {"rounded-early"}
    far = f"  J: {J['total'] + 3:.3f}\n"
    assert verdicts(tmp_path, far, RAGGED) == {"J": ["differs"]}


def test_a_bare_loss_of_one_decimal_cannot_be_told(tmp_path):
    problem = ELMAN.replace("squared-error", "binary-cross-entropy") + "activations: {output: sigmoid}\n"
    total = run_text(tmp_path, problem, "--format", "json").json["loss"]["total"]
    found = verdicts(tmp_path, f"  J: {total + 3:.1f}\n", problem)
    assert found == {"J": ["too-few-digits"]}
    assert verdicts(tmp_path, f"  J: {total + 3:.3f}\n", problem) == {"J": ["differs"]}


def test_what_is_not_carried_is_said(tmp_path):
    outcome = run_text(tmp_path, ELMAN + "answers:\n  h(1): [7.0000, 0.1000]\n", command="check")
    assert "tanh never takes it" in outcome.out
