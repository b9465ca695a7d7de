"""Gradients against central differences: two directions, layers of them, decoders with and without attention."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from compute.cases import DECODED, counts_with_i, draw_numbers, equations_of
from compute.differences import assert_gradients, gradients_of, loss_case

from rnncalc.recurrences.adapt import to_rows
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.expand import MERGES, ONCE, Arrangement, expand

ARRANGED = [
    *(Arrangement(None, "both", merge) for merge in MERGES),
    Arrangement(2, "both", "average"),
    Arrangement(None, "reverse"),
    Arrangement(2, "reverse"),
]
DIRECTED = list(product(("elman", "lstm", "gru", "mgu", "many-to-one"), ARRANGED))
DECODERS = [("encoder-decoder", {"feed": feed}) for feed in ("output", "target", "none")] + [
    ("attention", {"scores": scores, "feed": feed})
    for scores, feed in product(("additive", "dot", "general"), ("none", "output", "target"))
]


def case_with_loss(name, chosen, arranged=ONCE, n_steps=3, batch=2, layout="column"):
    recurrence = expand(read_entry(name), chosen, arranged)
    numbers = draw_numbers(recurrence, 3, n_steps, batch)
    lines = list(recurrence.equations)
    lines = list(to_rows(lines, recurrence.weights)) if layout == "row" else lines
    letter = "i" if counts_with_i(recurrence) else "t"
    text = f"J[{letter}] = sum((y[{letter}] - y[{letter}] ** 3) ** 2)"
    lines += equations_of("J = sum((y - y ** 3) ** 2)" if name == "many-to-one" else text)
    lengths = {"t": n_steps, "i": DECODED} if letter == "i" else {"t": n_steps}
    return loss_case(lines, numbers, recurrence.entry.activations, layout, **lengths)


@pytest.mark.parametrize(("name", "arranged"), DIRECTED, ids=str)
@pytest.mark.parametrize(("batch", "n_steps"), [(1, 1), (2, 3)])
def test_directions(name, arranged, batch, n_steps):
    assert_gradients(case_with_loss(name, {}, arranged, n_steps, batch), ["x"])


@pytest.mark.parametrize(("name", "chosen"), DECODERS, ids=str)
@pytest.mark.parametrize(("batch", "n_steps"), [(1, 1), (1, 4), (3, 3)])
def test_decoders(name, chosen, batch, n_steps):
    assert_gradients(case_with_loss(name, chosen, ONCE, n_steps, batch), ["x"])


@pytest.mark.parametrize(
    ("name", "chosen", "arranged"), [(n, c, ONCE) for n, c in DECODERS] + [(n, {}, a) for n, a in DIRECTED], ids=str
)
def test_row_layout_gives_the_same(name, chosen, arranged):
    column, row = (case_with_loss(name, chosen, arranged, layout=layout) for layout in ("column", "row"))
    upright, lying = gradients_of(column), gradients_of(row)
    for weight in column.weights:
        found, wanted = lying.of(weight), upright.of(weight)
        transposed = column.weights[weight].shape != row.weights[weight].shape
        np.testing.assert_allclose(found.T if transposed else found, wanted, rtol=1e-11, atol=1e-12, err_msg=weight)
