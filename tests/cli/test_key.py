"""rnncalc key: formats, files, what is chosen, what is refused."""

from __future__ import annotations

import json

import pytest
from running import run, run_text

ENDINGS = {"latex": "tex", "html": "html", "markdown": "md", "notebook": "ipynb"}
PROBLEM = """rnncalc: 1
title: T
equations: |
  h[t] = tanh(W @ x[t] + w * h[t-1])
weights: {W: [[0.5, 0.1], [0.2, 0.3]], w: 0.5}
inputs: {x: [[1, 2], [3, 4]]}
"""


@pytest.mark.parametrize("target", ENDINGS)
def test_the_ending_of_the_output_tells_the_format(target, tmp_path):
    path = tmp_path / f"key.{ENDINGS[target]}"
    assert run("key", "lecture-bptt-jordan", "--output", path).code == 0
    assert path.read_text(encoding="utf-8") == run("key", "lecture-bptt-jordan", "--to", target).out


def test_without_format_and_output_it_is_asked_for():
    found = run("key", "gru-2-units")
    assert found.code == 2 and "--to" in found.err


@pytest.mark.parametrize("target", ENDINGS)
def test_a_file_is_written_over_only_with_force(target, tmp_path):
    path = tmp_path / "key"
    path.write_text("mine")
    found = run("key", "gru-2-units", "--to", target, "--output", path)
    assert found.code == 2 and "--force" in found.err and path.read_text() == "mine"
    assert run("key", "gru-2-units", "--to", target, "--output", path, "--force").code == 0
    assert path.read_text() != "mine" and [one.name for one in tmp_path.iterdir()] == ["key"]


def test_a_problem_that_cannot_be_read_leaves_the_file_alone(tmp_path):
    path = tmp_path / "key.tex"
    path.write_text("mine")
    (tmp_path / "bad.yaml").write_text(PROBLEM.replace("tanh", "tan"))
    found = run("key", "gru-2-units", tmp_path / "bad.yaml", "--output", path, "--force")
    assert found.code == 3 and path.read_text() == "mine"


def test_several_problems_have_a_table_of_contents():
    tex = run("key", "gru-2-units", "sam-i-am", "--to", "latex", "--title", "Key", "--course", "A & B").out
    assert r"\tableofcontents" in tex and tex.count(r"\section{") == 2 and r"A \& B" in tex and "Key" in tex
    assert r"\tableofcontents" not in run("key", "gru-2-units", "--to", "latex").out


def test_what_is_chosen():
    tex = run("key", "lecture-bptt-jordan", "--to", "latex", "--only", "h,W", "--steps", "2").out
    assert "h(2) & =" in tex and "h(1) & =" not in tex and "z(2) & =" not in tex
    assert r"\nabla W & =" in tex and r"\nabla b & =" not in tex


def test_the_derivation_and_paths_are_asked_for():
    plain = run("key", "lecture-bptt-jordan", "--to", "latex").out
    full = run("key", "lecture-bptt-jordan", "--to", "latex", "--derive", "--paths", "W").out
    assert "Derivation" not in plain and "paths through time" not in plain
    assert r"\text{from}" in full and r"\frac{\partial y(3)}{\partial y(2)}" in full


def test_notation_decimals_and_detail(tmp_path):
    found = run_text(tmp_path, PROBLEM, "--to", "latex", "--notation", "subscript", "--decimals", "1", command="key")
    assert "h_{2} & =" in found.out and "0.6" in found.out
    entries = run_text(tmp_path, PROBLEM, "--to", "latex", "--detail", "entries", command="key").out
    assert r"\quad {h(1)}_{2} & =" in entries or r"\quad h(1)_{2} & =" in entries


def test_forms_of_latex():
    assert run("key", "gru-2-units", "--to", "latex", "--exam").out.startswith(r"\documentclass{exam}")
    assert r"\documentclass" not in run("key", "gru-2-units", "--to", "latex", "--fragment").out
    assert "letterpaper" in run("key", "gru-2-units", "--to", "latex", "--paper", "letter").out
    assert "--exam" in run("key", "gru-2-units", "--to", "html", "--exam").err


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--only", "q"], "--only"), (["--steps", "9"], "--steps"), (["--paths", "q"], "--paths"), (["-", "-"], "once")],
)
def test_what_there_is_not_is_said(options, said):
    found = run("key", "lecture-bptt-jordan", "--to", "markdown", *options)
    assert found.code == 2 and said in found.err


def test_a_weight_without_loss_has_no_paths():
    assert run("key", "gru-2-units", "--to", "latex", "--paths", "W_r").slugs == ["no-loss"]


def test_standard_input_is_a_problem():
    assert "Forward pass" in run("key", "-", "--to", "markdown", stdin=PROBLEM.encode()).out


def test_the_picture_alone_is_a_file(tmp_path):
    path = tmp_path / "network.svg"
    assert run("key", "gru-2-units", "--output", path).code == 0
    assert path.read_text(encoding="utf-8").startswith("<svg")
    for others in (["sam-i-am"], ["gru-2-units", "yeh-rnn"], ["gru-2-units", "--steps", "1"]):
        assert run("key", *others, "--to", "svg").code == 2


def test_a_notebook_is_json():
    assert json.loads(run("key", "gru-2-units", "--to", "notebook").out)["nbformat"] == 4


@pytest.mark.parametrize("command", ["forward", "bptt"])
def test_calculations_are_written_as_documents_and_csv(command):
    name = "lecture-bptt-jordan"
    tex = run(command, name, "--format", "latex").out
    assert r"\end{document}" in tex and (r"\nabla W" in tex) == (command == "bptt")
    assert "```math" in run(command, name, "--format", "markdown").out
    assert run(command, name, "--format", "csv").out.startswith("quantity,sequence,step,row,column,value")


def test_an_n_gram_model_is_written_as_document_and_csv():
    assert r"\begin{tabular}" in run("bigram", "sam-i-am", "--format", "latex").out
    assert "| " in run("bigram", "sam-i-am", "--format", "markdown").out
    assert run("bigram", "sam-i-am", "--format", "csv").out.startswith("quantity,")


def test_what_a_document_does_not_show_is_refused():
    found = run("bptt", "lecture-bptt-jordan", "--format", "latex", "--truncate", "1")
    assert found.code == 2 and "--truncate" in found.err
