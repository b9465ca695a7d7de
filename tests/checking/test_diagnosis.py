"""Which slip gives a wrong number: numbers come from numpy written by hand, each with one thing done wrong."""

from __future__ import annotations

import time

import numpy as np
import pytest
from checking.slipped import ELMAN, GRU, LSTM, elman, elman_gradients, gru, lstm, write
from running import run, run_text


def named(tmp_path, problem: str, answers: dict, decimals: int = 4) -> list[str]:
    """Check answers; give the slugs named for the first wrong number that does not follow from another."""
    outcome = run_text(tmp_path, problem + write(answers, decimals), "--format", "json", command="check")
    wrong = [item for item in outcome.json["answers"] if item["verdict"] in ("differs", "mistake")]
    assert outcome.code == 1 and wrong
    return wrong[0]["mistakes"]


ELMAN_SLIPS = {
    "missing-transpose": dict(recur=lambda W, h: W @ h),
    "missing-bias": dict(b=0),
    "doubled-bias": dict(b=2),
    "initial-state-every-step": dict(keep=True),
    "forgotten-initial-state": dict(h0=0),
    "wrong-activation": dict(f=lambda z: 1 / (1 + np.exp(-z))),
    "no-activation": dict(f=lambda z: z),
    "previous-input": dict(shift=-1),
    "next-input": dict(shift=1),
    "first-input-every-step": dict(first=True),
    "reversed-input": dict(backwards=True),
}


@pytest.mark.parametrize("slug", ELMAN_SLIPS)
@pytest.mark.parametrize("given", ["z h y", "h", "y"])
def test_a_slip_of_an_elman_network_is_named(slug, given, tmp_path):
    values = elman(**ELMAN_SLIPS[slug])
    assert slug in named(tmp_path, ELMAN, {name: values[name] for name in given.split()})


LSTM_SLIPS = {
    "swapped-gates": dict(exchange=("f", "i")),
    "gate-order": dict(order=("f", "i", "o", "g")),
    "missing-cell-tanh": dict(cell=lambda c: c),
    "forget-bias": dict(forget=1),
    "hard-sigmoid": dict(gate=lambda a: np.clip(0.2 * a + 0.5, 0, 1)),
}


@pytest.mark.parametrize("slug", LSTM_SLIPS)
@pytest.mark.parametrize("given", ["f i g o c h", "h", "y"])
def test_a_slip_of_an_lstm_is_named(slug, given, tmp_path):
    values = lstm(**LSTM_SLIPS[slug])
    assert slug in named(tmp_path, LSTM, {name: values[name] for name in given.split()})


def test_the_library_whose_order_was_taken_is_said(tmp_path):
    """Packed i f g o, read as i o f g: f gets the weights of g, o those of f, g those of o."""
    values = lstm(order=("g", "i", "o", "f"))
    outcome = run_text(tmp_path, LSTM + write({"h": values["h"]}, 4), command="check")
    assert "as when weights in the order of" in outcome.out and "ONNX" in outcome.out


GRU_SLIPS = {
    "update-reversed": dict(update=lambda z, h, n: (1 - z) * n + z * h),
    "reset-after": dict(reset="after"),
    "swapped-gates": dict(exchange=True),
    "missing-gate": dict(reset="none"),
}


@pytest.mark.parametrize("slug", GRU_SLIPS)
@pytest.mark.parametrize("given", ["z r n h", "h"])
def test_a_slip_of_a_gru_is_named(slug, given, tmp_path):
    values = gru(**GRU_SLIPS[slug])
    assert slug in named(tmp_path, GRU, {name: values[name] for name in given.split()})


GRADIENT_SLIPS = {
    "missing-derivative": dict(slope=lambda h: 1),
    "wrong-derivative": dict(slope=lambda h: 1 - h),
    "no-carried-adjoint": dict(carry=False),
    "last-step-only": dict(last=True),
    "not-summed-over-time": dict(total=lambda parts: parts[-1]),
    "mean-for-sum": dict(total=lambda parts: sum(parts) / len(parts)),
    "wrong-outer-product": dict(state=0),
    "transposed-in-backward": dict(back=lambda W, g: W.T @ g),
    "factor-two": dict(factor=1),
    "truncated-bptt": dict(truncate=1),
}


@pytest.mark.parametrize("slug", GRADIENT_SLIPS)
@pytest.mark.parametrize("given", ["grad(h) grad(z) grad(W)", "grad(W)"])
def test_a_slip_of_bptt_is_named(slug, given, tmp_path):
    values = elman_gradients(**GRADIENT_SLIPS[slug])
    keys = [key for key in given.split() if not (slug == "truncated-bptt" and key != "grad(W)")]
    assert slug in named(tmp_path, ELMAN, {key: values[key] for key in keys})


def test_the_right_gradients_are_right(tmp_path):
    values = elman_gradients()
    outcome = run_text(tmp_path, ELMAN + write(values, 4), command="check")
    assert outcome.code == 0, outcome.out


def test_two_slips_in_different_lines_are_both_named(tmp_path):
    """The bias is forgotten, and so is the second line's function: each line is judged from the student's own."""
    outcome = run_text(tmp_path, LSTM + write(lstm(cell=lambda c: c, forget=1), 4), "--format", "json", command="check")
    found = {slug for item in outcome.json["answers"] for slug in item["mistakes"]}
    assert {"forget-bias", "missing-cell-tanh"} <= found


def test_a_pair_of_slips_in_bare_outputs_is_named(tmp_path):
    values = elman(b=0, recur=lambda W, h: W @ h)
    assert {"missing-bias", "missing-transpose"} <= set(named(tmp_path, ELMAN, {"y": values["y"]}, 6))


def test_few_digits_are_listed_and_not_named(tmp_path):
    """One number at two decimals: what would give it is said, nothing is called a mistake."""
    value = round(float(elman(b=0)["h"][1][0]), 2)
    outcome = run_text(tmp_path, ELMAN + f"answers: {{'h(2)[1]': {value:.2f}}}\n", "--format", "json", command="check")
    (item,) = outcome.json["answers"]
    assert (item["verdict"], item["mistake"]) == ("differs", None)
    assert "missing-bias" in item["possible"] and "digits are too few" in item["remark"]


@pytest.mark.parametrize(
    "text, slug", [("0.4735", "digit-swap"), ("-0.4375", "sign-slip"), ("4.375", "moved-decimal-point")]
)
def test_slips_of_the_pen(text, slug, tmp_path):
    problem = "rnncalc: 1\nequations: h[t] = 0.5 * x[t]\ninputs: {x: [[0.875], [0.3]]}\n"
    outcome = run_text(tmp_path, f"{problem}answers: {{h: [[{text}], [0.15]]}}\n", "--format", "json", command="check")
    first = outcome.json["answers"][0]
    assert first["mistakes"] == [slug]


def test_a_random_number_is_not_explained(tmp_path):
    values = elman()
    h = np.array(values["h"])
    h[1] = [0.1234, -0.9182]
    outcome = run_text(tmp_path, ELMAN + write({"h": h}, 4), "--format", "json", command="check")
    assert all(item["mistake"] is None for item in outcome.json["answers"])
    assert "differs" in {item["verdict"] for item in outcome.json["answers"]}


def test_rounding_on_top_of_a_slip_is_allowed(tmp_path):
    """Every line rounded to three decimals before the next, by a student who forgets the bias."""
    values = elman(b=0, decimals=3)
    assert "missing-bias" in named(tmp_path, ELMAN, {name: values[name] for name in "zhy"}, 3)


def test_a_student_sees_the_slip_and_no_digit_of_the_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(ELMAN)
    (tmp_path / "s.yaml").write_text("rnncalc: 1\nproblem: p.yaml\n" + write({"h": elman(b=0)["h"]}, 4))
    outcome = run("check", "s.yaml", "--student")
    assert "missing-bias" in outcome.out and "the bias b is left out of z(t)" in outcome.out
    right = {f"{abs(v):.4f}" for row in elman()["h"] for v in row}
    assert not any(digits in outcome.out for digits in right)


def test_hints_tell_more_and_more(tmp_path):
    text = ELMAN + write({"h": elman(b=0)["h"]}, 4)
    outs = [run_text(tmp_path, text, "--hint", str(hint), command="check").out for hint in range(4)]
    assert ["missing-bias" in out for out in outs] == [False, False, True, True]
    assert "first wrong number" in outs[1] and "computed" not in outs[2] and "computed" in outs[3]


def test_a_batch_of_unequal_lengths_is_diagnosed(tmp_path):
    problem = """rnncalc: 1
equations: h[t] = tanh(w * x[t] + v * h[t-1] + b)
weights: {w: 0.7, v: -0.4, b: 0.3}
inputs: {x: [[[1], [0.5], [-1]], [[0.2], [0.9], [0]]]}
lengths: [3, 2]
initial: {h: [0.5]}
"""

    def states(xs: list[float]) -> list[list[str]]:
        h, found = 0.5, []
        for x in xs:
            h = np.tanh(0.7 * x - 0.4 * h)
            found.append([f"{h:.4f}"])
        return found

    answers = str([states([1, 0.5, -1]), states([0.2, 0.9])]).replace("'", "")
    outcome = run_text(tmp_path, f"{problem}answers: {{h: {answers}}}\n", "--format", "json", command="check")
    assert {item["mistake"] for item in outcome.json["answers"]} == {"missing-bias"}


def test_a_long_sequence_needs_no_deep_recursion(tmp_path):
    problem = "rnncalc: 1\nequations: h[t] = tanh(w * x[t] + v * h[t-1])\nweights: {w: 0.7, v: -0.4}\nsteps: 400\n"
    text = problem + "inputs: {x: 'normal(400, 1, 0, 1, 3)'}\nanswers: {h(400): [0.12345]}\n"
    outcome = run_text(tmp_path, text.replace("steps: 400\n", ""), "--format", "json", command="check")
    assert (outcome.code, outcome.err) == (1, "")


def test_the_search_keeps_to_its_budget(tmp_path, monkeypatch):
    """Nothing explains the numbers of a large network: the search stops, and says nothing false."""
    monkeypatch.setattr("rnncalc.checking.diagnosis.SINGLES", 0.2)
    monkeypatch.setattr("rnncalc.checking.diagnosis.PAIRS", 0.3)
    values = lstm()
    random = np.random.default_rng(1)
    start = time.thread_time()
    answers = {"y": np.array(values["y"]) + random.uniform(0.1, 0.5, np.shape(values["y"]))}
    outcome = run_text(tmp_path, LSTM + write(answers, 4), "--format", "json", command="check")
    assert time.thread_time() - start < 3
    assert all(item["mistake"] is None for item in outcome.json["answers"])
