"""Every bundled problem that says how its weights are learnt: it reads, shows itself, learns; its data are sound."""

from __future__ import annotations

import re

import numpy as np
import pytest
from problem.lessons import sequences
from running import ROOT, TRAININGS, problem, run, system

import rnncalc
from rnncalc.auditing import audit_files
from rnncalc.render.document.building import document_of
from rnncalc.render.document.markdown import write_markdown
from rnncalc.training.learn import learn
from rnncalc.training.outcome import predict

SHORT = ["hello-training", "ntu-tutorial-8-q3"]  # short enough to be worked through by hand


def plan_of(loaded, updates: int):
    """Give the plan of a problem, cut to so many updates or, with mini-batches, to two epochs."""
    plan = loaded.training.plan
    epochs = 2 if plan.batch else None
    return plan._replace(iterations=None if epochs else updates, epochs=epochs)


def test_there_are_some():
    assert len(TRAININGS) >= 9


@pytest.mark.parametrize("name", TRAININGS)
def test_reads(name):
    found = rnncalc.load(name)
    assert found.title and found.origin and found.training.plan.seed
    assert found.case.loss and not found.case.claims.answers
    assert found.training.plan.iterations or found.training.plan.epochs


@pytest.mark.parametrize("name", TRAININGS)
def test_learns(name):
    """With the weights after a few updates the loss of all sequences is lower; dropout is for learning alone."""
    found = rnncalc.load(name)
    learnt = learn(found.case, plan_of(found, 60))
    assert learnt.stopped == ""
    assert predict(found.case, learnt.last).loss < predict(found.case, found.case.weights).loss


@pytest.mark.parametrize("name", TRAININGS)
def test_the_same_numbers_every_time(name):
    first, second = (learn(found.case, plan_of(found, 5)) for found in (rnncalc.load(name), rnncalc.load(name)))
    np.testing.assert_array_equal(first.history.losses, second.history.losses)
    for weight in first.last:
        np.testing.assert_array_equal(first.last[weight], second.last[weight])


@pytest.mark.parametrize("name", TRAININGS)
def test_commands_from_any_folder(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run("equations", name)
    assert (outcome.code, outcome.err) == (0, "") and " J" in outcome.out
    assert run("forward", name, "--only", "J", "--format", "json").code == 0
    assert run("check", name).code == 5  # it has no answers
    assert rnncalc.load(name).title in run("list", width=300).out


@pytest.mark.parametrize("name", TRAININGS)
def test_is_not_audited(name):
    (audited,) = audit_files([name])
    assert audited.audit is None and "weights are to be learnt" in audited.skipped


@pytest.mark.parametrize("command", [["key", "--to", "markdown"], ["key", "--to", "html"], ["bptt"], ["forward"]])
@pytest.mark.parametrize("name", SHORT)
def test_short_ones_are_worked_through(name, command):
    outcome = run(command[0], name, *command[1:])
    assert (outcome.code, outcome.err) == (0, "")


def test_rows_that_are_looked_up_behind_the_end_of_a_sequence():
    """The key shows what each row of a table gets; a sequence that has ended adds to none."""
    text = system(
        "x[t] = lookup(E, w[t])\nh[t] = tanh(U.T @ x[t] + W @ h[t-1])\ny = h[T]",
        "E: [[1, 2], [3, 4], [5, 6], [7, 8]]\nU: [[0.1], [0.2]]\nW: [[0.5]]",
        "w: [[[0], [1], [2]], [[1], [0], [3]]]",
        "lengths: [3, 2]\ntargets: {d: [[1], [0]]}\nloss: squared-error",
    )
    page = write_markdown(document_of([problem(text)]))
    assert "nan" not in page and rnncalc.bptt(problem(text))["E"][3].tolist() == [0, 0]


# --- the data of each ---------------------------------------------------------


def test_q2_follows_its_equations():
    case = rnncalc.load("ntu-tutorial-8-q2").case
    x, d = sequences(case.sequences["x"]), sequences(case.sequences["d"])
    assert x.shape == (8, 100, 3) and 0 <= x.min() < x.max() <= 1
    true = np.zeros((8, 100, 2))
    true[:, 1:, 0] = 5 * x[:, 1:, 0] - 0.2 * x[:, :-1, 2]
    true[:, 3:, 1] = 25 * x[:, 2:-1, 1] * x[:, :-3, 2]
    assert 0.095 < (d - true).std() < 0.105 and abs((d - true).mean()) < 0.01


def test_q3_asks_for_a_running_sum_of_two():
    loaded = rnncalc.load("ntu-tutorial-8-q3")
    for case in (loaded.case, loaded.training.test):
        x, d = sequences(case.sequences["x"]), sequences(case.sequences["d"])
        before = np.concatenate([np.zeros((len(x), 1, 1)), x[:, :-1]], axis=1)
        np.testing.assert_array_equal(d, x + before)


def test_q4_is_padded_to_forty_characters():
    loaded = rnncalc.load("ntu-tutorial-8-q4")
    x, texts = sequences(loaded.case.sequences["x"]), loaded.training.texts
    assert x.shape[:2] == (11, 40) and loaded.labels == ("negative", "positive")
    assert (x[:, :, 0].sum(axis=1) == [max(0, 40 - len(text)) for text in texts]).all()


def test_initial_weights_of_the_tagging_example():
    case = rnncalc.load("ntu-lecture-tagging").case
    assert sequences(case.sequences["x"]).shape == (16, 64, 8)
    for name, n_inputs in (("U", 8), ("W", 5), ("V", 5)):
        assert 0 < np.abs(case.weights[name]).max() <= 2 / np.sqrt(n_inputs)
    assert not case.weights["b"].any() and not case.weights["c"].any()
    labels = sequences(case.sequences["d"]).argmax(axis=2)
    assert np.bincount(labels.ravel(), minlength=3).min() > 300


def test_reviews_are_balanced_and_distinct():
    lines = (ROOT / "problems" / "reviews.csv").read_text(encoding="utf-8").splitlines()[1:]
    reviews, labels = zip(*(line.split(",") for line in lines), strict=True)
    assert len(set(reviews)) == len(lines) == 120
    assert labels.count("positive") == labels.count("negative") == 60
    assert {len(review.split()) for review in reviews} <= set(range(4, 16))


def test_names_are_distinct():
    names = (ROOT / "problems" / "first-names.txt").read_text(encoding="utf-8").splitlines()
    assert len(set(names)) == len(names) > 140


def test_no_surname_stands_in_two_languages():
    found = rnncalc.load("names-by-language")
    names = [*found.training.texts, *found.training.test_texts]
    assert len(found.labels) == 8 and len(set(names)) == len(names) > 250


def test_the_same_names_as_a_folder_of_lists(tmp_path):
    """As a comment of the file says: one list for each language."""
    whole = (ROOT / "problems" / "names-by-language.yaml").read_text(encoding="utf-8")
    learnt, held = (learning := rnncalc.load("names-by-language")).training.texts, learning.training.test_texts
    (tmp_path / "names").mkdir()
    head, _, rest = whole.partition("    texts:\n")
    lists, _, tail = rest.partition("    case: lower\n")
    for label, names in re.findall(r"(\w+): \[(.*?)\]", lists, re.DOTALL):
        lines = re.sub(r",\s+", "\n", names)
        (tmp_path / "names" / f"{label}.txt").write_text(lines + "\n", encoding="utf-8")
    (tmp_path / "p.yaml").write_text(head + "    folder: names\n    case: lower\n" + tail, encoding="utf-8")
    found = rnncalc.load(str(tmp_path / "p.yaml"))
    assert found.labels == learning.labels and (found.training.texts, found.training.test_texts) == (learnt, held)
    np.testing.assert_array_equal(found.case.sequences["x"], learning.case.sequences["x"])


# --- whole trainings that are short ---------------------------------------------


@pytest.mark.parametrize("name", ["sentiment-rnn", "sentiment-bilstm"])
def test_sentiments_of_reviews_held_out(name):
    found = rnncalc.load(name)
    assert found.labels == ("negative", "positive") and len(found.training.test_texts) == 24
    learnt = learn(found.case, found.training.plan)
    assert predict(found.training.test, learnt.weights).accuracy >= 0.75  # one in two by chance


def test_hello_is_continued(tmp_path):
    trained = tmp_path / "trained.yaml"
    assert run("train", "hello-training", "--quiet", "--output", trained).code == 0
    assert run("generate", trained, "--start", "h", "--length", "4", "--greedy").out == "hello\n"


def test_names_are_generated(tmp_path):
    trained = tmp_path / "trained.yaml"
    assert run("train", "names-generation", "--quiet", "--iterations", "300", "--output", trained).code == 0
    names = run("generate", trained, "--count", "20", "--temperature", "0.5").out.splitlines()
    known = {*(ROOT / "problems" / "first-names.txt").read_text(encoding="utf-8").splitlines()}
    assert sum(2 < len(name) < 13 and name.istitle() for name in names) >= 16
    assert {*names} & known and {*names} - known  # some of the list, some new
