"""The YAML reader: words stay words, every scalar keeps text and place, whatever ends the lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from running import ELMAN, PROBLEMS, ROOT, problem, refusals, run_text, slugs, system

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.base.span import Source
from rnncalc.problem.yaml_tree import Items, Mapping, Scalar, Tree, read_tree

WORDS = [
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "null",
    "~",
    "true",
    "1e-3",
    "010",
    "12:30",
    "0x10",
    "1_000",
    ".inf",
    "2024-01-01",
    "=",
]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_yaml_would_turn_into_something_else(word):
    read = problem(ELMAN.replace("rnncalc: 1", f"rnncalc: 1\ntitle: {word}\nsource: {word}"))
    assert (read.title, read.origin) == (word, word)


@pytest.mark.parametrize("name", ["yes", "no", "on", "off", "y", "n", "null", "true", "None", "T", "W_hh", "σ_1", "α"])
def test_such_words_are_names_too(name):
    read = problem(system(f"q[t] = {name} * x[t]", f"{name}: 3"))
    assert read.case.weights[name].item() == 3


def test_a_weight_may_be_called_as_the_length_is():
    assert problem(system("h[t] = T @ x[t]", "T: [[2]]")).case.weights["T"].item() == 2


@pytest.mark.parametrize("version", ["2", "1.0", "'1 '", "01", "one", "[1]", "{a: 1}", "''", "-1"])
def test_another_version(version):
    assert slugs(ELMAN.replace("rnncalc: 1", f"rnncalc: {version}")) == ["unknown-version"]


@pytest.mark.parametrize("version", ["1", "'1'", '"1"', "1 # the first"])
def test_this_version(version):
    assert slugs(ELMAN.replace("rnncalc: 1", f"rnncalc: {version}")) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(end, mark, tmp_path):
    text = system("h[t] = tanh(x[t])\ny[t] = h[t")
    outcome = run_text(tmp_path, (mark + text.replace("\n", end)).encode())
    assert [place[1:] for place in outcome.places] == [(4, 11, "unbalanced-parenthesis")]
    assert "    4 |   y[t] = h[t\n" in outcome.err
    right = text.replace("h[t\n", "h[t]\n")
    assert run_text(tmp_path, (mark + right.replace("\n", end)).encode()).out == run_text(tmp_path, right).out


def test_tabs_inside_of_lines(tmp_path):
    text = system("h[t]\t=\ttanh(\tx[t]\t)\ny[t]\t=\tq[t]")
    outcome = run_text(tmp_path, text.replace("[1, 2, 3]", "[1,\t2,\t3]"))
    assert outcome.places[0][1:] == (4, 10, "missing-input")
    assert "    4 |   y[t] = q[t]\n      |          ^^^^\n" in outcome.err


def test_columns_count_characters_and_carets_stand_below_them(tmp_path):
    text = system("h[t] = σ(Ω ⊙ q[t])", "Ω: 1")
    outcome = run_text(tmp_path, text)
    assert (outcome.places[0][1:3], outcome.slugs[0]) == ((3, 16), "missing-input")
    line, caret = outcome.err.splitlines()[1:3]
    assert caret.index("^") == line.index("q[t]")


def test_a_caret_below_wide_characters(tmp_path):
    outcome = run_text(tmp_path, "rnncalc: 1\ntitel: 日本語\nlayout: {日本: 1, 日本: 2}\n")
    line, caret = outcome.err.splitlines()[1:3]
    assert outcome.places[0][1:] == (3, 17, "duplicate-key")
    assert caret.index("^") == line.index("日本: 2") + 2


@pytest.mark.parametrize(
    "text, slug",
    [
        ("!!python/object/apply:os.system ['echo hello']", "yaml-tag"),
        ("!!python/name:os.system", "yaml-tag"),
        ("!!float 1", "yaml-tag"),
        ("!custom {a: 1}", "yaml-tag"),
        ("! 1", "yaml-tag"),
        ("&a 1", "yaml-anchor"),
        ("&a [1]", "yaml-anchor"),
        ("*a", "yaml-anchor"),
        ("{<<: *a}", "yaml-anchor"),
    ],
)
def test_tags_and_anchors(text, slug):
    assert slugs(f"rnncalc: 1\nsource: {text}\n") == [slug]


def test_a_bomb_of_aliases_is_refused_before_it_is_walked():
    lines = ["rnncalc: 1", "a0: &a0 [1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert set(slugs("\n".join(lines))) == {"yaml-anchor"}


def test_duplicate_keys_at_every_level():
    text = ELMAN + "inputs: {x: [1]}\nanswers: {h(1): 1, h(1): 2}\nloss: {kind: squared-error, 'kind': cross-entropy}\n"
    found = refusals(text)
    assert [(diagnostic.slug, diagnostic.span.line) for diagnostic in found] == [
        ("duplicate-key", n) for n in (8, 9, 10)
    ]
    assert [diagnostic.notes[0].span.line for diagnostic in found] == [6, 9, 10]


def scalars(tree: Tree) -> Iterator[Scalar]:
    if isinstance(tree, Scalar):
        yield tree
    elif isinstance(tree, Items):
        for item in tree.items:
            yield from scalars(item)
    else:
        for key, value in tree.pairs:
            yield key
            yield from scalars(value)


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_span_is_exact(name):
    source = Source(name, (ROOT / "problems" / f"{name}.yaml").read_text(encoding="utf-8"))
    tree = read_tree(source)
    assert isinstance(tree, Mapping)
    for scalar in scalars(tree):
        written = source.text[scalar.span.start : scalar.span.end]
        if scalar.style == "":
            assert written == scalar.text
        elif scalar.style in ("'", '"'):
            assert written == f"{scalar.style}{scalar.text}{scalar.style}"
        else:
            assert written.startswith(scalar.style)


def test_spans_of_lists_and_mappings():
    text = "a: [1, [2, 3]]\nb: {c: [4], d: 5}\n"
    tree = read_tree(Source("<test>", text))
    assert [value.span.text for _, value in tree.pairs] == ["[1, [2, 3]]", "{c: [4], d: 5}"]
    assert tree.pairs[0][1].items[1].span.text == "[2, 3]"


def test_the_depth_that_is_still_read():
    text = "[" * 32 + "1" + "]" * 32
    tree = read_tree(Source("<test>", text))
    for _ in range(32):
        (tree,) = tree.items
    assert tree.text == "1"
    with pytest.raises(RnncalcError) as caught:
        read_tree(Source("<test>", f"[{text}]"))
    assert caught.value.diagnostics[0].slug == "too-deep"


@pytest.mark.parametrize(
    "text", ["[" * 33, "[{a: " * 17, "- " * 50_000, "? " * 50_000, "[" * 50_000 + "]" * 50_000, "{a: " * 50_000]
)
def test_deep_nesting_of_any_kind_ends_in_one_message(text):
    assert slugs(text) == ["too-deep"]


def test_every_kind_of_broken_yaml_ends_in_messages():
    for text in (
        "a: [1, 2",
        "a: 'b",
        "a: b: c",
        "\t- a",
        "%YAML 9.9\n---\na: 1",
        "a: |x\n b",
        "@a",
        "`a",
        "a: *",
        "&",
        "}",
        "a:\n b\n  c: 1",
    ):
        found = slugs(text)
        assert found and set(found) <= {"yaml-syntax", "yaml-anchor", "not-a-problem"}, text
