"""The section `training:`: its plan, what is held out, and what becomes of data in the file itself."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from problem.lessons import NEXT, SQUARED, refused, sequences, taught
from running import ELMAN, problem, refusals, run

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.problem.data_fields import DATA
from rnncalc.problem.training_fields import TRAINING
from rnncalc.training.plan import Choice, Plan

PAIRS = "inputs: {x: [[[1], [2]], [[3], [4]], [[5], [6]]]}\ntargets: {d: [[[2], [3]], [[4], [5]], [[6], [7]]]}\n"


def plan(tmp_path, more: str) -> Plan:
    return taught(tmp_path, SQUARED + PAIRS, "", more).training.plan


def test_a_plan_of_nothing(tmp_path):
    assert plan(tmp_path, "") == Plan(iterations=1000)


@pytest.mark.parametrize(
    "more, expected",
    [
        ("rate: 0.01", Plan(Choice(rate=0.01), 1000)),
        ("rate: 1/4\niterations: 7", Plan(Choice(rate=0.25), 7)),
        ("epochs: 20\nbatch: 2\nshuffle: false", Plan(epochs=20, batch=2, shuffle=False)),
        ("optimiser: rmsprop\nseed: 3", Plan(Choice("rmsprop"), 1000, seed=3)),
        (
            "optimiser: {kind: adam, beta1: 0.8, epsilon: 1e-6}\nrate: 2",
            Plan(Choice("adam", 2, {"beta1": 0.8, "epsilon": 1e-6}), 1000),
        ),
        ("clip: {limit: 1}", Plan(iterations=1000, clip=1, clip_by="limit")),
        ("clip: {norm: 0.5}", Plan(iterations=1000, clip=0.5, clip_by="norm")),
    ],
)
def test_a_plan(tmp_path, more, expected):
    assert plan(tmp_path, more) == expected


@pytest.mark.parametrize(
    "more, slug",
    [
        ("rate: -1", "out-of-range"),
        ("rate: fast", "not-a-number"),
        ("rate: nan", "not-finite"),
        ("batch: 4", "batch-mismatch"),
        ("batch: 0", "not-a-count"),
        ("seed: -1", "not-a-count"),
        ("epochs: 2\niterations: 2", "iterations-and-epochs"),
        ("optimiser: {kind: adam, epsilon: 0}", "out-of-range"),
        ("optimiser: {kind: sgd}", "unknown-value"),
        ("shuffle: maybe", "unknown-value"),
        ("clip: 3", "wrong-type"),
        ("test: 0.2", "wrong-type"),
        ("test: {share: 0.2, inputs: {x: [1]}}", "unknown-key"),
        ("data: {text: hello}", "inputs-and-data"),
    ],
)
def test_what_no_plan_is(tmp_path, more, slug):
    assert refused(tmp_path, SQUARED + PAIRS, "", more).slug == slug


def test_all_faults_of_a_section_in_one_run():
    text = ELMAN + "loss: {kind: squared-error, output: h}\ntraining:\n  rate: 0\n  batch: x\n  sede: 1\n"
    outcome = run("forward", "-", stdin=text.encode())
    assert outcome.slugs == ["out-of-range", "not-a-count", "unknown-key"]


def test_a_file_without_training_reads_none_of_it():
    found = problem(ELMAN)
    assert (found.training, found.vocabulary, found.labels) == (None, None, ())


def test_a_training_file_is_an_ordinary_problem(tmp_path):
    taught(tmp_path, SQUARED + PAIRS, "", "test: {inputs: {x: [[7], [8]]}}")
    for command in ("forward", "bptt", "equations"):
        assert run(command, tmp_path / "p.yaml").code == 0


def test_held_out_sequences_of_the_file(tmp_path):
    test = "test: {inputs: {x: [[[7], [8]], [[9], [0]]]}, targets: {d: [[[8], [9]], [[10], [1]]]}}"
    found = taught(tmp_path, SQUARED + PAIRS, "", test)
    held = found.training.test
    assert sequences(held.sequences["x"]).tolist() == [[[7], [8]], [[9], [0]]]
    assert sequences(held.sequences["d"]).tolist() == [[[8], [9]], [[10], [1]]]
    assert held.loss == "J" and found.case.n_sequences == 3
    assert all(np.array_equal(held.weights[name], array) for name, array in found.case.weights.items())
    assert held.shapes == {**found.case.shapes, **held.shapes}


def test_held_out_sequences_without_a_target_have_no_loss(tmp_path):
    held = taught(tmp_path, SQUARED + PAIRS, "", "test: {inputs: {x: [[7], [8], [9]]}}").training.test
    assert held.loss is None and "J" not in held.system.defined and held.lengths["t"] == 3
    own = "equations: |\n  h[t] = B @ x[t]\n  y[t] = A @ h[t]\n  J[t] = (y[t] - d[t]) ** 2\n"
    held = taught(
        tmp_path, own + "weights: {A: [[1, 2]]}\n" + PAIRS, "", "test: {inputs: {x: [[7], [8], [9]]}}"
    ).training.test
    assert held.loss is None and held.system.defined == ("h", "y")


def test_what_is_computed_from_a_target_goes_with_it(tmp_path):
    own = "equations: |\n  y[t] = A * x[t]\n  e[t] = y[t] - g[t]\n  s[t] = e[t] ** 2\n  J[t] = sum(s[t])\n"
    given = "weights: {A: 2}\ninputs: {x: [1, 2]}\ntargets: {g: [3, 4]}\n"
    held = taught(tmp_path, own + given, "", "test: {inputs: {x: [7]}}", sizes="{}").training.test
    assert held.loss is None and held.system.defined == ("y",)


def test_classes_of_the_file_are_counted_from_its_target(tmp_path):
    given = "inputs: {x: [1, 2, 3]}\ntargets: {guess: [0, 3, 1]}\n"
    assert taught(tmp_path, NEXT + given, "").case.shapes["y"] == (4, 1)
    assert taught(tmp_path, NEXT + given, "", sizes="{h: 2, y: 6}").case.shapes["y"] == (6, 1)
    assert taught(tmp_path, NEXT + given + "labels: [a, b, c, d, e]\n", "").case.shapes["y"] == (5, 1)


def test_held_out_sequences_of_unequal_lengths(tmp_path):
    test = "test: {inputs: {x: [[[7], [8]], [[9], [0]]]}, lengths: [2, 1]}"
    assert taught(tmp_path, SQUARED + PAIRS, "", test).training.test.own_lengths == {"t": (2, 1)}


def test_a_share_is_drawn_by_the_seed(tmp_path):
    def parts(seed: int) -> tuple[list, list]:
        found = taught(tmp_path, SQUARED + PAIRS, "", f"test: {{share: 1/3}}\nseed: {seed}")
        return tuple(sequences(case.sequences["x"])[:, 0, 0].tolist() for case in (found.case, found.training.test))

    for seed in range(6):
        learnt, held = parts(seed)
        assert sorted(learnt + held) == [1, 3, 5] and learnt == sorted(learnt) and len(held) == 1
        assert parts(seed) == (learnt, held)
    assert len({tuple(parts(seed)[1]) for seed in range(6)}) > 1


def test_a_share_of_texts_keeps_texts_and_lengths_together(tmp_path):
    names = ["ab", "abc", "abcd", "abcde", "abcdef"]
    found = taught(tmp_path, NEXT, f"{{texts: [{', '.join(names)}]}}", "test: {share: 0.4}")
    training = found.training
    assert sorted(training.texts + training.test_texts) == names and len(training.test_texts) == 2
    for case, texts in ((found.case, training.texts), (training.test, training.test_texts)):
        own = case.own_lengths["t"]
        assert [len(text) - 1 for text in texts] == list(own)
        for at, text in enumerate(texts):
            ids = sequences(case.sequences["x"])[at, : own[at]].argmax(axis=1)
            assert found.vocabulary.decode(ids) == text[:-1]


@pytest.mark.parametrize(
    "inputs, slug",
    [
        ("inputs: {x: [[[1], [2]], [[3], [4]], [[5], [6]]]}\nlengths: [2, 1]\n", "batch-mismatch"),
        ("inputs: {x: [[[1], [2]], [[3], [4]]]}\n", "shape-mismatch"),
    ],
)
def test_a_share_of_what_does_not_fit(tmp_path, inputs, slug):
    targets = "targets: {d: [[[2], [3]], [[4], [5]], [[6], [7]]]}\n"
    assert refused(tmp_path, SQUARED + inputs + targets, "", "test: {share: 0.3}").slug == slug


def test_a_share_is_as_long_as_its_longest_sequence(tmp_path):
    inputs = PAIRS + "lengths: [1, 1, 2]\n"
    for seed in range(4):
        found = taught(tmp_path, SQUARED + inputs, "", f"test: {{share: 1/3}}\nseed: {seed}")
        for case in (found.case, found.training.test):
            last = sequences(case.sequences["x"])[:, 0, 0].tolist()
            assert case.lengths["t"] == (2 if 5 in last else 1) == len(case.sequences["d"])
            assert case.own_lengths == ({"t": (1, 2)} if last in ([1, 5], [3, 5]) else {})


def test_one_sequence_has_no_share(tmp_path):
    assert refused(tmp_path, NEXT, "{text: hello}", "test: {share: 0.5}").slug == "batch-mismatch"


def test_nothing_to_learn(tmp_path):
    assert refused(tmp_path, "recurrence: elman\ninputs: {x: [1]}\n", "").slug == "no-loss"


KEYS = [("training", key) for key in TRAINING] + [("data", key) for key in DATA] + [("test", key) for key in DATA]


@pytest.mark.parametrize("where, key", [pytest.param(*pair, id=" ".join(pair)) for pair in KEYS])
def test_no_value_of_any_key_is_a_fault_of_ours(where, key):
    """Whatever stands behind a key, there is a message or a result, never a crash."""
    for value in (
        "",
        "[]",
        "{}",
        "[[1]]",
        "{a: [1]}",
        "-",
        "0",
        "1e999",
        "[a, [b]]",
        "{x: 1, d: {e: 1}}",
        "word",
        ".",
        "2",
    ):
        for rest in ("text: ab, ", "draw: {x: classes(2), d: classes(2)}, sequences: 2, steps: 2, ", ""):
            rest = rest if f"{key}:" not in rest else ""
            inner = {
                "training": f"  data: {{text: ab}}\n  {key}: {value}\n" if key != "data" else f"  data: {value}\n",
                "data": f"  data: {{{rest}{key}: {value}}}\n",
                "test": f"  data: {{{rest or 'text: ab'}}}\n  test: {{{key}: {value}}}\n",
            }[where]
            text = f"rnncalc: 1\n{NEXT}training:\n{inner}" + ("" if key == "sizes" else "  sizes: {h: 2}\n")
            try:
                problem(text)
            except RnncalcError as error:
                assert error.diagnostics


def test_ordinary_files_do_not_wait_for_what_training_needs():
    code = "import sys; from rnncalc.problem.kinds import read_kind; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "rnncalc.problem.problem" in found
    assert not {f"rnncalc.problem.{name}" for name in ("training", "lesson", "vocabulary", "data_fields")} & set(found)


@pytest.mark.parametrize(("convention", "packed"), [("pytorch", "weight_ih_l0"), ("keras", "kernel")])
def test_the_weights_of_a_convention_are_drawn_and_written_as_it_packs_them(convention, packed, tmp_path):
    text = f"rnncalc: 1\nrecurrence: lstm\nconvention: {convention}\nloss: squared-error\n"
    text += "inputs: {x: [[[1], [2]], [[3], [4]]]}\ntargets: {d: [[[1], [3]], [[3], [7]]]}\n"
    text += "training: {sizes: {h: 4}, iterations: 3}\n"
    drawn = problem(text).case.weights
    assert drawn["W_i"].shape == (4, 1) and not drawn["b_i"].any() and drawn["U_f"].any()
    (tmp_path / "p.yaml").write_text(text)
    assert run("train", tmp_path / "p.yaml", "--output", tmp_path / "t.yaml").code == 0
    written = (tmp_path / "t.yaml").read_text()
    assert f"\n  {packed}: [[" in written
    assert run("forward", tmp_path / "t.yaml").code == 0
    typed = text + f"weights: {{{packed}s: [[1]]}}\n"
    assert f"Did you mean '{packed}'?" in str([fault.remedy for fault in refusals(typed)])


def test_a_loss_of_the_state_needs_no_output_layer():
    text = "rnncalc: 1\nrecurrence: elman\ninputs: {x: [[[1], [2]], [[3], [4]]]}\n"
    text += "targets: {d: [[[0.1, 0], [0.3, 1]], [[0.3, 0], [0.7, 1]]]}\ntraining: {iterations: 3}\n"
    for loss in ("{kind: squared-error, output: h}", "J[t] = sum((h[t] - d[t]) ** 2)"):
        found = problem(f"{text}loss: {loss}\n".replace("loss: J[t]", "loss: |\n  J[t]"))
        assert {name: array.shape for name, array in found.case.weights.items()} == {
            "U": (1, 2),
            "W": (2, 2),
            "b": (2, 1),
        }
    found = problem(f"{text}loss: squared-error\n".replace("training: {", "training: {sizes: {h: 4}, "))
    assert found.case.weights["V"].shape == (4, 2)


def test_a_clip_that_is_a_number_alone(tmp_path):
    found = refused(tmp_path, SQUARED + PAIRS, "", "clip: 3")
    assert (found.slug, found.remedy) == ("wrong-type", "Write 'clip: {limit: 1}' or 'clip: {norm: 5}'.")


def test_a_key_of_the_problem_under_training(tmp_path):
    found = refused(tmp_path, SQUARED + PAIRS, "", "dropout: 0.5")
    assert (found.slug, found.remedy) == ("unknown-key", "Write 'dropout: …' at the start of a line.")
