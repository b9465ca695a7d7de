"""The section `bigram:`: every key, what stands where, and words that YAML would take for something else."""

from __future__ import annotations

import numpy as np
import pytest
from running import bigram, run

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.inverses import INVERSES
from rnncalc.compute.ngrams import BOUNDARY
from rnncalc.problem.bigram_fields import SECTION


def slugs(section: str, more: str = "") -> list[str]:
    with pytest.raises(RnncalcError) as error:
        bigram(section, more)
    return [diagnostic.slug for diagnostic in error.value.diagnostics]


def table(section: str) -> list:
    return bigram(section).model.table().tolist()


def test_defaults():
    read = bigram("text: Harry Potter")
    assert read.model.vocabulary == ("Harry", "Potter") and read.model.order == 2 and read.model.add == 0
    assert read.asked == ("columns", None, False, "sigmoid")
    assert (read.unit, read.lower, read.top, read.rounding.decimals) == ("word", False, 10, 4)


def test_heading_and_rounding():
    read = bigram("text: a b", "title: Mine\nsource: A book\nrounding: {decimals: 2}")
    assert (read.title, read.origin, read.rounding.decimals) == ("Mine", "A book", 2)


@pytest.mark.parametrize("section", ["text: a b a", "sentences: [a b a]", "sentences: a b a", "file: words.txt"])
def test_where_a_text_comes_from(section, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_bytes(b"\xef\xbb\xbfa b\r\na\n")
    text = f"rnncalc: 1\nbigram:\n  {section}\nanswers: {{counts: [[0, 1], [1, 0]]}}\n"
    (tmp_path / "p.yaml").write_text(text)
    assert run("check", "p.yaml").code == 0


def test_lines_are_sentences_only_with_boundaries():
    lines = "text: |\n  a b\n\n  c d"
    assert bigram(lines).model.totals.sum() == 3
    assert bigram(lines + "\nboundaries: true").model.totals.sum() == 6


def test_sentences_stay_apart():
    assert bigram("sentences: [a b, c d]").model.totals.tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("text", "add"), [("none", 0), ("laplace", 1), ("0.5", 0.5), ("1/4", 0.25), ("0", 0), ("2", 2)]
)
def test_smoothing(text, add):
    read = bigram(f"text: a b\nsmoothing: {text}")
    assert read.model.add == add
    if add:
        assert read.model.table()[:, 0] == pytest.approx([add / (1 + 2 * add), (1 + add) / (1 + 2 * add)])


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "1e400", "Laplace", "some"])
def test_smoothing_that_is_none(text):
    assert slugs(f"text: a b\nsmoothing: {text}") == ["unknown-value"]


def test_words_and_characters():
    assert bigram("text: ab a\nunit: character").model.vocabulary == ("a", "b", " ")
    assert bigram("text: ab a\nunit: word").model.vocabulary == ("ab", "a")


def test_case_of_text_vocabulary_and_sentence():
    read = bigram("text: The the THE cat\ncase: lower\nvocabulary: [The, CAT]\nsentence: THE Cat")
    assert read.model.vocabulary == ("the", "cat") and read.asked.sentence == ("the", "cat") and read.lower
    assert bigram("text: The the\ncase: kept").model.vocabulary == ("The", "the")


def test_order_and_top():
    read = bigram("text: a b c a b d\norder: 3\ntop: 7")
    assert (read.model.order, read.top) == (3, 7)
    assert read.model.contexts.tolist() == [[0, 1], [1, 2], [2, 0]]


@pytest.mark.parametrize("order", ["1", "0", "7", "-2", "2.5", "two", "9" * 400])
def test_order_from_two_to_six(order):
    assert slugs(f"text: a b c d e f g h\norder: {order}") == ["not-a-count"]


@pytest.mark.parametrize("activation", INVERSES)
def test_activation(activation):
    assert bigram(f"text: a b\nactivation: {activation}").asked.activation == activation


def test_boundaries_of_the_sentence_too():
    read = bigram("sentences: [I am]\nboundaries: true\nsentence: I am")
    assert read.model.vocabulary == (BOUNDARY, "I", "am") and read.asked.boundaries
    assert bigram("sentences: [one]\nboundaries: true").model.totals.tolist() == [1, 1]


@pytest.mark.parametrize(
    "word", ["no", "on", "off", "yes", "y", "null", "~", "true", "1e3", "0x1F", "010", "1_000", ".inf", "2024-01-01"]
)
def test_yaml_words_are_words(word):
    assert bigram(f"sentences: [{word} a {word}]").model.vocabulary == (word, "a")
    assert bigram(f"text: a {word}\nvocabulary: [{word}, a]").model.vocabulary == (word, "a")
    assert bigram(f"sentences: [{word}, a b]").model.vocabulary == (word, "a", "b")
    assert bigram(f"text: {word}\nboundaries: true").model.vocabulary == (BOUNDARY, word)
    given = f"vocabulary: [{word}, a]\ntable: [[0.4, 0.2], [0.6, 0.8]]\nsentence: {word} a"
    assert bigram(given).asked.sentence == (word, "a")


def test_a_given_table_lies_as_its_orientation_says():
    columns = table("table: [[0.4, 0.2], [0.6, 0.8]]\norientation: columns")
    assert table("table: [[0.4, 0.6], [0.2, 0.8]]\norientation: rows") == columns == [[0.4, 0.2], [0.6, 0.8]]
    assert bigram("table: [[1]]").model.vocabulary == ("1",)


def test_digits_of_a_table_are_kept_turned_with_it():
    read = bigram("table: [[0.40, 1/5], [0.60, .8]]")
    assert read.texts.tolist() == [["0.40", "1/5"], ["0.60", ".8"]]
    assert bigram("table: [[0.40, 0.6], [0.2, .8]]\norientation: rows").texts.tolist() == [
        ["0.40", "0.2"],
        ["0.6", ".8"],
    ]


@pytest.mark.parametrize(
    ("rows", "is_one"),
    [
        ("[[0.33, 0.2], [0.66, 0.8]]", True),  # cut off, as a printed solution does
        ("[[0.333, 0.2], [0.667, 0.8]]", True),
        ("[[0.33, 0.2, 1/3], [0.33, 0.3, 1/3], [0.33, 0.5, 1/3]]", True),
        ("[[0.4, 0.2], [0.5, 0.8]]", False),
        ("[[0, 1], [1, 1]]", False),
        ("[[0.33, 0.2], [0.64, 0.8]]", False),
        ("[[1/3, 0.2], [1/2, 0.8]]", False),
    ],
)
def test_sums_may_be_off_by_the_digits_only(rows, is_one):
    assert (slugs(f"table: {rows}") == ["sums-not-one"]) if not is_one else bigram(f"table: {rows}")


def test_which_orientation_would_sum_to_one_is_said():
    with pytest.raises(RnncalcError) as error:
        bigram("table: [[0.4, 0.6], [0.2, 0.8]]")
    assert error.value.diagnostics[0].remedy == "The rows do sum to 1: write 'orientation: rows'."


@pytest.mark.parametrize(
    ("section", "slug"),
    [
        ("smoothing: laplace", "several-texts"),
        ("text: a b\ntable: [[1]]", "several-texts"),
        ("text: ''", "empty-text"),
        ("sentences: []", "wrong-type"),
        ("sentences: [{a: b}]", "wrong-type"),
        ("text: a", "too-few-words"),
        ("sentences: [a, b, c]", "too-few-words"),
        ("text: a b\norder: 3", "too-few-words"),
        ("text: a b\nsentence: a", "too-few-words"),
        ("text: a b\nsentence: ''", "too-few-words"),
        ("text: a b\nsentence: a q", "unknown-word"),
        ("text: a b\nsentence: A b", "unknown-word"),
        ("text: a b\nvocabulary: [a]", "unknown-word"),
        ("text: a b\nvocabulary: [a, b, a]", "duplicate-word"),
        ("table: [[0.4, 0.2], [0.6, 0.8]]\nvocabulary: [a, a]", "duplicate-word"),
        (f"text: {BOUNDARY} a b\nboundaries: true", "boundary-word"),
        ("table: [[1]]\nsmoothing: 1", "unused-key"),
        ("table: [[1]]\norder: 3", "unused-key"),
        ("table: [[1]]\nboundaries: true", "unused-key"),
        ("table: [[0.5, 1.5], [0.5, -0.5]]", "not-a-probability"),
        ("table: [[0.5, nan], [0.5, 1]]", "not-finite"),
        ("table: 1", "shape-mismatch"),
        ("table: [1]", "shape-mismatch"),
        ("table: [[0.5, 0.5]]", "shape-mismatch"),
        ("table: [[1, 0], [1]]", "ragged-matrix"),
        ("table: [[1]]\nvocabulary: [a, b]", "shape-mismatch"),
        ("file: /etc/passwd", "outside-folder"),
        ("file: ../running.py", "outside-folder"),
        ("file: nowhere.txt", "missing-file"),
        ("text: a b\nunit: syllable", "unknown-value"),
        ("text: a b\ncase: upper", "unknown-value"),
        ("text: a b\norientation: diagonal", "unknown-value"),
        ("text: a b\nactivation: elu", "unknown-value"),
        ("text: a b\nboundaries: yes", "unknown-value"),
        ("text: a b\ntop: 10001", "not-a-count"),
        ("text: a b\nwords: 3", "unknown-key"),
        ("text: [a, b]", "wrong-type"),
    ],
)
def test_faults(section, slug):
    assert slugs(section) == [slug]


def test_faults_of_several_keys_are_told_together():
    assert slugs("text: a b\nunit: x\ntop: 0\nq: 1", "rounding: {decimals: -1}") == [
        "unknown-value", "not-a-count", "unknown-key", "not-a-count",
    ]  # fmt: skip


def test_every_key_is_tried_here():
    with open(__file__, encoding="utf-8") as stream:
        text = stream.read()
    assert [name for name in SECTION if f"{name}:" not in text] == []


def test_a_word_named_like_the_boundary_is_a_word_where_none_is_asked():
    assert bigram(f"text: {BOUNDARY} a").model.vocabulary == (BOUNDARY, "a")


@pytest.mark.parametrize("data", [b"a \0 b", b"a \xff b", b"\x7fELF\0\0"])
def test_a_file_that_is_no_text(data, tmp_path):
    (tmp_path / "w.txt").write_bytes(data)
    (tmp_path / "p.yaml").write_text("rnncalc: 1\nbigram: {file: w.txt}\n")
    outcome = run("bigram", tmp_path / "p.yaml")
    assert (outcome.code, outcome.slugs) == (3, ["not-text"])


def test_a_link_does_not_lead_out_of_the_folder(tmp_path):
    (tmp_path / "secret.txt").write_text("a b c")
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "p.yaml").write_text("rnncalc: 1\nbigram: {file: link.txt}\n")
    assert run("bigram", folder / "p.yaml").slugs == ["outside-folder"]


def test_a_table_is_read_to_the_last_bit():
    assert np.array_equal(bigram("table: [[1/3, 0.1], [2/3, 0.9]]").model.table(), [[1 / 3, 0.1], [2 / 3, 0.9]])
