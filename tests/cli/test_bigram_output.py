"""rnncalc bigram --output: the written network behaves like the model, and when there is none."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from running import BIGRAMS, run

from rnncalc.compute.inverses import INVERSES

POTTER = ("bigram", "--text", "Harry Potter", "--smoothing", "laplace", "--sentence", "Potter Harry")
TEXT = " ".join(f"w{number}" for number in np.random.default_rng(1).integers(9, size=30))


def write(path, *options: object) -> None:
    outcome = run("bigram", *options, "--output", path)
    assert (outcome.code, outcome.err) == (0, "")


@pytest.mark.parametrize("activation", INVERSES)
@pytest.mark.parametrize("order", [2, 3])
def test_the_written_network_gives_the_same_probabilities(activation, order, tmp_path):
    path = tmp_path / "b.yaml"
    model = ("bigram", "--text", TEXT, "--smoothing", "0.5", "--order", order, "--activation", activation)
    table = np.array(run(*model, "--format", "json", "--output", path).json["values"]["T"])
    outputs = np.array(run("forward", path, "--format", "json").json["values"]["o"])
    assert np.abs((outputs if order == 2 else outputs[:, -1]).T - table).max() <= 1e-12
    checked = run("check", path, "--format", "json")
    assert checked.code == 0 and Counter(a["verdict"] for a in checked.json["answers"]) == {"exact": table.size}


@pytest.mark.parametrize("order", [2, 3])
def test_the_written_network_backpropagates(order, tmp_path):
    path = tmp_path / "b.yaml"
    write(path, "--text", "a b c a b d", "--smoothing", "1", "--order", order)
    outcome = run("bptt", path)
    assert (outcome.code, outcome.err) == (0, "")
    assert "DISAGREE" not in outcome.out and "agree" in outcome.out


@pytest.mark.parametrize(("text", "order"), [("a b a", 3), ("a b a c b a c a a b", 4)])
def test_as_many_words_as_steps_are_no_riddle(text, order, tmp_path):
    write(tmp_path / "b.yaml", "--text", text, "--smoothing", "laplace", "--order", order)
    assert run("check", tmp_path / "b.yaml").code == 0


@pytest.mark.parametrize("name", BIGRAMS)
def test_bundled_networks_are_written_and_right(name, tmp_path):
    write(tmp_path / "b.yaml", name)
    assert run("check", tmp_path / "b.yaml").code == 0


def test_a_spoilt_network_is_found(tmp_path):
    path = tmp_path / "b.yaml"
    write(path, *POTTER[1:])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("0.6931", "0.7931", 1), encoding="utf-8")
    assert run("check", path).code == 1


def test_odd_words_do_not_break_the_written_file(tmp_path):
    path = tmp_path / "b.yaml"
    write(path, "--text", 'no # x: [y] "q" {z} \x1b[31m ]} \'a b\u2028c', "--smoothing", "1")
    assert run("check", path).code == 0


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x7f", "\ufeff", "\n"])
def test_no_word_leaves_the_comment_that_names_it(sign, tmp_path):
    path = tmp_path / "b.yaml"
    write(path, "--text", f"a{sign}b a", "--unit", "character", "--smoothing", "1")
    assert run("check", path).code == 0


def test_no_finite_inverse_prints_the_table_and_then_says_which_entry(tmp_path):
    path = tmp_path / "b.yaml"
    outcome = run("bigram", "--text", "a b a", "--output", path)
    assert (outcome.code, outcome.slugs, path.exists()) == (3, ["no-finite-inverse"], False)
    assert "P('a' | 'a') is 0; sigmoid never takes that value." in outcome.err
    assert "--smoothing laplace or an activation that takes it, such as --activation identity" in outcome.err
    assert "T: T[i, j]" in outcome.out
    assert run("bigram", "--text", "a b a", "--activation", "identity", "--output", path).code == 0


def test_an_undefined_probability_is_called_so(tmp_path):
    outcome = run("bigram", "--text", "a b", "--activation", "identity", "--output", tmp_path / "b.yaml")
    assert outcome.code == 3 and "P('a' | 'b') is 0/0" in outcome.err and "--activation identity." not in outcome.err


@pytest.mark.parametrize("n_words", [400, 1_001])
def test_a_network_larger_than_a_problem_file_is_not_written(n_words, tmp_path):
    path = tmp_path / "b.yaml"
    text = " ".join(f"w{number}" for number in range(n_words))
    outcome = run("bigram", "--text", text, "--smoothing", "1", "--output", path)
    assert (outcome.code, outcome.slugs, path.exists()) == (3, ["too-large"], False)


def test_an_existing_file_stays_without_force(tmp_path):
    path = tmp_path / "b.yaml"
    path.write_text("mine")
    outcome = run(*POTTER, "--output", path)
    assert outcome.code == 2 and "--force" in outcome.err and path.read_text() == "mine"
    assert run(*POTTER, "--output", path, "--force").code == 0 and path.read_text().startswith("rnncalc: 1\n")
