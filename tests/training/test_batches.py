"""Mini-batches: every sequence once an epoch, cut to the longest of a batch, a mean over its own pairs."""

from __future__ import annotations

import numpy as np
import pytest
from running import problem
from training.numbers import network

from rnncalc.compute.bptt import gradients_of, loss_total
from rnncalc.compute.evaluate import evaluate
from rnncalc.training.batches import batch_of, iterations, turns
from rnncalc.training.plan import Plan
from rnncalc.training.prepared import Prepared


def chosen(plan: Plan, n_sequences: int = 7) -> list[list[int]]:
    return [list(map(int, turn.chosen)) for turn in turns(plan, n_sequences)]


def test_every_sequence_once_an_epoch():
    found = chosen(Plan(epochs=3, batch=3))
    assert [len(batch) for batch in found] == [3, 3, 1] * 3
    epochs = [[p for batch in found[k : k + 3] for p in batch] for k in (0, 3, 6)]
    assert all(sorted(epoch) == list(range(7)) for epoch in epochs)
    assert len(set(map(tuple, epochs))) == 3
    assert [turn.ends_epoch for turn in turns(Plan(epochs=2, batch=3), 7)] == [False, False, True] * 2


def test_the_order_is_the_seeds():
    first, again, other = (chosen(Plan(epochs=2, batch=2, seed=seed)) for seed in (5, 5, 6))
    assert first == again != other


def test_without_shuffling_they_come_as_they_are():
    assert chosen(Plan(epochs=2, batch=4, shuffle=False)) == [[0, 1, 2, 3], [4, 5, 6]] * 2


def test_iterations_cut_an_epoch_short():
    plan = Plan(iterations=4, batch=3)
    assert chosen(plan) == chosen(Plan(epochs=2, batch=3))[:4]
    assert [turn.ends_epoch for turn in turns(plan, 7)] == [False, False, True, True]
    assert (
        iterations(plan, 7) == 4 and iterations(Plan(epochs=2, batch=3), 7) == 6 and iterations(Plan(epochs=5), 7) == 5
    )


@pytest.mark.parametrize("batch", [None, 7, 8])
def test_all_sequences_at_once(batch):
    assert list(turns(Plan(iterations=2, batch=batch), 7)) == [(None, True)] * 2


def test_a_batch_holds_its_own_sequences():
    case = network("elman", own=(3, 5, 1, 3))
    part = batch_of(case, [2, 0])
    assert part.lengths == {"t": 3} and part.own_lengths == {"t": (1, 3)} and part.n_sequences == 2
    np.testing.assert_array_equal(part.sequences["x"], case.sequences["x"][:3, [2, 0]])
    assert not batch_of(case, [0, 3]).own_lengths
    whole, each = evaluate(case).sequences["h"], evaluate(batch_of(case, [1])).sequences["h"]
    np.testing.assert_allclose(whole[:, [1]], each, rtol=1e-13)


MEANS = """rnncalc: 1
recurrence: elman
weights: {{U: [[0.1, 0.2], [0.3, 0.1]], W: [[0.2, 0.1], [0.5, 0.4]], V: [[1], [-1]], b: [0.1, 0.2]}}
inputs: {{x: [[[1, 2], [3, 1], [1, 1]], [[2, 1], [0, 1], [2, 2]], [[1, 1], [2, 0], [3, 1]]]}}
{lengths}
targets: {{d: [[1, 0, 2], [2, 1, 0], [1, 1, 1]]}}
loss: {{kind: squared-error, reduction: {reduction}, at: {at}}}
"""


@pytest.mark.parametrize("at", ["all", "last"])
@pytest.mark.parametrize(("lengths", "own"), [("", (3, 3, 3)), ("lengths: [3, 1, 2]", (3, 1, 2))])
def test_a_mean_is_over_the_pairs_of_the_batch(lengths, own, at):
    if lengths and at == "last":
        lengths = "lengths: [3, 2, 2]"
        own = (3, 2, 2)
    mean, total = (problem(MEANS.format(lengths=lengths, at=at, reduction=r)).case for r in ("mean", "sum"))
    assert mean.pairs == (sum(own) if at == "all" else 3) and total.pairs is None
    prepared = Prepared(mean, 0)
    for members in ([0, 1, 2], [1, 2], [0, 2], [1]):
        pairs = sum(own[p] for p in members) if at == "all" else len(members)
        found, expected = evaluate(prepared.batch(members)), evaluate(batch_of(total, members))
        np.testing.assert_allclose(loss_total(found) * pairs, loss_total(expected), rtol=1e-12)
        for weight in mean.weights:
            ours, theirs = (gradients_of(values, False).of(weight) for values in (found, expected))
            np.testing.assert_allclose(ours * pairs, theirs, rtol=1e-11, atol=1e-13)
