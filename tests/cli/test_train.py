"""rnncalc train: what it shows, what it writes, and how it ends."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import signal
import time

import numpy as np
import pytest
from running import Run, run, run_text, start

NUMBERS = """rnncalc: 1
title: A running sum
equations: |
  h[t] = W @ h[t-1] + U @ x[t]
  y[t] = h[t]
weights: {W: 0.5, U: 0.3}
inputs: {x: [[[1], [2], [0]], [[0], [1], [1]]]}
targets: {d: [[[1], [3], [3]], [[0], [1], [2]]]}
loss: squared-error
training: {optimiser: gradient-descent, rate: 0.02, iterations: 40}
"""
TEXTS = """rnncalc: 1
recurrence: elman
activations: {output: softmax}
outputs: last
loss: cross-entropy
training:
  data: {texts: {good: [aab, aba, abb], bad: [ccd, cdd]}}
  test: {texts: {good: [bab], bad: [dcc, ddd]}}
  sizes: {h: 4}
  rate: 0.05
  iterations: 60
  seed: 2
"""
LONG = NUMBERS.replace("iterations: 40", "iterations: 100000000")


def descent(iterations: int, rate: float = 0.02) -> tuple[list[float], float, float]:
    """Learn NUMBERS by hand: losses before each update and at the end, W and U."""
    x, d = np.array([[1, 2, 0], [0, 1, 1.0]]), np.array([[1, 3, 3], [0, 1, 2.0]])
    w, u, losses = 0.5, 0.3, []
    for _ in range(iterations + 1):
        h, dh_w, dh_u = np.zeros(2), np.zeros(2), np.zeros(2)
        loss = grad_w = grad_u = 0.0
        for t in range(3):
            dh_w, dh_u, h = h + w * dh_w, x[:, t] + w * dh_u, w * h + u * x[:, t]
            off = h - d[:, t]
            loss, grad_w, grad_u = (
                loss + (off**2).sum(),
                grad_w + (2 * off * dh_w).sum(),
                grad_u + (2 * off * dh_u).sum(),
            )
        losses.append(loss)
        if len(losses) <= iterations:
            w, u = w - rate * grad_w, u - rate * grad_u
    return losses, w, u


def trained(folder, text: str, *args: object, width: int = 100) -> Run:
    (folder / "p.yaml").write_text(text)
    return run("train", folder / "p.yaml", *args, width=width)


def test_json_has_losses_and_weights_as_by_hand(tmp_path):
    found = trained(tmp_path, NUMBERS, "--format", "json", "--quiet")
    assert (found.code, found.err) == (0, "")
    losses, w, u = descent(40)
    assert found.json["history"]["loss"] == pytest.approx(losses[:40], rel=1e-12)
    assert found.json["loss"]["total"] == pytest.approx(min(losses), rel=1e-12)
    assert np.ravel(found.json["weights"]["W"]) == pytest.approx([w], rel=1e-10)
    assert np.ravel(found.json["weights"]["U"]) == pytest.approx([u], rel=1e-10)
    assert np.shape(found.json["values"]["y"]) == (2, 3, 1)
    assert (found.json["command"], found.json["schema_version"], found.json["stopped"]) == ("train", 1, None)


def test_iterations_rate_and_seed_of_the_command_line_count(tmp_path):
    found = trained(tmp_path, NUMBERS, "--iterations", 7, "--rate", 0.01, "--format", "json", "--quiet").json
    assert found["history"]["loss"] == pytest.approx(descent(7, 0.01)[0][:7], rel=1e-12)
    one, other, again = (
        trained(tmp_path, TEXTS, "--seed", n, "--iterations", 1, "--format", "json", "--quiet").json["loss"]["first"]
        for n in (2, 3, 2)
    )
    assert one == again != other
    epochs = NUMBERS.replace("iterations: 40", "epochs: 9")
    assert trained(tmp_path, epochs, "--iterations", 4, "--format", "json", "--quiet").json["iterations"] == 4


def test_a_trained_file_computes_what_the_training_showed(tmp_path):
    shown = trained(tmp_path, NUMBERS, "--output", tmp_path / "t.yaml", "--format", "json", "--quiet").json
    forward = run("forward", tmp_path / "t.yaml", "--format", "json").json
    assert forward["values"]["y"] == shown["values"]["y"]
    assert forward["loss"]["total"] == pytest.approx(shown["loss"]["total"], rel=1e-12)


def test_weights_as_npz(tmp_path):
    found = trained(tmp_path, NUMBERS, "--output", tmp_path / "w.npz", "--format", "json", "--quiet")
    with np.load(tmp_path / "w.npz") as arrays:
        assert {name: arrays[name].tolist() for name in arrays} == found.json["weights"]
    text = NUMBERS.replace("weights: {W: 0.5, U: 0.3}", "weights: {file: w.npz}")
    again = run_text(tmp_path, text, "--format", "json", name="again.yaml").json
    assert again["values"]["y"] == found.json["values"]["y"]


def test_history(tmp_path):
    trained(tmp_path, NUMBERS, "--history", tmp_path / "h.csv", "--quiet")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "h.csv").read_text())))
    assert [int(row["iteration"]) for row in rows] == list(range(1, 41))
    assert [float(row["loss"]) for row in rows] == pytest.approx(descent(40)[0][:40], rel=1e-12)


def test_texts_are_classified_by_name(tmp_path):
    found = trained(tmp_path, TEXTS, "--format", "json", "--quiet").json
    assert found["labels"] == ["good", "bad"] and found["on_test"]
    assert [item["text"] for item in found["test"]] == ["bab", "dcc", "ddd"]
    assert [item["true"] for item in found["test"]] == ["good", "bad", "bad"]
    for item in found["test"]:
        assert item["guess"] == max(item["likelihoods"], key=item["likelihoods"].get)
        assert sum(item["likelihoods"].values()) == pytest.approx(1)
    pairs = [(item["true"], item["guess"]) for item in found["test"]]
    assert found["confusion"] == [[pairs.count((a, b)) for b in ("good", "bad")] for a in ("good", "bad")]
    right = sum(a == b for a, b in pairs)
    assert found["accuracy"] == pytest.approx(right / 3)
    loss = -sum(np.log(item["likelihoods"][item["true"]]) for item in found["test"])
    assert found["loss"]["test"] == pytest.approx(loss)
    out = trained(tmp_path, TEXTS, "--quiet", "--top", 1, "--decimals", 2).out
    assert f"'dcc'  bad {found['test'][1]['likelihoods']['bad']:.2f}\n" in out
    assert f"{right} of 3 test sequences right" in out


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("text", [NUMBERS, TEXTS], ids=["numbers", "texts"])
def test_the_screen_fits_and_has_its_parts(text, width, tmp_path):
    out = trained(tmp_path, text, "--quiet", width=width).out
    assert max(map(len, out.splitlines())) <= width
    assert "loss by iteration" in out and "optimiser" in out
    assert ("training sequence 1, y" in out) == (text is NUMBERS)


def test_the_sequence_that_is_asked_for(tmp_path):
    assert "training sequence 2, y" in trained(tmp_path, NUMBERS, "--quiet", "--sequence", 2).out
    found = trained(tmp_path, NUMBERS, "--quiet", "--sequence", 3)
    assert found.code == 2 and "there are 2 sequences" in found.err
    tested = NUMBERS.replace("rate: 0.02", "rate: 0.02, test: {inputs: {x: [[[1], [2]]]}}")
    assert "there is 1 test sequence" in trained(tmp_path, tested, "--quiet", "--sequence", 2).err


def test_a_pipe_gets_about_ten_lines(tmp_path):
    found = trained(tmp_path, NUMBERS.replace("iterations: 40", "iterations: 200"), "--format", "json")
    lines = found.err.splitlines()
    assert 2 <= len(lines) <= 12
    assert re.fullmatch(r"iteration 200 of 200: loss \S+, rate 0.02, 0 s left", lines[-2])
    assert re.fullmatch(r"200 iterations in [\d.]+ s, \S+ ms each", lines[-1])


def test_nothing_is_written_over(tmp_path):
    paths = {"--output": tmp_path / "t.yaml", "--history": tmp_path / "h.csv"}
    for option, path in paths.items():
        path.write_text("mine")
        found = trained(tmp_path, LONG, option, path)  # refused before a training that would never end
        assert found.code == 2 and "--force writes over it" in found.err.replace("\n", " ")
        assert path.read_text() == "mine"
        assert trained(tmp_path, NUMBERS, option, path, "--force", "--quiet").code == 0
        assert path.read_text() != "mine"


def test_the_weight_file_beside_is_not_written_over_either(tmp_path):
    (tmp_path / "t-weights.npz").write_bytes(b"mine")
    text = TEXTS.replace("{h: 4}", "{h: 50}").replace("iterations: 60", "iterations: 100000000")
    found = trained(tmp_path, text, "--output", tmp_path / "t.yaml")
    assert found.code == 2 and (tmp_path / "t-weights.npz").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "option, name, words",
    [
        ("--output", "t.txt", "ends in none of .yaml, .yml, .npz"),
        ("--output", "p.yaml", "is the training file itself"),
        ("--output", "nowhere/t.yaml", "there is no folder"),
        ("--plot", "curve.jpg", "ends in none of .png, .svg"),
    ],
)
def test_paths_that_cannot_be_written(option, name, words, tmp_path):
    if option == "--plot":
        pytest.importorskip("matplotlib")
    found = trained(tmp_path, LONG, option, tmp_path / name, "--force")
    assert found.code == 2 and words in re.sub(r"[\s│]+", " ", found.err)


def test_pictures(tmp_path):
    pytest.importorskip("matplotlib")
    files = [tmp_path / "a.png", tmp_path / "b.svg"]
    found = trained(tmp_path, NUMBERS, "--quiet", *(piece for path in files for piece in ("--plot", path)))
    assert (found.code, found.err) == (0, "")
    assert files[0].read_bytes().startswith(b"\x89PNG") and b"<svg" in files[1].read_bytes()


def test_pictures_without_matplotlib(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = trained(tmp_path, NUMBERS, "--plot", tmp_path / "a.png")
    assert found.code == 2 and "pip install 'rnncalc[plot]'" in re.sub(r"[\s│]+", " ", found.err)


def test_a_diverged_training_keeps_the_last_good_weights(tmp_path):
    text = NUMBERS.replace("rate: 0.02", "rate: 9")
    found = trained(tmp_path, text, "--quiet", "--output", tmp_path / "t.yaml", "--history", tmp_path / "h.csv")
    assert (found.code, found.out, found.slugs) == (3, "", ["diverged"])
    assert found.places[0][1] == 10 and "'training: {clip: {norm: 1}}'" in found.err
    assert f"The last good weights are in {tmp_path / 't.yaml'}." in found.err
    losses = [float(row["loss"]) for row in csv.DictReader(io.StringIO((tmp_path / "h.csv").read_text()))]
    kept = run("forward", tmp_path / "t.yaml", "--format", "json")
    assert kept.json["loss"]["total"] == pytest.approx(min(losses), rel=1e-12)
    clipped = text.replace("rate: 9", "rate: 9, clip: {norm: 0.001}")
    assert trained(tmp_path, clipped, "--quiet").code == 0


def test_a_loss_that_is_infinite_at_the_start_says_why(tmp_path):
    """The commonest slip: cross-entropy of outputs that are no probabilities."""
    text = "rnncalc: 1\nrecurrence: elman\nloss: cross-entropy\ntraining: {data: {text: hello}, sizes: {h: 3}}\n"
    found = trained(tmp_path, text, "--quiet")
    assert (found.code, found.out, found.slugs) == (3, "", ["no-finite-loss"])
    assert "as softmax gives them" in found.err


def test_ctrl_c_keeps_the_best_weights(tmp_path):
    (tmp_path / "p.yaml").write_text(LONG)
    process = start("train", tmp_path / "p.yaml", "--output", tmp_path / "t.yaml", "--format", "json")
    assert process.stderr.readline().startswith(b"iteration 1 of 100,000,000: loss ")
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    report = json.loads(out)
    assert report["stopped"] == "interrupted" and 0 < report["iterations"] < 100_000_000
    assert b"Interrupted after iteration" in err and b"t.yaml" in err
    forward = run("forward", tmp_path / "t.yaml", "--format", "json").json
    assert forward["loss"]["total"] == pytest.approx(report["loss"]["total"], rel=1e-9)


@pytest.mark.parametrize("width", [40, 100])
def test_short_sequences_are_shown_as_numbers(tmp_path, width):
    text = NUMBERS.replace("rate: 0.02", "rate: 0.02, test: {inputs: {x: [[[1], [2], [0.5]], [[0], [2], [1]]]}}")
    (tmp_path / "p.yaml").write_text(text)
    found = run("train", tmp_path / "p.yaml", "--decimals", "3", "--quiet", width=width)
    assert max(map(len, found.out.splitlines())) <= width
    tables = found.out.split("test sequence ")[2:]  # the first is the plot
    assert [table[:15] for table in tables] == ["1, y in numbers", "2, y in numbers"]
    _, w, u = descent(40)
    for table, x in zip(tables, [[1, 2, 0.5], [0, 2, 1]], strict=True):
        rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()[1:] if line}
        h = [u * x[0]]
        for value in x[1:]:
            h.append(w * h[-1] + u * value)
        assert [float(number) for number in rows["x"]] == x and "true" not in rows
        assert [float(number) for number in rows["predicted"]] == pytest.approx(h, abs=5e-4)
    found = trained(tmp_path, NUMBERS, "--quiet")
    assert [line.split() for line in found.out.splitlines() if line.startswith("true")] == [
        ["true", "1", "3", "3"],
        ["true", "0", "1", "2"],
    ]
    report = trained(tmp_path, NUMBERS, "--quiet", "--format", "json").json
    assert report["targets"] == [[[1], [3], [3]], [[0], [1], [2]]] and len(report["values"]["y"]) == 2


def test_with_dropout_the_last_weights_are_kept_and_nothing_is_called_lowest(tmp_path):
    text = TEXTS.replace("outputs: last", "outputs: last\ndropout: 0.5").replace("rate: 0.05", "rate: 0.001")
    text = re.sub("  test: .*\n", "", text).replace("[aab, aba, abb]", "[aab]")
    found = trained(tmp_path, text, "--output", tmp_path / "t.yaml", "--quiet")
    words = re.sub(r"\s+", " ", found.out)
    assert "the last weights are kept, after 60 updates: with dropout the loss on the way is that of a thinned" in words
    assert "lowest" not in found.out
    loss = run("forward", tmp_path / "t.yaml", "--format", "json").json["loss"]["total"]  # drops nothing
    report = trained(tmp_path, text, "--format", "json", "--quiet").json
    assert report["loss"]["total"] == pytest.approx(loss, rel=1e-9) != min(report["history"]["loss"])
    assert f"weights after 60 updates; loss {loss:.3}" in (tmp_path / "t.yaml").read_text()


@pytest.mark.parametrize(("width", "counted"), [(100, "40/40"), (40, "1234/1234")])
def test_a_terminal_gets_a_bar(tmp_path, width, counted):
    """In little room the numbers that change, in full."""
    iterations = counted.split("/")[0]
    (tmp_path / "p.yaml").write_text(NUMBERS.replace("iterations: 40", f"iterations: {iterations}"))
    screen, end = os.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": str(width)}
    process = start("train", tmp_path / "p.yaml", "--format", "json", stderr=end, env=environment)
    os.close(end)
    seen = b""
    with contextlib.suppress(OSError):  # how a terminal says that nobody writes to it any more
        while piece := os.read(screen, 65_536):
            seen += piece
    out, _ = process.communicate(timeout=30)
    os.close(screen)
    assert process.returncode == 0 and json.loads(out)["iterations"] == int(iterations)
    text = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", seen).decode()
    assert counted in text and "…" not in text and ("rate 0.02" in text) == (width > 60)
    assert f"{int(iterations):,} iterations in " in text
