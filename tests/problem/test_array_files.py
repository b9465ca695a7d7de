"""Arrays from files beside a problem: .npz, .npy, .csv, .json; nothing unpickled, nothing from elsewhere."""

from __future__ import annotations

import json
import os
import pickle
import struct

import numpy as np
import pytest
from running import ELMAN, problem, run_text, system

X = np.array([[1.0], [2.0]])
RIGHT = [[0.46211715726000974, -0.2913126124515909], [0.7437491395857829, -0.5539773524291385]]


def with_file(name: str) -> str:
    return ELMAN.replace("[[1], [2]]", "{file: " + json.dumps(name) + "}")


def write(folder, name: str) -> None:
    """Write one of the files that the tables below name."""
    path = folder / name
    stem, ending = path.stem, path.suffix
    if ending == ".npz":
        arrays = {"x": X, "other": np.ones(3)} if stem == "right" else {"y": X}
        np.savez(path, **arrays)
    elif ending == ".npy":
        np.save(
            path, {"right": X, "whole": X.astype(int), "small": X.astype("f4"), "single": np.array(3.0)}.get(stem, X)
        )
    elif ending == ".csv":
        path.write_text("1\n2\n")
    elif ending == ".json":
        path.write_text(json.dumps({"x": X.tolist(), "y": 1} if stem == "named" else X.tolist()))


@pytest.mark.parametrize(
    "name", ["right.npz", "right.npy", "whole.npy", "small.npy", "right.csv", "right.json", "named.json", "./right.npy"]
)
def test_reads(name, tmp_path):
    write(tmp_path, name)
    outcome = run_text(tmp_path, with_file(name), "--only", "h", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    np.testing.assert_allclose(outcome.json["values"]["h"], RIGHT, rtol=1e-12)


def test_for_weights_initial_values_and_targets(tmp_path):
    np.savez(tmp_path / "w.npz", U=[[0.5, -0.3]], V=[[1.0], [1.0]], h=[0.0, 0.0], d=[[0.0], [0.0]])
    text = ELMAN.replace("U: [[0.5, -0.3]]", "U: {file: w.npz}\n  V: {file: w.npz}")
    text += "initial: {h: {file: w.npz}}\ntargets: {d: {file: w.npz}}\nloss: squared-error\n"
    outcome = run_text(tmp_path, text, "--format", "json")
    np.testing.assert_allclose(outcome.json["values"]["h"], RIGHT, rtol=1e-12)
    np.testing.assert_allclose(outcome.json["loss"]["steps"], np.square(np.sum(RIGHT, axis=1)), rtol=1e-12)


def test_all_weights_from_one_file(tmp_path):
    """DESIGN section 4: 'or come from weights: {file: w.npz}'."""
    np.savez(tmp_path / "w.npz", U=[[0.5, -0.3]], W=[[0.1, 0.2], [0.3, 0.4]])
    outcome = run_text(
        tmp_path, "rnncalc: 1\nrecurrence: elman\nweights: {file: w.npz}\ninputs: {x: [1, 2]}\n", "--format", "json"
    )
    assert (outcome.code, outcome.err) == (0, "")
    np.testing.assert_allclose(outcome.json["values"]["h"], RIGHT, rtol=1e-12)


def test_weights_beside_those_of_a_file(tmp_path):
    (tmp_path / "w.json").write_text(json.dumps({"U": [[0.5, -0.3]], "W": [[0.1, 0.2], [0.3, 0.4]]}))
    text = ELMAN.replace("  U: [[0.5, -0.3]]\n  W: [[0.1, 0.2], [0.3, 0.4]]\n", "  file: w.json\n  V: [[1], [1]]\n")
    outcome = run_text(tmp_path, text, "--format", "json")
    np.testing.assert_allclose(outcome.json["values"]["h"], RIGHT, rtol=1e-12)
    assert "y" in outcome.json["values"]
    outcome = run_text(tmp_path, text.replace("  V: [[1], [1]]", "  U: [[1, 1]]"))
    assert outcome.places[0][1:] == (5, 3, "name-given-twice")


def test_all_weights_from_a_file_that_names_none(tmp_path):
    write(tmp_path, "right.npy")
    assert run_text(tmp_path, ELMAN.replace("  U: [[0.5, -0.3]]", "  file: right.npy")).slugs == ["unknown-file-type"]


def test_a_weight_may_be_called_file():
    assert problem(system("y[t] = file * x[t]", "file: 3", "x: [1]")).case.weights["file"].item() == 3


def test_beside_the_problem_and_not_where_the_program_runs(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", "right.npy")
    monkeypatch.chdir(tmp_path)
    assert run_text(tmp_path / "sub", with_file("right.npy")).code == 0
    assert run_text(tmp_path, with_file("right.npy")).slugs == ["missing-file"]
    assert run_text(tmp_path, with_file("sub/right.npy")).code == 0


def test_outside(tmp_path):
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    inner.mkdir()
    outer.mkdir()
    write(outer, "right.npy")
    write(inner, "right.npy")
    os.symlink(outer / "right.npy", inner / "link.npy")
    os.symlink(outer, inner / "folder")
    os.symlink("right.npy", inner / "fine.npy")
    for name in (
        "../outer/right.npy",
        str(outer / "right.npy"),
        "link.npy",
        "folder/right.npy",
        "x/../../outer/right.npy",
    ):
        assert run_text(inner, with_file(name)).slugs == ["outside-folder"], name
    assert run_text(inner, with_file("fine.npy")).code == 0
    assert run_text(inner, with_file("../inner/right.npy")).code == 0


@pytest.mark.parametrize(
    "name", ["right.xlsx", "right", ".npy", "", "right.pt", "right.pkl", "right.npy.gz", "~/right.npz.bak"]
)
def test_another_ending(name, tmp_path):
    assert run_text(tmp_path, with_file(name)).slugs == ["unknown-file-type"]


def _header(shape: str, kind: str = "<f8") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (63 - (10 + len(text)) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def _pickled_npz(path):
    np.savez(path, x=np.array([{"a": 1}], dtype=object))


def _half(path):
    np.savez(path, x=X)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGED = {
    "pickled.npz": (_pickled_npz, "pickled-file"),
    "pickled.npy": (lambda path: path.write_bytes(pickle.dumps(X)), "pickled-file"),
    "truncated.npz": (_half, "unreadable-file"),
    "truncated.npy": (lambda path: path.write_bytes(_header("(2, 1)") + b"\0" * 9), "unreadable-file"),
    "torn-header.npy": (lambda path: path.write_bytes(_header("(2, 1)")[:40]), "unreadable-file"),
    "huge.npy": (lambda path: path.write_bytes(_header("(100000000000, 1)")), "unreadable-file"),
    "empty.npy": (lambda path: path.write_bytes(b""), "unreadable-file"),
    "empty.npz": (lambda path: path.write_bytes(b""), "unreadable-file"),
    "empty.json": (lambda path: path.write_bytes(b""), "unreadable-file"),
    "folder.npz": (lambda path: path.mkdir(), "unreadable-file"),
    "words.csv": (lambda path: path.write_text("a,b\n1,2\nc,d\n"), "unreadable-file"),
    "half-words.csv": (lambda path: path.write_text("a,2\n1,2\n"), "unreadable-file"),
    "not-zipped.npz": (lambda path: path.write_text("x: 1"), "unreadable-file"),
    "semicolons.csv": (lambda path: path.write_text("1;2\n"), "unreadable-file"),
    "ragged.csv": (lambda path: path.write_text("1,2\n3\n"), "unreadable-file"),
    "ragged.json": (lambda path: path.write_text("[[1, 2], [3]]"), "unreadable-file"),
    "text.json": (lambda path: path.write_text('["a"]'), "unreadable-file"),
    "null.json": (lambda path: path.write_text("null"), "unreadable-file"),
    "deep.json": (lambda path: path.write_text("[" * 100_000), "unreadable-file"),
    "complex.npy": (lambda path: np.save(path, X + 1j), "unreadable-file"),
    "text.npy": (lambda path: np.save(path, np.array(["a"])), "unreadable-file"),
    "dates.npy": (lambda path: np.save(path, np.array(["2024-01-01"], dtype="M8[D]")), "unreadable-file"),
    "nan.csv": (lambda path: path.write_text("1\nnan\n"), "not-finite"),
    "inf.json": (lambda path: path.write_text("[[1], [1e999]]"), "not-finite"),
    "nan.json": (lambda path: path.write_text("[[1], [NaN]]"), "not-finite"),
    "inf.npy": (lambda path: np.save(path, np.array([[np.inf]])), "not-finite"),
    "four.npy": (lambda path: np.save(path, np.ones((1, 1, 1, 1))), "too-many-levels"),
    "none.npz": (lambda path: np.savez(path, y=X), "missing-array"),
    "none.json": (lambda path: path.write_text('{"y": [1]}'), "missing-array"),
}


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_damaged(name, tmp_path):
    make, slug = DAMAGED[name]
    make(tmp_path / name)
    outcome = run_text(tmp_path, with_file(name))
    assert (outcome.code, outcome.slugs) == (3, [slug])
    assert outcome.places[0][1:3] == (7, 13)
    assert "Traceback" not in outcome.err and "Warning" not in outcome.err


@pytest.mark.parametrize("name", ["empty.csv", "zero.npy", "empty-list.json"])
def test_an_array_without_numbers(name, tmp_path):
    if name.endswith(".npy"):
        np.save(tmp_path / name, np.zeros((0, 1)))
    else:
        (tmp_path / name).write_text("[]" if name.endswith("json") else "")
    outcome = run_text(tmp_path, with_file(name))
    assert outcome.code == 3 and outcome.slugs[0] in ("empty-list", "unreadable-file")
    assert "Warning" not in outcome.err and "at most" not in outcome.err


def test_one_number_is_no_sequence(tmp_path):
    write(tmp_path, "single.npy")
    assert run_text(tmp_path, with_file("single.npy")).slugs == ["not-a-sequence"]


def test_a_name_that_no_file_system_takes(tmp_path):
    for name in ("a\0b.npz", "a" * 5000 + ".npz"):
        outcome = run_text(tmp_path, with_file(name))
        assert outcome.code == 3, outcome.err


@pytest.mark.parametrize("text", ["\ufeff1\r\n2\r\n", "x\n1\n2\n", '\ufeff"x"\r\n1\r\n2\r\n', "x_1\n1\n2"])
def test_a_csv_as_spreadsheets_write_it(text, tmp_path):
    (tmp_path / "x.csv").write_bytes(text.encode())
    outcome = run_text(tmp_path, with_file("x.csv"), "--format", "json")
    np.testing.assert_allclose(outcome.json["values"]["h"], RIGHT, rtol=1e-12)


def test_no_other_key_beside_file(tmp_path):
    assert run_text(tmp_path, ELMAN.replace("[[1], [2]]", "{file: x.npz, key: q}")).slugs == ["wrong-type"]
    assert run_text(tmp_path, ELMAN.replace("[[1], [2]]", "{file: [x.npz]}")).slugs == ["wrong-type"]
