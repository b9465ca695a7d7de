"""N-gram models against collections.Counter: counts, probabilities, likelihoods, samples."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest

from rnncalc.compute.likelihood import likelihood, sample
from rnncalc.compute.ngrams import BOUNDARY, Ngrams, UnknownWord, count_ngrams, split_words

RANDOM = np.random.default_rng(7)
SENTENCES = [list(RANDOM.choice(list("abcde"), size=size, p=[0.4, 0.3, 0.15, 0.1, 0.05])) for size in (40, 1, 2, 25)]


def windows(sentences, order: int) -> Counter:
    return Counter(tuple(words[at : at + order]) for words in sentences for at in range(len(words) - order + 1))


def padded(sentences, order: int):
    return [[BOUNDARY] * (order - 1) + list(words) + [BOUNDARY] for words in sentences]


def names(model: Ngrams, context: int) -> tuple[str, ...]:
    return tuple(model.vocabulary[at] for at in model.contexts[context])


@pytest.mark.parametrize("boundaries", [False, True])
@pytest.mark.parametrize("add", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("order", [2, 3, 4])
def test_counts_and_probabilities_are_those_of_a_counter(order, add, boundaries):
    model = count_ngrams(SENTENCES, order, add, boundaries=boundaries)
    seen = windows(padded(SENTENCES, order) if boundaries else SENTENCES, order)
    counts, table = model.dense_counts(), model.table()
    assert counts.sum() == seen.total() == model.totals.sum()
    for column in range(len(model.contexts)):
        context = names(model, column)
        total = sum(times for gram, times in seen.items() if gram[:-1] == context)
        assert model.totals[column] == total
        for row, word in enumerate(model.vocabulary):
            times = seen[(*context, word)]
            assert counts[row, column] == model.count(column, row) == times
            whole = total + add * len(model.vocabulary)
            expected = (times + add) / whole if whole else math.nan
            found = table[row, column], model.probability(column, row), model.following(column)[row]
            assert found == pytest.approx((expected,) * 3, abs=1e-15, nan_ok=True)


def test_sentences_do_not_run_into_one_another():
    assert count_ngrams([["a", "b"], ["c", "d"]]).counts.times.sum() == 2
    assert count_ngrams([["a", "b"], ["c", "d"]]).dense_counts()[2, 1] == 0


def test_vocabulary_is_in_order_of_first_appearance_or_as_given():
    assert count_ngrams([["b", "a", "b", "c"]]).vocabulary == ("b", "a", "c")
    assert count_ngrams([["b", "a"]], vocabulary=("z", "a", "b")).vocabulary == ("z", "a", "b")
    assert count_ngrams([["b", "a"]], boundaries=True).vocabulary == (BOUNDARY, "b", "a")
    assert count_ngrams([["b", "a"]], vocabulary=("a", "b"), boundaries=True).vocabulary == ("a", "b", BOUNDARY)


def test_a_word_outside_the_given_vocabulary_is_named():
    with pytest.raises(UnknownWord, match=r"^q$"):
        count_ngrams([["a", "q"]], vocabulary=("a",))


def test_every_context_is_listed_where_smoothing_gives_it_a_probability():
    model = count_ngrams([list("abab")], order=3, add=1.0)
    assert [names(model, at) for at in range(4)] == list(product("ab", repeat=2))
    assert len(count_ngrams([list("abab")], order=3).contexts) == 2


@pytest.mark.parametrize("order", [4, 6])
def test_contexts_of_a_large_vocabulary_do_not_overflow(order):
    """With 2^16 words the code of five words has 80 bits; the first words would be lost."""
    vocabulary = [f"w{number}" for number in range(2**16)]
    words = [*vocabulary, "w5", "w1", "w1", "w1", "w1", "w2", "w6", "w1", "w1", "w1", "w1", "w3"]
    seen = windows([words], order)
    model = count_ngrams([words], order)
    contexts, numbers, times = model.counts
    found = {(*names(model, c), model.vocabulary[w]): n for c, w, n in zip(contexts, numbers, times, strict=True)}
    assert found == dict(seen)
    assert len(model.context_number) == len(model.contexts)


def test_memory_is_that_of_the_distinct_pairs():
    words = [f"w{number}" for number in range(20_000)] * 2
    counts = count_ngrams([words]).counts
    assert sum(array.nbytes for array in counts) < 1_000_000  # |V|² counts would be 3 GB


def test_likeliest_pairs_come_first_and_the_more_frequent_of_a_tie():
    model = count_ngrams([list("abababcaba"), list("de")])
    found = [(names(model, c), model.vocabulary[w], n) for c, w, n, _ in model.likeliest(4)]
    assert found == [(("a",), "b", 4), (("c",), "a", 1), (("d",), "e", 1), (("b",), "a", 3)]
    probabilities = [p for *_, p in model.likeliest(99)]
    assert probabilities == sorted(probabilities, reverse=True) and len(probabilities) == len(model.counts.times)


def test_likeliest_pairs_of_a_given_table():
    table = np.array([[0.4, 0.2], [0.6, 0.8]])
    model = Ngrams(("x", "y"), 2, np.arange(2)[:, None], None, 0.0, table)
    assert [(c, w, p) for c, w, _, p in model.likeliest(3)] == [(1, 1, 0.8), (0, 1, 0.6), (0, 0, 0.4)]


def test_words_and_characters():
    assert split_words(" A b\n\tA ", "word", False) == ["A", "b", "A"]
    assert split_words("A b", "character", True) == ["a", " ", "b"]


@pytest.mark.parametrize("boundaries", [False, True])
@pytest.mark.parametrize("order", [2, 3])
def test_likelihood_is_the_product_by_hand(order, boundaries):
    add, sentence = 0.5, list("abacab")
    model = count_ngrams(SENTENCES, order, add, boundaries=boundaries)
    words = padded([sentence], order)[0] if boundaries else sentence
    seen = windows(padded(SENTENCES, order) if boundaries else SENTENCES, order)
    before = Counter()
    for gram, times in seen.items():
        before[gram[:-1]] += times
    factors = [
        (seen[gram] + add) / (before[gram[:-1]] + add * len(model.vocabulary))
        for gram in (tuple(words[at : at + order]) for at in range(len(words) - order + 1))
    ]
    found = likelihood(model, sentence, boundaries)
    assert [factor.probability for factor in found.factors] == pytest.approx(factors, abs=1e-15)
    assert found.product == pytest.approx(math.prod(factors), rel=1e-14)
    assert found.log == pytest.approx(sum(map(math.log, factors)), rel=1e-14)
    assert found.bits == pytest.approx(sum(map(math.log2, factors)), rel=1e-14)
    assert found.perplexity == pytest.approx(math.prod(factors) ** (-1 / len(factors)), rel=1e-13)


def test_factors_carry_their_counts():
    model = count_ngrams([["I", "am", "Sam"], ["Sam", "I", "am"]])
    assert likelihood(model, ["Sam", "I"]).factors == ((("Sam",), "I", 1, 1, 1.0),)
    given = Ngrams(("x", "y"), 2, np.arange(2)[:, None], None, 0.0, np.full((2, 2), 0.5))
    assert likelihood(given, ["x", "y"]).factors == ((("x",), "y", None, None, 0.5),)


def test_an_impossible_sentence_and_one_of_which_nothing_is_known():
    model = count_ngrams([["a", "b", "a", "c"]])
    impossible, unknown = likelihood(model, ["b", "c"]), likelihood(model, ["c", "a"])
    assert (impossible.product, impossible.log, impossible.perplexity) == (0, -math.inf, math.inf)
    assert math.isnan(unknown.product) and math.isnan(unknown.log)


def test_a_context_never_seen_is_uniform_with_smoothing_only():
    words = [str(number) for number in range(40)]  # 1,600 contexts: not all are listed
    smoothed, bare = count_ngrams([words], 3, 1.0), count_ngrams([words], 3)
    assert len(smoothed.contexts) == 38
    assert likelihood(smoothed, ["7", "3", "9"]).product == 1 / 40
    assert math.isnan(likelihood(bare, ["7", "3", "9"]).product)


def test_logarithm_and_perplexity_hold_where_the_product_underflows():
    model = count_ngrams([list("abcab")], add=1.0)
    found = likelihood(model, list("ab") * 2_000)
    assert found.product == 0 and math.isfinite(found.log) and 1 < found.perplexity < 10


def test_perplexity_past_the_largest_float_is_infinite():
    model = count_ngrams([["a", "b", "a"]], add=1e-320)
    assert likelihood(model, ["a", "a"]).perplexity == math.inf


def test_unknown_word_of_a_sentence_is_named():
    with pytest.raises(UnknownWord, match=r"^q$"):
        likelihood(count_ngrams([["a", "b"]]), ["a", "q"])


def test_the_same_seed_draws_the_same_sample_and_another_one_another():
    model = count_ngrams(SENTENCES, add=1.0)
    drawn = [sample(model, 30, ["a"], seed) for seed in (3, 3, 4)]
    assert drawn[0] == drawn[1] != drawn[2] and len(drawn[0]) == 31


def test_sampling_follows_the_probabilities():
    model = count_ngrams(SENTENCES, 3, 0.5)
    n_draws = 40_000
    words = sample(model, n_draws, ["a", "b"], 11)
    seen = windows([words], 3)
    for column in range(len(model.contexts)):
        context = names(model, column)
        total = sum(seen[(*context, word)] for word in model.vocabulary)
        if total < 400:
            continue
        for row, word in enumerate(model.vocabulary):
            p = model.table()[row, column]
            assert abs(seen[(*context, word)] / total - p) < 4.5 * math.sqrt(p * (1 - p) / total)


def test_a_sample_ends_at_a_boundary_or_where_nothing_is_known():
    bounded = count_ngrams([["a", "b"]], boundaries=True)
    assert sample(bounded, 50, [BOUNDARY], 0) == [BOUNDARY, "a", "b", BOUNDARY]
    assert sample(count_ngrams([["a", "b"]]), 50, ["a"], 0) == ["a", "b"]


def test_a_sample_goes_on_after_a_context_never_seen_where_smoothing_is_on():
    words = [str(number) for number in range(40)]
    assert len(sample(count_ngrams([words], 3, 1.0), 20, ["7", "3"], 0)) == 22
    assert sample(count_ngrams([words], 3), 20, ["7", "3"], 0) == ["7", "3"]


def test_a_rounded_table_can_be_drawn_from():
    model = Ngrams(("x", "y"), 2, np.arange(2)[:, None], None, 0.0, np.array([[0.33, 0.2], [0.66, 0.8]]))
    words = sample(model, 20_000, ["x"], 5)
    pairs = Counter(pairwise(words))
    share = pairs["x", "y"] / (pairs["x", "x"] + pairs["x", "y"])
    assert share == pytest.approx(2 / 3, abs=0.03)


def test_a_sample_from_a_large_vocabulary_lays_no_table_out():
    words = [f"w{number}" for number in range(50_000)]
    assert sample(count_ngrams([words]), 3, ["w7"], 0) == ["w7", "w8", "w9", "w10"]
    with pytest.raises(UnknownWord):
        sample(count_ngrams([words]), 3, ["nowhere"], 0)


@pytest.mark.parametrize("boundaries", [False, True])
@pytest.mark.parametrize("order", [2, 3])
def test_the_sentences_that_were_counted_are_kept(order, boundaries):
    model = count_ngrams(SENTENCES, order, boundaries=boundaries)
    assert model.sentences() == SENTENCES
    assert model.text.n_words == sum(map(len, SENTENCES))
