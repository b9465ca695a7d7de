"""Weights that a file does not give: which, in which shapes, by which rule; and what a file can get wrong there."""

from __future__ import annotations

import itertools
import json
import re

import numpy as np
import pytest
from problem.drawing import drawn, drawn_case, faults
from running import problem, run

from rnncalc.base.span import Source
from rnncalc.problem.yaml_tree import read_tree
from rnncalc.recurrences.catalogue import entry_names, read_entry

ELMAN = "rnncalc: 1\nrecurrence: elman\n"
DATA = """inputs: {x: [[[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [0, 1, 0]]]}
targets: {d: [[[1, 0], [0, 1]], [[1, 0], [0, 0]]]}
loss: squared-error
"""
OWN = """rnncalc: 1
equations: |
  z[t] = U.T @ x[t] + W.T @ h[t-1] + b
  h[t] = tanh(z[t])
  u[t] = V.T @ h[t] + c
  y[t] = u[t]
"""
FIVE = "sizes: {h: 5}\n"
TEXTS = """rnncalc: 1
recurrence: lstm
outputs: last
embedding: true
inputs: {w: [[[0], [1], [2]], [[1], [1], [0]]]}
targets: {d: [1, 0]}
activations: {output: softmax}
loss: cross-entropy
"""


def shapes(text: str, **told: int) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in drawn(text, **told).items()}


def slugs(text: str, **told: int) -> list[str]:
    return [fault.slug for fault in faults(text, **told)]


@pytest.mark.parametrize("start", [ELMAN, OWN])
def test_shapes(start):
    assert shapes(start + DATA + FIVE) == {"U": (3, 5), "W": (5, 5), "b": (5, 1), "V": (5, 2), "c": (2, 1)}


@pytest.mark.parametrize(
    "loss",
    [
        "J[t] = sum((y[t] - d[t]) ** 2)",
        "e[t] = d[t] - y[t]\nJ[t] = dot(e[t], e[t])",
        "J[t] = -dot(d[t], log(sigmoid(y[t])))",
        "J = cross_entropy(softmax(y[T]), d[T])",
    ],
)
@pytest.mark.parametrize("start", [ELMAN, OWN])
def test_a_loss_that_is_written_out_tells_the_size_of_its_output(start, loss):
    """Under `loss:`, or among the file's own equations."""
    lines = "".join(f"  {line}\n" for line in loss.splitlines())
    data = DATA.replace("loss: squared-error\n", f"loss: |\n{lines}")
    found = shapes(f"{start}{data}{FIVE}")
    assert found["V"] == (5, 2) and found["c"] == (2, 1)
    if start is OWN:
        assert shapes(start + lines + DATA.replace("loss: squared-error\n", "") + FIVE) == found


def test_an_output_that_has_no_name_is_as_large_as_its_target():
    text = OWN.replace("  u[t] = V.T @ h[t] + c\n  y[t] = u[t]\n", "  J[t] = sum((V.T @ h[t] + c - d[t]) ** 2)\n")
    found = shapes(text + DATA.replace("loss: squared-error\n", "") + FIVE)
    assert found["V"] == (5, 2) and found["c"] == (2, 1)


def test_in_row_layout_weights_have_the_same_shapes_and_biases_are_rows():
    found = shapes(ELMAN + DATA + FIVE + "layout: row\n")
    assert found == {"U": (3, 5), "W": (5, 5), "b": (1, 5), "V": (5, 2), "c": (1, 2)}


def test_the_same_names_in_equations_of_ones_own_get_the_same_numbers():
    published, own = drawn(ELMAN + DATA + FIVE), drawn(OWN + DATA + FIVE)
    assert all(np.array_equal(published[name], own[name]) for name in published)


def test_glorot_and_zero_biases_unless_said_otherwise():
    found = drawn(ELMAN + DATA + "sizes: {h: 60}\n")
    for name, n_in, n_out in (("U", 3, 60), ("W", 60, 60), ("V", 60, 2)):
        limit = np.sqrt(6 / (n_in + n_out))
        assert 0.8 * limit < np.abs(found[name]).max() <= limit
    assert not found["b"].any() and not found["c"].any()


def test_a_weight_more_or_less_leaves_the_others():
    with_bias, without = drawn(ELMAN + DATA + FIVE), drawn(ELMAN + DATA + FIVE + "init: {b: none, c: 3}\n")
    assert "b" not in without and set(without["c"].flat) == {3}
    assert all(np.array_equal(with_bias[name], without[name]) for name in "UWV")
    given = drawn(ELMAN + DATA + "weights: {W: [[1, 2], [3, 4]]}\ninit: normal(0, 1)\n")
    assert given["W"].tolist() == [[1, 2], [3, 4]] and given["U"].shape == (3, 2)
    other = drawn(ELMAN + DATA + "sizes: {h: 2}\ninit: normal(0, 1)\n")
    assert np.array_equal(given["U"], other["U"]) and not np.array_equal(given["W"], other["W"])


def test_seeds_and_weights_have_streams_of_their_own():
    text = ELMAN + DATA + "sizes: {h: 3}\ninit: normal(0, 1)\n"
    one, same, other = drawn(text), drawn(text), drawn(text, seed=2)
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not any(np.array_equal(one[name], other[name]) for name in "UWV")
    assert not np.array_equal(one["U"], one["W"])


@pytest.mark.parametrize(
    "equation, shape, n_in",
    [
        ("y[t] = A @ x[t]", (2, 3), 3),
        ("y[t] = A.T @ x[t]", (3, 2), 3),
        ("y[t] = (x[t].T @ A).T", (3, 2), 3),
        ("y[t] = (x[t].T @ A.T).T", (2, 3), 3),
        ("y[t] = A @ concat(x[t], x[t])", (2, 6), 6),
    ],
)
def test_the_number_of_inputs_is_that_of_the_product(equation, shape, n_in):
    """The rule fan_in never exceeds 2 / √inputs, and with so many numbers comes near it."""
    text = f"rnncalc: 1\nequations: {equation}\n" + DATA + "init: fan_in\n"
    found = [drawn(text, seed=seed)["A"] for seed in range(40)]
    assert found[0].shape == shape
    assert 0.9 < np.abs(found).max() * np.sqrt(n_in) / 2 <= 1


def test_layers_and_directions_by_one_size_or_by_several():
    text = TEXTS + "layers: 2\nbidirectional: true\nsizes: {h: 4, h2_bwd: 3, x: 6}\ninit: {b_f: none, biases: 1}\n"
    found = drawn(text, symbols=9, classes=3)
    assert found["E"].shape == (9, 6)
    assert found["W_f1_fwd"].shape == (4, 6) and found["W_f2_fwd"].shape == (4, 8)
    assert found["U_o2_bwd"].shape == (3, 3) and found["V"].shape == (3, 7)
    assert not [name for name in found if name.startswith("b_f")]
    assert set(found["b_i2_bwd"].flat) == {1}


def test_sizes_that_only_the_caller_knows_may_be_said():
    assert shapes(TEXTS + "sizes: {h: 4, x: 6, w: 9, y: 3}\n") == shapes(
        TEXTS + "sizes: {h: 4, x: 6}\n", symbols=9, classes=3
    )


def test_a_rule_for_a_weight_is_one_for_its_layers_unless_they_have_their_own():
    text = ELMAN + DATA + FIVE + "layers: 2\ninit: {U: 2, U2: 3, weights: 4}\n"
    found = drawn(text)
    assert [set(found[name].flat) for name in ("U1", "U2", "W1", "W2", "V")] == [{2}, {3}, {4}, {4}, {4}]


def test_without_its_weight_there_is_no_output_layer():
    text = ELMAN + "inputs: {x: [[1, 2]]}\nsizes: {h: 3}\ninit: {V: none}\n"
    case = drawn_case(text)
    assert case.system.defined == ("z", "h") and set(case.weights) == {"U", "W", "b"}


def test_equations_with_a_table_a_vector_and_a_scalar():
    text = """rnncalc: 1
equations: |
  e[t] = lookup(E, w[t])
  h[t] = tanh(A @ e[t] + p * h[t-1])
  y[t] = v.T @ h[t] + c
inputs: {w: [0, 1, 1]}
targets: {d: [1, 2, 3]}
loss: squared-error
sizes: {h: 4, e: 2}
"""
    assert shapes(text, symbols=7) == {"E": (7, 2), "A": (4, 2), "p": (4, 1), "v": (4, 1), "c": (1, 1)}


FORMS = [
    [name, *(f"--choose={key}={value}" for key, value in zip(entry.choices, some, strict=True))]
    for name in entry_names()
    for entry in [read_entry(name)]
    for some in itertools.product(*entry.choices.values())
    if {"variant", "reset"} - entry.choices.keys() or some[:2] != ("concat", "after")
] + [["gru", "--layers=2", "--bidirectional"], ["lstm", "--choose=embedding=true", "--choose=outputs=last"]]


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_every_form_of_the_catalogue_from_sizes_alone(form):
    """The shapes are those that a file to begin with has its weights in: 3 features, 1 output, 2 of everything else."""
    begun = run("new", *form, "--loss").out
    given = problem(begun).case.weights
    text = re.sub(r"^weights:\n(  .*\n)+", "", begun, flags=re.MULTILINE)
    inputs = read_tree(Source("", begun)).get("inputs")
    sizes = {"h": 2, "s": 2, "a": 2, "x": 3, "w": 2, "y": 1}
    said = {name: size for name, size in sizes.items() if re.search(rf"n_{name}", begun)}
    said = {name: size for name, size in said.items() if not inputs or name == "w" or inputs.get(name) is None}
    found = shapes(f"{text}sizes: {json.dumps(said)}\n")
    assert found == {name: array.shape for name, array in given.items()}


@pytest.mark.parametrize("layout", ["column", "row"])
def test_a_loss_that_is_written_out_does_so_in_either_layout(layout):
    text = ELMAN + DATA.replace("loss: squared-error", "loss: 'J[t] = sum((y[t] - d[t]) ** 2)'") + FIVE
    assert shapes(text + f"layout: {layout}\n")["V"] == (5, 2)


def test_a_target_that_is_the_next_input_has_its_features():
    text = ELMAN + "inputs: {x: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}\nactivations: {output: softmax}\n"
    text += "loss: {kind: cross-entropy, target: next(x)}\n"
    assert shapes(text + FIVE)["V"] == (5, 3)


@pytest.mark.parametrize(
    "target, loss, n_out",
    [
        ("[[1, 0], [0, 1]]", "cross-entropy", 4),
        ("[[1, 0], [0, 1]]", "squared-error", 1),
        ("[[[1, 0], [0, 1]], [[1, 0], [0, 1]]]", "cross-entropy", 2),
        ("[1, 0]", "{kind: cross-entropy, at: last}", 4),
        ("[[1, 0, 0], [0, 1, 0]]", "{kind: cross-entropy, at: last}", 3),
        ("[1, 0]", "{kind: squared-error, at: last}", 1),
    ],
)
def test_the_size_of_the_output(target, loss, n_out):
    text = ELMAN + re.sub("targets:.*\nloss:.*", f"targets: {{d: {target}}}\nloss: {loss}", DATA) + FIVE
    text += "activations: {output: softmax}\n" if n_out > 1 else ""
    assert shapes(text, classes=4)["V"] == (5, n_out)


@pytest.mark.parametrize("rule", ["0.25", "'0.25'", "1/4", "constant(1/4)", "{weights: 0.25}", "{biases: 0, U: 0.25}"])
def test_numbers_as_rules(rule):
    assert set(drawn(ELMAN + DATA + FIVE + f"init: {rule}\n")["U"].flat) == {0.25}


FAULTS = {
    "a missing size": ("", "no-shape", "rnncalc", "Write 'sizes: {h: 10}'."),
    "an unknown size": ("sizes: {hh: 3}\n", "unknown-quantity", "hh", "Did you mean 'h'?"),
    "a size that data contradict": ("sizes: {h: 3, x: 4}\n", "shape-mismatch", "x", "Delete 'x', or change the data."),
    "no count": ("sizes: {h: 0}\n", "not-a-count", "0", "Write 'h: 3'."),
    "no sizes by name": ("sizes: 3\n", "wrong-type", "3", "Write 'sizes: {h: 10}'."),
    "more numbers than fit": ("sizes: {h: 100000}\n", "too-large", "h", "Give a smaller size."),
    "an unknown rule": (FIVE + "init: glorrot\n", "unknown-value", "glorrot", "Did you mean 'glorot'?"),
    "too few arguments": (
        FIVE + "init: uniform(1)\n",
        "wrong-argument-count",
        "uniform(1)",
        "Write 'uniform(low, high)'.",
    ),
    "no arguments": (FIVE + "init: normal\n", "wrong-argument-count", "normal", "Write 'normal(mean, sd)'."),
    "arguments too many": (FIVE + "init: glorot(2)\n", "wrong-argument-count", "glorot(2)", "Write 'glorot'."),
    "a negative spread": (
        FIVE + "init: normal(0, -1)\n",
        "bad-maker",
        "normal(0, -1)",
        "In 'normal' sd must not be negative.",
    ),
    "a range upside down": (
        FIVE + "init: {U: 'uniform(1, 0)'}\n",
        "bad-maker",
        "'uniform(1, 0)'",
        "In 'uniform' low must not be above high.",
    ),
    "a cut rule": (
        FIVE + "init: {U: uniform(0, 1), b: 0}\n",
        "unquoted-maker",
        "uniform(0",
        'Put it in quotes, "uniform(low, high)".',
    ),
    "an unknown weight": (FIVE + "init: {VV: 0}\n", "unknown-weight", "VV", "Did you mean 'V'?"),
    "a weight that is given": ("weights: {W: 2}\ninit: {W: 0}\n", "name-given-twice", "W", "Keep one of the two."),
    "a weight that cannot go": (FIVE + "init: {W: none}\n", "missing-weight", "none", "Give a rule, such as 'glorot'."),
    "no rule at all": (FIVE + "init: {weights: none}\n", "unknown-value", "none", "Write 'weights: glorot'."),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(name):
    text, slug, place, remedy = FAULTS[name]
    (found,) = faults(ELMAN + DATA + text)
    assert (found.slug, found.span.text, found.remedy) == (slug, place, remedy)


def test_all_sizes_that_are_missing_in_one_message():
    (found,) = faults(TEXTS)
    assert found.message == "Nothing says how many units 'w', 'x', 'h' and 'y' have."
    assert found.remedy == "Write 'sizes: {w: 50, x: 20, h: 10, y: 1}'."
    (found,) = faults(TEXTS, symbols=3, classes=2)
    assert found.remedy == "Write 'sizes: {x: 20, h: 10}'."


def test_all_biases_may_be_left_out():
    assert set(drawn(ELMAN + DATA + FIVE + "init: {biases: none}\n")) == {"U", "W", "V"}
    assert set(drawn(ELMAN + DATA + FIVE + "init: {biases: none, c: 1}\n")) == {"U", "W", "V", "c"}


def test_faults_of_equations_of_ones_own():
    table = "rnncalc: 1\nequations: |\n  h[t] = tanh(lookup(E, w[t]) + h[t-1])\ninputs: {w: [0]}\n"
    assert [fault.remedy for fault in faults(table)] == ["Write 'sizes: {h: 10}'."]
    assert [fault.remedy for fault in faults(table + FIVE)] == ["Write 'sizes: {w: 50}'."]
    assert slugs(OWN + DATA) == ["no-shape"]
    assert slugs(OWN + DATA + FIVE + "init: {b: none}\n") == ["missing-weight"]
    assert slugs(OWN + DATA + FIVE + "init: {biases: none}\n") == ["missing-weight"]
    text = OWN.replace("V.T @ h[t]", "V @ (Q @ h[t])") + DATA + FIVE
    (first, second) = faults(text)
    assert {first.slug, second.slug} == {"no-shape"} and "'V'" in first.message + second.message


def test_all_faults_in_one_run():
    text = ELMAN + DATA + "sizes: {h: 3, x: 4}\ninit: {Q: 0, W: none}\n"
    assert slugs(text) == ["shape-mismatch", "unknown-weight", "missing-weight"]


@pytest.mark.parametrize("key", ["sizes", "init"])
@pytest.mark.parametrize(
    "value",
    ["", "[]", "{}", "[[1]]", "{a: [1]}", "-", "0", "1e999", "[{a: {b: [c]}}]", "{h: 1e3}", "uniform(", "{U: }"],
)
def test_no_value_is_a_fault_of_ours(key, value):
    text = ELMAN + DATA + ("" if key == "sizes" else FIVE) + f"{key}: {value}\n"
    assert all(fault.message for fault in faults(text))


def test_every_size_that_nothing_says_is_asked_for_at_once():
    """Where h tells c it is not asked for; a second layer has a size of its own."""
    lines = "  c[t] = U @ x[t] + W @ h[t-1] + c[t-1]\n  h[t] = tanh(c[t])\n  g[t] = tanh(R @ h[t] + S @ g[t-1])\n"
    lines += "  y[t] = V @ g[t]\n"
    (fault,) = faults("rnncalc: 1\nequations: |\n" + lines + DATA)
    assert fault.slug == "no-shape" and fault.message == "Nothing says how many units 'h' and 'g' have."
    assert fault.remedy == "Write 'sizes: {h: 10, g: 10}'."
