"""Numbers as YAML 1.2 has them, expressions, and all that is nearly a number."""

from __future__ import annotations

import math

import pytest
from running import problem, refusals, system

TEXT = system("y[t] = x[t]", inputs="x: [{}]")


def read(text: str) -> float:
    return float(problem(TEXT.replace("{}", text)).case.sequences["x"][0, 0, 0, 0])


@pytest.mark.parametrize(
    "text, value",
    [
        ("1", 1),
        ("-1", -1),
        ("+.5", 0.5),
        ("-.5", -0.5),
        ("5.", 5),
        ("1e-3", 0.001),
        ("-1E5", -100000),
        ("1.0e3", 1000),
        ("1e3", 1000),
        ("010", 10),
        ("017", 17),
        ("0.90", 0.9),
        ("-0.0", 0),
        ("1e-400", 0),
        ("123456789012345678901234567890", 123456789012345678901234567890.0),
        ("'1.5'", 1.5),
        ('"1.5"', 1.5),
        ("1/3", 1 / 3),
        ("-1/3", -1 / 3),
        ("0.3*tanh(0.5)+0.1", 0.3 * math.tanh(0.5) + 0.1),
        ("2**10", 1024),
        ("2 ** -1", 0.5),
        ("-2**2", -4),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("8 / 2 / 2", 2),
        ("log(2)", math.log(2)),
        ("sqrt(2)/2", math.sqrt(2) / 2),
        ("exp(-1)", math.exp(-1)),
        ("sigmoid(0)", 0.5),
        ("'min(1, 2)'", 1),
        ("'max(1, 2)'", 2),
        ("'clip(5, 0, 1)'", 1),
        ("relu(-3)", 0),
    ],
)
def test_value(text, value):
    assert read(text) == pytest.approx(value, rel=1e-15, abs=0)


def test_the_text_is_kept_as_written():
    texts = problem(TEXT.replace("{}", "0.90, 010, 1e-3, 1/3")).texts["x"]
    assert texts.ravel().tolist() == ["0.90", "010", "1e-3", "1/3"]


@pytest.mark.parametrize(
    "text, slug, hint",
    [
        ("[3 4]", "missing-comma", "'3, 4'"),
        ("[1.5 -2e3 7]", "missing-comma", "'1.5, -2e3, 7'"),
        ("'0,5'", "decimal-comma", "'0.5'"),
        ("−1", "typographic-minus", "'-1'"),
        ("–0.5", "typographic-minus", "'-0.5'"),
        ("1e−3", "typographic-minus", "'1e-3'"),
        ("nan", "not-finite", "finite"),
        (".nan", "not-finite", "finite"),
        ("NaN", "not-finite", "finite"),
        ("inf", "not-finite", "finite"),
        ("-.inf", "not-finite", "finite"),
        (".Inf", "not-finite", "finite"),
        ("-Infinity", "not-finite", "finite"),
        ("1e999", "not-finite", "finite"),
        ("-1e309", "not-finite", "finite"),
        ("1/0", "not-finite", "finite"),
        ("log(0)", "not-finite", "finite"),
        ("sqrt(-1)", "not-finite", "finite"),
        ("9**9**9", "not-finite", "finite"),
        ("exp(1000)", "not-finite", "finite"),
        ("5%", "percent-sign", "'0.05'"),
        ("1_000", "not-a-number", "'1000'"),
        ("0x1F", "not-a-number", ""),
        ("0o17", "not-a-number", ""),
        ("1:30", "not-a-number", ""),
        ("190:20:30.15", "not-a-number", ""),
        ("yes", "not-a-number", ""),
        ("on", "not-a-number", ""),
        ("true", "not-a-number", ""),
        ("null", "not-a-number", ""),
        ("~", "not-a-number", ""),
        ("''", "not-a-number", ""),
        ("１", "not-a-number", "ASCII"),
        ("½", "not-a-number", "ASCII"),
        ("1\u00a0000", "not-a-number", "ASCII"),
        ("'0.3*q'", "not-a-number", ""),
        ("'x[1]'", "not-a-number", ""),
        ("sum(3)", "not-a-number", ""),
        ("softmax(3)", "not-a-number", ""),
        ("eval(3)", "not-a-number", ""),
        ("'tanh(1, 2)'", "wrong-argument-count", ""),
        ("'(1/3'", "unbalanced-parenthesis", ""),
        ("'1/3)'", "unbalanced-parenthesis", ""),
        ("1/", "unfinished-expression", ""),
        ("'2·3'", "not-a-number", "ASCII"),
        ("1/3#4", "not-a-number", "ASCII"),
        ("\u00a01", "not-a-number", "ASCII"),
        ("1/1e999", "not-finite", "finite"),
        ("1" * 401, "too-many-digits", ""),
    ],
)
def test_what_is_nearly_a_number(text, slug, hint):
    found = refusals(TEXT.replace("{}", text).replace("[[", "[").replace("]]", "]"))
    assert [diagnostic.slug for diagnostic in found] == [slug]
    assert hint in found[0].message + found[0].remedy
    span = found[0].span
    assert span.source.name == "<test>" and span.line == 5


@pytest.mark.parametrize("text", ["'(1/3'", "'1/3)'", '"2 + * 3"', "'3 + q'", "'0,5'", "'tanh(1, 2)'"])
def test_a_fault_in_a_quoted_number_is_shown_in_the_file(text):
    span = refusals(TEXT.replace("{}", text))[0].span
    assert (span.source.name, span.line) == ("<test>", 5)
    assert span.text in TEXT.replace("{}", text)


@pytest.mark.parametrize("digits", [1, 100, 400])
def test_the_cap_on_digits(digits):
    assert read("0." + "3" * (digits - 2) if digits > 2 else "3") > 0


def test_a_message_never_repeats_a_very_long_text():
    for text in ("-" * 5000 + "1", "a" * 5000, "１" * 5000, "+".join(["1"] * 90) + "+" + "q" * 3000):
        (found,) = refusals(TEXT.replace("{}", text))
        assert len(found.message) + len(found.remedy) < 500, found.slug


def test_all_numbers_of_a_matrix_are_told_at_once():
    found = refusals(TEXT.replace("{}", "nan, 1, '0,5', abc, 2, 3%"))
    assert [diagnostic.slug for diagnostic in found] == ["not-finite", "decimal-comma", "not-a-number", "percent-sign"]
    assert [diagnostic.span.text for diagnostic in found] == ["nan", "'0,5'", "abc", "3%"]
