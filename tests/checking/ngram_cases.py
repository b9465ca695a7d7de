"""Random n-gram problems, and answers to them as people write them, judged without files."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from rnncalc.base.span import Source, whole
from rnncalc.checking.bigram import check_bigram
from rnncalc.checking.check import Finding
from rnncalc.compute.answers import Answer, AnswerKey, Claims
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_values import named_values
from rnncalc.compute.ngrams import Ngrams, count_ngrams

HERE = whole(Source("<test>", ""))
WORDS = "the rain falls on a hill and wind blows over sea".split()


def draw(seed: int, **fixed) -> tuple[Ngrams, Asked]:
    """Draw a problem whose sentence has a probability; `fixed` keeps add, boundaries, order, orientation, unit."""
    random = np.random.default_rng(seed)
    unit = fixed.get("unit", random.choice(["word", "character"]))
    add = fixed.get("add", float(random.choice([0.0, 1.0, 0.5])))
    boundaries = fixed.get("boundaries", bool(random.random() < 0.4))
    order = fixed.get("order", 2)
    known = WORDS[: random.integers(3, 8)] if unit == "word" else list("abc de")[: random.integers(3, 7)]
    sentences = [
        [str(word) for word in random.choice(known, size=random.integers(5, 14))] for _ in range(random.integers(1, 4))
    ]
    model = count_ngrams(sentences, order, add, (), boundaries)
    asked = Asked(
        fixed.get("orientation", str(random.choice(["columns", "rows"]))),
        tuple(sentences[0][: random.integers(order + 1, order + 4)]),
        boundaries,
        fixed.get("activation", "sigmoid"),
    )
    return model, asked


def written(value: float, decimals: int, significant: bool = False) -> str:
    """Write a number to some decimals, or with so many significant digits."""
    if not np.isfinite(value):
        return "0"
    exact = Decimal(repr(float(value)))
    if significant and exact:
        return f"{exact:.{decimals - 1}e}"
    return str(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def answer(name: str, value: np.ndarray, decimals: int) -> Answer:
    """Write a value as an answer; counts as they are, a small likelihood with significant digits."""
    value = np.asarray(value)
    places = 0 if name == "counts" else decimals
    small = name == "likelihood"
    texts = np.array([written(one, places, small) for one in value.ravel()], object).reshape(value.shape)
    return Answer(AnswerKey(name), texts, texts.astype(float), (HERE,) * value.size, HERE)


def check(model: Ngrams, asked: Asked, values: Mapping[str, np.ndarray], decimals: int) -> dict[str, list[Finding]]:
    """Give the findings of answers, by name."""
    found = check_bigram(model, asked, Claims(tuple(answer(name, value, decimals) for name, value in values.items())))
    return {name: [finding for finding in found if finding.key.name == name] for name in values}


def right(model: Ngrams, asked: Asked) -> dict[str, np.ndarray]:
    return named_values(model, asked)
