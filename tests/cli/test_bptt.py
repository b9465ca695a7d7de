"""rnncalc bptt: the JSON document, what each option changes, exit statuses and refusals."""

from __future__ import annotations

import re

import numpy as np
import pytest
from running import PROBLEMS, run, run_text, system

H0 = "initial: {h: [0.1]}\n"
ONE = system("h[t] = tanh(w * h[t-1] + x[t])", "w: 0.5", more=H0 + "loss: J[t] = sum(h[t] ** 2)")
SPARE = ONE.replace("+ x[t])", "+ x[t])\n  y[t] = v * x[t]").replace("w: 0.5", "w: 0.5\n  v: 0.2")
BATCH = system(
    "h[t] = tanh(U @ x[t] + W @ h[t-1] + b)\ny[t] = c * h[t][1]",
    "U: [[0.5, 0.1], [0.2, 0.3]]\nW: [[0.5, 0.1], [0.2, 0.3]]\nb: [0.1, 0.2]\nc: 0.7",
    "x: [[[1, 2], [3, 4], [5, 6]], [[1, 0], [0, 1], [1, 1]]]",
    "targets: {d: [[1, 0, 1], [0, 1, 0]]}\nloss: squared-error",
)

PROBABILITIES = """rnncalc: 1
equations: y[t] = W @ x[t]
weights: {{W: [[1, 0.5], [0, 0.5]]}}
inputs: {{x: {x}}}
targets: {{d: {d}}}
loss: cross-entropy
"""


def document(folder, text, *args) -> dict:
    outcome = run_text(folder, text, "--format", "json", *args, command="bptt")
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.json


def shape(value) -> tuple[int, ...]:
    return np.shape(value)


# --- the document -------------------------------------------------------------------


def test_shapes_of_a_batch(tmp_path):
    """Weights as written; adjoints like values, a third level for the sequences; the gradient sums over them."""
    found = document(tmp_path, BATCH, "--initial", "--inputs")
    assert (found["schema_version"], found["command"]) == (1, "bptt")
    shapes = {name: shape(value) for name, value in found["gradients"].items()}
    assert shapes == {"U": (2, 2), "W": (2, 2), "b": (2,), "c": ()}
    assert {name: shape(value) for name, value in found["adjoints"].items()} == {"h": (2, 3, 2), "y": (2, 3, 1)}
    assert shape(found["initial_adjoints"]["h(0)"]) == (2, 2)
    assert shape(found["input_adjoints"]["x"]) == (2, 3, 2)
    assert shape(found["contributions"]["U"]) == (3, 2, 2)
    assert shape(found["loss"]["steps"]) == (3,)
    np.testing.assert_allclose(np.sum(found["contributions"]["U"], axis=0), found["gradients"]["U"])


def test_one_sequence_has_no_level_of_its_own(tmp_path):
    found = document(tmp_path, ONE, "--initial")
    assert {name: shape(value) for name, value in found["adjoints"].items()} == {"h": (3, 1)}
    assert shape(found["initial_adjoints"]["h(0)"]) == (1,)
    assert isinstance(found["gradients"]["w"], float)


def test_numbers_by_hand_at_full_precision(tmp_path):
    """h = tanh(w h₋ + x) for one step: ∂J/∂w = 2 h (1 − h²) h₋."""
    found = document(tmp_path, ONE.replace("[1, 2, 3]", "[0.3]"))
    h = np.tanh(0.5 * 0.1 + 0.3)
    assert found["gradients"]["w"] == pytest.approx(2 * h * (1 - h * h) * 0.1, rel=1e-15)
    assert found["adjoints"]["h"] == [[2 * h]]


def test_initial_and_input_adjoints_on_request_only(tmp_path):
    plain = document(tmp_path, BATCH)
    assert (plain["initial_adjoints"], plain["input_adjoints"]) == ({}, {})
    more = "steps: 3\nloss: J[t] = sum(x[t] ** 2)"
    single = system("x[1] = start\nx[t] = W @ x[t-1]", "W: [[0.5]]", "start: [0.4]", more)
    found = document(tmp_path, single, "--inputs")["input_adjoints"]
    assert found["start"] == [pytest.approx(2 * 0.4 * (1 + 0.25 + 0.0625))]


def test_a_weight_that_the_loss_does_not_depend_on_has_gradient_zero(tmp_path):
    found = document(tmp_path, SPARE, "--update", "0.1")
    assert found["gradients"]["v"] == 0
    assert found["updated"]["v"] == 0.2
    assert document(tmp_path, SPARE, "--of", "v")["gradients"] == {"v": 0}


def test_the_steps_asked_for_restrict_the_document(tmp_path):
    """CONTRACT C4: --steps restricts it, as it does for forward; totals stay what they are."""
    whole, part = document(tmp_path, ONE), document(tmp_path, ONE, "--steps", "2..3")
    assert part["gradients"] == whole["gradients"]
    assert part["adjoints"]["h"] == whole["adjoints"]["h"][1:]
    assert part["values"]["h"] == whole["values"]["h"][1:]


def test_the_weights_asked_for(tmp_path):
    for names in ("W,c", " W , c "):
        found = document(tmp_path, BATCH, "--of", names)
        assert set(found["gradients"]) == set(found["contributions"]) == {"W", "c"}


def test_full_precision_of_a_bundled_problem():
    found = run("bptt", "hello-one-hot", "--format", "json").json
    numbers = re.findall(r"-?\d\.(\d+)", str(found["gradients"]))
    assert sum(len(digits) >= 14 for digits in numbers) > 0.8 * len(numbers)
    assert found["check"]["worst"] < 1e-7
    assert found["check"]["checked"] == 40


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_bundled_problem_is_derived_or_has_no_loss(name):
    outcome = run("bptt", name, "--format", "json")
    if outcome.code == 3:
        assert outcome.slugs == ["no-loss"]
    else:
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.json["check"]["worst"] < 1e-5
        assert run("bptt", name).code == 0


# --- options ----------------------------------------------------------------------------


def test_truncation(tmp_path):
    full, none = document(tmp_path, BATCH), document(tmp_path, BATCH, "--truncate", "0")
    all_steps = document(tmp_path, BATCH, "--truncate", "2")
    for name, wanted in full["gradients"].items():
        np.testing.assert_allclose(all_steps["gradients"][name], wanted, rtol=1e-12)
    assert not np.allclose(none["gradients"]["W"], full["gradients"]["W"])
    assert "check" not in none


@pytest.mark.parametrize("args", ["--initial", "--inputs", "--initial --inputs"])
def test_a_truncated_pass_with_more_adjoints(args, tmp_path):
    """Cut after T − 1 steps, they are those of the whole pass."""
    whole = document(tmp_path, BATCH, *args.split())
    part = document(tmp_path, BATCH, *args.split(), "--truncate", "2")
    for section in ("initial_adjoints", "input_adjoints", "adjoints"):
        assert part[section].keys() == whole[section].keys()
        for name, wanted in whole[section].items():
            np.testing.assert_allclose(part[section][name], wanted, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("args", ["", "--truncate 0", "--truncate 1", "--truncate 2"])
def test_the_numbers_of_a_line_give_its_value(args, tmp_path):
    """Read the table of ∂J/∂w back: the product that is printed is the value beside it, cut off or not."""
    text = ONE.replace("[1, 2, 3]", "[0.3, 0.1, 0.2]")
    out = run_text(tmp_path, text, "--decimals", "9", *args.split(), command="bptt").out
    rows = re.findall(r"^t = \d .*\n +(?:= )?(.*⊙.*)\n += (.*)$", out[out.index("∂J/∂w") :], re.MULTILINE)
    assert len(rows) == 3
    for numbers, value in rows:
        assert re.fullmatch(r"[-\d.()²⊙ ]+", numbers), numbers
        product = eval(numbers.replace("⊙", "*").replace("²", "**2"))
        assert product == pytest.approx(float(value), abs=1e-8), numbers


def test_clipping_and_update(tmp_path):
    plain = document(tmp_path, BATCH)["gradients"]
    entries = document(tmp_path, BATCH, "--clip", "0.05", "--update", "2")
    norm = document(tmp_path, BATCH, "--clip", "0.05", "--clip-by", "norm")
    joint = np.sqrt(sum(np.square(value).sum() for value in plain.values()))
    assert joint > 0.05
    for name, value in plain.items():
        np.testing.assert_allclose(entries["clipped"][name], np.clip(value, -0.05, 0.05))
        np.testing.assert_allclose(norm["clipped"][name], np.array(value) * 0.05 / joint)
        assert entries["gradients"][name] == value
    assert entries["updated"]["c"] == pytest.approx(0.7 - 2 * entries["clipped"]["c"])
    assert "clipped" not in document(tmp_path, BATCH)


def test_the_derived_equations_alone(tmp_path):
    out = run_text(tmp_path, BATCH, "--symbolic", command="bptt").out
    assert "∇h(t)" in out
    assert "t = 3" not in out and "Central differences" not in out


def test_the_table_says_that_differences_agree(tmp_path):
    out = run_text(tmp_path, ONE, command="bptt").out
    assert re.search(r"Central differences agree: worst relative error \d\.\de-\d\d \(1 of 1 entry\)\.", out)


def test_rounding_by_hand_is_no_disagreement(tmp_path):
    """With every step rounded, differences of the unrounded loss say nothing about the derivation."""
    out = run_text(tmp_path, ONE + "rounding: {decimals: 2, intermediate: every-step}\n", command="bptt").out
    assert "DISAGREE" not in out


# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--of", "q"], "no weight"), (["--of", "h"], "no weight"), (["--of", "w,q"], "'q' is no weight"),
        (["--of", "J"], "no weight"), (["--clip", "0"], "above 0"), (["--clip", "-1"], "above 0"),
        (["--clip", "nan"], "above 0"), (["--clip", "1", "--clip-by", "size"], "clip-by"),
        (["--truncate", "-1"], "truncate"), (["--truncate", "x"], "truncate"), (["--update", "x"], "update"),
        (["--update", "nan"], "update"), (["--update", "inf"], "update"), (["--clip", "inf"], "clip"),
        (["--steps", "0"], "steps"), (["--format", "yaml"], "format"),
    ],
    ids=str,
)  # fmt: skip
def test_usage_errors(args, words, tmp_path):
    outcome = run_text(tmp_path, ONE, *args, command="bptt")
    assert (outcome.code, outcome.out) == (2, "")
    assert words in outcome.err


def test_a_problem_without_a_loss_says_which_lines_to_add(tmp_path):
    outcome = run_text(tmp_path, system("y[t] = w * x[t]", "w: 0.5"), command="bptt")
    assert (outcome.code, outcome.slugs) == (3, ["no-loss"])
    assert "targets: {d: …}" in outcome.err and "loss: {kind: squared-error, output: y}" in outcome.err


@pytest.mark.parametrize("command", ["bptt", "paths"])
def test_the_logarithm_of_zero_names_its_step(command, tmp_path):
    text = PROBABILITIES.format(x="[[0, 1], [1, 0]]", d="[0, 1]")
    outcome = run_text(tmp_path, text, command=command)
    assert (outcome.code, outcome.slugs) == (3, ["no-finite-loss"])
    assert "J(2) is not finite" in outcome.err and "'y[t]'" in outcome.err


def test_a_probability_of_zero_that_no_target_asks_for(tmp_path):
    """The loss is finite, and so are its gradients."""
    text = PROBABILITIES.format(x="[[1, 0], [0, 1]]", d="[0, 0]")
    assert document(tmp_path, text)["gradients"]["W"] == [[-1, -2], [0, 0]]


@pytest.mark.parametrize(
    "loss", ["J[t] = sqrt(h[t])", "J[t] = norm(h[t])", "J[t] = h[t] ** 0", "J[t] = log(1 + sqrt(h[t]))"]
)
def test_a_derivative_that_is_not_finite_is_null_and_no_fault(loss, tmp_path):
    """CONTRACT C4: non-finite numbers are null; nothing else goes to standard error."""
    text = system("h[t] = w * x[t]", "w: 0.5", "x: [0, 1, 0]", f"loss: {loss}")
    for args in ([], ["--format", "json"]):
        outcome = run_text(tmp_path, text, *args, command="bptt")
        assert (outcome.code, outcome.err) == (0, "")
        assert args or "differences agree" not in outcome.out or loss.endswith("0")


@pytest.mark.parametrize("args", ["", "--symbolic", "--initial", "--truncate 1", "--clip 1", "--format json"])
@pytest.mark.parametrize("weights", ["v: 0.2", ""], ids=["a weight apart", "no weight"])
def test_a_loss_that_depends_on_no_weight_is_no_fault(args, weights, tmp_path):
    lines = "h[t] = tanh(h[t-1] + x[t])" + ("\ny[t] = v * x[t]" if weights else "")
    text = system(lines, weights, more=H0 + "loss: J[t] = sum(h[t] ** 2)")
    outcome = run_text(tmp_path, text, *args.split(), command="bptt")
    assert (outcome.code, outcome.err) == (0, "")


def test_a_loss_that_is_a_plain_sum_is_no_fault(tmp_path):
    text = ONE.replace("sum(h[t] ** 2)", "sum(h[t])").replace("[1, 2, 3]", "[0.1, 0.2, 0.3, 0.1]")
    assert document(tmp_path, text)["check"]["worst"] < 1e-7


@pytest.mark.parametrize("detail", ["equations", "terms", "entries"])
def test_a_sum_over_the_decoder_stands_as_a_number(detail, tmp_path):
    """∇h(t) holds what the steps of another index letter send to it, as one matrix."""
    text = system(
        "h[t] = tanh(w * h[t-1] + x[t])\na[i] = softmax(h[:].T @ s[i-1])\ns[i] = tanh(v * s[i-1] + h[:] @ a[i])",
        "w: 0.5\nv: 0.2",
        "x: [0.1, 0.2, 0.3]",
        "initial: {s: [0.3]}\nsteps: {i: 2}\ntargets: {d: [1, 0]}\nloss: {kind: squared-error, output: s}",
    )
    outcome = run_text(tmp_path, text, "--detail", detail, command="bptt")
    assert (outcome.code, outcome.err) == (0, "")
    assert "(Σᵢ ∇s" in outcome.out or "(Σᵢ (" in outcome.out
    assert "Central differences agree" in outcome.out
