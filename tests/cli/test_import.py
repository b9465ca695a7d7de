"""rnncalc import: files in and out, and what is refused; bad files beside it."""

from __future__ import annotations

import json
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
from running import Run, run

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.problem.weight_source import read_weight_file

ELMAN = {"U": np.array([[0.5, -0.25], [1.0, 0.0], [0.25, 0.125]]), "W": np.array([[0.0, 1.0], [0.5, -1.0]])}
PACKED = {"weight_ih_l0": ELMAN["U"].T, "weight_hh_l0": ELMAN["W"].T}
LARGE = {"weight_ih_l0": np.ones((160, 30)), "weight_hh_l0": np.ones((160, 40))}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "w.npz", **PACKED)
    np.savez(tmp_path / "large.npz", **LARGE)
    return tmp_path


def brought(file: str, *more: str, recurrence: str = "elman") -> Run:
    return run("import", file, "--recurrence", recurrence, "--convention", "pytorch", *more)


def test_the_problem_runs_at_once(folder):
    outcome = brought("w.npz")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("rnncalc: 1\ntitle: Elman network (hidden recurrence) with the weights of w.npz\n")
    values = run("forward", "-", "--format", "json", stdin=outcome.out.encode()).json["values"]
    x, h = np.random.default_rng(1).uniform(-1, 1, (5, 3)), np.zeros(2)
    for step in range(5):
        h = np.tanh(ELMAN["U"].T @ x[step] + ELMAN["W"].T @ h)
        np.testing.assert_allclose(values["h"][step], h, rtol=0, atol=1e-15)


def test_to_a_file(folder):
    outcome = brought("w.npz", "--output", "p.yaml")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (folder / "p.yaml").read_text() == brought("w.npz").out
    assert run("forward", "p.yaml").code == 0
    again = brought("w.npz", "--output", "p.yaml")
    assert again.code == 2 and "exists" in again.err and "--force" in again.err
    assert brought("w.npz", "--output", "p.yaml", "--force").code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["large.npz", "p.yaml", "w.npz"]


def test_from_json(folder):
    (folder / "w.json").write_text(json.dumps({name: array.tolist() for name, array in PACKED.items()}))
    assert brought("w.json").out == brought("w.npz").out.replace("w.npz", "w.json")


def test_a_large_file_is_named(folder):
    assert brought("large.npz", "--output", "p.yaml", recurrence="lstm").code == 0
    assert "  file: large.npz\n" in (folder / "p.yaml").read_text()
    assert run("forward", "p.yaml", "--only", "h").code == 0


def test_a_large_file_with_other_names_is_copied(folder):
    np.savez(folder / "other.npz", **{f"rnn.{name}": array for name, array in LARGE.items()})
    outcome = brought("other.npz", "--output", "p.yaml", recurrence="lstm")
    assert (outcome.code, outcome.out) == (0, "") and outcome.err.startswith("p-weights.npz: ")
    assert run("forward", "p.yaml", "--only", "h").code == 0
    assert brought("other.npz", recurrence="lstm").slugs == ["bad-name"]
    (folder / "p.yaml").unlink()
    again = brought("other.npz", "--output", "p.yaml", recurrence="lstm")
    assert again.code == 2 and "p-weights.npz" in again.err and not (folder / "p.yaml").exists()
    assert brought("other.npz", "--output", "p.yaml", "--force", recurrence="lstm").code == 0


def test_the_weights_are_never_written_over(folder):
    for name, array in (("p-weights.npz", LARGE), ("q.npz", PACKED)):
        np.savez(folder / name, **{f"rnn.{key}": value for key, value in array.items()})
    before = (folder / "p-weights.npz").read_bytes()
    assert brought("p-weights.npz", "--output", "p.yaml", "--force", recurrence="lstm").code == 2
    assert brought("q.npz", "--output", "q.npz", "--force").code == 2
    assert (folder / "p-weights.npz").read_bytes() == before and (folder / "q.npz").read_bytes()[:2] == b"PK"


def test_elsewhere(folder):
    (folder / "sub").mkdir()
    assert brought("large.npz", "--output", "sub/p.yaml", recurrence="lstm").slugs == ["outside-folder"]
    assert brought("w.npz", "--output", "sub/p.yaml").code == 0
    np.savez(folder / "sub" / "in.npz", **LARGE)
    assert "file: sub/in.npz" in brought("sub/in.npz", recurrence="lstm").out


def test_options(folder):
    np.savez(folder / "p.npz", **{f"a.{name}": array for name, array in PACKED.items()}, **PACKED)
    assert brought("p.npz").slugs == ["name-given-twice"]
    assert "a.weight_ih_l0" in brought("p.npz", "--prefix", "a.").out
    assert "layers: 1\n" in brought("w.npz", "--layers", "1").out
    assert "direction: reverse\n" in brought("w.npz", "--choose", "direction=reverse").out
    for text in ("reset", "a b=c", "title=[]"):
        assert brought("w.npz", "--choose", text).code == 2
    assert brought("w.npz", "--choose", "reset=after").slugs == ["unused-key"]
    assert brought("w.npz", "--bidirectional").slugs == ["missing-array"]
    assert run("import", "w.npz", "--recurrence", "elmann").slugs == ["unknown-recurrence"]
    assert run("import", "w.npz", "--recurrence", "elman", "--convention", "torch").slugs == ["unknown-convention"]
    assert run("import", "w.npz", "--recurrence", "jordan", "--convention", "pytorch").slugs == ["impossible-choice"]


def test_rows_of_another_recurrence_show_what_would_fit(folder):
    outcome = brought("large.npz", recurrence="gru")
    assert outcome.places == [("large.npz", 1, 1, "shape-mismatch"), ("large.npz", 2, 1, "shape-mismatch")]
    assert "    1 | weight_ih_l0  160×30  float64\n      | ^^^^^^^^^^^^\n" in outcome.err
    assert "'weight_ih_l0' has 160 rows; PyTorch (torch.nn.RNN, LSTM, GRU) has 3·n_h = 120 there." in outcome.err
    assert "It would fit 'recurrence: lstm' with 'convention: " in outcome.err


def _pickled(path):
    np.savez(path, W=np.array([{"a": 1}], dtype=object))


def _half(path):
    path.write_bytes(Path("w.npz").read_bytes()[:300])


def _safetensors(header: object, data: bytes = b"\0" * 8, length: int | None = None) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def _entry(kind: str, *shape: int) -> dict:
    return {"w": {"dtype": kind, "shape": shape, "data_offsets": [0, 8]}}


BAD = {
    "pickled.npz": (_pickled, "pickled-file"),
    "pickled.npy": (lambda path: path.write_bytes(pickle.dumps([1])), "pickled-file"),
    "pickled": (lambda path: path.write_bytes(pickle.dumps([1])), "pickled-file"),
    "w.npy": (lambda path: np.save(path, np.ones(3)), "unknown-file-type"),
    "w.pt": (lambda path: path.write_bytes(b"PK"), "unknown-file-type"),
    "w.pth": (lambda path: path.write_bytes(pickle.dumps([1])), "unknown-file-type"),
    "m.keras": (lambda path: path.write_bytes(b"PK"), "unknown-file-type"),
    "m.onnx": (lambda path: path.write_bytes(b""), "unknown-file-type"),
    "w.csv": (lambda path: path.write_text("1,2\n"), "unknown-file-type"),
    "half.npz": (_half, "unreadable-file"),
    "empty.npz": (lambda path: path.write_bytes(b""), "unreadable-file"),
    "nothing.npz": (lambda path: np.savez(path), "empty-file"),
    "list.json": (lambda path: path.write_text("[1]"), "unknown-file-type"),
    "broken.json": (lambda path: path.write_text('{"W": [[1, 2], [3]]}'), "unreadable-file"),
    "deep.json": (lambda path: path.write_text("[" * 100_000), "unreadable-file"),
    "folder.npz": (lambda path: path.mkdir(), "is-a-folder"),
    "missing.npz": (lambda path: None, "missing-file"),
    "a" * 5000 + ".npz": (lambda path: None, "unreadable-file"),
    "empty.safetensors": (lambda path: path.write_bytes(b""), "unreadable-file"),
    "short.safetensors": (lambda path: path.write_bytes(_safetensors({}, b"", 10**9)), "unreadable-file"),
    "json.safetensors": (lambda path: path.write_bytes(b"\x05" + b"\0" * 7 + b"{[}]x"), "unreadable-file"),
    "complex.safetensors": (lambda path: path.write_bytes(_safetensors(_entry("C64", 1))), "unreadable-file"),
    "huge.safetensors": (lambda path: path.write_bytes(_safetensors(_entry("F64", 10**12))), "unreadable-file"),
    "list.safetensors": (lambda path: path.write_bytes(_safetensors([1])), "unreadable-file"),
}


@pytest.mark.parametrize("name", list(BAD), ids=lambda name: name[-20:])
def test_bad_files(name, folder):
    make, slug = BAD[name]
    make(folder / name)
    outcome = brought(name)
    assert (outcome.code, outcome.out) == (3, "")
    assert slug in outcome.err and "Traceback" not in outcome.err and "Warning" not in outcome.err
    assert len(outcome.err.strip().splitlines()) >= 3  # with what to do


@pytest.mark.parametrize("name", ["w.pt", "w.pth", "pickled.npy", "pickled.npz"])
def test_pickles_are_refused_with_how_to_convert(name, folder):
    BAD[name][0](folder / name)
    wanted = f"np.savez('w.npz', **{{k: v.numpy() for k, v in torch.load('{name}', weights_only=True).items()}})"
    assert wanted in brought(name).err


def test_files_of_other_libraries_are_refused_with_how_to_convert(folder):
    for name, words in (("m.keras", "keras.models.load_model('m.keras')"), ("m.onnx", "onnx.load('m.onnx')")):
        (folder / name).write_bytes(b"PK")
        assert words in brought(name).err


def test_names_in_messages_are_clean(folder):
    np.savez(folder / "w.npz", **{"W\x1b[31m\n": np.ones((2, 2))})
    outcome = run("import", "w.npz", "--recurrence", "elman")
    assert outcome.slugs == ["missing-array"] and "\x1b" not in outcome.err


def test_safetensors_needs_its_package(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    (folder / "w.safetensors").write_bytes(_safetensors(_entry("F64", 1)))
    outcome = brought("w.safetensors")
    assert outcome.slugs == ["unreadable-file"] and "pip install 'rnncalc[safetensors]'" in outcome.err


def test_safetensors(folder):
    numpy_writer = pytest.importorskip("safetensors.numpy")
    kinds = {"weight_ih_l0": "f2", "weight_hh_l0": "f4"}
    arrays = {name: np.ascontiguousarray(PACKED[name]).astype(kind) for name, kind in kinds.items()}
    numpy_writer.save_file({**arrays, "step": np.array([3])}, folder / "w.safetensors", {"format": "pt"})
    outcome = brought("w.safetensors")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.partition("\nweights:")[2] == brought("w.npz").out.partition("\nweights:")[2]
    data = (folder / "w.safetensors").read_bytes()
    (folder / "w.safetensors").write_bytes(data[:-3])
    assert brought("w.safetensors").slugs == ["unreadable-file"]


def test_every_kind_of_number_of_safetensors(folder):
    numpy_writer = pytest.importorskip("safetensors.numpy")
    kinds = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]
    arrays = {kind: np.arange(6).reshape(2, 3).astype(kind) for kind in kinds}
    numpy_writer.save_file(arrays, folder / "k.safetensors")
    found = read_weight_file("k.safetensors").arrays
    assert {name: (array.dtype, array.tobytes()) for name, array in found.items()} == {
        name: (array.dtype, array.tobytes()) for name, array in arrays.items()
    }


def test_bfloat16_is_the_upper_half_of_a_float32(folder):
    pytest.importorskip("safetensors")
    data = struct.pack("<HHHH", 0x3F80, 0xC020, 0x0000, 0x7F7F)
    (folder / "b.safetensors").write_bytes(_safetensors(_entry("BF16", 2, 2), data))
    array = read_weight_file("b.safetensors").arrays["w"]
    np.testing.assert_array_equal(array, [[1.0, -2.5], [0.0, 255 / 128 * 2.0**127]])


def test_from_python(folder):
    with pytest.raises(RnncalcError, match="missing-file"):
        read_weight_file("nowhere.npz")
