"""A trained problem file: the network of its training with its weights, read by every other command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from running import problem, run, run_text

from rnncalc.base.span import Source
from rnncalc.problem.problem import read_problem
from rnncalc.problem.trained import write_trained

TAGS = """rnncalc: 1
title: Signs of numbers
recurrence: elman
activations: {output: softmax}
loss: cross-entropy
training:   # how it learns
  data:
    sequences: 5
    steps: 50
    draw: {x: "normal(2, 0, 1)", d: "classes(3)"}
  sizes: {h: 4}
  rate: 0.05
  iterations: 5
  seed: 3
rounding: {decimals: 3}   # of what is shown
"""
TEXTS = """rnncalc: 1
recurrence: gru
activations: {output: softmax}
embedding: true
outputs: last
loss: cross-entropy
training:
  data: {texts: {good: [Fine film, Very good], bad: [Bad, "no: \\"good\\" film"]}, case: lower}
  test: {texts: {good: [a good film], bad: [very bad]}, case: lower}
  sizes: {h: 4, x: 3}
  iterations: 3
"""


def written(text: str, scale: float = 1.5, name: str = "t.yaml"):
    """Write a problem with its weights multiplied, as if it had been trained."""
    found = problem(text)
    weights = {key: scale * array for key, array in found.case.weights.items()}
    return found, weights, write_trained(found, weights, name, ["Written by a test."])


def test_weights_come_back_with_every_digit():
    found, weights, file = written(TAGS)
    again = read_problem(Source("t.yaml", file.text))
    assert again.training is None and file.beside == {}
    assert again.title == "Signs of numbers" and again.case.rounding.decimals == 3
    assert "# of what is shown" in file.text and "how it learns" not in file.text and "Written by a test" in file.text
    assert {name: array.tolist() for name, array in again.case.weights.items()} == {
        name: array.tolist() for name, array in weights.items()
    }
    assert again.case.written == found.case.written


def test_the_first_sequences_are_given_cut_to_forty_steps():
    found, _, file = written(TAGS)
    again = read_problem(Source("t.yaml", file.text)).case
    assert again.n_sequences == 3 and again.lengths == {"t": 40}
    for name in ("x", "d"):
        assert np.array_equal(again.sequences[name], found.case.sequences[name][:40, :3])
    assert "The first 3 of the 5 sequences learnt from, cut to 40 steps." in file.text
    classes = yaml.safe_load(file.text)["targets"]["d"]
    assert np.array(classes).shape == (3, 40)


def test_held_out_texts_come_with_their_lengths_vocabulary_and_labels():
    found, _, file = written(TEXTS)
    plain = yaml.safe_load(file.text)
    assert plain["labels"] == ["good", "bad"] and plain["targets"] == {"d": [0, 1]}
    assert plain["lengths"] == {"t": [11, 8]}
    assert "#   1: a good film" in file.text
    again = read_problem(Source("t.yaml", file.text))
    assert again.vocabulary == found.vocabulary and again.labels == ("good", "bad")
    ids = again.case.sequences["w"][:11, 0].ravel().astype(int)
    assert "".join(again.vocabulary.symbols[at] for at in ids) == "a good film"


@pytest.mark.parametrize("command", [["forward"], ["bptt"], ["key", "--to", "markdown"], ["equations"]])
@pytest.mark.parametrize("text", [TAGS, TEXTS], ids=["tags", "texts"])
def test_other_commands_take_the_file(text, command, tmp_path):
    found = run_text(tmp_path, written(text)[2].text, *command[1:], command=command[0])
    assert (found.code, found.err) == (0, "")


def test_check_takes_the_file_with_answers(tmp_path):
    text = written(TAGS)[2].text
    out = run_text(tmp_path, text, "--format", "json").json["values"]["y"][0][0]
    answers = f"answers: {{y: {json.dumps([[[round(v, 3) for v in out]] * 40] * 3)}}}\n"
    assert "exact" in run_text(tmp_path, text + answers, "--format", "json", command="check").out


def test_many_weights_go_to_a_file_beside_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, weights, file = written(TAGS.replace("{h: 4}", "{h: 60}"), name="net.yaml")
    assert list(file.beside) == ["net-weights.npz"] and len(file.text) < 20_000
    for path, data in {"net.yaml": file.text.encode(), **file.beside}.items():
        Path(path).write_bytes(data)
    with np.load("net-weights.npz") as arrays:
        assert {name: arrays[name].size for name in arrays} == {name: array.size for name, array in weights.items()}
    again = read_problem(Source("net.yaml", file.text))
    assert all(np.array_equal(again.case.weights[name], array) for name, array in weights.items())
    assert run("forward", "net.yaml", "--only", "J").code == 0


def test_a_file_in_braces_stays_one():
    text = """{rnncalc: 1, recurrence: elman, loss: squared-error,
  inputs: {x: [[1], [2]]}, targets: {d: [[0], [1]]}, training: {sizes: {h: 2}, iterations: 3}}"""
    found, weights, file = written(text)
    again = read_problem(Source("t.yaml", file.text))
    assert again.training is None
    assert np.array_equal(again.case.weights["W"], weights["W"])
    assert np.array_equal(again.case.sequences["x"], found.case.sequences["x"])


def test_starts_of_each_sequence_go_with_it():
    text = """rnncalc: 1
recurrence: elman
loss: squared-error
inputs: {x: [[[1], [2]], [[3], [4]], [[5], [6]], [[7], [8]]]}
targets: {d: [[[1], [2]], [[3], [4]], [[5], [6]], [[7], [8]]]}
initial: {h: [[1, 0], [0, 1], [1, 1], [0, 0]]}
training: {sizes: {h: 2}, iterations: 3}
"""
    again = read_problem(Source("t.yaml", written(text)[2].text))
    assert again.case.initial["h", 0][..., 0].tolist() == [[1, 0], [0, 1], [1, 1]]


def test_a_target_of_the_next_input_keeps_its_last_step():
    text = """rnncalc: 1
recurrence: elman
activations: {output: softmax}
loss: {kind: cross-entropy, target: next(x)}
inputs: {x: [[[1, 0], [0, 1], [0, 1]], [[0, 1], [1, 0], [1, 0]]]}
training: {sizes: {h: 2}, iterations: 3}
"""
    found, _, file = written(text, scale=1.0)
    again = read_problem(Source("t.yaml", file.text))
    assert again.case.lengths == {"t": 2}
    assert again.case.initial["x", 3].tolist() == found.case.initial["x", 3].tolist()


def test_in_place_of_a_test_without_targets_stands_what_was_learnt_from(tmp_path):
    text = TEXTS.replace("{texts: {good: [a good film], bad: [very bad]}, case: lower}", "{texts: [a good film]}")
    assert text != TEXTS
    file = written(text)[2]
    assert "The first 3 of the 4 sequences learnt from." in file.text
    assert read_problem(Source("t.yaml", file.text)).case.n_sequences == 3
    assert run_text(tmp_path, file.text, command="bptt").code == 0


@pytest.mark.parametrize("symbol", ["'", '"', "\\", ":", "#", "é", "😀", "\u2028", "\ufeff", "\x7f", "~", "1"])
def test_every_symbol_of_a_vocabulary_reads_back(symbol):
    quoted = f'"ab\\U{ord(symbol):08x}"'
    text = f"""rnncalc: 1
recurrence: elman
activations: {{output: softmax}}
loss: cross-entropy
training: {{data: {{texts: [{quoted}]}}, sizes: {{h: 2}}, iterations: 1}}
"""
    found, _, file = written(text)
    assert symbol in found.vocabulary.symbols
    assert read_problem(Source("t.yaml", file.text)).vocabulary == found.vocabulary
