"""The museum of mistakes: for each slip that `check` names, answers that commit it, and a near miss that does not.

The pieces are the examples of the glossary, which `explain SLUG` shows too.
SLUG.txt holds what `rnncalc check p.yaml` writes of the piece; look at a new
one before `pytest --accept`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import PROBLEMS, ROOT, run

from rnncalc.base.span import Source
from rnncalc.checking.layout import TOTAL
from rnncalc.checking.mistakes.products import product_slips
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.mistakes.table import SLUGS, all_slips
from rnncalc.checking.mistakes.written import meant
from rnncalc.checking.scene import Scene
from rnncalc.checking.truth import truth_of
from rnncalc.compute.evaluate import evaluate
from rnncalc.problem.glossary import read_glossary
from rnncalc.problem.problem import read_problem

FOLDER = Path(__file__).parent / "mistakes"
PIECES = {name: entry for group in read_glossary().values() for name, entry in group.items() if entry.kind == "mistake"}
ARITHMETIC = {"digit-swap", "moved-decimal-point", "sign-slip", "dropped-product"}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(file: str, text: str) -> list[dict]:
    """Write a file to the folder, and give what `check` says of each of its numbers."""
    Path(file).write_text(text, encoding="utf-8")
    found = run("check", file, "--format", "json")
    assert found.err == ""
    return found.json["answers"]


def named(answers: list[dict]) -> list[list[str]]:
    """Give the slugs of each number that is named a mistake."""
    return [answer["mistakes"] for answer in answers if answer["verdict"] == "mistake"]


def test_every_mistake_has_a_piece_and_nothing_else_has():
    assert set(PIECES) == {*SLUGS, *ARITHMETIC}


def test_no_accepted_output_is_left_over():
    assert {path.stem for path in FOLDER.iterdir()} <= set(PIECES)


@pytest.mark.parametrize("slug", PIECES)
def test_what_check_says(slug, folder, accepted):
    (folder / "p.yaml").write_text(PIECES[slug].example, encoding="utf-8")
    found = run("check", "p.yaml")
    assert (found.code, found.err) == (1, "")
    accepted(found.out, FOLDER / f"{slug}.txt")


@pytest.mark.parametrize("slug", PIECES)
def test_the_piece_is_named_in_a_problem_and_in_a_solution(slug, folder):
    found = named(judged("p.yaml", PIECES[slug].example))
    assert found and all(slugs[0] == slug for slugs in found)
    problem, answers = PIECES[slug].example.split("answers:\n")
    (folder / "p.yaml").write_text(problem, encoding="utf-8")
    assert named(judged("mine.yaml", f"rnncalc: 1\nproblem: p.yaml\nanswers:\n{answers}")) == found


@pytest.mark.parametrize("slug", PIECES)
def test_the_near_miss_is_wrong_and_not_named_so(slug, folder):
    found = judged("p.yaml", PIECES[slug].near)
    assert {answer["verdict"] for answer in found} & {"mistake", "differs"}
    assert slug not in {one for slugs in named(found) for one in slugs}


@pytest.mark.parametrize("slug", PIECES)
def test_without_the_mistake_every_number_is_exact(slug, folder):
    assert {answer["verdict"] for answer in judged("p.yaml", PIECES[slug].fixed)} == {"exact"}


@pytest.mark.parametrize("slug", PIECES)
def test_the_piece_says_which_number_shows_it(slug):
    entry = PIECES[slug]
    for text in (entry.example, entry.near):
        assert re.search(r"^answers:\n  # \S.*\n  \S+: ", text, re.MULTILINE)
    assert entry.example.count("\n") < 30 and max(map(len, entry.example.splitlines())) <= 96


def scene(text: str) -> Scene:
    """Give the calculation of a problem, with the way back where it has a loss."""
    truth = truth_of(evaluate(read_problem(Source("p.yaml", text)).case), True)
    return truth.searches[0][1].scene


def _slips(text: str) -> Iterator[Slip]:
    here = scene(text)
    yield from all_slips(here)
    for place in list(here.works)[:40]:
        if place != TOTAL:
            yield from product_slips(here, place)


def completes_a_sentence(words: str) -> bool:
    """Tell whether words can follow "this is what you get if"."""
    first = re.match(r"\w+", words)
    return (
        bool(re.search(r" (is|are|has|does|acts?) ", f"{words} "))
        and words == words.strip()
        and "  " not in words
        and words[-1] not in ".,;:"
        and not (first and first[0].isalpha() and len(first[0]) > 2 and first[0][0].isupper())
        and all(words.count(left) == words.count(right) for left, right in ("()", "[]"))
        and "∎" not in words
    )


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_words_of_a_slip_complete_the_sentence(name):
    text = (ROOT / "problems" / f"{name}.yaml").read_text(encoding="utf-8")
    assert [slip.words for slip in _slips(text) if not completes_a_sentence(slip.words)] == []


@pytest.mark.parametrize("slug", PIECES)
def test_the_words_of_a_slip_in_a_piece_complete_the_sentence(slug):
    if "\nbigram:" not in PIECES[slug].example:
        found = list(_slips(PIECES[slug].example))
        assert [slip.words for slip in found if not completes_a_sentence(slip.words)] == []
        assert {slip.slug for slip in found} <= {*SLUGS, *ARITHMETIC}


def test_the_words_of_a_slip_of_the_pen_complete_the_sentence():
    found = [one for text in ("0.4837", "-12.5", "3") for one in meant(text)]
    assert {one.slug for one in found} == ARITHMETIC - {"dropped-product"}
    assert all(completes_a_sentence(one.words) for one in found)


@pytest.mark.parametrize(
    "words", ["", "the bias b", "The bias b is left out", "b is left out.", "b is  left out", "f(t is left out"]
)
def test_what_completes_no_sentence(words):
    assert not completes_a_sentence(words)
