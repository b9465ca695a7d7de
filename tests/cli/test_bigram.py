"""rnncalc bigram: what it prints, its options, its JSON, and the network that it writes."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from running import PLACE, run

POTTER = ("bigram", "--text", "Harry Potter", "--smoothing", "laplace", "--sentence", "Potter Harry")
WORDS = [f"w{number}" for number in np.random.default_rng(1).integers(70, size=3_000)]


def printed(*args: object, width: int = 100) -> str:
    outcome = run("bigram", *args, width=width)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def document(*args: object, stdin: bytes = b"") -> dict:
    outcome = run("bigram", *args, "--format", "json", stdin=stdin)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.json


@pytest.mark.parametrize("width", [60, 100, 160])
def test_activities_2_1_to_2_4(width):
    out = run(*POTTER, width=width).out
    for line in (
        "Laplace smoothing: 1 is added to every count.",
        "A column is the word before: it sums to 1 over the words after.",
        "  after Harry: (count + 1) / (1 + 1 · 2) = (count + 1) / 3",
        "  after Potter: (count + 1) / (0 + 1 · 2) = (count + 1) / 2",
        "Potter          ▓ 0.6667  ▒ 0.5000",
        "sum               1.0000    1.0000",
        "P(Harry | Potter)  (0 + 1)/(0 + 2)       0.5000",
        "likelihood = 0.5000",
        "log likelihood = -0.6931 nats = -1.0000 bits",
        "perplexity = 2.0000",
        "  h(t) = sigmoid(W x(t) + V h(t-1) + b)",
        "  W = σ⁻¹(T), σ⁻¹(p) = log(p / (1 - p)); V = 0, b = 0, C = I",
        "Harry   -0.6931  0.0000",
        "Harry   o  0.3333  0.6667",
        "        T  0.3333  0.6667",
        "largest difference: 0.0e+00",
        "likelihood from the network's outputs: 0.5000",
    ):
        assert f"\n{line}\n" in out


def test_rows_lie_the_other_way_round_and_say_so():
    out = printed(*POTTER[1:], "--orientation", "rows")
    assert "A row is the word before" in out and "before \\ after" in out
    assert "Harry           ░ 0.3333  ▓ 0.6667  1.0000" in out and "W = σ⁻¹(Tᵀ)" in out
    assert document(*POTTER[1:], "--orientation", "rows")["values"]["T"] == pytest.approx(
        np.array([[1 / 3, 2 / 3], [1 / 2, 1 / 2]])
    )


def test_the_network_gives_the_likelihood_with_boundaries_too():
    out = printed("sam-i-am")
    assert "likelihood = 0.67 · 0.67 · 0.50 · 0.50 = 0.11\n" in out
    assert "likelihood from the network's outputs: 0.11\n" in out


def test_lower_case_boundaries_and_characters_are_said():
    out = printed("--text", "The the", "--lower", "--boundaries", "--unit", "character")
    assert "5 characters" in out and "Capital letters are made small." in out
    assert "<s> stands before and after every sentence." in out and "No smoothing." in out and "␣" in out


def test_a_word_that_nothing_follows_is_named():
    out = printed("--text", "a b")
    assert "Nothing follows b: 0/0. Smoothing gives it probabilities: --smoothing laplace." in out
    assert "P(a | a) is 0, which sigmoid never is" in out
    assert "smoothing (--smoothing laplace) or an activation that reaches it (--activation identity)" in out


def test_a_given_table_cannot_be_smoothed(tmp_path):
    (tmp_path / "p.yaml").write_text("rnncalc: 1\nbigram: {table: [[0, 0.5], [1, 0.5]]}\n")
    out = printed(tmp_path / "p.yaml")
    assert "What helps: an activation that reaches it (--activation identity).\n" in out
    assert run("bigram", tmp_path / "p.yaml", "--smoothing", "laplace").slugs == ["unused-key"]


def test_small_fractions_of_smoothing_are_not_shown_as_nothing():
    out = printed("--text", "a b a", "--smoothing", "0.001", "--decimals", "2")
    assert "0.001 is added to every count." in out and "sum             1.002  1.002" in out
    assert "(count + 0.001) / (1 + 0.001 · 2) = (count + 0.001) / 1.002" in out


def test_likelihoods_too_small_for_the_decimals():
    text = " ".join(WORDS)
    out = printed("--text", "a b", "--smoothing", "1e-6", "--sentence", "a a")
    assert "likelihood = 1.0000e-6\n" in out and "likelihood from the network's outputs: 1.0000e-6\n" in out
    out = printed("--text", text, "--smoothing", "1", "--sentence", text)
    shown = Decimal(out.split("log likelihood")[0].split(" = ")[-1])
    nats = document("--text", text, "--smoothing", "1", "--sentence", text)["values"]["log_likelihood"]
    assert "impossible" not in out and shown < Decimal("1e-4000")
    assert float(shown.ln()) == pytest.approx(nats, abs=1e-4)


def test_an_impossible_sentence():
    out = printed("--text", "a b a c", "--sentence", "b c", "--activation", "identity")
    assert "likelihood = 0.0000\nA factor is 0, so the sentence is impossible here" in out


def test_a_sentence_of_which_nothing_is_known():
    out = printed("--text", "a b", "--sentence", "b a")
    assert "P(a | b)    0/0          0/0" in out and "likelihood = 0/0\n" in out and "perplexity" not in out


def test_a_context_never_seen_has_no_unit():
    text = " ".join(str(number) for number in range(40))
    out = printed("--text", text, "--order", "3", "--smoothing", "1", "--sentence", "7 3 9")
    assert "P(9 | 7 3)  (0 + 1)/(0 + 40)       0.0250" in out
    assert "7 3 occurs nowhere, so the network has no unit for it" in out


@pytest.mark.parametrize("order", [3, 4])
def test_longer_contexts(order):
    out = printed("--text", "a b a c a b a b", "--order", order, "--smoothing", "1", "--sentence", "a b a c a")
    assert f"k(t) = relu(A1 x(t) + A2 s1(t-1) {'' if order == 3 else '+ A3 s2(t-1) '}- {2 * order - 3})" in out
    found = dict(line.split(": ", 1) for line in out.split("\n") if ": " in line)
    assert float(found["largest difference"]) <= 1e-15
    assert f"= {found['likelihood from the network' + chr(39) + 's outputs']}\n" in out


def test_sixty_words_are_printed_and_more_are_listed():
    sixty = " ".join(f"w{number}" for number in range(60))
    assert "the likeliest" not in printed("--text", sixty)
    more = printed("--text", sixty + " w60", "--top", "2")
    assert "the likeliest 2 pairs (the table of 61 × 61 is too large to print)\n" in more
    assert "w0         w1      1       1.0000\n" in more and "counts\n" not in more
    assert "no network\nIt is as large as the table, too large to print.\n" in more


def test_top_beside_a_table():
    assert "the likeliest 1 pair\nbefore  after  count  probability\na           b      2       1.0000\n" in printed(
        "--text", "a b a b", "--top", "1"
    )
    assert "before   after  count  probability\npotter  potter              0.8000\n" in printed(
        "class4-bigram-network", "--top", "1"
    )


def test_the_same_seed_draws_the_same_sample():
    options = ("--text", " ".join(WORDS), "--sample", "12", "--start", "w3", "--seed")
    first, again, other = (document(*options, seed)["sample"] for seed in (4, 4, 5))
    assert first == again != other and len(first) == 13 and first[0] == "w3"
    assert " ".join(first) in printed(*options, 4)
    assert set(pairwise(first)) <= set(pairwise(WORDS))


def test_a_sample_begins_at_a_boundary():
    assert document("sam-i-am", "--sample", "50")["sample"][0] == "<s>"
    assert document("class4-bigram-network", "--sample", "5", "--start", "potter")["sample"][0] == "potter"


def test_a_sample_from_a_rounded_table(tmp_path):
    (tmp_path / "p.yaml").write_text("rnncalc: 1\nbigram: {table: [[0.33, 0.2], [0.66, 0.8]]}\n")
    assert len(document(tmp_path / "p.yaml", "--sample", "9")["sample"]) == 10


def test_json_document():
    found = document(*POTTER[1:])
    assert (found["schema_version"], found["command"], found["order"]) == (1, "bigram", 2)
    assert (found["vocabulary"], found["orientation"], found["activation"]) == (
        ["Harry", "Potter"],
        "columns",
        "sigmoid",
    )
    values = found["values"]
    assert list(values) == [
        "counts", "smoothed", "T", "likelihood", "log_likelihood", "perplexity", "W", "V", "b", "C",
    ]  # fmt: skip
    assert (values["counts"], values["likelihood"]) == ([[0, 0], [1, 0]], 0.5)
    assert values["T"] == [[1 / 3, 0.5], [2 / 3, 0.5]]
    assert np.array(values["W"]) == pytest.approx(np.log([[0.5, 1], [2, 1]]))
    assert found["factors"] == [{"context": ["Potter"], "word": "Harry", "count": 0, "probability": 0.5}]
    assert found["largest_difference"] <= 1e-15 and "pairs" not in found


def test_json_of_what_is_undefined_infinite_or_too_large():
    found = document("--text", "a b", "--sentence", "b a")
    assert found["values"]["T"] == [[0, None], [1, None]] and found["values"]["likelihood"] is None
    assert "W" not in found["values"] and "largest_difference" not in found
    assert document("--text", "a b a c", "--sentence", "b c")["values"]["log_likelihood"] is None
    many = document("--text", " ".join(f"w{n}" for n in range(1_001)), "--sentence", "w1 w2", "--top", "1")
    assert many["values"] == {"likelihood": 1, "log_likelihood": 0, "perplexity": 1}
    assert many["pairs"] == [{"context": ["w0"], "word": "w1", "count": 1, "probability": 1}]


def test_standard_input_and_options_over_the_file():
    text = b"rnncalc: 1\nbigram:\n  text: one two\n  smoothing: laplace\n  sentence: one two\n"
    assert document("-", stdin=text)["values"]["likelihood"] == 2 / 3
    assert document("-", "--smoothing", "none", stdin=text)["values"]["likelihood"] == 1
    assert document("-", "--text", "two one two", "--sentence", "two two", stdin=text)["values"]["likelihood"] == 1 / 3
    outcome = run("bigram", "-", stdin=b"rnncalc: 1\nbigram: {text: a}\n")
    assert (outcome.code, outcome.places[0][:3]) == (3, ("<stdin>", 2, 10))


def test_a_text_replaces_a_table():
    assert document("class4-bigram-network", "--text", "potter harry potter", "--smoothing", "1")["values"]["counts"]


def test_text_file(tmp_path):
    (tmp_path / "w.txt").write_text("no on no yes", encoding="utf-8")
    assert document("--text-file", tmp_path / "w.txt")["vocabulary"] == ["no", "on", "yes"]
    assert document("class4-bigram", "--text-file", tmp_path / "w.txt", "--sentence", "no on")["order"] == 2


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--text", "a b", "--text-file", "x"),
        ("--text", "a b", "--order", "1"),
        ("--text", "a b", "--order", "999999999999999999999"),
        ("--text", "a b", "--top", "0"),
        ("--text", "a b", "--sample", "0"),
        ("--text", "a b", "--sample", "10000000000"),
        ("--text", "a b", "--sample", "3", "--start", "q"),
        ("--text", "a b c", "--order", "3", "--sample", "3", "--start", "a"),
        ("--text", "a b", "--seed", "-1"),
        ("--text", "a b", "--unit", "syllable"),
        ("--text", "a b", "--orientation", "up"),
        ("--text", "a b", "--output", "/nowhere/at/all.yaml", "--smoothing", "1"),
    ],
)
def test_usage(options):
    outcome = run("bigram", *options)
    assert outcome.code == 2 and "Traceback" not in outcome.err and "Error: " in outcome.err


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        (("--text", ""), "empty-text"),
        (("--text", "one"), "too-few-words"),
        (("--text", "a b", "--smoothing", "-1"), "unknown-value"),
        (("--text", "a b", "--activation", "elu"), "unknown-value"),
        (("--text", "a b", "--sentence", "a q"), "unknown-word"),
        (("--text", "a b", "--sentence", "a"), "too-few-words"),
        (("--text-file", "nowhere.txt"), "missing-file"),
        (("--text-file", "."), "unreadable-file"),
        (("--text-file", "bad\0name"), "unreadable-file"),
        (("nowhere",), "missing-file"),
        (("lstm-2-units",), "no-bigram"),
    ],
)
def test_faults_of_options_name_the_option(options, slug):
    outcome = run("bigram", *options)
    assert (outcome.code, outcome.out, outcome.slugs) == (3, "", [slug])
    assert PLACE.match(outcome.err)[1] == options[-2:][0]


def test_a_section_that_is_none_is_told_also_with_options():
    outcome = run("bigram", "-", "--text", "a b", stdin=b"rnncalc: 1\nbigram: hello\n")
    assert (outcome.code, outcome.slugs) == (3, ["wrong-type"])


@pytest.mark.parametrize("command", [("forward",), ("bptt",), ("paths",), ("equations",)])
def test_other_commands_say_what_to_do_with_an_n_gram_problem(command):
    outcome = run(*command, "sam-i-am")
    assert (outcome.code, outcome.slugs) == (3, ["bigram-problem"]) and "--output FILE" in outcome.err


def test_counting_characters_of_a_long_text(tmp_path):
    random = np.random.default_rng(2)
    (tmp_path / "w.txt").write_text("".join(random.choice(list("abcdefghij \n"), size=500_000)))
    out = printed("--text-file", tmp_path / "w.txt", "--unit", "character", "--order", "6", "--top", "1")
    assert "6-gram model over 12 characters, 499,995 6-grams counted." in out
