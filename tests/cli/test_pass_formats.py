"""forward, bptt and bigram as CSV, LaTeX and Markdown."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from render.pages import computed, formulas, words
from running import run


def printed(*args) -> str:
    outcome = run(*args)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def values(text: str, quantity: str) -> list[float]:
    return [float(row["value"]) for row in csv.DictReader(io.StringIO(text)) if row["quantity"] == quantity]


def test_csv_has_the_numbers_of_json():
    document = run("bptt", "hello-one-hot", "--format", "json", "--clip", "0.1", "--update", "0.5").json
    text = printed("bptt", "hello-one-hot", "--format", "csv", "--clip", "0.1", "--update", "0.5")
    for key, call in (("gradients", "grad"), ("clipped", "clipped"), ("updated", "updated"), ("adjoints", "grad")):
        for name, found in document[key].items():
            assert values(text, f"{call}({name})") == list(np.ravel(found))
    text = printed("forward", "hello-one-hot", "--format", "csv", "--only", "y", "--steps", "2..3")
    assert values(text, "y") == list(np.ravel(document["values"]["y"][1:3]))


def test_csv_of_an_ngram_model():
    document = run("bigram", "sam-i-am", "--format", "json").json
    text = printed("bigram", "sam-i-am", "--format", "csv")
    assert values(text, "T") == list(np.ravel(document["values"]["T"]))
    assert values(text, "factor") == [factor["probability"] for factor in document["factors"]]


def test_a_forward_pass_as_markdown():
    text = printed("forward", "hello-one-hot", "--format", "markdown", "--steps", "2", "--only", "h", "--decimals", "6")
    (found,) = [line for formula in formulas(text) for line in computed(formula) if line[0] == "h(2)"]
    document = run("forward", "hello-one-hot", "--format", "json").json
    np.testing.assert_allclose(found[2][:, 0], document["values"]["h"][1], atol=1e-6)
    assert "Backpropagation through time" not in words(text, "h2")


def test_a_backward_pass_as_markdown():
    text = printed("bptt", "hello-one-hot", "--format", "markdown", "--decimals", "6", "--of", "W")
    (found,) = [line for formula in formulas(text) for line in computed(formula) if line[0] == r"\nabla W"]
    document = run("bptt", "hello-one-hot", "--format", "json").json
    np.testing.assert_allclose(found[2], document["gradients"]["W"], atol=1e-6)
    assert words(text, "h2")[-2:] == ["Derivation", "Backpropagation through time"]


@pytest.mark.parametrize("args", [("forward", "yeh-rnn"), ("bptt", "hello-one-hot"), ("bigram", "sam-i-am")])
def test_latex_is_a_document(args):
    text = printed(*args, "--format", "latex")
    assert text.startswith("\\documentclass") and text.endswith("\\end{document}\n")


@pytest.mark.parametrize(
    ("args", "option"),
    [
        (("bptt", "hello-one-hot", "--format", "latex", "--clip", "1"), "--clip"),
        (("bptt", "hello-one-hot", "--format", "markdown", "--update", "1"), "--update"),
        (("bptt", "hello-one-hot", "--format", "markdown", "--truncate", "1"), "--truncate"),
        (("bptt", "hello-one-hot", "--format", "markdown", "--symbolic"), "--symbolic"),
        (("bigram", "sam-i-am", "--format", "csv", "--sample", "3"), "--sample"),
    ],
)
def test_what_a_format_has_no_place_for_is_refused(args, option):
    outcome = run(*args)
    assert (outcome.code, outcome.out) == (2, "")
    assert option in outcome.err
