"""--steps, --only, --decimals, --detail, --notation: what they keep, and what they refuse."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from running import run

FILE = "ntu-tutorial-8-q1a"  # four steps; z, h, u, y


def headings(out: str) -> list[str]:
    return re.findall(r"^t = \d+$", out, re.MULTILINE)


@pytest.mark.parametrize(
    "text, steps",
    [
        ("2", [2]),
        ("2..3", [2, 3]),
        ("1,4", [1, 4]),
        ("4,1", [1, 4]),
        ("1..2,4", [1, 2, 4]),
        ("1, 3", [1, 3]),
        ("2,2", [2]),
        ("3..99", [3, 4]),
        ("1..4", [1, 2, 3, 4]),
    ],
)
def test_steps(text, steps):
    outcome = run("forward", FILE, "--steps", text)
    assert outcome.code == 0
    assert headings(outcome.out) == [f"t = {step}" for step in steps]
    values = run("forward", FILE, "--steps", text, "--format", "json").json["values"]
    everything = run("forward", FILE, "--format", "json").json["values"]
    assert values == {name: [rows[step - 1] for step in steps] for name, rows in everything.items()}


@pytest.mark.parametrize(
    "text", ["0", "x", "", ",", "1,,2", "1..", "..2", "3..1", "-1", "1.5", "2...3", "1;2", "9" * 30]
)
def test_steps_that_name_none(text):
    outcome = run("forward", FILE, f"--steps={text}")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--steps" in outcome.err.splitlines()[-1]


def test_a_step_far_beyond_the_last_costs_nothing():
    assert run("forward", FILE, "--steps", "1..1000000").code == 0


def test_only():
    outcome = run("forward", FILE, "--only", "h,y", "--steps", "1")
    assert re.findall(r"^(\w+)\(1\)", outcome.out, re.MULTILINE) == ["h", "y"]
    assert list(run("forward", FILE, "--only", " y , h ", "--format", "json").json["values"]) == ["h", "y"]


@pytest.mark.parametrize("text, hint", [("hh", "'h'"), ("H", "'h'"), ("h,q", "z, h, u, y"), ("x", ""), ("W", "")])
def test_only_of_a_name_that_nothing_defines(text, hint):
    outcome = run("forward", FILE, "--only", text)
    assert (outcome.code, outcome.out) == (2, "")
    assert "no quantity" in outcome.err and hint in outcome.err


def test_only_the_loss():
    outcome = run("forward", "hello-one-hot", "--only", "J")
    assert re.findall(r"^(\w+)\(\d\)", outcome.out, re.MULTILINE) == ["J"] * 4
    assert outcome.code == 0


@pytest.mark.parametrize("decimals", [0, 1, 4, 10, 15])
def test_decimals(decimals):
    value = run("forward", FILE, "--format", "json").json["values"]["y"][1][0]
    line = run("forward", FILE, "--decimals", decimals, "--steps", "2", "--only", "y", width=160).out.splitlines()[-1]
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert line.split()[-1] == str(rounded)


def test_decimals_of_the_file_are_the_default_and_four_without():
    assert run("forward", FILE, "--only", "y").out.splitlines()[-1].endswith("0.11")
    assert "0.6931" in run("forward", "ist-practical-9-q1", "--only", "J").out


@pytest.mark.parametrize(
    "notation, written",
    [("paren", "Uᵀ x(2) + Wᵀ h(1) + b"), ("subscript", "Uᵀ x₂ + Wᵀ h₁ + b"), ("superscript", "Uᵀ x⁽²⁾ + Wᵀ h⁽¹⁾ + b")],
)
def test_notation(notation, written):
    assert written in run("forward", FILE, "--steps", "2", "--notation", notation).out


@pytest.mark.parametrize(
    "notation, written", [("paren", "z(t) = "), ("subscript", "zₜ = "), ("superscript", "z⁽ᵗ⁾ = ")]
)
def test_notation_of_equations(notation, written):
    assert written in run("equations", "elman", "--notation", notation).out


def test_layers_of_an_entry():
    out = run("equations", "jordan", "--layers", "2").out
    assert "z1(t) = U1ᵀ x(t) + W1ᵀ h2(t-1) + b1" in out
    assert "z2(t) = U2ᵀ h1(t) + W2ᵀ y(t-1) + b2" in out
