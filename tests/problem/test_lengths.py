"""`lengths:` in a file: what stands past a sequence's end is never read, shown or judged."""

from __future__ import annotations

import json

import numpy as np
import pytest
from running import problem, refusals, run, slugs, system

import rnncalc
from rnncalc.compute.evaluate import evaluate

WEIGHTS = "U: [[0.5], [-0.3]]\nW: [[0.1, 0.2], [0.3, 0.4]]\nV: [[0.7, -0.6], [0.2, 0.9], [-0.4, 0.1]]"
RNN = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = softmax(V @ h[t])"
LAST = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny = softmax(V @ h[T])"
X, PADDED = "x: [[[1], [2], [3]], [[4], [5], [{0}]], [[6], [{0}], [{0}]]]", "lengths: [3, 2, 1]\n"
ALONE = ("x: [[[1], [2], [3]]]", "x: [[[4], [5]]]", "x: [[[6]]]")


def batch(equations: str = RNN, padding: object = 0, more: str = "") -> str:
    return system(equations, WEIGHTS, X.format(padding), PADDED + more)


def alone(p: int, equations: str = RNN, more: str = "") -> str:
    return system(equations, WEIGHTS, ALONE[p], more)


def document(text: str, command: str = "forward", *args: str) -> dict:
    outcome = run(command, "-", "--format", "json", *args, stdin=text.encode())
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.json


def test_steps_past_the_end_are_null():
    found = document(batch())
    assert found["lengths"] == {"t": [3, 2, 1]}
    for p, n_steps in enumerate((3, 2, 1)):
        assert found["values"]["h"][p][n_steps:] == [[None, None]] * (3 - n_steps)
        (own,) = document(alone(p))["values"]["h"]
        assert found["values"]["h"][p][:n_steps] == own


def test_a_batch_of_equal_lengths_is_an_ordinary_one():
    text = batch()
    whole = text.replace("[3, 2, 1]", "[3, 3, 3]")
    assert problem(whole).case.own_lengths == {}
    assert document(whole) == document(text.replace(PADDED, ""))


def test_all_sequences_may_end_before_the_inputs():
    found = document(batch().replace("[3, 2, 1]", "[2, 2, 1]"))["values"]["y"]
    assert [[row[0] is None for row in sequence] for sequence in found] == [[False, False, True]] * 2 + [
        [False, True, True]
    ]


@pytest.mark.parametrize("padding", [0, -99, 1e300])
def test_padding_never_matters(padding):
    more = "targets: {d: [[0, 1, 2], [2, 1, %s], [0, %s, %s]]}\nloss: cross-entropy\n" % (("-1",) * 3)
    first, second = (document(batch(RNN, p, more), "bptt", "--initial", "--inputs") for p in (7, padding))
    assert first == second


def test_padding_of_words_and_classes_is_not_read():
    text = system(
        "y[t] = softmax(lookup(E, w[t]))",
        "E: [[1, 2], [3, 4]]",
        "w: [[[0], [1], [1]], [[1], [-1], [99]]]",
        "lengths: [3, 1]\ntargets: {d: [[0, 1, 1], [1, -100, 9]]}\nloss: cross-entropy\n",
    )
    assert slugs(text) == []
    assert document(text)["loss"]["total"] == pytest.approx(2 * np.log1p(np.exp(-1)) + 2 * np.log1p(np.exp(-1)) - 0 + (
        np.log1p(np.exp(1)) - np.log1p(np.exp(-1))
    ), rel=1e-12)  # fmt: skip
    assert slugs(text.replace("[1, -100, 9]", "[2, -100, 9]")) == ["class-out-of-range"]
    assert slugs(text.replace("[[1], [-1], [99]]", "[[2], [-1], [99]]")) == ["class-out-of-range"]


MEAN = "loss: {kind: squared-error, reduction: mean}\n"
OWN_D = ("[[[1, 0, 0], [0, 1, 0], [0, 0, 1]]]", "[[[0, 1, 0], [1, 0, 0]]]", "[[[0, 0, 1]]]")
D = f"targets: {{d: [{OWN_D[0][1:-1]}, [[0, 1, 0], [1, 0, 0], [9, 9, 9]], [[0, 0, 1], [9, 9, 9], [9, 9, 9]]]}}\n"


def test_the_mean_divides_by_the_steps_that_there_are():
    whole = document(batch(more=D + MEAN), "bptt")
    own = [
        document(alone(p, more=f"targets: {{d: {OWN_D[p]}}}\n{MEAN.replace('mean', 'sum')}"), "bptt") for p in range(3)
    ]
    assert whole["loss"]["total"] == pytest.approx(sum(o["loss"]["total"] for o in own) / 6, rel=1e-13)
    for name, gradient in whole["gradients"].items():
        np.testing.assert_allclose(gradient, sum(np.array(o["gradients"][name]) for o in own) / 6, rtol=1e-12)
    assert whole["check"]["worst"] < 1e-7


@pytest.mark.parametrize(
    "targets", ["[2, 0, 3]", "[[0, 0, 2], [0, 0, -1], [3, -1, -1]]", "[[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]]"]
)
def test_a_loss_at_the_last_step_is_at_each_sequences_own(targets):
    four = "-0.4, 0.1]", "-0.4, 0.1], [0.5, 0.5]"
    more = f"targets: {{d: {targets}}}\nloss: {{kind: cross-entropy, at: last, reduction: mean}}\n"
    text, classes = batch(more=more).replace(*four), (2, 0, 3)
    last = [document(alone(p).replace(*four))["values"]["y"][0][-1] for p in range(3)]
    expected = -sum(np.log(y[c]) for y, c in zip(last, classes, strict=True)) / 3
    assert document(text)["loss"]["total"] == pytest.approx(expected, rel=1e-13)
    assert document(text, "bptt")["check"]["worst"] < 1e-7


def test_many_to_one_takes_each_sequences_own_last_step():
    found = document(batch(LAST))["values"]["y"]
    for p in range(3):
        assert found[p] == document(alone(p, LAST))["values"]["y"][0]


def test_the_input_after_the_last_step_is_each_sequences_own():
    text = system(
        "y[t] = a * x[t]", "a: 2", "x: [[[1], [2], [3], [4]], [[5], [7], [-9], [-9]]]", "lengths: [3, 1]\n"
        "loss: {kind: squared-error, target: next(x)}\n"
    )  # fmt: skip
    found = document(text)
    assert found["loss"] == {"total": 0 + 1 + 4 + 9, "steps": [0 + 9, 1, 4]}


def test_steps_may_come_from_the_lengths_alone():
    text = system(
        "s[i] = 0.5 * s[i-1]", "", "s: [[[4]], [[8]]]".replace("s:", "x:"), "lengths: {i: [3, 1]}\ninitial: {s: [1]}\n"
    ).replace("s[i] = 0.5 * s[i-1]", "s[i] = 0.5 * s[i-1] + x[T]")
    found = document(text)["values"]["s"]
    assert found == [[[4.5], [6.25], [7.125]], [[8.5], [None], [None]]]
    assert slugs(text.replace("lengths:", "steps: {i: 2}\nlengths:")) == ["length-mismatch"]


def test_initial_values_taken_as_zero_are_those_of_each_length():
    text = system("g[t] = x[t] + 0.5 * g[t+1]", "", X.format(0), PADDED)
    found = document(text)
    assert found["assumed"] == ["g(4)", "g(3)", "g(2)"]
    assert found["values"]["g"][1] == [[6.5], [5], [None]]
    assert "Taken as zero: g(4), g(3), g(2)." in run("forward", "-", stdin=text.encode()).out


def test_adjoints_of_starts_in_json_are_of_the_sequences_that_start_there():
    text = system(
        "g[t] = w * x[t] + 0.5 * g[t+1]", "w: 2", X.format(0), PADDED + "loss: J[t] = g[t] ** 2\ninitial: {g: [1]}\n"
    )
    found = document(text, "bptt", "--initial", "--inputs")
    starts = found["initial_adjoints"]
    assert {place: [row[0] is None for row in rows] for place, rows in starts.items()} == {
        "g(4)": [False, True, True],
        "g(3)": [True, False, True],
        "g(2)": [True, True, False],
    }
    assert [[row[0] is None for row in sequence] for sequence in found["input_adjoints"]["x"]] == [
        [False, False, False],
        [False, False, True],
        [False, True, True],
    ]


def verdicts(text: str) -> list[tuple[str, str]]:
    found = rnncalc.check(problem(text))
    return [(str(finding.key), finding.verdict) for finding in found]


SUMS = system("s[t] = s[t-1] + x[t]", "", "x: [[[1], [2], [3]], [[4], [5], [0]]]", "lengths: [3, 2]\n")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("s: [[[1], [3], [6]], [[4], [9]]]", [("s[1]", "exact")] * 3 + [("s[2]", "exact")] * 2),
        ("s: [[[1], [3], [6]], [[4], [8]]]", [("s[1]", "exact")] * 3 + [("s[2]", "exact"), ("s[2]", "differs")]),
        ("s: [[1, 3, 6], [4, 9, 0]]", [("s", "exact")] * 5 + [("s", "not-judged")]),
        ("s[2]: [4, 9]", [("s[2]", "exact")] * 2),
        ("s[2]: [4, 9, 9]", [("s[2]", "unreadable")]),
        ("s: [[[1], [3]], [[4], [9]]]", [("s", "unreadable")]),
        ("s: [[[1], [3]], [[4]]]", [("s[1]", "unreadable"), ("s[2]", "unreadable")]),
        ("s(2): [3, 9]", [("s(2)", "exact")] * 2),
        ("s(3): [6, 9]", [("s(3)", "exact"), ("s(3)", "not-judged")]),
        ("s(3)[2]: 9", [("s(3)[2]", "not-judged")]),
        ("s(3)[1]: 6", [("s(3)[1]", "exact")]),
        ("s(4): [6, 9]", [("s(4)", "unreadable")]),
        ("s[3]: [6, 9]", [("s[3]", "unreadable")]),
    ],
)
def test_answers_are_judged_to_the_end_of_each_sequence(answers, expected):
    assert verdicts(SUMS + f"answers:\n  {answers}\n") == expected


def test_why_an_answer_past_the_end_is_not_judged():
    (_, finding) = rnncalc.check(problem(SUMS + "answers: {s(3): [6, 9]}\n"))
    assert finding.judgement.rule == "the sequence has ended before this step" and finding.counts_as_right


def test_adjoints_past_the_end_are_not_judged_and_places_are():
    text = system(
        "g[t] = w * x[t] + 0.5 * g[t+1]",
        "w: 1",
        "x: [[[1], [2], [3]], [[4], [5], [0]]]",
        "lengths: [3, 2]\nloss: J[t] = g[t]\nanswers:\n  grad(g(3)): [1.75, 0.75]\n  grad(g(4)): [0.875, 1]\n"
        "  grad(g): [[1, 1.5, 1.75], [1, 1.5, 3]]\n  grad(w): 20.75\n",
    )
    assert [v for _, v in verdicts(text)] == ["exact"] * 2 + ["exact", "not-judged"] + ["exact"] * 5 + [
        "not-judged",
        "exact",
    ]


def test_a_ragged_answer_about_an_ordinary_batch_is_found():
    text = SUMS.replace("lengths: [3, 2]\n", "") + "answers: {s: [[[1], [3], [6]], [[4], [9]]]}\n"
    assert verdicts(text)[-1] == ("s[2]", "unreadable")


BOTH = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ng[t] = tanh(U @ x[t] + W @ g[t+1])\ny[t] = V @ h[t] + V @ g[t]"
ATTENTION = "h[t] = tanh(U @ x[t] + W @ h[t-1])\na[t] = softmax(h[:].T @ h[t])\ny[t] = V @ (h[:] @ a[t])"


@pytest.mark.parametrize("width", [60, 100])
@pytest.mark.parametrize("equations", [RNN, LAST, BOTH, ATTENTION])
@pytest.mark.parametrize(
    "args",
    [
        ["forward"],
        ["forward", "--detail", "entries"],
        ["forward", "--steps", "2"],
        ["bptt", "--initial", "--inputs"],
        ["bptt", "--detail", "terms"],
    ],
)
def test_the_screen_shows_a_dash_and_never_nan(equations, args, width):
    loss = "loss: J = sum(y)\n" if equations is LAST else "loss: J[t] = sum(y[t] ** 2)\n"
    outcome = run(*args[:1], "-", *args[1:], stdin=batch(equations, -98765, loss).encode(), width=width)
    assert (outcome.code, outcome.err) == (0, "")
    assert "nan" not in outcome.out and "98765" not in outcome.out
    assert "–" in outcome.out


def test_rows_of_a_batch_have_dashes_where_a_sequence_has_ended():
    out = run("forward", "unequal-lengths", "--only", "h_bwd").out
    third = out.split("t = 3\n")[1].split("t = 2\n")[0]
    assert "⎡-0.7036  0.9388⎤" in third and "⎣ –       –     ⎦" in third
    second = out.split("t = 2\n")[1].split("t = 1\n")[0]
    assert "⎣ 0       0     ⎦" in second  # where the second sequence starts, in the file's own digits


def test_a_step_that_reads_differently_is_shown_for_each_length():
    out = run("bptt", "unequal-lengths", "--steps", "2").out
    assert "t = 2, sequence 1\n" in out and "t = 2, sequence 2\n" in out
    own = out.split("t = 2, sequence 2\n")[1].split("t = 2\n")[0]
    assert "[0.0299  -0.0224]" in own and "h_fwd(3)" not in own


def test_numbers_of_sequences_are_those_of_the_batch():
    text = batch("h[t] = tanh(U @ x[t] + W @ h[t-1])\nn[t] = norm(V @ h[:])", 0).replace("[3, 2, 1]", "[3, 2, 2]")
    out = run("forward", "-", "--only", "n", stdin=text.encode()).out
    shared = out.split("t = 1, sequences 2 and 3\n")[1].split("t = ")[0]
    assert "n(1) [2]" in shared and "n(1) [3]" in shared and "n(1) [1]" not in shared


def test_truncation_and_updates_work_and_paths_refuse():
    text = batch(more="loss: J[t] = sum(y[t] ** 2)\n")
    whole, cut = document(text, "bptt", "--update", "0.1"), document(text, "bptt", "--truncate", "0")
    assert whole["updated"]["W"] != whole["gradients"]["W"] != cut["gradients"]["W"]
    assert "check" not in cut
    for args in (["--of", "W"], ["--entry", "W[1,1]", "--at", "y(1)"]):
        assert run("paths", "-", *args, stdin=text.encode()).slugs == ["unequal-lengths"]


def test_an_infinite_loss_is_found_and_padding_is_none():
    text = system("y[t] = 1 * x[t]", "", "x: [[[1], [2]], [[3], [0]]]", "lengths: [2, 1]\nloss: J[t] = log(y[t])\n")
    assert run("bptt", "-", stdin=text.encode()).code == 0
    outcome = run("bptt", "-", stdin=text.replace("[3], [0]", "[0], [3]").encode())
    assert outcome.slugs == ["no-finite-loss"] and "J(1)" in outcome.err


def test_several_faults_of_lengths_are_said_at_once():
    text = batch().replace("[3, 2, 1]", "[0, x, 1.5]")
    assert [found.slug for found in refusals(text)] == ["not-a-count"] * 3


def test_the_case_holds_what_the_file_says():
    case = problem(batch()).case
    assert case.own_lengths == {"t": (3, 2, 1)} and case.lengths == {"t": 3}
    assert json.dumps(evaluate(case).sequences["y"][:, 2, 0, 0].tolist()).count("NaN") == 2
