"""Weights of other libraries as problem files: names, layers and directions found, every number kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from compute.packed_peers import assert_close, by_sequence, fixture
from running import problem

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.base.span import Source
from rnncalc.compute.blocks import pack
from rnncalc.compute.evaluate import evaluate
from rnncalc.problem.chosen import published_as
from rnncalc.problem.import_text import write_imported
from rnncalc.problem.importing import import_weights
from rnncalc.problem.problem import read_problem
from rnncalc.problem.weight_files import npz_bytes, problem_arrays
from rnncalc.problem.weight_source import read_weight_file
from rnncalc.recurrences.conventions import convention_names, read_convention

TWO, BOTH = {"layers": "2"}, {"bidirectional": "true"}
PACKED = [(name, recurrence) for name in convention_names() for recurrence in read_convention(name).packings]


def brought(path: Path, recurrence: str, prefix: str | None = None, output: str | None = None, **settings: str) -> str:
    """Give the text of the problem file."""
    weights = read_weight_file(str(path))
    return write_imported(import_weights(weights, recurrence, settings, prefix), weights, output).text


def refusal(*args, **settings):
    with pytest.raises(RnncalcError) as caught:
        brought(*args, **settings)
    return caught.value.diagnostics[0]


def drawn(recurrence: str, settings: dict, kind: str = "f8", n_h: int = 4) -> dict[str, np.ndarray]:
    """Draw the weights of a convention, as a file of it has them; the second layer is wider."""
    published, random, sizes = published_as(recurrence, settings), np.random.default_rng(7), {"n_x": 3, "n_y": 2}

    def size(part: str) -> int:
        return sizes.get(part, n_h + ("2" in part))

    named = {
        name: random.normal(size=[sum(map(size, axis.split("+"))) for axis in words.split(" x ")])
        for name, words in published.recurrence.weights.items()
    }
    packed = pack(published.tensors, named, published.recurrence.words)
    held = {block.weight for tensor in published.tensors for block in tensor.blocks}
    packed |= {name: array for name, array in named.items() if name not in held}
    return {name: array.astype(kind) for name, array in packed.items()}


@pytest.mark.parametrize("kind", ["f8", "f4"])
@pytest.mark.parametrize("arranged", [{}, TWO, BOTH, TWO | BOTH], ids=["once", "two", "both", "two-both"])
@pytest.mark.parametrize(("convention", "recurrence"), PACKED)
def test_there_and_back(convention, recurrence, arranged, kind, tmp_path):
    """Import, export under the same names, import again: the same text, and each number the same in all its bits."""
    arrays = drawn(recurrence, {"convention": convention, **arranged}, kind)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir(), second.mkdir()
    np.savez(first / "w.npz", **arrays)
    text = brought(first / "w.npz", recurrence, convention=convention)
    assert f"convention: {convention}" in text
    assert ("layers: 2" in text, "bidirectional: true" in text) == ("layers" in arranged, "bidirectional" in arranged)
    exported, remarks = problem_arrays(problem(text), None)
    assert remarks == ()
    (second / "w.npz").write_bytes(npz_bytes(exported))
    assert brought(second / "w.npz", recurrence, convention=convention) == text
    assert set(exported) == set(arrays)
    if convention != "tensorflow1":  # whose forget bias has 1 added, so that the smallest bits of it are lost at once
        assert all(exported[name].tobytes() == arrays[name].astype(float).tobytes() for name in arrays)
    assert np.isfinite(evaluate(problem(text).case).sequences["y"]).all()


@pytest.mark.parametrize(
    "recurrence", ["elman", "jordan", "lstm", "gru", "mgu", "many-to-one", "one-to-many", "attention"]
)
def test_named_weights_need_no_convention(recurrence, tmp_path):
    arrays = drawn(recurrence, {})
    np.savez(tmp_path / "w.npz", **arrays)
    text = brought(tmp_path / "w.npz", recurrence)
    exported, _ = problem_arrays(problem(text), None)
    assert all(exported[name].tobytes() == arrays[name].tobytes() for name in {**arrays, **exported})
    evaluate(problem(text).case)


@pytest.mark.parametrize("name", ["lstm-1", "lstm-2-both", "gru-3-both", "gru-2-both-without-bias", "rnn-tanh-2"])
@pytest.mark.parametrize("prefix", ["", "rnn.", "model.encoder.lstm."])
def test_weights_of_pytorch(name, prefix, tmp_path):
    """The values that PyTorch's own module computes with the same tensors."""
    case = fixture("torch_modules", name)
    further = {"head.weight": np.ones((2, 4)), "step": np.array(3)}
    np.savez(tmp_path / "w.npz", **{prefix + key: value for key, value in case["weights"].items()}, **further)
    recurrence = {"rnn-tanh": "elman"}.get(case["kind"], case["kind"])
    text = brought(tmp_path / "w.npz", recurrence, convention="pytorch")
    assert "# Not read, since these equations have no such weights: head.weight 2×4, step a number." in text
    mark = "" if case["layers"] == 1 else str(case["layers"])
    values = evaluate(problem(_with(text, case["x"], _pytorch_starts(case))).case)
    name = f"m{mark}" if case["bidirectional"] else f"h{mark}"
    assert_close(by_sequence(values, name), case["output"], name, 1e-12)


def _pytorch_starts(case: dict) -> dict:
    marks = [""] if case["layers"] == 1 else [str(layer) for layer in range(1, case["layers"] + 1)]
    places = [mark + suffix for mark in marks for suffix in (("_fwd", "_bwd") if case["bidirectional"] else ("",))]
    return {
        state + place: value
        for state, values in case["initial"].items()
        for place, value in zip(places, values, strict=True)
    }


def _with(text: str, x: list, initial: dict) -> str:
    """Put inputs and initial values into an imported problem."""
    head = text[: text.index("inputs:")]
    return head + f"inputs: {json.dumps({'x': x})}\ninitial: {json.dumps(initial)}\n"


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("lstm", "lstm_cell/{}"),
        ("lstm", "sequential/lstm_3/lstm_cell/{}:0"),
        ("bidirectional-lstm-concat", "bidirectional/{way}lstm/lstm_cell_4/{}:0"),
        ("gru-reset-after", "{}"),
        ("bidirectional-gru-concat", "{way}{}"),
    ],
)
def test_weights_of_keras(name, spelled, tmp_path):
    """The values that Keras' own layer computes, under the names that a saved layer has."""
    case = fixture("keras", name)
    arrays = {}
    for key, value in case["weights"].items():
        way = next((way for way in ("forward_", "backward_") if key.startswith(way)), "")
        arrays[spelled.format(key.removeprefix(way), way=way)] = value
    np.savez(tmp_path / "w.npz", **arrays, **{"dense/kernel:0": np.ones((8, 2)), "dense/bias:0": np.ones(2)})
    text = brought(tmp_path / "w.npz", "gru" if "gru" in name else "lstm", convention="keras")
    assert "dense/kernel:0 8×2" in text
    initial = {_of_keras(key): value for key, value in case["initial"].items()}
    values = evaluate(problem(_with(text, case["input"], initial)).case)
    output = "m" if name.startswith("bidirectional") else "h"
    assert_close(by_sequence(values, output), case["output"], output, 1e-12)


def _of_keras(name: str) -> str:
    """Write forward_h as h_fwd."""
    way, _, state = name.rpartition("_")
    return state + {"": "", "forward": "_fwd", "backward": "_bwd"}[way]


def test_layers_of_keras_are_stacked_when_their_number_is_given(tmp_path):
    case = fixture("keras", "stacked-lstm")
    paths = ["lstm_9/lstm_cell/", "lstm_10/lstm_cell/"]
    arrays = {
        f"{path}{key}": v for path, one in zip(paths, case["layers"], strict=True) for key, v in one["weights"].items()
    }
    np.savez(tmp_path / "w.npz", **arrays)
    text = brought(tmp_path / "w.npz", "lstm", convention="keras", layers="2")
    initial = {f"{key}{at}": v for at, one in enumerate(case["layers"], start=1) for key, v in one["initial"].items()}
    values = evaluate(problem(_with(text, case["input"], initial)).case)
    assert_close(by_sequence(values, "h2"), case["output"], "h2", 1e-12)
    found = refusal(tmp_path / "w.npz", "lstm", convention="keras")
    assert found.slug == "name-given-twice" and "2 such networks" in found.message
    assert "--prefix 'lstm_9/lstm_cell/'" in found.remedy and "--layers 2" in found.remedy
    second = brought(tmp_path / "w.npz", "lstm", "lstm_10/", convention="keras")
    assert "lstm_10/lstm_cell/kernel" in second and "layers" not in second.replace("`", "")


def test_directions_of_onnx_are_a_first_axis(tmp_path):
    case = fixture("onnx", "random-gru-bidirectional")
    np.savez(tmp_path / "w.npz", **{key: np.array(case["inputs"][key]) for key in "WRB"})
    text = brought(tmp_path / "w.npz", "gru", convention="onnx")
    assert "bidirectional: true" in text
    starts = dict(zip(("h_fwd", "h_bwd"), case["inputs"]["initial_h"], strict=True))
    x = np.swapaxes(case["inputs"]["X"], 0, 1).tolist()
    values = evaluate(problem(_with(text, x, starts)).case)
    wanted = np.array(case["outputs"]["Y"])  # [time][direction][sequence][unit]
    for at, name in enumerate(starts):
        assert_close(by_sequence(values, name), wanted[:, at].swapaxes(0, 1), name, 1e-6)


def test_choices_are_kept(tmp_path):
    arrays = drawn("gru", {"convention": "onnx", "reset": "after"})
    np.savez(tmp_path / "w.npz", **arrays)
    text = brought(tmp_path / "w.npz", "gru", convention="onnx", reset="after")
    assert problem(text).network.recurrence.chosen["reset"] == "after"


def test_the_number_of_layers_may_leave_some_out(tmp_path):
    arrays = drawn("gru", {"convention": "pytorch", "layers": "2"})
    np.savez(tmp_path / "w.npz", **{name: array for name, array in arrays.items() if "_l" in name})
    text = brought(tmp_path / "w.npz", "gru", convention="pytorch", layers="1")
    assert "layers: 1\n" in text and "weight_ih_l1 15×4" in text and "W_z1:" in text


def test_many_numbers_stay_in_their_file(tmp_path, monkeypatch):
    arrays = drawn("lstm", {"convention": "pytorch"}, n_h=20)
    np.savez(tmp_path / "w.npz", **arrays)
    monkeypatch.chdir(tmp_path)
    text = brought(tmp_path / "w.npz", "lstm", convention="pytorch")
    assert "weights:\n  file: w.npz\n" in text
    (tmp_path / "p.yaml").write_text(text)
    read = read_problem(Source("p.yaml", text))
    np.testing.assert_array_equal(read.case.weights["W_f"], arrays["weight_ih_l0"][20:40])
    exported, _ = problem_arrays(read, None)
    assert {name: array.tobytes() for name, array in exported.items()} == {
        name: array.tobytes() for name, array in arrays.items()
    }


def test_only_some_arrays_of_a_large_file(tmp_path, monkeypatch):
    arrays = drawn("lstm", {"convention": "pytorch"}, n_h=20)
    np.savez(tmp_path / "w.npz", **arrays, **{"head.weight": np.ones((2, 20))})
    monkeypatch.chdir(tmp_path)
    text = brought(tmp_path / "w.npz", "lstm", convention="pytorch")
    assert '  weight_ih_l0: {file: "w.npz"}\n' in text and "head.weight 2×20" in text
    read_problem(Source("p.yaml", text))


def test_many_numbers_under_other_names_are_copied(tmp_path):
    arrays = drawn("lstm", {"convention": "pytorch"}, "f4", n_h=20)
    np.savez(tmp_path / "w.npz", **{f"lstm.{name}": array for name, array in arrays.items()})
    weights = read_weight_file(str(tmp_path / "w.npz"))
    imported = import_weights(weights, "lstm", {"convention": "pytorch"}, None)
    folder = tmp_path / "elsewhere"
    written = write_imported(imported, weights, str(folder / "p.yaml"))
    ((path, data),) = written.beside.items()
    assert path == str(folder / "p-weights.npz") and "file: p-weights.npz" in written.text
    folder.mkdir()
    Path(path).write_bytes(data)
    with np.load(path) as copied:
        assert {name: (copied[name].dtype, copied[name].tobytes()) for name in copied.files} == {
            name: (arrays[name].dtype, arrays[name].tobytes()) for name in arrays
        }
    read_problem(Source(str(folder / "p.yaml"), written.text))
    found = refusal(tmp_path / "w.npz", "lstm", convention="pytorch")
    assert found.slug == "bad-name" and "lstm.weight_ih_l0" in found.message and "--output" in found.remedy


def test_a_large_file_elsewhere(tmp_path):
    np.savez(tmp_path / "w.npz", **drawn("lstm", {"convention": "pytorch"}, n_h=20))
    found = refusal(tmp_path / "w.npz", "lstm", None, str(tmp_path / "other" / "p.yaml"), convention="pytorch")
    assert found.slug == "outside-folder" and "p.yaml" in found.remedy


def test_numbers_that_are_hard_to_write(tmp_path):
    arrays = drawn("elman", {})
    arrays["b"] = np.array([-0.0, 5e-324, 0.1, 1.7976931348623157e308])
    arrays["V"][:, 0] = [1e-5, 1e22, 1 / 3, -7]
    np.savez(tmp_path / "w.npz", **arrays)
    again, _ = problem_arrays(problem(brought(tmp_path / "w.npz", "elman")), None)
    assert all(again[name].tobytes() == arrays[name].tobytes() for name in arrays)


def test_names_of_a_file_do_not_get_out_of_their_comment(tmp_path):
    arrays = drawn("elman", {}) | {"a\nequations: h[t] = x[t]": np.ones(1), "b\x1b[31m": np.ones(1)}
    np.savez(tmp_path / "w: #'.npz", **arrays)
    text = brought(tmp_path / "w: #'.npz", "elman")
    assert "\x1b" not in text and text.isprintable() is False and "\nequations" not in text
    assert problem(text).title.endswith("w: #'.npz")


@pytest.mark.parametrize(
    ("left_out", "slug", "words"),
    [("weight_hh_l0", "missing-array", "'weight_hh_l0'"), ("weight_ih_l1", "missing-array", "'weight_ih_l1'")],
)
def test_a_missing_tensor(left_out, slug, words, tmp_path):
    arrays = drawn("gru", {"convention": "pytorch", "layers": "2"})
    arrays["rnn_weight_hh_l0"] = arrays.pop(left_out)
    np.savez(tmp_path / "w.npz", **arrays)
    found = refusal(tmp_path / "w.npz", "gru", convention="pytorch")
    assert (found.slug, found.span.source.name) == (slug, str(tmp_path / "w.npz"))
    assert words in found.message and "rnn_weight_hh_l0" in found.remedy


def test_nothing_that_a_convention_knows(tmp_path):
    np.savez(tmp_path / "w.npz", kernel=np.ones((3, 8)), recurrent_kernel=np.ones((2, 8)))
    found = refusal(tmp_path / "w.npz", "lstm", convention="pytorch")
    assert found.slug == "missing-array" and "'weight_hh_l0' and 'weight_ih_l0'" in found.message
    assert refusal(tmp_path / "w.npz", "lstm", "lstm.", convention="keras").slug == "missing-array"


def test_rows_of_another_recurrence(tmp_path):
    """The message of a problem file, which names what would fit, beside the list of the file's arrays."""
    np.savez(tmp_path / "w.npz", **drawn("lstm", {"convention": "pytorch"}))
    found = refusal(tmp_path / "w.npz", "gru", convention="pytorch")
    assert found.slug == "shape-mismatch" and "16 rows" in found.message and "3·n_h = 12" in found.message
    assert "'recurrence: lstm' with 'convention: pytorch'" in found.remedy
    assert found.span.text == "weight_ih_l0" and found.span.source.line(1) == "weight_ih_l0  16×3  float64"


def test_named_weights_that_do_not_fit(tmp_path):
    np.savez(tmp_path / "w.npz", **(drawn("elman", {}) | {"W": np.ones((5, 5))}))
    found = refusal(tmp_path / "w.npz", "elman")
    assert found.slug == "shape-mismatch" and "'W' is 5×5" in found.message


def test_matrices_on_both_that_have_no_columns_for_the_input(tmp_path):
    arrays = {name: array for name, array in drawn("gru", {"convention": "lecture"}).items() if name[0] == "W"}
    np.savez(tmp_path / "w.npz", **{name: array[:, :4] for name, array in arrays.items()})
    found = refusal(tmp_path / "w.npz", "gru", convention="lecture")
    assert found.slug == "shape-mismatch" and "n_x would be 0" in found.message


@pytest.mark.parametrize(
    ("array", "slug"),
    [
        (np.ones((4, 4)) + 1j, "unreadable-file"),
        (np.full((4, 4), "a"), "unreadable-file"),
        (np.ones((4, 4), "M8[D]"), "unreadable-file"),
        (np.full((4, 4), np.nan), "not-finite"),
        (np.zeros((0, 4)), "empty-list"),
        (np.ones((1, 1, 4, 4)), "too-many-levels"),
    ],
)
def test_an_array_that_is_no_weight(array, slug, tmp_path):
    np.savez(tmp_path / "w.npz", **(drawn("elman", {}) | {"W": array}))
    assert refusal(tmp_path / "w.npz", "elman").slug == slug
    np.savez(tmp_path / "w.npz", **(drawn("elman", {}) | {"unread": array}))
    assert "Not read" in brought(tmp_path / "w.npz", "elman")
