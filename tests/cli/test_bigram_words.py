"""rnncalc bigram: words of every kind on the screen, and tables that keep to it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from running import run


def printed(*args: object, width: int = 100) -> str:
    outcome = run("bigram", *args, width=width)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


@pytest.mark.parametrize("width", [60, 100, 160])
@pytest.mark.parametrize("options", [("--smoothing", "1"), ("--orientation", "rows"), ("--order", "3")])
def test_tables_keep_to_the_width_and_to_their_columns(width, options):
    text = "[bold] 漢字 😀 a b " * 3 + "Pneumonoultramicroscopicsilicovolcanoconiosis [/bold] \x1b[31m"
    found = printed("--text", text, *options, width=width).split("\n")
    assert all(line == line.rstrip() for line in found)
    heads = [at for at, line in enumerate(found) if line.startswith(("after \\ before", "before \\ after"))]
    assert heads
    for at in heads:
        block = found[at : found.index("", at)]
        block = [line for line in block if not line.startswith(("  after", "Nothing"))]
        assert len({cell_len(line) for line in block}) == 1 and cell_len(block[0]) <= width


def test_hostile_words_are_shown_and_do_nothing():
    out = printed("--text", "[bold] \x1b[31mred \u202egnorw [/bold] a\x07b", "--smoothing", "1")
    assert "[bold]" in out and "[/bold]" in out and "�[31mred" in out and "a�b" in out
    assert not {"\x1b", "\u202e", "\x07"} & set(out)


def test_white_space_is_seen_as_characters():
    out = printed("--text", "a\n\tb ", "--unit", "character", "--smoothing", "1")
    assert "after \\ before  a  \\n  \\t  b  ␣\n" in out


def test_very_long_words_are_cut_in_headings_only():
    word = "x" * 5_000
    out = printed("--text", f"{word} b", "--sentence", f"{word} b", "--activation", "identity", "--sample", "1")
    tables, sample = out.split("a sample, seed 0\n")
    assert "P(b | xxxxxxxxxxxxxxxxxxxxxxx…)    1/1" in tables and sample.strip() == f"{word} b"


def test_text_that_is_no_unicode():
    outcome = run("bigram", "--text", "a \udcff b", "--smoothing", "1")
    assert (outcome.code, outcome.out, outcome.slugs) == (3, "", ["not-text"])
