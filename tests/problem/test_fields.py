"""Every key of the format: what it does, and what it refuses; all faults of a file in one run, in its order."""

from __future__ import annotations

import re

import pytest
from running import ELMAN, problem, refusals, run, slugs, system, values

from rnncalc.problem.fields import FIELDS

GRU = """rnncalc: 1
recurrence: gru
weights:
  W_z: [[0.6], [-0.9]]
  U_z: [[0.4, -0.3], [0.8, 0.5]]
  W_r: [[-0.7], [1.2]]
  U_r: [[0.9, 0.2], [-0.5, 0.6]]
  W_n: [[1.1], [0.5]]
  U_n: [[-0.6, 1.3], [0.7, -0.4]]
inputs: {x: [0.5, -1.5]}
initial: {h: [0.5, -0.5]}
"""
DEEP = """rnncalc: 1
recurrence: elman
layers: 2
weights: {U1: [[1]], W1: [[1]], U2: [[1]], W2: [[1]]}
inputs: {x: [1]}
"""
BIAS = "  b_n: [0.3, -0.2]\n  b_hn: [0.1, 0.4]\ninputs: {x: [0.5, -1.5]}"
LSTM = """rnncalc: 1
recurrence: lstm
weights:
  W_f: [[0.5]]
  W_i: [[-0.3]]
  W_g: [[0.8]]
  W_o: [[0.2]]
  U_f: [[0.1]]
  U_i: [[0.7]]
  U_g: [[-0.4]]
  U_o: [[0.9]]
inputs: {x: [1, -2]}
initial: {c: 0.5}
"""
SEQ = """rnncalc: 1
recurrence: encoder-decoder
weights: {U: [[1]], W: [[0.5]], U_s: [[2]], W_s: [[-1]], V: [[3]]}
inputs: {x: [1, 2]}
steps: {i: 2}
"""
ATTENTION = """rnncalc: 1
recurrence: attention
weights: {U: [[1]], W: [[0.5]], W_s: [[-1]], C_s: [[0.3]], V: [[3]]}
inputs: {x: [1, 2]}
steps: {i: 2}
scores: dot
"""
BOTH = """rnncalc: 1
recurrence: elman
bidirectional: true
weights: {U_fwd: [[1]], W_fwd: [[0.5]], U_bwd: [[-1]], W_bwd: [[0.3]]}
inputs: {x: [1, 2]}
"""
PACKED = """rnncalc: 1
recurrence: elman
convention: pytorch
weights: {weight_ih_l0: [[1, 2]], weight_hh_l0: [[0.5]]}
inputs: {x: [[1, 2]]}
"""
OUTPUT = """rnncalc: 1
recurrence: elman
weights: {U: [[0.5], [0.2]], W: [[0.1]], V: [[2]]}
inputs: {x: [[2, -1], [1, 3]]}
"""
EMBEDDED = OUTPUT.replace("{U", "{E: [[1, 3], [0, 0], [2, -1]], U").replace("x: [[2, -1], [1, 3]]", "w: [2, 0]")
EMBEDDED += "embedding: true\n"
BATCH = system("y[t] = 2 * x[t]", inputs="x: [[[1], [2]], [[3], [4]]]", more="lengths: [2, 1]")
LABELLED = system("y[t] = softmax(V.T @ x[t])", weights="V: [[1, 2]]")
TAUGHT = """rnncalc: 1
recurrence: elman
inputs: {x: [1, 2]}
targets: {d: [3, 4]}
loss: squared-error
training: {sizes: {h: 2}, iterations: 7}
"""
LOSS = "targets: {d: [1, 1, 1]}\nloss: squared-error\n"


def shows(text: str, *args: str) -> str:
    return run("forward", "-", *args, stdin=text.encode()).out


# for each key: a claim that is true because the key does what it is for
CLAIMS = {
    "rnncalc": lambda: slugs(ELMAN) == [] and slugs(ELMAN.replace("rnncalc: 1", "rnncalc: 2")) == ["unknown-version"],
    "title": lambda: shows(ELMAN + "title: A name\n").startswith("A name\n"),
    "source": lambda: shows(ELMAN + "title: A name\nsource: A book\n").startswith("A name\nA book\n"),
    "recurrence": lambda: list(values(ELMAN)) == ["z", "h"],
    "equations": lambda: values(system("y[t] = 2 * x[t]")) == {"y": [[2], [4], [6]]},
    "layers": lambda: list(values(DEEP)) == ["z1", "h1", "z2", "h2"],
    "variant": lambda: slugs(GRU + "variant: concat\n").count("unknown-weight") == 3,
    "bias": lambda: (
        values(GRU.replace("inputs: {x: [0.5, -1.5]}", BIAS) + "bias: two\n")["a_n"][0]
        == pytest.approx([a + b for a, b in zip(values(GRU)["a_n"][0], [0.4, 0.2], strict=True)])
    ),
    "peepholes": lambda: slugs(LSTM + "peepholes: all\n") == ["missing-weight"],
    "gates": lambda: all(
        f[0] == pytest.approx(1 - i[0])
        for f, i in zip(*(values(re.sub("  [WU]_f.*\n", "", LSTM) + "gates: coupled\n")[q] for q in "fi"), strict=True)
    ),
    "feed": lambda: (
        values(SEQ)["y"] != values(SEQ.replace("U_s: [[2]], ", "") + "feed: none\n")["y"]
        and slugs(SEQ + "feed: target\n") == ["missing-input"]
    ),
    "scores": lambda: slugs(ATTENTION) == [] and slugs(ATTENTION.replace("dot", "general")) == ["missing-weight"],
    "direction": lambda: list(problem(ELMAN + "direction: reverse\n").case.system.reads["h"]) == [("end", 1)],
    "bidirectional": lambda: list(values(BOTH)) == ["z_fwd", "h_fwd", "z_bwd", "h_bwd", "m"],
    "merge": lambda: (
        values(BOTH + "merge: sum\n")["m"][0][0] == pytest.approx(sum(values(BOTH)["m"][0]))
        and slugs(ELMAN + "merge: sum\n") == ["unused-key"]
    ),
    "outputs": lambda: values(OUTPUT + "outputs: last\n")["y"] == values(OUTPUT)["y"][-1],
    "embedding": lambda: values(EMBEDDED) == {"x": [[2, -1], [1, 3]], **values(OUTPUT)},
    "dropout": lambda: (
        "dropout(h(1), 0.5)" in shows(OUTPUT + "dropout: 0.5\n") and slugs(OUTPUT + "dropout: 1\n") == ["unknown-value"]
    ),
    "convention": lambda: values(PACKED)["z"] == [[5]],
    "hidden": lambda: problem(ELMAN + "hidden: true\n").hidden and not problem(ELMAN).hidden,
    "reset": lambda: (
        values(GRU)["h"] != values(GRU + "reset: after\n")["h"] and values(GRU + "reset: before\n") == values(GRU)
    ),
    "update": lambda: values(GRU)["h"] != values(GRU + "update: keeps-old\n")["h"],
    "layout": lambda: problem(ELMAN + "layout: row\n").case.shapes["h"] == (1, 2),
    "activations": lambda: values(ELMAN + "activations: {hidden: relu}\n")["h"][0] == [0.5, 0],
    "weights": lambda: problem(ELMAN).case.weights["W"].tolist() == [[0.1, 0.2], [0.3, 0.4]],
    "inputs": lambda: problem(ELMAN).case.sequences["x"].ravel().tolist() == [1, 2],
    "initial": lambda: values(ELMAN + "initial: {h: 1}\n")["z"][0] == pytest.approx([0.5 + 0.4, -0.3 + 0.6]),
    "steps": lambda: (
        problem(system("h[t] = 2 * h[t-1]", inputs="", more="steps: 7\ninitial: {h: [1]}")).case.lengths["t"] == 7
    ),
    "lengths": lambda: values(BATCH)["y"][1][1] != values(BATCH)["y"][1][1],  # nan, which is past its end
    "targets": lambda: problem(system("y[t] = x[t]") + LOSS).case.sequences["d"].ravel().tolist() == [1, 1, 1],
    "loss": lambda: shows(system("y[t] = x[t]") + LOSS).endswith("J = 0.0000 + 1.0000 + 4.0000 = 5.0000\n"),
    "rounding": lambda: (
        "0.46" in shows(ELMAN + "rounding: {decimals: 2}\n")
        and "0.462" not in shows(ELMAN + "rounding: {decimals: 2}\n")
    ),
    "answers": lambda: (
        len(problem(ELMAN + "answers: {h(1): [0.46, -0.29], 'h(2)[1]': 0.74}\n").case.claims.answers) == 2
    ),
    "points": lambda: (
        list(problem(ELMAN + "answers: {h(1): [1, 1], h(2): [1, 1]}\npoints: {h(2): 3}\n").questions.values()) == [1, 3]
    ),
    "variants": lambda: slugs(ELMAN + "variants: {x: integers 3..1}\n") == ["bad-variant"],
    "labels": lambda: (
        problem(LABELLED + "labels: [one, two]\n").labels == ("one", "two")
        and slugs(LABELLED + "labels: [one, two, three]\n") == ["shape-mismatch"]
    ),
    "vocabulary": lambda: (
        problem(ELMAN + "vocabulary: {symbols: [a]}\n").vocabulary.symbols == ("a",)
        and slugs(ELMAN + "vocabulary: {symbols: [a, b]}\n") == ["shape-mismatch"]
    ),
    "training": lambda: (
        problem(TAUGHT).training.plan.iterations == 7
        and problem(TAUGHT).case.weights["W"].shape == (2, 2)
        and problem(ELMAN).training is None
    ),
    "misprints": lambda: (
        len(problem(ELMAN + "answers: {h(1): [1, 1]}\nmisprints: {'h(1)[1]': why}\n").case.claims.misprints) == 1
    ),
}


def test_every_key_has_a_claim():
    assert set(CLAIMS) == set(FIELDS)


@pytest.mark.parametrize("key", sorted(CLAIMS))
def test_key(key):
    assert CLAIMS[key]()


@pytest.mark.parametrize("key", sorted(FIELDS))
@pytest.mark.parametrize(
    "value", ["", "[]", "{}", "[[1]]", "{a: [1]}", "-", "'", "0", "|\n  ?\n", "1e999", "[{a: {b: [c]}}]", "\u202e"]
)
def test_no_value_of_any_key_is_a_fault_of_ours(key, value):
    """Whatever stands behind a key, there is a message or a result, never a crash."""
    lines = [line for line in ELMAN.split("\n") if not line.startswith(key)]
    text = "\n".join(lines) + f"{key}: {value}\n"
    assert run("forward", "-", stdin=text.encode()).code in (0, 3)


@pytest.mark.parametrize("section", ["weights", "inputs", "initial", "targets"])
@pytest.mark.parametrize(
    "value",
    ["3", "[3]", "[[3]]", "[[[3]]]", "full(1, 1, 3)", "{file: x.npz}", "logit(W)", "abc", "[]", "[[], []]", "[[1], 2]"],
)
def test_no_value_of_any_section_is_a_fault_of_ours(section, value):
    for name in ("U", "W", "x", "h", "d"):
        text = re.sub(rf"^  {name}: .*\n", "", ELMAN, flags=re.MULTILINE)
        if f"{section}:" not in text:
            text += f"{section}:\n"
        text = text.replace(f"{section}:\n", f"{section}:\n  {name}: {value}\n")
        for more in ("", "loss: {kind: squared-error, output: h}\n") if name == "d" else ("",):
            outcome = run("forward", "-", "--format", "json", stdin=(text + more).encode())
            assert outcome.code in (0, 3), (text + more, outcome.err)


@pytest.mark.parametrize(
    "key, close", [("wieghts", "weights"), ("input", "inputs"), ("Title", "title"), ("recurence", "recurrence")]
)
def test_an_unknown_key_and_the_nearest(key, close):
    (found,) = refusals(ELMAN + f"{key}: 3\n")
    assert found.slug == "unknown-key" and found.remedy == f"Did you mean '{close}'?"


def test_a_key_unlike_all_others_is_told_which_there_are():
    (found,) = refusals(ELMAN + "zzz: 3\n")
    assert all(key in found.remedy for key in FIELDS)


@pytest.mark.parametrize("decimals, intermediate", [("0", "none"), ("15", "none"), ("2", "every-step")])
def test_rounding(decimals, intermediate):
    read = problem(ELMAN + f"rounding: {{decimals: {decimals}, intermediate: {intermediate}}}\n").case.rounding
    assert (read.decimals, read.every_step) == (int(decimals), intermediate == "every-step")


@pytest.mark.parametrize(
    "rounding", ["{decimals: 16}", "{decimals: -1}", "{decimals: two}", "{intermediate: all}", "{digits: 2}", "2"]
)
def test_rounding_refuses(rounding):
    assert len(slugs(ELMAN + f"rounding: {rounding}\n")) == 1


@pytest.mark.parametrize("text", ["relu", "leaky_relu(0.2)", "'relu'", "σ", "identity", "softmax"])
def test_activations(text):
    assert slugs(ELMAN + f"activations: {{hidden: {text}}}\n") == ([] if text != "σ" else ["unknown-activation"])


@pytest.mark.parametrize(
    "text", ["tanhh", "log", "'tanh, relu'", "[tanh]", "3", "'leaky_relu(a)'", "clip", "matmul", "'tanh(0.5)'", "''"]
)
def test_what_is_no_activation(text):
    assert len(slugs(ELMAN + f"activations: {{hidden: {text}}}\n")) == 1


@pytest.mark.parametrize(
    "key",
    ["y[t=1]", "y()", "y(1", "y(a)", "y(-1)", "y(1)[0]", "grad W", "2y", "y(1.5)", "", "grad(grad(W))", "y[]", "y(３)"],
)
def test_what_is_no_answer_key(key):
    assert slugs(ELMAN + f"answers: {{'{key}': 1}}\n") == ["bad-answer-key"]


def test_all_independent_faults_in_one_run_in_the_order_of_the_file():
    text = "\n".join(
        [
            "rnncalc: 1",
            "titel: a",
            "equations: |",
            "  h[t] = tahn(x[t])",
            "  y[t] = h[t] @",
            "  v[t] = h[t",
            "weights:",
            "  W: [[1, 2], [3]]",
            "  V: [[1 2]]",
            "inputs:",
            "  x: [nan, '0,5']",
            "layout: rows",
            "rounding: {decimals: 99}",
            "loss: squared",
            "answers:",
            "  h(0.5): 1",
            "  h(1): abc",
            "",
        ]
    )
    found = refusals(text)
    assert [(diagnostic.span.line, diagnostic.slug) for diagnostic in found] == [
        (2, "unknown-key"),
        (4, "undefined-function"),
        (5, "unfinished-expression"),
        (6, "unbalanced-parenthesis"),
        (8, "ragged-matrix"),
        (9, "missing-comma"),
        (11, "not-finite"),
        (11, "decimal-comma"),
        (12, "unknown-value"),
        (13, "not-a-count"),
        (14, "unknown-loss"),
        (16, "bad-answer-key"),
        (17, "not-a-number"),
    ]
