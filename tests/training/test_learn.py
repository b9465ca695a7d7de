"""The loop: weights move as a network and an optimiser written out in numpy do; it stops with the best of them.

Witness: backpropagation through time of an Elman network with Adam, below.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from training.numbers import CLASSES, SOFTMAX, drawn_case, network

from rnncalc.compute.bptt import gradients_of
from rnncalc.compute.evaluate import evaluate
from rnncalc.training import learn as module
from rnncalc.training.batches import batch_of, turns
from rnncalc.training.learn import learn
from rnncalc.training.plan import Choice, Plan

ELMAN = "h[t] = tanh(U @ x[t] + W @ h[t-1] + b)\ny[t] = V @ h[t] + c\nJ[t] = sum((y[t] - d[t]) ** 2)"
WEIGHTS = {"U": (4, 3), "W": (4, 4), "b": (4,), "V": (2, 4), "c": (2,)}
DATA = {"x": (5, 7, 3), "d": (5, 7, 2)}
ADAM = Choice("adam", 0.02)


def case_of(text: str = ELMAN, weights=WEIGHTS, data=DATA):
    return drawn_case(text, weights, data)


def loss_and_gradients(w, x, d):
    """Run an Elman network forward and backward: x (T, P, 3), d (T, P, 2)."""
    h = np.zeros((len(x) + 1, x.shape[1], 4))
    for t in range(1, len(x) + 1):
        h[t] = np.tanh(x[t - 1] @ w["U"].T + h[t - 1] @ w["W"].T + w["b"][:, 0])
    error = h[1:] @ w["V"].T + w["c"][:, 0] - d
    g = {name: np.zeros_like(array) for name, array in w.items()}
    carried = np.zeros_like(h[0])
    for t in range(len(x), 0, -1):
        out = 2 * error[t - 1]
        gz = (1 - h[t] ** 2) * (out @ w["V"] + carried)
        g["V"] += out.T @ h[t]
        g["c"] += out.sum(0)[:, None]
        g["U"] += gz.T @ x[t - 1]
        g["W"] += gz.T @ h[t - 1]
        g["b"] += gz.sum(0)[:, None]
        carried = gz @ w["W"]
    return (error**2).sum(), g


def adam_by_hand(case, batches, rate=0.02, clip=lambda g: g):
    """Give the losses and the weights after each update."""
    w = {name: array.copy() for name, array in case.weights.items()}
    m, v = (dict.fromkeys(w, 0.0) for _ in range(2))
    losses, path = [], []
    for k, chosen in enumerate(batches, start=1):
        x, d = (case.sequences[name][..., 0][:, chosen] for name in "xd")
        loss, g = loss_and_gradients(w, x, d)
        g = clip(g)
        for name in w:
            m[name] = 0.9 * m[name] + 0.1 * g[name]
            v[name] = 0.999 * v[name] + 0.001 * g[name] ** 2
            w[name] = w[name] - rate * m[name] / (1 - 0.9**k) / (np.sqrt(v[name] / (1 - 0.999**k)) + 1e-8)
        losses.append(loss)
        path.append(dict(w))
    return losses, path


def same(found, expected, rtol=1e-9):
    assert set(found) == set(expected)
    for name, array in expected.items():
        np.testing.assert_allclose(found[name], array, rtol=rtol, atol=1e-12)


def test_all_sequences_at_once():
    case = case_of()
    losses, path = adam_by_hand(case, [slice(None)] * 20)
    learned = learn(case, Plan(ADAM, iterations=20))
    np.testing.assert_allclose(learned.history.losses, losses, rtol=1e-11)
    same(learned.last, path[-1])
    same(learned.weights, path[-1])  # the loss goes down all the way
    assert (learned.iteration, learned.stopped, learned.divergence) == (20, "", None)
    assert learned.loss < losses[-1]
    same(case.weights, case_of().weights)


def test_mini_batches():
    case, plan = case_of(), Plan(ADAM, epochs=4, batch=2, seed=3)
    batches = [turn.chosen for turn in turns(plan, 5)]
    losses, path = adam_by_hand(case, batches)
    learned = learn(case, plan)
    np.testing.assert_allclose(learned.history.losses, losses, rtol=1e-11)
    np.testing.assert_array_equal(learned.history.epochs, [3, 6, 9, 12])
    means = [np.mean(losses[k : k + 3]) for k in (0, 3, 6, 9)]
    np.testing.assert_allclose(learned.history.means, means, rtol=1e-11)
    best = int(np.argmin(means))
    same(learned.weights, path[3 * best + 2])
    np.testing.assert_allclose(learned.loss, means[best], rtol=1e-11)


@pytest.mark.parametrize("method", ["limit", "norm"])
def test_clipped(method):
    def clip(g):
        if method == "limit":
            return {name: np.clip(array, -0.5, 0.5) for name, array in g.items()}
        norm = np.sqrt(sum((array**2).sum() for array in g.values()))
        return {name: array * min(1, 0.5 / norm) for name, array in g.items()}

    case = case_of()
    _, path = adam_by_hand(case, [slice(None)] * 8, clip=clip)
    same(learn(case, Plan(ADAM, iterations=8, clip=0.5, clip_by=method)).last, path[-1])


@pytest.mark.parametrize("text", ["lengths", "whole sequence"])
def test_unequal_lengths(text):
    """By masks, or, where a whole sequence is read, in parts: as the sum over the sequences each by itself."""
    case = network("gru", own=(3, 5, 1, 3, 2))
    if text == "whole sequence":
        equations = "h[t] = tanh(U @ x[t] + W @ h[t-1])\ny[t] = V @ (h[:] @ softmax(h[:].T @ h[t]))\n"
        case = drawn_case(equations + "J[t] = sum((y[t] - d[t]) ** 2)", {n: WEIGHTS[n] for n in "UWV"}, DATA)
        case = replace(case, own_lengths={"t": (3, 7, 2, 3, 6)})
    plan = Plan(Choice("gradient-descent", 0.01), iterations=4, batch=3)
    w = {name: array.copy() for name, array in case.weights.items()}
    losses = []
    for turn in turns(plan, 5):
        alone = [replace(batch_of(case, [p]), weights=w) for p in turn.chosen]
        values = [evaluate(one) for one in alone]
        losses.append(sum(v.sequences["J"].sum() for v in values))
        found = [gradients_of(v, False) for v in values]
        w = {name: array - 0.01 * sum(g.of(name) for g in found) for name, array in w.items()}
    learned = learn(case, plan)
    np.testing.assert_allclose(learned.history.losses, losses, rtol=1e-11)
    same(learned.last, w)


def test_the_same_seed_gives_the_same_numbers():
    case = case_of()
    first, again, other = (learn(case, Plan(ADAM, epochs=2, batch=2, seed=seed)).last["W"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_what_the_loss_does_not_reach_stays():
    case = case_of(ELMAN.replace("J[t]", "q[t] = R @ h[t]\nJ[t]"), {**WEIGHTS, "R": (3, 4)})
    for kind in ("gradient-descent", "momentum", "rmsprop", "adam"):
        learned = learn(case, Plan(Choice(kind, 0.001), iterations=5))
        np.testing.assert_array_equal(learned.last["R"], case.weights["R"])
        assert (learned.last["W"] != case.weights["W"]).any()


def test_the_best_weights_are_those_of_the_lowest_loss():
    case = case_of()
    learned = learn(case, Plan(Choice("adam", 0.8), iterations=15))  # so long that it jumps to and fro
    at = int(learned.history.losses.argmin())
    assert 0 < at < 14 and learned.iteration == at
    assert learned.loss == learned.history.losses[at]
    found = evaluate(replace(case, weights=learned.weights)).sequences["J"].sum()
    np.testing.assert_allclose(found, learned.loss, rtol=1e-12)


def test_divergence_keeps_the_last_good_weights_and_names_a_weight():
    case = case_of(ELMAN.replace("tanh", "identity"))
    learned = learn(case, Plan(Choice("gradient-descent", 0.3), iterations=200))
    assert learned.stopped == "diverged" and all(np.isfinite(array).all() for array in learned.weights.values())
    found = learned.divergence
    assert found.weight in WEIGHTS and found.iteration == len(learned.history.losses) + 1 < 10
    w, norms = {name: array.copy() for name, array in case.weights.items()}, []
    for _ in range(found.iteration - 1):
        g = gradients_of(evaluate(replace(case, weights=w)), False)
        norms.append({name: np.linalg.norm(g.of(name)) for name in w})
        w = {name: array - 0.3 * g.of(name) for name, array in w.items()}
    growth = {name: norms[-1][name] / norms[-2][name] for name in w}
    assert found.weight == max(growth, key=growth.get)
    np.testing.assert_allclose([found.before, found.after], [n[found.weight] for n in norms[-2:]], rtol=1e-9)


def test_divergence_in_mini_batches_and_at_once():
    case = case_of(ELMAN.replace("tanh", "identity"))
    learned = learn(case, Plan(Choice("gradient-descent", 0.3), iterations=200, batch=2))
    assert learned.stopped == "diverged" and all(np.isfinite(array).all() for array in learned.weights.values())
    learned = learn(case, Plan(Choice("gradient-descent", 1e200), epochs=2, batch=2))
    assert learned.stopped == "diverged" and learned.divergence.iteration == 2
    same(learned.weights, case.weights, rtol=0)
    infinite = replace(case, weights={**case.weights, "U": np.full((4, 3), np.inf)})
    learned = learn(infinite, Plan(ADAM, iterations=5))
    assert learned.stopped == "diverged" and learned.divergence.iteration == 1
    assert not learned.history.losses.size


@pytest.mark.parametrize("plan", [Plan(ADAM, iterations=50), Plan(ADAM, epochs=30, batch=2)])
def test_an_interrupt_keeps_the_best_so_far(plan, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", -1.0)
    whole = learn(case_of(), plan)

    def told(news):
        if news.iteration == 14:
            raise KeyboardInterrupt

    learned = learn(case_of(), plan, told)
    assert learned.stopped == "interrupted"
    np.testing.assert_array_equal(learned.history.losses, whole.history.losses[:14])
    at = 12 if plan.batch else 13  # the end of the fourth epoch; the weights before the last update
    assert learned.iteration == at
    same(learned.weights, learn(case_of(), plan._replace(iterations=at, epochs=None)).last, rtol=0)


def test_an_interrupt_in_the_first_epoch():
    def told(news):
        raise KeyboardInterrupt

    plan = Plan(ADAM, epochs=30, batch=2)
    learned = learn(case_of(), plan, told)
    same(learned.weights, learn(case_of(), plan._replace(iterations=1, epochs=None)).last, rtol=0)


def test_told_at_the_first_and_last_iteration_and_between(monkeypatch):
    news = []
    learned = learn(case_of(), Plan(ADAM, iterations=30), news.append)
    assert (news[0].iteration, news[-1].iteration) == (1, 30)
    assert [(n.iterations, n.rate) for n in news] == [(30, 0.02)] * len(news)
    assert [n.loss for n in news] == [learned.history.losses[n.iteration - 1] for n in news]
    monkeypatch.setattr(module, "PAUSE", -1.0)
    news.clear()
    learn(case_of(), Plan(ADAM, iterations=30), news.append)
    assert [n.iteration for n in news] == list(range(1, 31))


def test_accuracies_of_classes():
    case = network("gru", loss=CLASSES, own=(3, 5, 1, 3), activations=SOFTMAX)
    history = learn(case, Plan(ADAM, iterations=60)).history
    assert len(history.measured) == 50 and history.measured[-1] == 60
    assert history.accuracies[-1] > history.accuracies[0]
    by_epoch = learn(case, Plan(ADAM, epochs=5, batch=2)).history
    np.testing.assert_array_equal(by_epoch.measured, by_epoch.epochs)
    assert not learn(case_of(), Plan(ADAM, iterations=5)).history.measured.size
