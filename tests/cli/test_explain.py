"""rnncalc explain: every message, verdict, mistake and term has an entry, whose example leads to it.

The examples of mistakes are the pieces of museum/test_mistakes.py.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import get_args

import pytest
import yaml
from museum.slugs import all_slugs
from museum.special import SPECIAL
from running import Run, run

from rnncalc.base.span import Source
from rnncalc.checking.verdicts import Verdict
from rnncalc.cli.commands import MODULES
from rnncalc.language.lines import parse_equations
from rnncalc.problem.bigram_fields import KEYS
from rnncalc.problem.fields import FIELDS
from rnncalc.problem.glossary import Entry, read_glossary
from rnncalc.recurrences.catalogue import entry_names

GROUPS = read_glossary()
ENTRIES = {name: entry for group in GROUPS.values() for name, entry in group.items()}


def of(kind: str) -> list[str]:
    return [name for name, entry in ENTRIES.items() if entry.kind == kind]


def outcome(entry: Entry, text: str, command: str, folder: Path) -> Run:
    """Write the example and the files beside it to a folder, and run a command there."""
    for name, content in {"p.yaml": text, **entry.beside}.items():
        (folder / name).write_text(content, encoding="utf-8")
    return run(*shlex.split(command))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_message_and_verdict_has_an_entry_and_nothing_else_has():
    assert set(of("message")) == all_slugs()
    assert set(of("verdict")) == set(get_args(Verdict))


def test_no_name_stands_twice():
    assert len(ENTRIES) == sum(map(len, GROUPS.values()))


@pytest.mark.parametrize("slug", of("message"))
def test_the_example_leads_to_the_message(slug, folder):
    entry = ENTRIES[slug]
    if not entry.command:
        assert slug in SPECIAL  # no small text has the fault
        return
    found = outcome(entry, entry.example, entry.command, folder)
    assert (found.code, set(found.slugs)) == (3, {slug})


@pytest.mark.parametrize("slug", [slug for slug in of("message") if ENTRIES[slug].fix or ENTRIES[slug].instead])
def test_what_is_shown_instead_works(slug, folder):
    entry = ENTRIES[slug]
    text, command = (entry.fixed, entry.command) if entry.fix else (entry.example, entry.instead)
    assert not entry.fix or entry.fix[0] in entry.example
    found = outcome(entry, text, command, folder)
    assert (found.code, found.err) == (0, "")


def test_nearly_every_message_shows_what_to_write_instead():
    without = {
        slug for slug in of("message") if ENTRIES[slug].example and not (ENTRIES[slug].fix or ENTRIES[slug].instead)
    }
    assert without == {"empty-file", "unreadable-file"}


@pytest.mark.parametrize("verdict", of("verdict"))
def test_the_example_leads_to_the_verdict(verdict, folder):
    entry = ENTRIES[verdict]
    found = outcome(entry, entry.example, f"{entry.command} --format json", folder)
    assert verdict in [answer["verdict"] for answer in found.json["answers"]]


@pytest.mark.parametrize("term", of("term"))
def test_the_example_of_a_term_can_be_read(term):
    """Equations are of the language, pieces of a problem have its keys, commands are ours."""
    example = ENTRIES[term].example
    equations = [line for line in example.splitlines() if re.match(r"[a-zA-Z_]+\[[ti1:0]\] = ", line)]
    for line in equations:
        assert parse_equations(Source("<test>", line))
    for line in example.splitlines():
        if line.startswith("rnncalc ") and not line.startswith("rnncalc:"):
            assert line.split()[1] in MODULES
            assert run(line.split()[1], "--help").code == 0
            for option in re.findall(r"--[a-z-]+", line):
                assert option in run(line.split()[1], "--help").out
    if not equations and re.match(r"[a-z]+: ", example) and "rnncalc " not in example:
        assert set(yaml.safe_load(example)) <= {*FIELDS, *KEYS, "problem", "x"}


@pytest.mark.parametrize("name", list(ENTRIES))
def test_the_entry_is_short_and_of_the_house_style(name):
    entry = ENTRIES[name]
    assert re.fullmatch(r"[a-z][a-z0-9-]*", name)
    assert 5 <= len(entry.title) <= 75 and not entry.title.endswith(".")
    assert 30 <= len(entry.words) <= 330 and entry.words.endswith((".", ")"))
    assert entry.example or entry.command or name in SPECIAL
    for word in ("please", "simply", "invalid", "illegal", "!"):
        assert word not in entry.title.lower() and word not in entry.words.lower().replace("!!", "")


def test_the_terms_of_the_field_are_there():
    wanted = (
        "pre-activation gate candidate adjoint unroll time-step teacher-forcing cell hidden-state attention-weights"
    )
    assert {*wanted.split(), "perplexity", "peephole", "softmax"} <= set(of("term"))
    assert {"gate-order", "truncated-bptt"} <= set(of("mistake"))  # which are terms too
    published = [name for name in entry_names() if name not in ("mgu",)]
    assert set(published) <= set(of("term"))


@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("name", list(ENTRIES))
def test_every_entry_is_printed(name, width):
    found = run("explain", name, width=width)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith(name)
    plain = " ".join(found.out.split())
    assert " ".join(ENTRIES[name].words.split()) in plain
    assert all(line == line.rstrip() for line in found.out.splitlines())


def test_a_list_of_everything():
    found = run("explain")
    assert (found.code, found.err) == (0, "")
    assert re.findall(r"^  ([a-z][a-z0-9-]+)  ", found.out, re.MULTILINE) == list(ENTRIES)
    assert [line for line in found.out.splitlines() if line and line[0] != " "] == list(GROUPS)


def test_spelling():
    assert run("explain", "Time Step").out == run("explain", "time-step").out
    found = run("explain", "missing-coma")
    assert found.code == 2 and "did you mean 'missing-comma'?" in found.err
    assert "'rnncalc explain' lists all" in run("explain", "qqqqqqqqqqqq").err


@pytest.mark.parametrize("slug", of("mistake"))
def test_a_mistake_is_shown_as_check_finds_it(slug, folder):
    entry = ENTRIES[slug]
    shown = run("explain", slug, width=300).out
    said = re.findall(r"^  It says: (.*)\.$", shown, re.MULTILINE)
    assert said
    checked = outcome(entry, entry.example, entry.command, folder).out.splitlines()
    assert all(f"    {words}" in checked for words in said)
    shown = shown.partition("\n\nLong short-term")[0]  # the table of gate-order
    head, instead, near = re.split(r"\n  (?:Instead|Close, but not this mistake):\n", shown)
    assert all(f"    {line}" in head for line in entry.example.splitlines())
    for piece, text in ((instead, entry.fixed), (near, entry.near)):
        answers = text.partition("answers:\n")[2].splitlines()
        changed = [line for line in answers if line not in entry.example.splitlines()]
        assert [line[4:] for line in piece.rstrip().splitlines()] == changed


def test_the_gate_orders_are_all_there():
    out = run("explain", "gate-order").out
    assert "weight_ih_l0 = [W_i; W_f; W_g; W_o]" in out and "tensorflow1" in out
