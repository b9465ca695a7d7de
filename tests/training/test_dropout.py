"""Dropout in training: a mask of zeros and 1 / (1 − p), drawn anew each time; elsewhere nothing.

Witness: a pass of an Elman network with masks, written out here in numpy.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from training.numbers import CLASSES, drawn_case, unequal

from rnncalc.compute.bptt import gradients_of, loss_total
from rnncalc.compute.evaluate import evaluate
from rnncalc.training import learn as module
from rnncalc.training.batches import turns
from rnncalc.training.learn import learn
from rnncalc.training.plan import Choice, Plan
from rnncalc.training.prepared import Prepared

TEXT = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = V @ dropout(h[t], 0.7)\nJ[t] = sum((y[t] - d[t]) ** 2)"
WEIGHTS = {"U": (4, 3), "W": (4, 4), "V": (2, 4)}
DATA = {"x": (3, 6, 3), "d": (3, 6, 2)}


def masks(case):
    return [array for name, array in {**case.sequences, **case.values}.items() if name.startswith("dropped")]


def test_half_of_the_entries_and_their_expectation():
    case = drawn_case(TEXT, WEIGHTS, {"x": (300, 6, 3), "d": (300, 6, 2)})
    prepared = Prepared(case, 1)
    batch = prepared.batch()
    prepared.draw(batch)
    (mask,) = masks(batch)
    assert mask.shape == (6, 300, 4, 1)
    np.testing.assert_allclose(np.unique(mask), [0, 1 / 0.3], rtol=1e-15)
    assert abs(mask.mean() - 1) < 0.06 and abs((mask == 0).mean() - 0.7) < 0.02
    first = mask.copy()
    prepared.draw(batch)
    assert (mask != first).any()


def test_the_seed_draws_the_masks():
    case = drawn_case(TEXT, WEIGHTS, DATA)
    found = []
    for seed in (1, 1, 2):
        prepared = Prepared(case, seed)
        batch = prepared.batch()
        prepared.draw(batch)
        found.append(masks(batch)[0])
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != found[2]).any()


def test_loss_and_gradients_with_a_mask():
    case = drawn_case(TEXT, WEIGHTS, DATA)
    prepared = Prepared(case, 1)
    batch = prepared.batch()
    prepared.draw(batch)
    mask = masks(batch)[0][..., 0]
    U, W, V = (case.weights[name] for name in "UWV")
    x, d = (case.sequences[name][..., 0] for name in "xd")
    h = np.zeros((7, 3, 4))
    for t in range(1, 7):
        h[t] = np.tanh(x[t - 1] @ U.T + h[t - 1] @ W.T)
    dropped = h[1:] * mask
    error = dropped @ V.T - d
    gU, gW, carried = np.zeros_like(U), np.zeros_like(W), np.zeros((3, 4))
    for t in range(6, 0, -1):
        gz = (1 - h[t] ** 2) * (carried + 2 * error[t - 1] @ V * mask[t - 1])
        gU, gW, carried = gU + gz.T @ x[t - 1], gW + gz.T @ h[t - 1], gz @ W
    values = evaluate(batch)
    found = gradients_of(values, False)
    np.testing.assert_allclose(loss_total(values), (error**2).sum(), rtol=1e-12)
    np.testing.assert_allclose(found.of("V"), 2 * np.einsum("tpi,tpj->ij", error, dropped), rtol=1e-11)
    np.testing.assert_allclose(found.of("U"), gU, rtol=1e-11)
    np.testing.assert_allclose(found.of("W"), gW, rtol=1e-11)


@pytest.mark.parametrize("loss", [CLASSES, "J = cross_entropy(y[T], d[T])"])
@pytest.mark.parametrize("own", [(6, 6, 6), (6, 2, 4)])
def test_a_loss_from_the_logits_has_the_same_mask(loss, own):
    """The loss reads the logits, the output the probabilities: one dropout, written once."""
    case = drawn_case(
        f"h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = softmax(V @ dropout(h[t], 0.5))\n{loss}", WEIGHTS, DATA
    )
    classes = np.eye(2)[np.random.default_rng(0).integers(2, size=(6, 3))][..., None]
    case = replace(case, sequences={**case.sequences, "d": classes})
    case = unequal(case, own) if len(set(own)) > 1 else case
    prepared = Prepared(case, 1)
    batch = prepared.batch()
    prepared.draw(batch)
    assert len(masks(batch)) == 1
    values = evaluate(batch)
    y = values.sequences["y"]
    if loss == CLASSES:
        picked = [np.log((y[t, p] * classes[t, p]).sum()) for p in range(3) for t in range(own[p])]
    else:
        picked = [np.log((y[own[p] - 1, p] * classes[own[p] - 1, p]).sum()) for p in range(3)]
    np.testing.assert_allclose(loss_total(values), -sum(picked), rtol=1e-12)


def test_two_dropouts_of_one_form_have_masks_of_their_own():
    text = TEXT.replace("J[t]", "q[t] = dropout(h[t], 0.7)\nJ[t]").replace("- d[t]", "- d[t] + V @ q[t]")
    batch = Prepared(drawn_case(text, WEIGHTS, DATA), 1).batch()
    assert len(masks(batch)) == 2


def test_a_value_is_dropped_once_a_sequence():
    text = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny = V @ dropout(h[T], 1 / 4)\nJ = sum((y - d) ** 2)"
    case = drawn_case(text, WEIGHTS, {"x": (3, 6, 3), "d": (3, 2)})
    prepared = Prepared(case, 1)
    batch = prepared.batch()
    prepared.draw(batch)
    (mask,) = masks(batch)
    assert mask.shape == (3, 4, 1) and set(np.unique(mask)) == {0, 1 / 0.75}
    h, y = evaluate(case).sequences["h"][-1], evaluate(batch).singles["y"]
    np.testing.assert_allclose(y, case.weights["V"] @ (h * mask), rtol=1e-12)


def test_everything_dropped_teaches_nothing():
    case = drawn_case(TEXT.replace("0.7", "1"), WEIGHTS, DATA)
    learned = learn(case, Plan(Choice("gradient-descent", 0.1), iterations=3))
    np.testing.assert_array_equal(learned.last["U"], case.weights["U"])
    assert len(set(learned.history.losses)) == 1 and np.isfinite(learned.loss)


def test_each_iteration_draws_anew_and_the_seed_repeats_it():
    case = drawn_case(TEXT, WEIGHTS, DATA)
    plan = Plan(Choice("gradient-descent", 0), iterations=5, seed=4)
    first, again = (learn(case, plan).history.losses for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len(set(first)) == 5  # the rate is 0: only the masks differ


@pytest.mark.parametrize("size", [None, 2])
def test_learning_uses_the_masks_of_its_iteration(size):
    case = drawn_case(TEXT, WEIGHTS, DATA)
    plan = Plan(Choice("gradient-descent", 0.01), iterations=4, seed=4, batch=size)
    learned, prepared = learn(case, plan), Prepared(case, 4)
    w, losses = case.weights, []
    for turn in turns(plan, 3):
        batch = replace(prepared.batch(turn.chosen), weights=w)
        prepared.draw(batch)
        values = evaluate(batch)
        losses.append(loss_total(values))
        found = gradients_of(values, False)
        w = {name: array - 0.01 * found.of(name) for name, array in w.items()}
    np.testing.assert_allclose(learned.history.losses, losses, rtol=1e-11)
    np.testing.assert_allclose(learned.last["W"], w["W"], rtol=1e-10)


def test_lengths_in_parts_of_their_own_draw_anew_too():
    """A whole sequence is read, so that no masks can make its batch one of equal lengths."""
    text = TEXT.replace("V @ dropout(h[t], 0.7)", "V @ (h[:] @ softmax(h[:].T @ dropout(h[t], 0.7)))")
    case = unequal(drawn_case(text, WEIGHTS, DATA), (6, 2, 4))
    losses = learn(case, Plan(Choice("gradient-descent", 0), iterations=5, seed=4)).history.losses
    assert len(set(losses)) == 5


@pytest.mark.parametrize("size", [None, 2])
def test_the_last_weights_are_kept_whatever_the_thinned_losses(size):
    case = drawn_case(TEXT, WEIGHTS, DATA)
    learned = learn(case, Plan(Choice("gradient-descent", 0.001), iterations=8, seed=7, batch=size))
    means = learned.history.means
    assert means.argmin() < len(means) - 1  # the lowest is not the last
    assert learned.iteration == 8 and learned.thinned
    for name, array in learned.last.items():
        np.testing.assert_array_equal(learned.weights[name], array)
    U, W, V = (learned.weights[name] for name in "UWV")
    h, loss = np.zeros((3, 4)), 0.0
    for x, d in zip(*(case.sequences[name][..., 0] for name in "xd"), strict=True):
        h = np.tanh(x @ U.T + h @ W.T)
        loss += ((h @ V.T - d) ** 2).sum()
    np.testing.assert_allclose(learned.loss, loss, rtol=1e-12)  # nothing dropped


@pytest.mark.parametrize(("size", "kept"), [(None, 5), (2, 4)])
def test_an_interrupt_keeps_the_last_weights(size, kept, monkeypatch):
    """All at once those of the iteration, of mini-batches those at the end of an epoch, here of two."""
    monkeypatch.setattr(module, "PAUSE", -1.0)

    def told(news):
        if news.iteration == 6 if size is None else news.iteration == 5:
            raise KeyboardInterrupt

    case, plan = drawn_case(TEXT, WEIGHTS, DATA), Plan(Choice("gradient-descent", 0.01), iterations=20, batch=size)
    learned = learn(case, plan, told)
    assert (learned.stopped, learned.iteration) == ("interrupted", kept)
    same = learn(case, plan._replace(iterations=kept))
    np.testing.assert_array_equal(learned.weights["W"], same.last["W"])


def test_what_diverges_keeps_the_last_finite_weights():
    case = drawn_case(TEXT.replace("tanh", "identity"), WEIGHTS, DATA)
    learned = learn(case, Plan(Choice("gradient-descent", 5), iterations=100))
    assert learned.stopped == "diverged" and learned.iteration == len(learned.history.losses) - 1 > 0
    assert all(np.isfinite(array).all() for array in learned.weights.values())
