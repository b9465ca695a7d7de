"""What holds of every screen: no line too long, brackets closed, no number lost, nothing taken as markup."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import pytest
from running import ELMAN, PROBLEMS, ROOT, problem, run, system

WIDTHS = (40, 47, 60, 76, 100)
PAIRS = ("()", "[]", "⎡⎤", "⎢⎥", "⎣⎦", "⎛⎞", "⎜⎟", "⎝⎠")
SIGNS = re.compile(r"[⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠()\[\]]")


shown = lru_cache(maxsize=None)(run)  # the same screen serves several tests


def body(out: str) -> list[str]:
    """Give the lines of a forward pass without title and source, which are printed whole."""
    lines = out.split("\n")
    return lines[2:]


def too_long(out: str, width: int) -> list[str]:
    """Give the lines beyond the width, but those that are a single piece and its label."""
    return [line for line in body(out) if len(line) > width and not unbreakable(line)]


def unbreakable(line: str) -> bool:
    """Tell whether a line is one piece: a column of a matrix, a number or a name, with a sign before it."""
    return len(line.replace("= ", " ").replace("+ ", " ").replace("- ", " ").split()) <= 1


@pytest.mark.parametrize("detail, widths", [("equations", WIDTHS), ("terms", (40, 76)), ("entries", (47, 100))])
@pytest.mark.parametrize("name", PROBLEMS)
def test_no_line_is_longer_than_the_width(name, detail, widths):
    bad = {}
    for width in widths:
        out = shown("forward", name, "--detail", detail, width=width).out
        if lines := too_long(out, width):
            bad[width] = (len(lines), max(map(len, lines)), lines[0])
    assert bad == {}


@pytest.mark.parametrize("detail, width", [("equations", 40), ("terms", 76), ("entries", 100)])
@pytest.mark.parametrize("name", PROBLEMS)
def test_every_bracket_that_opens_closes(name, detail, width):
    lines = body(shown("forward", name, "--detail", detail, width=width).out)
    for opening, closing in PAIRS:
        for line in lines if opening not in "([" else ["\n".join(lines)]:
            depth = 0
            for sign in line:
                depth += (sign == opening) - (sign == closing)
                assert depth >= 0, line
            assert depth == 0, line


def numbers(document) -> list[float]:
    if isinstance(document, list):
        return [number for item in document for number in numbers(item)]
    return [document] if document is not None else []  # nothing is past the end of a shorter sequence


@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("name", PROBLEMS)
def test_no_number_is_lost(name, width):
    decimals = problem_decimals(name)
    words = SIGNS.sub(" ", "\n".join(body(shown("forward", name, width=width).out))).split()
    unit = Decimal(1).scaleb(-decimals)
    for quantity, values in shown("forward", name, "--format", "json").json["values"].items():
        for value in numbers(values):
            text = str(abs(Decimal(repr(value))).quantize(unit, ROUND_HALF_UP))
            text = "-" + text if value < 0 and float(text) else text
            assert text in words or str(int(value)) in words and value == int(value), (quantity, value, text)


def problem_decimals(name: str) -> int:
    return problem((ROOT / "problems" / f"{name}.yaml").read_text(encoding="utf-8")).case.rounding.decimals


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_quantity_of_every_step_has_its_row(name):
    document, n_steps = shown("forward", name, "--format", "json").json, read_problem_steps(name)
    rows = re.findall(r"^([^\W\d]\w*)(?:\((\d+)\))?(?: \[\d+\])?   ", run("forward", name, width=160).out, re.MULTILINE)
    for quantity, values in document["values"].items():
        for step in range(1, min(3, n_steps, len(values)) + 1):
            assert (quantity, str(step)) in rows or (quantity, "") in rows or quantity == "x"


def read_problem_steps(name: str) -> int:
    return problem((ROOT / "problems" / f"{name}.yaml").read_text(encoding="utf-8")).n_steps


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("width", [40, 100])
def test_decimal_points_of_a_column_stand_below_each_other(name, width):
    """Within a matrix all rows are equally long, and every column has its points in one place."""
    inside: list[str] = []
    for line in body(shown("forward", name, "--only", run_names(name)[-1], width=width).out):
        match = re.search(r"[⎡⎢⎣]([^⎡⎢⎣⎤⎥⎦]*)[⎤⎥⎦]$", line)
        if not match:
            inside = []
            continue
        if line[match.start()] == "⎡":
            inside = []
        inside.append(match[1])
        assert len(set(map(len, inside))) == 1
        assert len({tuple(at for at, sign in enumerate(row) if sign == ".") for row in inside if "." in row}) <= 1


def run_names(name: str) -> list[str]:
    return list(shown("forward", name, "--format", "json").json["values"])


WRITTEN = [
    "[bold]h[t-1][/bold]",
    "h[t-1] and [W]",
    "[/x]",
    "[/]",
    ":bomb: :smile:",
    "[link=http://example.org]here[/link]",
    "[red]",
    "100 % [on red] {curly} \\[escaped]",
    "a very long title " * 12 + "end",
]


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("command", ["forward", "equations"])
def test_titles_are_printed_as_written(text, command):
    title = text.replace("\\", "\\\\").strip()
    out = run(
        command, "-", stdin=ELMAN.replace("rnncalc: 1", f'rnncalc: 1\ntitle: "{title}"\nsource: "{title}"').encode()
    ).out
    assert out.split("\n")[0] == text.strip()
    if command == "forward":
        assert out.split("\n")[1] == text.strip()


UNSAFE = {
    "\\e[31mred": "�[31mred",
    "\\e]8;;http://example.org\\e\\\\here": "�]8;;http://example.org�\\here",
    "\\x9b31m": "�31m",
    "a\\rb": "a�b",
    "a\\bb": "a�b",
    "a\\x7fb": "a�b",
    "\\u202Eevil": "�evil",
    "\\u2066a\\u2069": "�a�",
    "\\u200bzero": "�zero",
    "\\ufeffmark": "�mark",
    "a\\nb\\tc": "a b c",
    "a\\u2028b": "a�b",
    "a\\0b": "a�b",
    "\\U000e0041tag": "�tag",
}


@pytest.mark.parametrize("text, shown", UNSAFE.items())
def test_titles_are_cleaned(text, shown):
    stdin = ELMAN.replace("rnncalc: 1", f'rnncalc: 1\ntitle: "{text}"\nsource: "{text}"').encode()
    assert run("forward", "-", stdin=stdin).out.split("\n")[:2] == [shown, shown]


@pytest.mark.parametrize("text, shown", UNSAFE.items())
def test_reasons_of_misprints_are_cleaned(text, shown):
    more = f'answers: {{y(1): 5}}\nmisprints: {{"y(1)[1]": "{text}"}}'
    outcome = run("check", "-", stdin=system("y[t] = x[t]", more=more).encode())
    assert outcome.code == 0 and shown in outcome.out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202e\u2066\ufeff]", outcome.out)


def test_file_names_are_cleaned(tmp_path):
    path = tmp_path / "a\x1b[31m\u202eb.yaml"
    path.write_text(system("y[t] = x[t]", more="answers: {y(1): 5}"))
    for outcome in (run("check", path), run("forward", tmp_path / "no\x1b[31m\nb.yaml")):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", outcome.out + outcome.err)
        assert "\nb.yaml" not in outcome.err
    path.write_text("rnncalc: 2\n")
    assert "\x1b" not in run("check", path).err


def test_number_texts_are_cleaned(tmp_path):
    stdin = system("y[t] = x[t]", inputs='x: ["1\\e", 2]').encode()
    outcome = run("forward", "-", stdin=stdin)
    assert outcome.code == 3 and "\x1b" not in outcome.err


def test_colour_marks_and_never_carries_meaning(monkeypatch):
    plain = run("check", "class4-activity-1").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = run("check", "class4-activity-1").out
    assert coloured != plain
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


def test_no_colour_when_it_is_not_wanted(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in run("check", "class4-activity-1").out


@pytest.mark.parametrize("width", [1, 5, 20, 39, 1000, 100_000])
def test_any_width_gives_the_whole_result(width):
    outcome = run("forward", "ntu-lecture-example-2", width=width)
    assert outcome.code == 0
    for piece in ("z(1)", "h(3)", "y(3)", "-3.60", "0.63"):
        assert piece in outcome.out


@pytest.mark.parametrize("columns", ["", "0", "-5", "abc", "1e2", "²"])
def test_columns_that_say_nothing_give_a_hundred(columns):
    outcome = run("forward", "lstm-2-units", width=columns)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == run("forward", "lstm-2-units", width=100).out
