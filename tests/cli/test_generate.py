"""rnncalc generate: texts from a network whose output is known by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from running import Run, run, run_text

# without a hidden state that matters: after a comes b, after b c, after c mostly END; W is zero
CHAIN = """rnncalc: 1
recurrence: elman
activations: {hidden: identity, output: softmax}
weights:
  U: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
  W: zeros(4, 4)
  V: [[0, 9, 0, 0], [0, 0, 9, 0], [1, 0, 0, 2], [9, 0, 0, 0]]
inputs: {x: [[0, 0, 0, 1]]}
targets: {d: [0]}
loss: cross-entropy
vocabulary: {symbols: [a, b, c, END], boundaries: true}
"""
LOGITS = dict(zip("abcE", ([0, 9, 0, 0], [0, 0, 9, 0], [1, 0, 0, 2], [9, 0, 0, 0]), strict=True))


def softmax(logits) -> np.ndarray:
    return np.exp(logits) / np.exp(logits).sum()


def generated(folder, *args: object, text: str = CHAIN) -> Run:
    return run_text(folder, text, *args, command="generate")


def texts(folder, *args: object, text: str = CHAIN) -> list[str]:
    return [item["text"] for item in generated(folder, *args, "--format", "json", text=text).json["texts"]]


def test_the_likeliest_text_ends_with_its_end_symbol(tmp_path):
    found = generated(tmp_path, "--greedy")
    assert (found.code, found.out, found.err) == (0, "abc\n", "")
    item = generated(tmp_path, "--greedy", "--format", "json").json["texts"][0]
    assert item == {"text": "abc", "drawn": ["a", "b", "c", "END"], "ended": True}


def test_start_and_length(tmp_path):
    assert texts(tmp_path, "--start", "cab", "--greedy") == ["cabc"]
    assert texts(tmp_path, "--start", "c", "--greedy", "--length", 1) == ["c"]
    assert texts(tmp_path, "--length", 2, "--greedy") == ["ab"]
    without = CHAIN.replace("END], boundaries: true", "d]")
    assert texts(tmp_path, "--greedy", "--length", 2, text=without) == ["abc"]  # begins with the first symbol


def test_the_same_seed_gives_the_same_texts(tmp_path):
    many = texts(tmp_path, "--count", 30, "--seed", 5, "--temperature", 3)
    assert many == texts(tmp_path, "--count", 30, "--seed", 5, "--temperature", 3)
    assert many[:4] == texts(tmp_path, "--count", 4, "--seed", 5, "--temperature", 3)
    assert many != texts(tmp_path, "--count", 30, "--seed", 6, "--temperature", 3)
    assert len(set(many)) > 10


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_distributions_are_those_of_the_temperature(temperature, tmp_path):
    options = ["--length", 1, "--temperature", temperature, "--show", 4, "--format", "json"]
    step = generated(tmp_path, "--start", "c", *options).json["texts"][0]["steps"][0]
    expected = softmax(np.array(LOGITS["c"]) / temperature)
    assert [step[name] for name in ("a", "b", "c", "END")] == pytest.approx(expected)


def test_top_k_leaves_the_others_out(tmp_path):
    found = generated(tmp_path, "--start", "c", "--length", 1, "--top-k", 2, "--show", 4, "--format", "json").json
    step = found["texts"][0]["steps"][0]
    assert [step["END"], step["a"]] == pytest.approx(softmax([2, 1])) and step["b"] == step["c"] == 0
    assert set(texts(tmp_path, "--start", "c", "--length", 1, "--top-k", 2, "--count", 40)) == {"c", "ca"}


def test_shares_of_many_texts(tmp_path):
    found = texts(tmp_path, "--start", "c", "--length", 1, "--count", 500)
    share = sum(text == "c" for text in found) / 500  # END, which is not shown
    expected = softmax(LOGITS["c"])[3]
    assert abs(share - expected) < 4 * (expected * (1 - expected) / 500) ** 0.5


@pytest.mark.parametrize("width", [40, 100])
def test_each_step_is_shown_with_its_likeliest_symbols(width, tmp_path):
    (tmp_path / "p.yaml").write_text(CHAIN)
    out = run("generate", tmp_path / "p.yaml", "--greedy", "--show", 2, "--decimals", 2, width=width).out.splitlines()
    assert out[0] == "abc" and max(map(len, out)) <= max(width, len(out[2]))
    step = softmax(LOGITS["c"])
    assert out[7].split() == ["4", "END", "END", f"{step[3]:.2f}", "a", f"{step[0]:.2f}"]


def test_unknown_symbols_of_a_start_are_named(tmp_path):
    found = generated(tmp_path, "--start", "abx")
    assert (found.code, found.out, found.places) == (3, "", [("--start", 1, 3, "unknown-symbol")])
    assert "'x' is not in the vocabulary" in found.err and "a b c END" in found.err


def test_words_are_joined_by_spaces(tmp_path):
    text = CHAIN.replace("[a, b, c, END]", "[the, cat, sat, END], unit: word, case: lower")
    assert texts(tmp_path, "--greedy", text=text) == ["the cat sat"]
    assert texts(tmp_path, "--greedy", "--start", "SAT the", text=text) == ["sat the cat sat"]


def test_greedy_takes_no_temperature(tmp_path):
    assert generated(tmp_path, "--greedy", "--temperature", 2).code == 2


@pytest.mark.parametrize("temperature", ["-1", "0", "1e-300", "nan", "inf"])
def test_temperatures_out_of_range(temperature, tmp_path):
    found = generated(tmp_path, "--temperature", temperature)
    assert (found.code, found.out) == (2, "") and "from 0.001 to 1,000" in found.err


def test_a_network_learns_a_word_and_says_it(tmp_path):
    text = """rnncalc: 1
recurrence: elman
activations: {output: softmax}
loss: cross-entropy
training: {data: {text: hello}, sizes: {h: 6}, rate: 0.05, iterations: 120, seed: 1}
"""
    assert run_text(tmp_path, text, "--quiet", "--output", tmp_path / "t.yaml", command="train").code == 0
    found = run("generate", tmp_path / "t.yaml", "--start", "h", "--greedy", "--length", 4, "--format", "json")
    assert json.loads(found.out)["texts"][0]["text"] == "hello"


def test_a_network_that_reads_other_symbols_than_it_tells_apart(tmp_path):
    """Another input, that nothing of the output reads, hides from the reader how many symbols there are."""
    text = """rnncalc: 1
equations: |
  y[t] = softmax(V @ x[t])
  z[t] = 2 * q[t]
weights: {V: [[1, 2, 3], [0, 1, 0], [2, 0, 1], [1, 1, 1]]}
inputs: {x: [[1, 0, 0]], q: [[1]]}
targets: {d: [0]}
loss: cross-entropy
vocabulary: {symbols: [a, b, c, d]}
"""
    found = generated(tmp_path, text=text)
    assert (found.code, found.slugs) == (3, ["not-generative"])
    assert "reads 3 symbols and tells 4 classes apart, the vocabulary has 4 symbols" in found.err


def test_a_state_that_grows_without_end(tmp_path):
    growing = "[[1e200, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]"
    found = generated(tmp_path, "--start", "abc", text=CHAIN.replace("zeros(4, 4)", growing))
    assert (found.code, found.slugs) == (3, ["not-generative"])
    assert "after 4 symbols its probabilities are no finite numbers" in found.err  # END, a, b, c


def test_weights_that_have_not_been_learnt(tmp_path):
    text = """rnncalc: 1
recurrence: elman
activations: {output: softmax}
loss: cross-entropy
training: {data: {texts: [ab, ba]}, sizes: {h: 2}}
"""
    found = generated(tmp_path, "--length", 2, text=text)
    assert found.code == 0 and len(found.out.strip()) == 3 and "initial weights; 'rnncalc train'" in found.err
