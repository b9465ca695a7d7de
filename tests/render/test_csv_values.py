"""Values as CSV: every number once, in full precision, and no text that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from running import BIGRAMS, PROBLEMS, bigram, problem, system

import rnncalc
from rnncalc.compute.ngram_values import named_values
from rnncalc.render.csv_values import COLUMNS, bigram_csv, bptt_csv, forward_csv

LOSSES = [name for name in PROBLEMS if rnncalc.load(name).case.loss]


def records(text: str) -> list[dict[str, str]]:
    """Read a document, its heading included."""
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert tuple(found[0]) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in found[1:]]


def numbers(found: list[dict[str, str]], quantity: str) -> dict[tuple[str, ...], str]:
    """Give the values of one quantity by sequence, step, row and column; none may stand there twice."""
    rows = [row for row in found if row["quantity"] == quantity]
    named = {tuple(row[key] for key in COLUMNS[1:-1]): row["value"] for row in rows}
    assert len(named) == len(rows)
    return named


def value(text: str) -> float:
    return float(text) if text else np.nan


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_value_of_every_problem(name):
    found = rnncalc.load(name)
    values = rnncalc.forward(found)
    rows = records(forward_csv(found, values, (), ()))
    assert {row["quantity"] for row in rows} == {*found.network.system.defined, *filter(None, [found.case.loss])}
    for quantity in found.network.system.defined:
        got = numbers(rows, quantity)
        timed = quantity in values.sequences
        array = values.sequences[quantity] if timed else values.singles[quantity][None]
        assert len(got) == array.size
        for (step, sequence, row, column), true in np.ndenumerate(array):
            key = (str(sequence + 1), str(step + 1) if timed else "", str(row + 1), str(column + 1))
            np.testing.assert_equal(value(got[key]), true)  # the same float64, nan included


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_and_their_addends(name):
    found = rnncalc.load(name)
    values, answered = rnncalc.forward(found), rnncalc.bptt(found)
    rows = records(bptt_csv(found, values, answered, (), ()))
    for weight, total in answered.totals.items():
        got = numbers(rows, f"grad({weight})")
        assert {key[:2] for key in got} == {("", "")}
        np.testing.assert_array_equal([value(text) for text in got.values()], total.ravel())
        parts = numbers(rows, f"contribution({weight})")
        steps = sorted({int(key[1]) for key in parts})
        assert steps == list(range(1, len(answered.parts[weight]) + 1))
        assert sum(value(text) for text in parts.values()) == pytest.approx(total.sum(), abs=1e-9)
    loss = numbers(rows, found.case.loss)
    total = value(loss.pop(("", "", "1", "1")))
    assert np.nansum([value(text) for text in loss.values()]) == pytest.approx(total)


def test_what_is_chosen():
    found = rnncalc.load("hello-one-hot")
    values = rnncalc.forward(found)
    rows = records(forward_csv(found, values, {"h"}, {2, 3}))
    assert {(row["quantity"], row["step"]) for row in rows} == {("h", "2"), ("h", "3")}
    rows = records(bptt_csv(found, values, rnncalc.bptt(found), ["W"], {1}))
    assert {row["quantity"] for row in rows if row["quantity"].startswith("cont")} == {"contribution(W)"}
    assert {row["step"] for row in rows} == {"", "1"}


def test_numbers_that_are_none_are_empty():
    found = problem(system("y[t] = 1 / x[t]", inputs="x: [0, -4]"))
    assert numbers(records(forward_csv(found, rnncalc.forward(found), (), ())), "y") == {
        ("1", "1", "1", "1"): "",
        ("1", "2", "1", "1"): "-0.25",
    }


@pytest.mark.parametrize("name", BIGRAMS)
def test_every_table_of_every_model(name):
    found = rnncalc.load(name)
    rows = records(bigram_csv(found))
    for quantity, array in named_values(found.model, found.asked).items():
        got = numbers(rows, quantity)
        np.testing.assert_array_equal([value(text) for text in got.values()], np.ravel(array))
    words = set(found.model.vocabulary)
    assert {row["row"] for row in rows if row["quantity"] == "T"} == words


def test_tables_lie_as_the_problem_has_them():
    columns, rows = (bigram(f"text: a b b\norientation: {way}") for way in ("columns", "rows"))
    assert numbers(records(bigram_csv(columns)), "counts")["", "", "b", "a"] == "1.0"
    assert numbers(records(bigram_csv(rows)), "counts")["", "", "a", "b"] == "1.0"


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C'!A0"])
def test_no_word_is_a_formula(word):
    rows = records(bigram_csv(bigram("text: " + json.dumps(f"a {word} a"))))
    texts = {row[key] for row in rows for key in ("quantity", "row", "column")}
    assert f"'{word}" in texts
    assert not any(text.startswith(("=", "+", "-", "@")) for text in texts)


def test_negative_numbers_stay_numbers():
    found = problem(system("y[t] = -x[t]"))
    assert "y,1,1,1,1,-1.0\n" in forward_csv(found, rnncalc.forward(found), (), ())
