"""N-gram problems, and answers to them as people write them, judged without files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from running import bigram

from rnncalc.base.span import Source, whole
from rnncalc.checking.bigram import check_bigram
from rnncalc.checking.check import Finding
from rnncalc.checking.mistakes.ngram_slip import NgramSlip
from rnncalc.checking.mistakes.ngrams import ngram_slips
from rnncalc.compute.answers import Answer, AnswerKey, Claims
from rnncalc.compute.ngram_method import Asked
from rnncalc.compute.ngram_values import named_values
from rnncalc.compute.ngrams import Ngrams, count_ngrams

PROBLEMS = {
    "words, smoothed": "sentences: [the rain falls on the hill, the wind falls on the sea]\n"
    "smoothing: laplace\nsentence: the wind falls on the hill",
    "words": "sentences: [a cat saw a dog, a dog saw the cat saw a cat, the cat saw]\n"
    "orientation: rows\nsentence: a cat saw the cat\nactivation: tanh",
    "words, boundaries": "sentences: [I am Sam, Sam I am, I do not like green eggs and ham]\n"
    "boundaries: true\nsentence: I am Sam",
    "words, boundaries, smoothed": "sentences: [go home now, go now, stay home]\n"
    "boundaries: true\nsmoothing: 0.5\nsentence: stay now go",
    "words, capitals": "text: Rain on rain On the Hill the hill on Rain the rain\n"
    "smoothing: laplace\nsentence: rain on the hill",
    "characters": "sentences: [cacao coca, coco cacao]\nunit: character\nsentence: caco coca",
    "characters, smoothed": "sentences: [abracadabra, bar a cad]\nunit: character\nsmoothing: 0.5\n"
    "orientation: rows\nsentence: abra cad\nactivation: softplus",
    "characters, capitals": "text: Anna and Nan\nunit: character\nsmoothing: laplace\n"
    "sentence: Anan\nactivation: softmax",
    "words, trigrams": "text: x y x y z x z y x y x z z y x y z\norder: 3\nsmoothing: laplace\nsentence: x y z x y",
    "characters, trigrams": "text: abbabaabbbaab\nunit: character\norder: 3\nsentence: abbaab\nboundaries: true",
}

HERE = whole(Source("<test>", ""))
WORDS = "the rain falls on a hill and wind blows over sea".split()

Values = Mapping[str, np.ndarray]


def read(name: str) -> tuple[Ngrams, Asked]:
    """Give one of PROBLEMS."""
    problem = bigram(PROBLEMS[name])
    return problem.model, problem.asked


def draw(seed: int) -> tuple[Ngrams, Asked]:
    """Draw a problem of words or characters whose sentence occurs in the text."""
    random = np.random.default_rng(seed)
    known = WORDS[: random.integers(3, 8)] if seed % 2 else list("abc de")[: random.integers(3, 7)]
    sentences = [[str(w) for w in random.choice(known, random.integers(5, 14))] for _ in range(random.integers(1, 4))]
    order, add = 3 if seed % 9 == 8 else 2, float(random.choice([0.0, 1.0, 0.5]))
    boundaries = bool(random.random() < 0.4)
    model = count_ngrams(sentences, order, add, (), boundaries)
    sentence = tuple(sentences[0][: random.integers(order + 1, order + 4)])
    return model, Asked(str(random.choice(["columns", "rows"])), sentence, boundaries)


def written(value: float, decimals: int, significant: bool = False) -> str:
    """Write a number to some decimals, or with so many significant digits; 0 for 0/0, as people do."""
    if np.isnan(value):
        return "0"
    exact = Decimal(repr(float(value)))
    if significant and exact:
        return f"{exact:.{decimals - 1}e}"
    return str(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def answer(name: str, value: np.ndarray, decimals: int) -> Answer:
    """Write a value as an answer: counts as they are, a likelihood with significant digits."""
    value, places = np.asarray(value), 0 if name == "counts" else decimals
    texts = [written(one, places, name == "likelihood") for one in value.ravel()]
    shaped = np.array(texts, object).reshape(value.shape)
    return Answer(AnswerKey(name), shaped, shaped.astype(float), (HERE,) * value.size, HERE)


def check(model: Ngrams, asked: Asked, values: Values, decimals: int) -> list[Finding]:
    """Judge values as answers, each to some decimals."""
    return check_bigram(model, asked, Claims(tuple(answer(name, value, decimals) for name, value in values.items())))


def slips_of(model: Ngrams, asked: Asked) -> Iterator[tuple[NgramSlip, Values]]:
    """Give every slip with the values that a student who makes it can write down; counts are too few digits."""
    right = named_values(model, asked)
    for slip, values in ngram_slips(model, asked):
        names = [name for name in values if name != "counts" and name in right]
        yield (
            slip,
            {
                name: values[name]
                for name in names
                if values[name].shape == right[name].shape and np.isfinite(values[name]).all()
            },
        )
