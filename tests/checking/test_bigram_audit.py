"""What an n-gram problem cannot tell: each outcome against `check` on the numbers that the slip leads to."""

from __future__ import annotations

import numpy as np
import pytest
from running import BIGRAMS, bigram

import rnncalc
from rnncalc.auditing import audit_problem
from rnncalc.base.span import Source, whole
from rnncalc.checking import bigram_audit
from rnncalc.checking.audit import Audit, TooLarge
from rnncalc.checking.bigram import check_bigram
from rnncalc.checking.bigram_audit import other_text
from rnncalc.checking.bigram_search import NgramSearch
from rnncalc.checking.mistakes.ngrams import ngram_slips
from rnncalc.compute.answers import Answer, Claims
from rnncalc.compute.ngram_values import named_values
from rnncalc.problem.bigram import Bigram
from rnncalc.render.numbers import write_number

HERE = whole(Source("<student>", ""))


def counts_as_right(problem: Bigram, found: Audit, values: dict[str, np.ndarray]) -> bool:
    answers = []
    for question in found.questions:
        array = values.get(question.key.name, named_values(problem.model, problem.asked)[question.key.name])
        for number in question.key.entry:
            array = array[number - 1]
        texts = np.vectorize(lambda n, d=question.decimals: write_number(float(n), d), otypes=[object])(array)
        answers.append(Answer(question.key, texts, texts.astype(float), (HERE,) * texts.size, HERE))
    return all(one.counts_as_right for one in check_bigram(problem.model, problem.asked, Claims(tuple(answers))))


@pytest.mark.parametrize("name", BIGRAMS)
def test_check_passes_what_is_not_told_and_nothing_else(name, monkeypatch):
    monkeypatch.setattr(NgramSearch, "diagnose", lambda *_: iter(()))
    monkeypatch.setattr(NgramSearch, "doubt", lambda *_: None)
    problem = rnncalc.load(name)
    found = audit_problem(problem)
    values = {(slip.slug, slip.words): values for slip, values in ngram_slips(problem.model, problem.asked)}
    assert len(found.outcomes) > 10
    for outcome in found.outcomes:
        if not all(np.isfinite(value).all() for value in values[outcome.slug, outcome.words].values()):
            assert outcome.fate == "told"
            continue
        right = counts_as_right(problem, found, values[outcome.slug, outcome.words])
        assert right == (outcome.fate != "told"), outcome.words


def undetected(problem: Bigram) -> set[str]:
    return {outcome.slug for outcome in audit_problem(problem).undetected}


def test_equal_counts_hide_the_table_that_is_read_the_other_way():
    even = "text: a b a b b a a\norientation: columns"
    assert "rows-for-columns" not in undetected(bigram(even, "answers: {likelihood: 0.3}"))  # no sentence, none asked
    more = "\nsentence: a b"
    assert "rows-for-columns" in undetected(
        bigram("text: a b a b a\norientation: columns" + more, "answers: {likelihood: 1}")
    )


def test_a_sentence_of_one_factor_hides_nothing_of_the_text():
    found = audit_problem(
        bigram("text: a b a a b c c a\nsentence: a b", "answers: {T: [[0, 0, 0], [0, 0, 0], [0, 0, 0]]}")
    )
    assert {question.key.name for question in found.questions} == {"T"}
    assert "missing-root" not in {outcome.slug for outcome in found.outcomes}, "the perplexity is not asked"


def test_without_answers_all_values_are_asked():
    found = audit_problem(bigram("text: a b a a b c c a\nsentence: a b c"))
    assert {"T", "counts", "likelihood", "perplexity"} <= {question.key.name for question in found.questions}
    assert {question.decimals for question in found.questions} == {4}


def test_what_is_too_large_is_said(monkeypatch):
    monkeypatch.setattr(bigram_audit, "MOST_WORDS", 4)
    with pytest.raises(TooLarge, match="more than 4 words"):
        audit_problem(bigram("text: a b a a b"))


def test_other_texts_keep_the_words_and_the_lengths():
    model = bigram("sentences: [a b a, c a, b b b c]\nboundaries: true").model
    other, again = other_text(model, 1), other_text(model, 1)
    assert other.vocabulary == model.vocabulary and list(map(len, other.sentences())) == [3, 2, 4]
    assert other.sentences() == again.sentences() != model.sentences()
