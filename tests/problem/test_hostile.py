"""Files that ask for too much end in one message, in a short time and little memory (DESIGN 12, CONTRACT B11)."""

from __future__ import annotations

import os
import resource
import subprocess

import numpy as np
import pytest
from running import ELMAN, PLACE, problem, refusals, slugs, start, system

from rnncalc.compute.case import Case
from rnncalc.problem import array_files, files, numbers, yaml_tree

GIB = 2**30
SECONDS = 4


def limited(folder, text: str) -> tuple[int, list[str], str]:
    """Run `forward` in a process with 3 GiB of address space and few seconds."""
    (folder / "p.yaml").write_text(text)
    process = start(
        "forward",
        folder / "p.yaml",
        stdout=subprocess.DEVNULL,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 * GIB, 3 * GIB)),
    )
    try:
        _, message = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return -1, [], "takes too long"
    return process.returncode, [match[4] for match in PLACE.finditer(message.decode())], message.decode()


SCAN = system("h[t] = W @ h[t-1]", "W: {}", "", "steps: 2")


@pytest.mark.parametrize(
    "text",
    [
        SCAN.replace("{}", "eye(100000)"),
        SCAN.replace("{}", "full(99999, 99999, 1)"),
        SCAN.replace("{}", "linspace(0, 1, 100000, 100000)"),
        SCAN.replace("{}", "uniform(100000, 100000, 0, 1, 1)"),
        SCAN.replace("{}", "[[1]]").replace("steps: 2", "steps: 999999999999999"),
        SCAN.replace("{}", "eye(200)").replace("steps: 2", "steps: 1000000"),
        system("h[t] = x[t-999999999]", more="initial: {x: 0}"),
        system("h[t] = x[t+999999999]", more="initial: {x: 0}"),
        system("h[t] = W @ h[t-999999999] + x[t]", "W: [[1]]"),
        ELMAN + "layers: 99999999\n",
        ELMAN + "layers: 2000\n",
    ],
    ids=lambda text: text[-60:].replace("\n", " "),
)
def test_too_much(text, tmp_path):
    code, found, message = limited(tmp_path, text)
    assert code == 3, message[-300:]
    assert 1 <= len(found) <= 10


def test_an_array_file_that_grows_when_it_is_unpacked(tmp_path):
    """A few kilobytes of zeros packed: 4 GiB unpacked, refused by what its header says."""
    import struct
    import zipfile

    text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (536870912, 1), }"
    text += b" " * (63 - (10 + len(text)) % 64) + b"\n"
    with zipfile.ZipFile(tmp_path / "x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + b"\0" * 2**20)
    code, found, message = limited(tmp_path, ELMAN.replace("[[1], [2]]", "{file: x.npz}"))
    assert (code, len(found)) == (3, 1), message
    assert "allocate" not in message


def nested(opening: str, closing: str, count: int = 5000) -> str:
    return system("h[t] = " + opening * count + "x[t]" + closing * count)


@pytest.mark.parametrize(
    "text",
    [
        nested("(", ")"),
        nested("tanh(", ")"),
        nested("-", ""),
        nested("", ".T"),
        nested("", " ** 2"),
        nested("", " + x[t]"),
        nested("x[t] * (", ")"),
        nested("concat(", ")"),
        nested("[", "]"),
        nested("(", ""),
        nested("clip(x[t], ", ", 1)"),
    ],
    ids=["(", "tanh", "-", ".T", "**", "+", "* (", "concat", "[", "( alone", "clip"],
)
def test_an_expression_of_five_thousand_levels(text):
    assert slugs(text) == ["expression-too-deep"]


@pytest.mark.parametrize(
    "text", ["'" + "(" * 5000 + "1" + ")" * 5000 + "'", "'" + "tanh(" * 5000 + "1" + ")" * 5000 + "'"]
)
def test_a_number_of_five_thousand_levels(text):
    (found,) = refusals(ELMAN.replace("-0.3", text))
    assert (found.slug, found.span.line) == ("expression-too-deep", 4)


def test_hundred_levels_are_read():
    assert slugs(nested("(", ")", 99)) == []
    assert slugs(nested("", " + x[t]", 99)) == []
    assert slugs(nested("(", ")", 101)) == ["expression-too-deep"]


@pytest.mark.parametrize("number", ["1" * 401, "0." + "3" * 500, "1e999", "1e400"])
def test_a_number_within_an_equation_has_the_same_caps(number):
    assert len(slugs(system(f"h[t] = {number} * x[t]"))) == 1


def test_an_expression_of_a_hundred_thousand_characters():
    fits = "h[t] = x[t] + " + "1" + " " * 99_980 + "- 1"
    assert slugs(system(fits)) == []
    assert slugs(system(fits.replace("- 1", "- 1111111"))) == ["expression-too-long"]


def test_the_caps_are_those_of_the_contract():
    assert files.MAX_PROBLEM == 4 * 2**20
    assert array_files.MAX_ARRAY_FILE == GIB
    assert (yaml_tree.MAX_DEPTH, yaml_tree.MAX_NODES, numbers.MAX_DIGITS) == (32, 10**6, 400)


def test_the_largest_file_that_is_read():
    body = ELMAN + "#"
    text = body + "x" * (files.MAX_PROBLEM - len(body))
    assert len(text.encode()) == files.MAX_PROBLEM
    assert files._decoded(text.encode(), "p").text == text


DANGEROUS = [
    "__import__('os').system('echo hello')",
    "().__class__.__bases__[0]",
    "x[t].__class__",
    "eval(x[t])",
    "exec(x[t])",
    "open(x[t])",
    "lambda: 1",
    "[y for y in x[t]]",
    "x[t]; y[t] = 1",
    "x[t] if 1 else 2",
    "f'{x}'",
    "x[t:t+1]",
    "x[t]\\\n",
    "`ls`",
    "$(ls)",
    "{1}",
    "@x[t]",
    "x[t]!",
    "x[t] := 2",
    "x[t]..T",
    "globals()",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_of_a_programming_language_gets_through(text):
    assert slugs(system(f"h[t] = {text}"))
    found = refusals(ELMAN.replace("-0.3", '"' + text.replace("\\", "\\\\").replace("\n", " ").replace('"', "'") + '"'))
    assert found


def test_a_case_of_ordinary_size_is_not_refused():
    case = problem(SCAN.replace("{}", "eye(100)").replace("steps: 2", "steps: 1000")).case
    assert isinstance(case, Case) and np.array_equal(case.weights["W"], np.eye(100))
