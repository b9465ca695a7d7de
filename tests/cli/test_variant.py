"""rnncalc variant: other numbers in the same file, right answers, the same everywhere, each sharp."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from running import ELMAN, ROOT, run, start

import rnncalc
from rnncalc.base.span import Source
from rnncalc.checking.audit import blind_slugs
from rnncalc.checking.truth import truth_of
from rnncalc.problem.problem import Problem, read_problem
from rnncalc.varying import take_of

ACTIVITY = """rnncalc: 1
# A comment that stays.
title: Two units
recurrence: elman
weights:
  U: [[1.0, 0.5]]     # (features, units)
  W: "full(2, 2, 0.1)"
  b: [0.5, 1/3]
  V: [[2], [-1.5]]
inputs:
  x: [[1], [2], [-1]]
initial: {h: [0.5, -0.5]}
targets: {d: [[1], [0], [1]]}
loss: squared-error
rounding: {decimals: 3}
answers:
  h(2): [0.1, 0.2]    # wrong on purpose
  y: [[1.000], [0.00], [0]]
  grad(W): [[0.001, 0], [0, 0]]
misprints:
  h(2)[1]: wrong on purpose
  # and more of it
  h(2)[2]: the same
variants:
  x: integers -3..3
  U: one-decimal -2..2
  W: two-decimals
  b: choice of 0.1, -0.2, 1/4
  V: signs
  h: one-decimal
"""


def drawn(folder: Path, text: str, *args: object) -> str:
    """Give the variant of a problem."""
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    outcome = run("variant", folder / "p.yaml", *args)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def problem(text: str) -> Problem:
    return read_problem(Source("v.yaml", text))


def hidden(text: str) -> tuple[str, ...]:
    """Name the slips that a problem hides."""
    found = problem(text)
    return blind_slugs(truth_of(rnncalc.forward(found), found.case.loss is not None))


def test_numbers_change_and_the_rest_stays(tmp_path):
    found = drawn(tmp_path, ACTIVITY, "--seed", 7)
    before, after = ACTIVITY.splitlines(), found.splitlines()
    start, end = before.index("misprints:"), before.index("variants:")
    kept = before[:start] + before[end:]
    assert len(kept) == len(after)
    assert after[2] == "title: Two units (variant 7)"
    number = r"-?\d[\d.]*(?:/\d)?"
    for old, new in zip(kept, after, strict=True):
        if not old.startswith(("title", "  W:")):
            assert re.sub(number, "N", old) == re.sub(number, "N", new)
    assert re.fullmatch(r"  W: \[\[N, N\], \[N, N\]\]", re.sub(number, "N", after[6]))
    for key in ("targets:", "initial: {", "loss:"):
        assert sum(line.startswith(key) for line in after) == 1


def test_numbers_are_of_their_ranges(tmp_path):
    for seed in range(6):
        weights = problem(drawn(tmp_path, ACTIVITY, "--seed", seed)).case
        case = problem(ACTIVITY).case
        assert set(weights.sequences["x"].ravel()) <= {-3, -2, -1, 1, 2, 3}
        U, W = weights.weights["U"], weights.weights["W"]
        assert (abs(U * 10 - (U * 10).round()) < 1e-9).all() and (abs(U) <= 2).all() and U.all()
        assert (abs(W * 100 - (W * 100).round()) < 1e-9).all() and (abs(W) <= 1).all() and W.all()
        assert set(weights.weights["b"].ravel()) <= {0.1, -0.2, 0.25}
        assert (abs(weights.weights["V"]) == abs(case.weights["V"])).all()


def test_answers_are_right_at_the_decimals_of_the_problem(tmp_path):
    found = drawn(tmp_path, ACTIVITY)
    (tmp_path / "v.yaml").write_text(found, encoding="utf-8")
    verdicts = run("check", tmp_path / "v.yaml", "--format", "json")
    assert verdicts.code == 0
    assert [answer["verdict"] for answer in verdicts.json["answers"]] == ["exact"] * 9
    assert re.search(r"h\(2\): \[-?0\.\d, -?0\.\d\]    # wrong", found)
    assert re.search(r"y: \[\[-?\d\.\d{3}\], \[-?\d\.\d{3}\], \[-?\d\.\d{3}\]\]", found)


def test_without_answers(tmp_path):
    found = drawn(tmp_path, ACTIVITY, "--no-answers")
    whole = drawn(tmp_path, ACTIVITY)
    assert "answers" not in found and "wrong on purpose" not in found
    assert [line for line in whole.splitlines() if line in found.splitlines()] == found.splitlines()


def test_the_same_seed_gives_the_same_file_everywhere(tmp_path):
    (tmp_path / "p.yaml").write_text(ACTIVITY, encoding="utf-8")
    found = {run("variant", tmp_path / "p.yaml", "--seed", 2026).out}
    for seed in ("1", "2"):
        process = start("variant", tmp_path / "p.yaml", "--seed", 2026, env={**os.environ, "PYTHONHASHSEED": seed})
        found.add(process.communicate(timeout=60)[0].decode())
    assert len(found) == 1


def test_random_numbers_are_those_of_every_version_of_numpy():
    """Written down once; the raw stream of its generator is what numpy promises to keep."""
    take = take_of(2026, 3)
    assert [take(1000) for _ in range(6)] == [44, 837, 443, 381, 69, 279]


def test_thirty_variants_each_different_each_sharp_each_right(tmp_path):
    text = (ROOT / "problems" / "ntu-tutorial-8-q1a.yaml").read_text(encoding="utf-8")
    ranges = "variants: {U: one-decimal -2..2, W: one-decimal -2..2, b: one-decimal, x: integers -3..3}\n"
    (tmp_path / "q1.yaml").write_text(text + ranges, encoding="utf-8")
    outcome = run("variant", tmp_path / "q1.yaml", "--count", 30, "--output", tmp_path / "made" / "here")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    files = sorted((tmp_path / "made" / "here").iterdir())
    assert [file.name for file in files] == [f"q1-{number:02d}.yaml" for number in range(1, 31)]
    texts = [file.read_text(encoding="utf-8") for file in files]
    assert len({text.replace(f"variant {n}", "") for n, text in enumerate(texts, 1)}) == 30
    assert all(f"(variant {n})\n" in text for n, text in enumerate(texts, 1))
    assert [hidden(text) for text in texts] == [()] * 30
    checked = run("check", tmp_path / "made" / "here", "--format", "json")
    assert checked.code == 0
    assert {answer["verdict"] for answer in checked.json["answers"]} == {"exact"}
    more = run("variant", tmp_path / "q1.yaml", "--count", 3, "--output", tmp_path / "few")
    assert more.code == 0
    assert [(tmp_path / "few" / file.name).read_text(encoding="utf-8") for file in files[:3]] == texts[:3]


def test_a_draw_that_hides_a_slip_is_drawn_again(tmp_path):
    """Of two inputs from 1..2 half are equal, and hide that the input of the step before was used."""
    text = ELMAN.replace("[[1], [2]]", "[[1], [2], [2]]") + "variants: {x: integers 1..2}\n"
    for seed in range(8):
        x = problem(drawn(tmp_path, text, "--seed", seed)).case.sequences["x"].ravel().tolist()
        assert x in ([1, 1, 2], [2, 1, 1], [1, 2, 2], [2, 2, 1]), x  # the others read the same from the end
    assert "reversed-input" in hidden(text.replace("[[1], [2], [2]]", "[[1], [2], [1]]"))


def test_what_other_parts_of_the_file_hide_is_said(tmp_path):
    text = ELMAN.replace("W: [[0.1, 0.2], [0.3, 0.4]]", "W: [[0, 0], [0, 0]]") + "variants: {U: one-decimal}\n"
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    outcome = run("variant", tmp_path / "p.yaml")
    assert outcome.code == 0
    assert outcome.err.startswith("Whatever is drawn, these slips stay hidden: ")


@pytest.mark.parametrize("title", ["title: 'A: quoted'", 'title: "B"  # c', "title: >-\n  folded\n  text", ""])
def test_titles(tmp_path, title):
    text = ELMAN.replace("rnncalc: 1\n", f"rnncalc: 1\n{title}\n") + "variants: {x: signs}\n"
    before, after = problem(text).title, problem(drawn(tmp_path, text, "--seed", 12)).title
    assert after == (f"{before} (variant 12)" if before else "variant 12")


def test_a_file_in_one_pair_of_braces(tmp_path):
    text = (
        "{rnncalc: 1, recurrence: elman, weights: {U: [[0.5, -0.3]], W: [[0.1, 0.2], [0.3, 0.4]]}, inputs: {x: [1, 2]},"
        " answers: {'h(2)': [0.500, 0.100]}, misprints: {'h(2)[1]': made up},"
        " variants: {W: one-decimal, x: integers -3..3}}"
    )
    found = problem(drawn(tmp_path, text, "--seed", 3))
    assert found.title == "variant 3"
    assert all(finding.counts_as_right for finding in rnncalc.check(found)) and found.case.claims.misprints == {}
    assert problem(drawn(tmp_path, text, "--no-answers")).case.claims.answers == ()


def test_one_hot_words_and_classes(tmp_path):
    text = (ROOT / "problems" / "hello-one-hot.yaml").read_text(encoding="utf-8")
    found = problem(drawn(tmp_path, text + "variants: {x: one-hot, d: integers 0..3}\n"))
    x, d = found.case.sequences["x"], found.case.sequences["d"]
    for one_hot in (x, d):
        assert set(one_hot.ravel()) == {0, 1} and (one_hot.sum(axis=(-2, -1)) == 1).all()


def test_files_that_exist_are_kept(tmp_path):
    (tmp_path / "p.yaml").write_text(ACTIVITY, encoding="utf-8")
    folder = tmp_path / "v"
    folder.mkdir()
    (folder / "p-02.yaml").write_text("mine", encoding="utf-8")
    outcome = run("variant", tmp_path / "p.yaml", "--count", 3, "--output", folder)
    assert outcome.code == 2 and "--force" in outcome.err
    assert [path.name for path in folder.iterdir()] == ["p-02.yaml"]
    assert run("variant", tmp_path / "p.yaml", "--count", 3, "--output", folder, "--force").code == 0
    assert "variant 2" in (folder / "p-02.yaml").read_text(encoding="utf-8")
    assert run("variant", tmp_path / "p.yaml", "--count", 3).code == 2
    assert run("variant", tmp_path / "p.yaml", "--count", 3, "--output", tmp_path / "p.yaml").code == 2
    assert run("variant", tmp_path / "p.yaml", "--output", tmp_path / "p.yaml").code == 2
    assert run("variant", tmp_path / "p.yaml", "--seed", -1).code == 2


def test_unequal_lengths_keep_what_stands_past_the_end(tmp_path):
    text = (ROOT / "problems" / "unequal-lengths.yaml").read_text(encoding="utf-8")
    (tmp_path / "p.yaml").write_text(text + "variants: {U: one-decimal, V: one-decimal}\n", encoding="utf-8")
    outcome = run("variant", tmp_path / "p.yaml", "--output", tmp_path / "v.yaml")
    assert outcome.code == 0
    assert run("check", tmp_path / "v.yaml").code == 0


def test_one_command_writes_variants_and_the_key_to_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(ACTIVITY, encoding="utf-8")
    outcome = run("variant", "p.yaml", "--count", 3, "--output", "many", "--key", "keys.html")
    assert outcome.code == 0
    page = Path("keys.html").read_text(encoding="utf-8")
    assert all(f"Two units (variant {number})" in page for number in (1, 2, 3))
    assert run("check", "many").code == 0
    again = run("variant", "p.yaml", "--count", 3, "--output", "more", "--key", "keys.html")
    assert again.code == 2 and "keys.html" in again.err and not Path("more").exists()
    assert run("variant", "p.yaml", "--key", "k.html").code == 2
    assert run("variant", "p.yaml", "--output", "v.yaml", "--key", "k.pdf").code == 2
