"""Training data from texts: symbols, ids, classes, and where the texts stand."""

from __future__ import annotations

import os

import numpy as np
import pytest
from problem.lessons import CLASS, NEXT, refused, sequences, taught
from running import run

from rnncalc.problem.problem import Problem
from rnncalc.problem.vocabulary import UnknownSymbol, Vocabulary

LOOKED_UP = NEXT.replace("recurrence: elman", "recurrence: elman\nembedding: true")
MOVIES = """{texts: {negative: [I did not like the movie, The movie was not good],
    positive: [I watched the movie with great interest, Good to see that movie]}, case: lower, length: 40}"""


def ids(found: Problem, name: str = "x", case=None) -> list[list[int]]:
    """Give the ids of each sequence, as long as it is."""
    case = case or found.case
    whole = sequences(case.sequences[name])
    own = case.own_lengths.get("t", (whole.shape[1],) * len(whole))
    flat = whole[..., 0] if whole.shape[2] == 1 else whole.argmax(axis=2)
    return [row[:n].astype(int).tolist() for row, n in zip(flat, own, strict=True)]


def decoded(found: Problem, name: str = "x", case=None) -> list[str]:
    return [found.vocabulary.decode(row) for row in ids(found, name, case)]


def test_hello(tmp_path):
    found = taught(tmp_path, NEXT, "{text: hello}")
    assert found.vocabulary == Vocabulary(("h", "e", "l", "o"))
    assert (ids(found), ids(found, "d")) == ([[0, 1, 2, 2]], [[1, 2, 2, 3]])
    assert sequences(found.case.sequences["x"])[0].tolist() == np.eye(4)[[0, 1, 2, 2]].tolist()
    assert (found.case.batched, found.training.texts, found.labels) == (False, ("hello",), ())


def test_names_with_ends(tmp_path):
    found = taught(tmp_path, NEXT, "{texts: [anna, ott], boundaries: true}")
    assert found.vocabulary.symbols == ("a", "n", "o", "t", "END") and found.vocabulary.boundaries
    assert ids(found) == [[4, 0, 1, 1, 0], [4, 2, 3, 3]] and ids(found, "d") == [[0, 1, 1, 0, 4], [2, 3, 3, 4]]
    assert decoded(found) == ["anna", "ott"]


def test_the_target_may_be_the_input_one_step_later(tmp_path):
    head = NEXT.replace("loss: cross-entropy", "loss: {kind: cross-entropy, target: next(x)}")
    found, plain = taught(tmp_path, head, "{texts: [anna, ott]}"), taught(tmp_path, NEXT, "{texts: [anna, ott]}")
    assert "d" not in found.case.sequences and found.case.own_lengths == plain.case.own_lengths == {"t": (3, 2)}
    assert ids(found) == ids(plain)


def test_ids_for_an_embedding(tmp_path):
    found = taught(tmp_path, LOOKED_UP, "{texts: [anna, ott]}", sizes="{h: 2, x: 3}")
    assert found.case.weights["E"].shape == (4, 3)
    assert found.case.sequences["w"].shape == (3, 2, 1, 1) and ids(found, "w") == [[0, 1, 1], [2, 3]]


def test_the_sentences_of_the_tutorial(tmp_path):
    """NTU Tutorial 8, Question 4: lower case, classes of whole texts, ids that map back to them."""
    found = taught(tmp_path, CLASS, MOVIES, "test: {texts: [The movie was to like]}")
    assert found.labels == ("negative", "positive")
    assert found.case.values["d"][..., 0].argmax(axis=1).tolist() == [0, 0, 1, 1]
    assert decoded(found)[3] == "good to see that movie" and len(ids(found)[3]) == 22
    assert found.case.own_lengths["t"] == (24, 22, 39, 22)
    held = found.training.test
    assert (held.loss, decoded(found, case=held)) == (None, ["the movie was to like"])
    assert found.training.test_texts == ("The movie was to like",)
    assert found.training.texts[3] == "Good to see that movie"


def test_a_symbol_that_fills_up(tmp_path):
    found = taught(tmp_path, CLASS, MOVIES.replace("length: 40", "length: 23, padding: symbol"))
    assert found.case.own_lengths == {} and found.vocabulary.symbols[0] == "PAD" == found.vocabulary.padding
    assert ids(found)[3][-1] == 0 and 0 not in ids(found)[3][:-1]
    assert decoded(found)[2:] == ["i watched the movie wit", "good to see that movie"]
    assert taught(tmp_path, NEXT, "{text: hello, length: 6, padding: symbol}").case.lengths["t"] == 6


@pytest.mark.parametrize(
    "symbols, expected, coded",
    [
        ("2", ("c", "b", "UNKNOWN"), [2, 1, 1, 0, 0, 0]),
        ("[a, b]", ("a", "b", "UNKNOWN"), [0, 1, 1, 2, 2, 2]),
        ("9", ("c", "b", "a", "d", "UNKNOWN"), [2, 1, 1, 0, 0, 0]),
    ],
)
def test_symbols_that_are_told_apart(tmp_path, symbols, expected, coded):
    found = taught(tmp_path, NEXT, f"{{text: abbcccd, symbols: {symbols}}}")
    assert found.vocabulary.symbols == expected and found.vocabulary.unknown == "UNKNOWN"
    assert ids(found) == [coded]


def test_words(tmp_path):
    found = taught(tmp_path, NEXT, "{texts: [The  cat sat, the CAT], unit: word, case: lower}")
    assert found.vocabulary == Vocabulary(("the", "cat", "sat"), "word", "lower")
    assert decoded(found) == ["the cat", "the"]


def test_one_text_a_line(tmp_path):
    found = taught(tmp_path, NEXT, "{file: n.txt}", files={"n.txt": "anna\r\notto\n\n  \nväinö"})
    assert found.training.texts == ("anna", "otto", "väinö")


def test_a_long_text_in_pieces(tmp_path):
    text = "abcd\nefg"
    found = taught(tmp_path, NEXT, "{file: n.txt, window: 3}", files={"n.txt": text})
    assert decoded(found) == ["abc", "d\ne", "f"] and decoded(found, "d") == ["bcd", "\nef", "g"]
    head = NEXT.replace("loss: cross-entropy", "loss: {kind: cross-entropy, target: next(x)}")
    ahead = taught(tmp_path, head, "{file: n.txt, window: 3}")
    assert decoded(ahead) == decoded(found)


REVIEWS = 'id,review,sentiment\n1,"good, ""very"" good",yes\n2,bad,no\n3,"not\nbad",yes\n'
COLUMNS = "{csv: r.csv, columns: {text: review, label: sentiment}"


def test_texts_of_a_csv_file(tmp_path):
    found = taught(tmp_path, CLASS, COLUMNS + "}", files={"r.csv": REVIEWS})
    assert found.training.texts == ('good, "very" good', "bad", "not\nbad") and found.labels == ("yes", "no")
    assert found.case.values["d"][..., 0].argmax(axis=1).tolist() == [0, 1, 0]


def test_texts_of_a_folder_of_files(tmp_path):
    files = {"n/fi.txt": "aino\nväinö\n", "n/de.txt": "anna\n", "n/notes.md": "x", "n/.hidden": "y"}
    found = taught(tmp_path, CLASS, "{folder: n}", files=files)
    assert found.labels == ("de", "fi") and found.training.texts == ("anna", "aino", "väinö")
    assert found.case.values["d"][..., 0].argmax(axis=1).tolist() == [0, 1, 1]


def test_texts_of_a_folder_of_folders(tmp_path):
    files = {"r/pos/1.txt": "good\nvery", "r/neg/2.txt": "bad", "r/neg/1.txt": "worse", "r/README": "x"}
    found = taught(tmp_path, CLASS, "{folder: r}", "test: {folder: r}", files)
    assert found.labels == ("neg", "pos") and found.training.texts == ("worse", "bad", "good\nvery")
    assert found.training.test.loss == "J" and found.training.test_texts == found.training.texts


def test_labels_in_an_order_of_ones_own(tmp_path):
    found = taught(tmp_path, CLASS + "labels: [yes, no]\n", "{texts: {no: [ab], yes: [ba]}}")
    assert found.labels == ("yes", "no") and found.case.values["d"][..., 0].argmax(axis=1).tolist() == [1, 0]
    found = refused(tmp_path, CLASS + "labels: [yes, maybe]\n", "{texts: {no: [ab], yes: [ba]}}")
    assert found.slug == "unknown-label"


def test_a_vocabulary_of_ones_own(tmp_path):
    head = NEXT + "vocabulary: {symbols: [o, l, h, e, _], unknown: _}\n"
    found = taught(tmp_path, head, "{text: hello!}")
    assert (
        ids(found) == [[2, 3, 1, 1, 0]]
        and ids(found, "d") == [[3, 1, 1, 0, 4]]
        and found.case.weights["U"].shape == (5, 2)
    )
    assert refused(tmp_path, head, "{text: hello, case: lower}").slug == "unused-key"
    assert refused(tmp_path, NEXT + "vocabulary: {symbols: [h]}\n", "{text: hi}").slug == "unknown-symbol"


def test_one_probability_of_two_classes(tmp_path):
    head = CLASS.replace("softmax", "sigmoid").replace("cross-entropy", "binary-cross-entropy")
    found = taught(tmp_path, head, "{texts: {no: [ab], yes: [ba]}}")
    assert found.case.values["d"].ravel().tolist() == [0, 1] and found.case.shapes["y"] == (1, 1)


def test_a_loss_of_ones_own_reads_vectors(tmp_path):
    own = "equations: |\n  h[t] = A @ x[t]\n  y[t] = softmax(B @ h[t])\n  J[t] = cross_entropy(y[t], d[t])\n"
    assert ids(taught(tmp_path, own, "{texts: [abc, ab]}"), "d") == [[1, 2], [1]]


@pytest.mark.parametrize(
    "head, data, slug",
    [
        (NEXT, "{text: ''}", "empty-data"),
        (NEXT, "{texts: ['', ' ']}", "empty-data"),
        (NEXT, "{text: a}", "empty-data"),
        (NEXT, "{file: empty.txt}", "empty-data"),
        (NEXT, "{file: empty.txt, window: 3}", "empty-data"),
        (NEXT, "{file: nowhere.txt}", "missing-file"),
        (NEXT, "{file: ../n.txt}", "outside-folder"),
        (NEXT, "{file: latin.txt}", "not-text"),
        (NEXT, "{file: .}", "unreadable-file"),
        (NEXT, "{folder: empty.txt}", "missing-file"),
        (NEXT, "{folder: nothing}", "empty-data"),
        (NEXT, "{folder: /etc}", "outside-folder"),
        (NEXT, "{text: hello, length: 0}", "not-a-count"),
        (NEXT, "{text: hello, padding: symbol}", "missing-count"),
        (NEXT, "{text: hello, symbols: [he]}", "bad-symbol"),
        (NEXT, "{text: hello, symbols: [h, h]}", "duplicate-symbol"),
        (NEXT, "{text: the END, unit: word, boundaries: true}", "boundary-word"),
        (NEXT, "{texts: {yes: [a], no: [b]}}", "shape-mismatch"),
        (CLASS, "{texts: {yes: [a], no: [b]}, boundaries: true}", "unused-key"),
        (CLASS, "{texts: {yes: [a], no: [b]}, window: 3}", "unused-key"),
        (CLASS, "{csv: r.csv, columns: {text: review, labels: sentiment}}", "unused-key"),
        (CLASS, "{csv: r.csv, columns: {text: [review, id], label: sentiment}}", "wrong-type"),
        (CLASS, "{csv: r.csv, columns: {text: reviews, label: sentiment}}", "missing-column"),
        (CLASS, "{csv: r.csv, columns: {text: review, label: sentiment}, window: 2}", "unused-key"),
    ],
)
def test_what_are_no_texts(tmp_path, head, data, slug):
    files = {"empty.txt": "\n \n", "latin.txt": b"Bj\xf8rn", "nothing/README": "x", "r.csv": REVIEWS}
    assert refused(tmp_path, head, data, files=files).slug == slug


def test_a_symbol_that_no_training_text_has(tmp_path):
    found = refused(tmp_path, NEXT, "{texts: [anna, otto]}", "test: {texts: [anna, nina]}")
    assert (found.slug, found.span.text) == ("unknown-symbol", "nina") and "'i'" in found.message
    data = "{texts: [anna, otto], symbols: 9}"
    held = taught(tmp_path, NEXT, data, "test: {texts: [nina]}")
    assert ids(held, case=held.training.test) == [[1, 4, 1]]


def test_a_link_out_of_the_folder(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "home" / "n").mkdir(parents=True)
    os.symlink(tmp_path / "secret.txt", tmp_path / "home" / "n" / "a.txt")
    assert refused(tmp_path / "home", NEXT, "{folder: n}").slug == "outside-folder"


def test_one_hot_vectors_beyond_memory(tmp_path):
    text = " ".join(f"w{number}" for number in range(12_000))
    found = refused(tmp_path, NEXT, "{file: n.txt, unit: word, window: 100}", files={"n.txt": text})
    assert found.slug == "too-large" and "embedding" in found.remedy


def test_ids_of_a_vocabulary():
    vocabulary = Vocabulary(("PAD", "a", "b", "?", "END"), boundaries=True, unknown="?", padding="PAD")
    assert vocabulary.encode("abc?").tolist() == [4, 1, 2, 3, 3, 4]
    assert vocabulary.encode("abab", 3).tolist() == [4, 1, 2]
    assert vocabulary.decode([4, 1, 2, 3, 4, 0, 0]) == "ab?"
    with pytest.raises(UnknownSymbol, match="c"):
        Vocabulary(("a", "b")).encode("abc")


def test_many_texts_are_learnt_from_some_at_a_time_and_never_computed_all_at_once(tmp_path):
    text = "\n".join(["ab" * 500] * 500)
    data, sizes = "{file: n.txt, length: 1000}", "{h: 300}"
    assert refused(tmp_path, NEXT, data, files={"n.txt": text}, sizes=sizes).slug == "too-large"
    assert taught(tmp_path, NEXT, data, "batch: 8", sizes=sizes).case.n_sequences == 500
    assert run("forward", tmp_path / "p.yaml").slugs == ["too-large"]


def test_a_capital_that_was_learnt_as_a_small_letter_alone(tmp_path):
    found = refused(tmp_path, NEXT, "{texts: [anna, otto]}", "test: {texts: [Anna]}")
    assert found.slug == "unknown-symbol" and "'case: lower'" in found.remedy
    assert "'case: lower'" not in refused(tmp_path, NEXT, "{texts: [anna]}", "test: {texts: [Otto]}").remedy
