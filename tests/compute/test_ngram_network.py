"""The network of an n-gram model against one written by hand, and against the model."""

from __future__ import annotations

import numpy as np
import pytest

from rnncalc.compute.inverses import INVERSES, NoInverse, invert
from rnncalc.compute.ngram_network import build_network, enumerate_contexts, run_network
from rnncalc.compute.ngram_values import MOST_ENTRIES, Asked, has_table, named_values, network_of
from rnncalc.compute.ngrams import Ngrams, count_ngrams

RANDOM = np.random.default_rng(3)
TEXT = list(RANDOM.choice(list("abcd"), size=60, p=[0.5, 0.2, 0.2, 0.1]))

# the activations by hand, over the last axis where they need all entries
BY_HAND = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "relu": lambda z: np.maximum(z, 0),
    "identity": lambda z: z,
}


def test_every_inverse_has_a_witness():
    assert set(BY_HAND) == set(INVERSES)


@pytest.mark.parametrize("activation", BY_HAND)
def test_inverse_undoes_the_activation(activation):
    columns = RANDOM.dirichlet(np.ones(6), size=5).T
    back = BY_HAND[activation](invert(columns, activation).T).T
    assert back == pytest.approx(columns, abs=1e-15)


@pytest.mark.parametrize("activation", BY_HAND)
def test_bigram_network_by_hand(activation):
    model = count_ngrams([TEXT], add=0.7)
    network = build_network(model, activation)
    w, v, b, c = (network.weights[name] for name in "WVbC")
    assert (v == 0).all() and (b == 0).all() and (c == np.eye(4)).all() and v.shape == c.shape == (4, 4)
    words = RANDOM.integers(4, size=(2, 5))
    h, expected = np.full((2, 4), 9.0), []  # whatever it starts from: V is 0
    for step in range(5):
        h = BY_HAND[activation](np.eye(4)[words[:, step]] @ w.T + h @ v.T + b)
        expected.append(h @ c.T)
    assert run_network(network, words) == pytest.approx(np.stack(expected, axis=1), abs=1e-15)


@pytest.mark.parametrize("boundaries", [False, True])
@pytest.mark.parametrize("activation", BY_HAND)
@pytest.mark.parametrize("order", [2, 3, 4])
def test_the_network_answers_what_the_model_says(order, activation, boundaries):
    model = count_ngrams([TEXT], order, 0.7, boundaries=boundaries)
    found = enumerate_contexts(model, build_network(model, activation))
    assert found.shape == model.table().shape
    assert np.abs(found - model.table()).max() <= 1e-15


@pytest.mark.parametrize("order", [3, 4])
def test_longer_contexts_are_recognised_within_a_longer_sequence(order):
    model = count_ngrams([TEXT], order, 1.0)
    words = np.array([model.number[word] for word in TEXT])
    outputs = run_network(build_network(model), words[None])[0]
    for at in range(order - 2, len(words)):
        column = model.context_number[tuple(words[at - order + 2 : at + 1].tolist())]
        assert outputs[at] == pytest.approx(model.table()[:, column], abs=1e-15)


def test_exactly_one_unit_of_the_longer_contexts_answers():
    model = count_ngrams([TEXT], 3, 1.0)
    weights = build_network(model).weights
    for before, last in model.contexts:
        k = np.maximum(weights["A1"][:, last] + weights["A2"][:, before] - 3, 0)
        assert sorted(k) == [0] * 15 + [1]
        assert np.abs(weights["A1"][:, last] + weights["A2"][:, before] - 3).min() >= 1  # never at the kink


@pytest.mark.parametrize("activation", ["identity", "leaky_relu", "relu"])
def test_without_smoothing_where_0_and_1_have_an_inverse(activation):
    model = count_ngrams([list("abcab")])
    assert np.array_equal(enumerate_contexts(model, build_network(model, activation)), model.table())


# 0 where the activation never is 0, 1 where it never is 1
@pytest.mark.parametrize(
    ("activation", "reaches"),
    [
        ("sigmoid", ()), ("tanh", (0,)), ("softplus", (1,)), ("softmax", (1,)), ("identity", (0, 1)), ("relu", (0, 1)),
        ("leaky_relu", (0, 1)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [0, 1])
def test_border_probabilities(activation, reaches, value):
    table = np.array([[0.5, 0.25], [0.5, value]])
    if value in reaches:
        assert np.isfinite(invert(table, activation)).all()
        return
    with pytest.raises(NoInverse) as error:
        invert(table, activation)
    assert (error.value.place, error.value.value) == ((1, 1), value)


@pytest.mark.parametrize("activation", BY_HAND)
def test_an_undefined_probability_has_no_inverse(activation):
    with pytest.raises(NoInverse, match="0/0") as error:
        invert(np.array([[0.5, 0.5], [0.5, np.nan]]), activation)
    assert error.value.place == (1, 1) and np.isnan(error.value.value)


def test_named_values_lie_as_asked_and_weights_as_the_network_has_them():
    model = count_ngrams([list("abac")], add=1.0)
    columns, rows = (named_values(model, Asked(way, ("a", "b"))) for way in ("columns", "rows"))
    for name in ("T", "counts", "smoothed"):
        assert np.array_equal(columns[name], rows[name].T)
    assert columns["T"].sum(axis=0) == pytest.approx(1) and rows["T"].sum(axis=1) == pytest.approx(1)
    assert np.array_equal(columns["W"], rows["W"])
    assert columns["counts"].tolist() == [[0, 1, 0], [1, 0, 0], [1, 0, 0]]
    assert columns["likelihood"] == 2 / 5


def test_a_model_too_large_is_not_laid_out():
    n_words = int(MOST_ENTRIES**0.5) + 1
    model = count_ngrams([[str(number) for number in range(n_words)]])
    assert not has_table(model) and network_of(model, "identity") is None
    assert set(named_values(model, Asked(sentence=("1", "2")))) == {"likelihood", "log_likelihood", "perplexity"}


def test_a_given_table_needs_no_counts():
    model = Ngrams(("x", "y"), 2, np.arange(2)[:, None], None, 0.0, np.array([[0.4, 0.2], [0.6, 0.8]]))
    found = named_values(model, Asked())
    assert set(found) == {"T", "W", "V", "b", "C"}
    assert found["W"] == pytest.approx(np.log([[2 / 3, 1 / 4], [3 / 2, 4]]), abs=1e-15)
