"""Masks: a padded batch gives what each sequence gives at its own length.

Witness: the pass of each length by itself, which tests/compute/test_ragged.py holds against every sequence alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compute.test_ragged import NETWORKS, batch_of
from training.numbers import CLASSES, SOFTMAX, drawn_case, network, unequal

from rnncalc.compute.bptt import gradients_of, loss_total
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.recurrences.expand import Arrangement
from rnncalc.training.batches import batch_of as sequences_of
from rnncalc.training.masking import masking_of
from rnncalc.training.prepared import Prepared

IN_PARTS = {
    "attention to itself",
    "encoder and decoder",
    "two steps back and ahead",
    "the last step has an equation of its own",
}
ARRANGED = {
    "once": Arrangement(),
    "layers": Arrangement(layers=2),
    "reverse": Arrangement(direction="reverse"),
    "both": Arrangement(direction="both"),
    "both, layers": Arrangement(layers=2, direction="both"),
}


def agree(case: Case, batch: Case) -> None:
    assert case.own_lengths and not batch.own_lengths
    values, own = evaluate(batch), evaluate(case)
    np.testing.assert_allclose(loss_total(values), loss_total(own), rtol=1e-12)
    found, expected = gradients_of(values, False), gradients_of(own, False)
    for weight in case.weights:
        assert expected.of(weight).any()
        np.testing.assert_allclose(found.of(weight), expected.of(weight), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", NETWORKS)
def test_equations_of_every_kind(name):
    case = batch_of(NETWORKS[name])
    assert (masking_of(case) is None) is (name in IN_PARTS)
    if name not in IN_PARTS:
        agree(case, Prepared(case, 0).batch())


@pytest.mark.parametrize("arranged", ARRANGED)
@pytest.mark.parametrize("name", ["elman", "lstm", "gru"])
def test_the_catalogue(name, arranged):
    case = network(name, ARRANGED[arranged])
    agree(case, Prepared(case, 0).batch())


def test_many_steps():
    """So many that the evaluator writes code for its loops."""
    case = network("lstm", ARRANGED["both"], n_steps=60, own=(60, 2, 45))
    agree(case, Prepared(case, 0).batch())


@pytest.mark.parametrize("loss", ["J = cross_entropy(y[T], d[T])", CLASSES])
def test_losses_from_logits(loss):
    case = network("gru", loss=loss, activations=SOFTMAX)
    agree(case, Prepared(case, 0).batch())


def test_mini_batches():
    case = network("gru", ARRANGED["both"], own=(3, 5, 1, 3, 2))
    prepared = Prepared(case, 0)
    for chosen in ([0, 2], [4, 2, 3]):
        batch = prepared.batch(chosen)
        assert batch.lengths["t"] == 3
        agree(sequences_of(case, chosen), batch)


def test_mini_batches_are_cut_to_few_lengths():
    """So that few passes are needed; a batch of equal lengths may be longer than all of its sequences."""
    case = network("lstm", ARRANGED["both"], "J = sum((y[T] - d[T]) ** 2)", 14, (14, 3, 9, 4, 9, 8, 11))
    prepared = Prepared(case, 0)
    batches = [prepared.batch(chosen) for chosen in ([1, 3], [2, 4], [5, 1], [6, 0])]
    assert [batch.lengths["t"] for batch in batches] == [5, 10, 10, 14]
    for chosen, batch in zip(([1, 3], [2, 4], [5, 1], [6, 0]), batches, strict=True):
        values, own = evaluate(batch), evaluate(sequences_of(case, chosen))
        np.testing.assert_allclose(loss_total(values), loss_total(own), rtol=1e-12)
        found, expected = gradients_of(values, False), gradients_of(own, False)
        for weight in case.weights:
            np.testing.assert_allclose(found.of(weight), expected.of(weight), rtol=1e-12, atol=1e-12)


def test_the_next_input_as_the_target():
    text = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = V @ h[t]\nJ[t] = sum((y[t] - x[t+1]) ** 2)"
    case = drawn_case(text, {"U": (2, 3), "W": (2, 2), "V": (3, 2)}, {"x": (3, 5, 3)})
    after = np.random.default_rng(1).normal(size=(3, 3, 1))
    case = unequal(replace(case, initial={**case.initial, ("x", 6): after}), (5, 2, 4))
    agree(case, Prepared(case, 0).batch())
    agree(sequences_of(case, [1, 2]), Prepared(case, 0).batch([1, 2]))


@pytest.mark.parametrize(
    "loss", ["y = V @ m\nJ = sum((y - d[1]) ** 2)", "y[t] = V @ m\nJ[t] = sum((y[t] - d[t]) ** 2)"]
)
def test_the_ends_of_both_directions_and_an_embedding(loss):
    text = (
        "x[t] = lookup(E, w[t])\nh[t] = tanh(U @ x[t] + W @ h[t-1])\ng[t] = tanh(R @ x[t] + Q @ g[t+1])\n"
        f"m = concat(h[T], g[1])\n{loss}"
    )
    weights = {"E": (4, 3), "U": (2, 3), "W": (2, 2), "R": (2, 3), "Q": (2, 2), "V": (3, 4)}
    case = drawn_case(text, weights, {"w": (3, 5, 1), "d": (3, 5, 3)})
    words = np.random.default_rng(2).integers(4, size=(5, 3, 1, 1)).astype(float)
    case = unequal(replace(case, sequences={**case.sequences, "w": words}), (5, 2, 4))
    agree(case, Prepared(case, 0).batch())
