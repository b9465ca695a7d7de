"""Slips after the table: in the likelihood, its logarithm, the perplexity, and the weights of the network."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rnncalc.checking.mistakes.ngram_slip import NgramSlip
from rnncalc.checking.mistakes.ngram_texts import share
from rnncalc.compute.inverses import INVERSES
from rnncalc.compute.ngram_method import RIGHT, Asked, total
from rnncalc.compute.ngram_sentence import tokens_of
from rnncalc.compute.ngrams import Ngrams

MOST_FACTORS = 40  # of which each may have been left out
_SAME_FACTORS = {name: getattr(RIGHT, name) for name in ("start", "end", "words", "alone")}  # else it is another factor
_LN = {"2": repr(math.log(2)), "10": repr(math.log(10))}


def first_word_counted(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if asked.sentence is None or asked.boundaries:
        return
    if model.text is not None:
        words = "the product starts with the share of the first word in the text"
        yield NgramSlip("first-word-counted", words, {"first": share})
    words = "the product starts with 1/V for the first word"
    yield NgramSlip("first-word-counted", words, {"first": lambda model, word: 1 / len(model.vocabulary)})


def dropped_factor(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    tokens, n = _tokens(model, asked)
    for at in range(n) if 1 < n <= MOST_FACTORS else ():
        context, word = " ".join(tokens[at : at + model.order - 1]), tokens[at + model.order - 1]
        changes = {"dropped": at, **_SAME_FACTORS}
        yield NgramSlip("dropped-factor", f"the factor P({word} | {context}) is left out", changes)


def sum_for_product(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if _tokens(model, asked)[1] > 1:
        yield NgramSlip("sum-for-product", "the probabilities are added and not multiplied", {"combined": total})


def log_base(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    inverse = INVERSES[asked.activation].formula
    for base, ln in _LN.items():
        if asked.sentence is not None:
            yield NgramSlip("log-base", f"the logarithm has base {base}", {"log": f"log(p) / {ln}"})
            words = f"the logarithm of base {base} is taken back with e"
            yield NgramSlip("log-base", words, {"perplexity": (f"exp(-l / {ln} / n)", f"p ** (-r / {ln})")})
            words = f"the natural logarithm is taken back with {base}"
            yield NgramSlip("log-base", words, {"perplexity": (f"exp(-l * {ln} / n)", f"p ** (-r * {ln})")})
        if "log" in inverse:
            yield NgramSlip("log-base", f"the logarithm in σ⁻¹ has base {base}", {"inverse": f"({inverse}) / {ln}"})


def wrong_sign(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    inverse = INVERSES[asked.activation].formula
    if asked.sentence is not None:
        yield NgramSlip("wrong-sign", "the logarithm is taken with the other sign", {"log": "-log(p)"})
        words = "the root of the likelihood is not turned over, exp(l / n) in place of exp(-l / n)"
        yield NgramSlip("wrong-sign", words, {"perplexity": ("exp(l / n)", "p ** r")})
    if "log" in inverse:
        turned = "log((1 - p) / p)" if asked.activation == "sigmoid" else f"-{inverse}"
        yield NgramSlip("wrong-sign", f"{turned} is taken for σ⁻¹(p) = {inverse}", {"inverse": f"-({inverse})"})


def mean_for_sum(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    n = _tokens(model, asked)[1]
    if n > 1:
        words = f"the log likelihood is divided by the {n} factors"
        yield NgramSlip("mean-for-sum", words, {"log": "log(p) / n"})


def missing_root(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if _tokens(model, asked)[1] > 1:
        words = "the perplexity is 1 / likelihood, without the root"
        yield NgramSlip("missing-root", words, {"perplexity": ("exp(-l)", "1 / p")})


def wrong_root(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    n, n_words = _tokens(model, asked)[1], len(asked.sentence or ())
    counts = {n + 1: "one more than the factors", n - 1: "one less than the factors"}
    counts |= {n_words + 2: "the words with both boundaries"} if asked.boundaries else {}
    for count, what in (counts | {n_words: "the words of the sentence"}).items() if n else ():
        if count not in (0, 1, n):
            words = f"n is {count} in the perplexity, {what}, in place of the {n} factors"
            yield NgramSlip("wrong-root", words, {"perplexity": (f"exp(-l / {count})", f"p ** (-{1 / count!r})")})


def missing_exponential(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if asked.sentence is not None:
        words = "the perplexity is left as -log likelihood / n, without the exponential"
        yield NgramSlip("missing-exponential", words, {"perplexity": ("-l / n", "-log(p) / n")})
        bits = _LN["2"]
        words = f"{words}, in bits"
        yield NgramSlip("missing-exponential", words, {"perplexity": (f"-l / n / {bits}", f"-log(p) / n / {bits}")})


def missing_inverse(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    if INVERSES[asked.activation].formula != "p":
        yield NgramSlip("missing-inverse", "W is the table itself and not σ⁻¹ of it", {"inverse": "p"})


def wrong_inverse(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    """Take another formula for σ⁻¹."""
    formulas = ("p / (1 - p)", "log(p)", "log(1 - p)", "log((1 + p) / (1 - p))", "1 / p")
    right, sigma = INVERSES[asked.activation].formula, asked.activation
    if right == "p":
        return
    for formula in formulas:
        if formula != right:
            yield NgramSlip("wrong-inverse", f"{formula} is taken for σ⁻¹(p) = {right}", {"inverse": formula})
    if sigma != "softmax":
        yield NgramSlip("wrong-inverse", f"{sigma}(p) is taken for its inverse", {"inverse": f"{sigma}(p)"})
        yield NgramSlip("wrong-inverse", f"1 / {sigma}(p) is taken for its inverse", {"inverse": f"1 / {sigma}(p)"})


def wrong_activation(model: Ngrams, asked: Asked) -> Iterator[NgramSlip]:
    """Invert another activation function."""
    for name in ("sigmoid", "tanh", "softplus"):
        if name != asked.activation:
            words = f"W inverts {name} in place of {asked.activation}"
            yield NgramSlip("wrong-activation", words, {"inverse": INVERSES[name].formula})


def _tokens(model: Ngrams, asked: Asked) -> tuple[list[str], int]:
    """Give the words of the sentence asked for, boundaries included, and how many factors it has."""
    tokens = tokens_of(model, asked, RIGHT) if asked.sentence is not None else []
    return tokens, max(len(tokens) - model.order + 1, 0)
