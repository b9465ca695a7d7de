"""rnncalc new: a starter for everything in the catalogue, which runs as it stands."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from running import problem, run, values

from rnncalc.problem.bigram_fields import SECTION
from rnncalc.recurrences.catalogue import entry_names, read_entry
from rnncalc.recurrences.conventions import convention_names, read_convention
from rnncalc.recurrences.expand import answers_at_steps, embeds, repeats, reverses


def forms() -> list[tuple[str, ...]]:
    """Give the arguments of every entry: each choice, layers, directions, each convention."""
    found = []
    for name in entry_names():
        entry = read_entry(name)
        picked = [
            [f"--choose={key}={value}" for key, value in zip(entry.choices, some, strict=True)]
            for some in itertools.product(*entry.choices.values())
        ]
        found += [(name, *some) for some in picked if {"--choose=variant=concat", "--choose=reset=after"} - {*some}]
        found += [(name, "--layers", "2")] * repeats(entry)
        found += [(name, "--bidirectional"), (name, "--layers=2", "--bidirectional")] * reverses(entry)
        found += [(name, "--bidirectional", "--choose=merge=sum")] * reverses(entry)
        found += [(name, "--choose=direction=reverse")] * reverses(entry)
        found += [(name, "--choose=outputs=last", "--choose=dropout=0.25")] * answers_at_steps(entry)
        found += [(name, "--choose=embedding=true")] * embeds(entry)
        for convention in convention_names():
            if name in read_convention(convention).packings:
                found += [(name, "--convention", convention)]
                found += [(name, "--convention", convention, "--layers=2", "--bidirectional")]
    return found


def begun(*args: str) -> str:
    outcome = run("new", *args)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


@pytest.mark.parametrize("args", forms(), ids=" ".join)
def test_every_form_runs(args):
    assert max(map(len, begun(*args).splitlines())) <= 140
    case = problem(begun(*args)).case
    assert case.lengths[next(iter(case.lengths))] == 3
    assert case.loss is None and set(case.lengths.values()) <= {2, 3}
    with_loss = problem(begun(*args, "--loss"))
    assert with_loss.case.loss == "J" and with_loss.dropped == () and with_loss.assumed == ()


@pytest.mark.parametrize("name", entry_names())
def test_forward_and_bptt(name):
    text = begun(name, "--loss").encode()
    assert run("forward", "-", stdin=text).code == 0
    outcome = run("bptt", "-", "--format", "json", stdin=text)
    assert outcome.code == 0
    gradients = outcome.json["gradients"]
    assert set(gradients) == set(read_entry(name).weights) & set(problem(text.decode()).case.weights)
    assert all(np.any(gradient) for gradient in gradients.values())
    assert run("bptt", "-", stdin=begun(name).encode()).slugs == ["no-loss"]


@pytest.mark.parametrize("args", [("elman",), ("lstm",), ("gru", "--layers=2"), ("attention",), ("one-to-many",)])
def test_the_equations_that_it_shows_are_those_that_it_means(args):
    text = begun(*args)
    equations = "\n".join(re.findall(r"^#   (\S+ = .*)$", text, re.MULTILINE))
    assert equations.count("\n") >= 3
    own = re.sub(r"^recurrence: .*$", "equations: |\n  " + equations.replace("\n", "\n  "), text, flags=re.MULTILINE)
    own = re.sub(r"^(activations|layers): .*\n", "", own, flags=re.MULTILINE)
    assert values(own) == values(text)


def test_a_decoder_that_reads_its_targets_is_given_them_as_inputs():
    case = problem(begun("encoder-decoder", "--choose=feed=target", "--loss")).case
    np.testing.assert_array_equal(case.sequences["d"], case.sequences["target"])


def test_numbers_are_small_and_distinct():
    for args in (("elman",), ("lstm",), ("gru", "--convention=pytorch")):
        section = begun(*args).partition("\nweights:")[2].partition("\ninputs:")[0]
        written = re.findall(r"-?\d\.\d+", section)
        assert len(written) == len(set(written)) > 10
        assert all(0 < abs(float(number)) < 1 and len(number.lstrip("-")) <= 4 for number in written)


def test_sizes_are_distinct_and_named():
    case = problem(begun("elman")).case
    assert {name: array.shape for name, array in case.weights.items() if name in "UWV"} == {
        "U": (3, 2),
        "W": (2, 2),
        "V": (2, 1),
    }
    assert "# n_x × n_h: 3 rows of 2\n" in begun("elman")


def test_every_line_is_explained():
    for name in entry_names():
        for line in begun(name, "--loss").splitlines():
            key = line.partition(":")[0]
            if line and key not in ("title", "recurrence", "activations", "weights", "inputs", "targets"):
                assert "#" in line, line


def test_choices_left_open_are_shown():
    assert "# reset: before   # or after\n" in begun("gru")
    text = begun("gru", "--choose", "reset=after")
    assert "\nreset: after\n" in text and "# reset" not in text
    assert "# reset" not in begun("gru", "--convention", "keras")


def test_bigram():
    text = begun("bigram")
    assert run("bigram", "-", stdin=text.encode()).code == 0
    assert [key for key in SECTION if not re.search(rf"^  (# )?{key}: ", text, re.MULTILINE)] == []
    assert run("new", "bigram", "--loss").code == 2
    assert run("new", "bigram", "--layers", "2").code == 2


def test_to_a_file(tmp_path):
    path = tmp_path / "p.yaml"
    assert run("new", "gru", "--output", path).out == ""
    assert path.read_text() == begun("gru")
    again = run("new", "elman", "--output", path)
    assert again.code == 2 and "--force" in again.err and path.read_text() == begun("gru")
    assert run("new", "elman", "--output", path, "--force").code == 0
    assert path.read_text() == begun("elman")


def test_what_is_refused():
    outcome = run("new", "elmann")
    assert outcome.code == 2 and "did you mean 'elman'?" in outcome.err
    assert "did you mean 'training'?" in run("new", "trainin").err
    assert "did you mean 'bigram'?" in run("new", "bigrm").err
    assert run("new", "gru", "--convention", "torch").slugs == ["unknown-convention"]
    assert run("new", "jordan", "--bidirectional").slugs == ["unused-key"]
    assert run("new", "gru", "--choose", "reset").code == 2
    assert run("new", "gru", "--choose", "reset=after", "--choose", "variant=concat").slugs == ["impossible-choice"]
    assert run("new").code == 2


def test_training(tmp_path):
    text = begun("training")
    assert max(map(len, text.splitlines())) <= 140
    found = run("train", "-", "--quiet", "--format", "json", stdin=text.encode()).json
    assert found["history"]["loss"][-1] < 0.1 * found["history"]["loss"][0]
    assert run("new", "training", "--layers", "2").code == 2
