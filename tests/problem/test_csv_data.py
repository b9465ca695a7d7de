"""Training data from CSV files: columns of numbers, and what is wrong with a line."""

from __future__ import annotations

import pytest
from problem.lessons import NEXT, SQUARED, refused, sequences, taught

SERIES = "run,open,close,next\na,1,2,0.5\nb,3,4,1e-1\na,5,6,-2\na,7,8,9\n"
ALL = "{csv: s.csv, columns: {x: [open, close], d: [next], sequence: run}}"


def read(tmp_path, data: str, content: str | bytes = SERIES, more: str = "", head: str = SQUARED):
    return taught(tmp_path, head, data, more, {"s.csv": content})


def test_sequences_are_told_apart_by_a_column(tmp_path):
    case = read(tmp_path, ALL).case
    assert sequences(case.sequences["x"])[0].tolist() == [[1, 2], [5, 6], [7, 8]]
    assert sequences(case.sequences["x"])[1, :1].tolist() == [[3, 4]]
    assert sequences(case.sequences["d"])[0].ravel().tolist() == [0.5, -2, 9]
    assert case.own_lengths == {"t": (3, 1)} and case.weights["U"].shape == (2, 2)


def test_one_sequence(tmp_path):
    case = read(tmp_path, "{csv: s.csv, columns: {x: [close], d: open}}").case
    assert case.sequences["x"].ravel().tolist() == [2, 4, 6, 8] and not case.batched


def test_windows(tmp_path):
    case = read(tmp_path, "{csv: s.csv, columns: {x: open, d: next}, window: 3}").case
    assert case.own_lengths == {"t": (3, 1)}
    assert sequences(case.sequences["x"])[0].ravel().tolist() == [1, 3, 5]
    assert sequences(case.sequences["x"])[1, 0].tolist() == [7]


def test_classes(tmp_path):
    data, content = "{csv: s.csv, columns: {x: a, d: b}}", "a,b\n1,0\n2,2\n3,1\n"
    case = read(tmp_path, data, content, head=NEXT).case
    assert sequences(case.sequences["d"])[0].tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


@pytest.mark.parametrize(
    "content", [SERIES.replace("\n", "\r\n"), SERIES.rstrip("\n"), "\ufeff" + SERIES, SERIES.replace("\n", "\n\n")]
)
def test_ways_to_write_it(tmp_path, content):
    assert sequences(read(tmp_path, ALL, content).case.sequences["x"])[0].tolist() == [[1, 2], [5, 6], [7, 8]]


def test_held_out_rows_may_lack_the_target(tmp_path):
    more = "test: {csv: t.csv, columns: {x: [open, close], d: next}}"
    (tmp_path / "t.csv").write_text("open,close\n1,2\n3,4\n")
    held = read(tmp_path, ALL, more=more).training.test
    assert held.loss is None and held.sequences["x"][:, 0, :, 0].tolist() == [[1, 2], [3, 4]]
    (tmp_path / "t.csv").write_text("open,close,next\n1,2,3\n")
    assert read(tmp_path, ALL, more=more).training.test.loss == "J"


@pytest.mark.parametrize(
    "content, slug, words",
    [
        ("", "empty-data", "is empty"),
        ("run,open,close,next\n", "empty-data", "no row"),
        (SERIES + "c,1,2\n", "unreadable-line", "Line 6 of 's.csv' has 3 columns, line 1 has 4."),
        (SERIES + "c,1,two,3\n", "unreadable-line", "Line 6 of 's.csv', column 'close': 'two' is no number."),
        (SERIES + "c,1,,3\n", "unreadable-line", "Line 6 of 's.csv', column 'close': nothing stands there."),
        (SERIES + "c,1,nan,3\n", "unreadable-line", "'nan' is no number"),
        (SERIES + '"c\nc",inf,2,3\n', "unreadable-line", "Line 6 of 's.csv', column 'open': 'inf' is no number."),
        (SERIES + '"c,1,2,3\n', "unreadable-line", "Line 6"),
        ("run,open,close,close,next\n1,2,3,4,5\n", "unreadable-line", "two columns 'close'"),
        ("run,open,closed,next\n1,2,3,4\n", "missing-column", "no column 'close'"),
        (b"run,open\xff", "not-text", "UTF-8"),
        (b"run\x00", "not-text", "binary"),
    ],
)
def test_what_cannot_be_read(tmp_path, content, slug, words):
    found = refused(tmp_path, SQUARED, ALL, files={"s.csv": content})
    assert found.slug == slug and words in found.message


@pytest.mark.parametrize(
    "data, slug",
    [
        ("{csv: nowhere.csv, columns: {x: a}}", "missing-file"),
        ("{csv: ../s.csv, columns: {x: a}}", "outside-folder"),
        ("{csv: s.csv}", "missing-column"),
        ("{csv: s.csv, columns: {}}", "missing-input"),
        ("{csv: s.csv, columns: {x: open}}", "missing-target"),
        ("{csv: s.csv, columns: {x: open, d: next, sequence: [run, open]}}", "wrong-type"),
        ("{csv: s.csv, columns: {x: open, d: next}, unit: word}", "unused-key"),
        ("{csv: s.csv, columns: {x: open, d: next}, window: 0}", "not-a-count"),
        ("{csv: s.csv, columns: [open]}", "wrong-type"),
    ],
)
def test_what_is_no_data(tmp_path, data, slug):
    assert refused(tmp_path, SQUARED, data, files={"s.csv": SERIES}).slug == slug


def test_more_than_memory_should_hold(tmp_path, monkeypatch):
    monkeypatch.setattr("rnncalc.problem.csv_files.MAX_CELLS", 15)  # the true cap takes seconds to reach
    assert refused(tmp_path, SQUARED, ALL, files={"s.csv": SERIES}).slug == "too-large"


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_other_signs_between_columns(tmp_path, sign):
    found = refused(tmp_path, SQUARED, "{csv: s.csv, columns: {x: open}}", "", {"s.csv": f"open{sign}next\n1{sign}2\n"})
    assert found.slug == "missing-column" and found.remedy.startswith("Put commas between the columns; 'open")
