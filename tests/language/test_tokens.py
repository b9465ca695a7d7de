"""Tokens: what the signs mean, where they stand, what is refused."""

from __future__ import annotations

import unicodedata

import pytest
from language.marks import diagnostics, refusals

from rnncalc.base.span import Source
from rnncalc.language.tokens import MAX_EXPRESSION, read_tokens


def tokens(text: str):
    return read_tokens(Source("<test>", text), 0, len(text))


def whole(source: Source):
    return read_tokens(source, 0, len(source.text))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("U.T @ x[t-1]", "name:U sign:.T sign:@ name:x sign:[ name:t sign:- number:1 sign:] end:"),
        ("Uᵀ·x[t−1]", "name:U sign:.T sign:@ name:x sign:[ name:t sign:- number:1 sign:] end:"),
        ("r ⊙ h", "name:r sign:* name:h end:"),
        ("a**2", "name:a sign:** number:2 end:"),
        ("a * * 2", "name:a sign:* sign:* number:2 end:"),
        ("h[:] , (b)", "name:h sign:[ sign:: sign:] sign:, sign:( name:b sign:) end:"),
        ("W_f1 = b_", "name:W_f1 sign:= name:b_ end:"),
        ("2x", "number:2 name:x end:"),
        ("1e3 1e 1e-3 1.5E+2", "number:1e3 number:1 name:e number:1e-3 number:1.5E+2 end:"),
        (".5 5. 0.4620", "number:.5 number:5. number:0.4620 end:"),
        ("(2).T", "sign:( number:2 sign:) sign:.T end:"),
        ("\ta\r", "name:a end:"),
        ("a # b", "name:a end:"),
        ("# only a comment ^ ; '", "end:"),
        ("", "end:"),
        ("   ", "end:"),
    ],
)
def test_tokens(text, kinds):
    assert " ".join(f"{token.kind}:{token.text}" for token in tokens(text)) == kinds


NAMES = ["x", "W", "σ", "Ω", "ŷ", "é", "ẑ", "ẋ", "hidden_state_2", "ά", "x1_"]


@pytest.mark.parametrize("name", NAMES, ids=[unicodedata.name(name[0]) for name in NAMES])
def test_a_latin_or_greek_word_is_one_name(name):
    """CONTRACT A1: a letter (Latin or Greek), then letters, digits, _."""
    assert [(token.kind, token.text) for token in tokens(name)][:-1] == [("name", name)]


def test_only_letters_are_taken_as_letters():
    """A Greek question mark or a dot that looks like · is no name, nor is what Unicode has left unassigned."""
    greek = [chr(code) for code in (*range(0x370, 0x400), *range(0x1F00, 0x2000))]
    taken = [c for c in greek if not unicodedata.category(c).startswith("L") and _is_name(c)]
    assert [f"U+{ord(c):04X} {unicodedata.name(c, 'unassigned')}" for c in taken] == []


def _is_name(character: str) -> bool:
    return not diagnostics(whole, character) and tokens(character)[0].kind == "name"


@pytest.mark.parametrize("text", ["U.T @ x[t]", "  Uᵀ @ ĥ[t−1]  ⊙  ŷ # über", "σ(z) − ŷ"])
def test_spans_count_characters(text):
    """Every token stands where its span says, also behind characters of several bytes."""
    paper = {"⊙": "*", "·": "@", "ᵀ": ".T", "−": "-"}
    for token in tokens(text)[:-1]:
        assert paper.get(token.span.text, token.span.text) == token.text


def test_the_closing_token_stands_behind_the_last():
    end = tokens("a + b   # sum")[-1]
    assert (end.kind, end.span.start, end.span.end) == ("end", 5, 5)


def test_a_line_is_read_from_where_it_stands():
    source = Source("<test>", "first\n  a + b\nlast")
    assert [(token.text, source.position(token.span.start)) for token in read_tokens(source, 6, 13)] == [
        ("a", (2, 3)), ("+", (2, 5)), ("b", (2, 7)), ("", (2, 8)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "marked",
    [
        "a <^> 2",
        "σ(z) <×> b",
        "A<'> @ x",
        "ĥ[t] <∘> r[t]",
        "a<;> b",
        "<{>a}",
        "x<.>t",
        "A<.>Tx",
        "<ℎ>[t]",
        "a <–> b",
        "<１> + a",
        "a<\xa0>+ b",
        "a <$> b",
        "<_>a",
        "x <\x1b>[0m",
        "a <\u2028>b",
    ],
)
def test_unknown_characters(marked):
    assert refusals(whole, marked) == [("unknown-character", marked)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [("a^2", "'**' for a power"), ("a × b", "'@' for the matrix product"), ("A'", "'.T' for a transpose")],
)
def test_the_remedy_names_the_sign_that_was_meant(text, hint):
    (found,) = diagnostics(whole, text)
    assert hint in found.remedy


def test_an_unknown_character_is_named():
    (found,) = diagnostics(whole, "ℎ[t]")
    assert "PLANCK CONSTANT" in found.message


@pytest.mark.parametrize(("extra", "slugs"), [(0, []), (1, ["expression-too-long"])])
def test_the_length_of_a_line_is_capped(extra, slugs):
    text = "+".join("a" * (MAX_EXPRESSION // 2)) + "+" + "b" * extra
    assert len(text) == MAX_EXPRESSION + extra
    assert [found.slug for found in diagnostics(whole, text)] == slugs


def test_a_comment_does_not_count():
    assert not diagnostics(whole, "a # " + "-" * 2 * MAX_EXPRESSION)
