"""Whole outputs at three widths. Look at what a change does to them, then `pytest --accept`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import run

FOLDER = Path(__file__).parent
TRAINING = FOLDER / "training"
WIDTHS = (60, 100, 160)
LAST_BITS = re.compile(r"(error|difference:?) \d\.\de[-+]\d\d")  # another machine, other ones

CASES = {
    "forward-elman": ["forward", "ntu-tutorial-8-q1a"],
    "forward-batch": ["forward", "ntu-lecture-example-2"],
    "forward-lstm": ["forward", "lstm-2-units"],
    "forward-lstm-concat": ["forward", "lstm-concat", "--steps", "2"],
    "forward-gru": ["forward", "gru-2-units"],
    "forward-practical-9": ["forward", "ist-practical-9-q1"],
    "forward-one-to-many": ["forward", "one-to-many"],
    "forward-many-to-one": ["forward", "many-to-one"],
    "forward-hello": ["forward", "hello-one-hot", "--only", "y,J"],
    "terms": ["forward", "ntu-tutorial-8-q1a", "--steps", "2", "--detail", "terms"],
    "terms-batch": ["forward", "ntu-lecture-example-2", "--steps", "2", "--detail", "terms"],
    "entries": ["forward", "ntu-tutorial-8-q1a", "--steps", "2", "--detail", "entries"],
    "entries-batch": ["forward", "ntu-lecture-example-2", "--steps", "2", "--detail", "entries"],
    "entries-lstm": ["forward", "lstm-2-units", "--steps", "1", "--detail", "entries", "--only", "a_f,c,h"],
    "notation-paren": ["forward", "ntu-tutorial-8-q1a", "--steps", "3", "--notation", "paren"],
    "notation-subscript": ["forward", "ntu-tutorial-8-q1a", "--steps", "3", "--notation", "subscript"],
    "notation-superscript": ["forward", "ntu-tutorial-8-q1a", "--steps", "3", "--notation", "superscript"],
    "equations-lstm": ["equations", "lstm"],
    "equations-gru": ["equations", "gru", "--notation", "subscript"],
    "equations-deep": ["equations", "jordan", "--layers", "2"],
    "equations-problem": ["equations", "hello-one-hot"],
    "equations-keras": ["equations", "gru", "--convention", "keras", "--backward"],
    "equations-onnx": ["equations", "lstm", "--convention", "onnx", "--bidirectional", "--choose", "peepholes=all"],
    "equations-bidirectional": ["equations", "many-to-one", "--bidirectional", "--backward"],
    "equations-attention": ["equations", "attention", "--backward", "--notation", "subscript"],
    "equations-decoder": ["equations", "encoder-decoder", "--choose", "feed=target", "--backward"],
    "explain-gate-order": ["explain", "gate-order"],
    "forward-attention": ["forward", "attention-additive"],
    "forward-directions": ["forward", "bidirectional-elman", "--steps", "1..2"],
    "forward-packed": ["forward", "gru-pytorch", "--steps", "1"],
    "bptt-attention": ["bptt", "attention-additive", "--of", "W,W_a", "--steps", "2..3"],
    "bptt-hello": ["bptt", "hello-one-hot"],
    "bptt-initial": ["bptt", "hello-one-hot", "--initial", "--inputs", "--of", "b", "--steps", "1"],
    "bptt-symbolic": ["bptt", "hello-one-hot", "--symbolic", "--notation", "subscript"],
    "bptt-truncated": ["bptt", "hello-one-hot", "--truncate", "1", "--of", "W", "--steps", "2..4"],
    "bptt-update": [
        "bptt", "hello-one-hot", "--of", "W,c", "--steps", "4", "--clip", "0.1", "--update", "0.1",
    ],
    "bptt-terms": ["bptt", "hello-one-hot", "--of", "W", "--steps", "3", "--detail", "terms"],
    "bptt-entries": ["bptt", "hello-one-hot", "--of", "W", "--steps", "3", "--detail", "entries"],
    "paths-hello": ["paths", "hello-one-hot", "--of", "W"],
    "paths-output": ["paths", "hello-one-hot", "--of", "c"],
    "paths-length": ["paths", "--length", "3"],
    "paths-letters": ["paths", "hello-one-hot", "--length", "4", "--of", "U"],
    "paths-entry": ["paths", "class4-activity-1", "--entry", "W[1,1]", "--at", "o(1)"],
    "bigram": [
        "bigram", "--text", "Harry Potter", "--smoothing", "laplace", "--sentence", "Potter Harry", "--sample", "5",
    ],
    "bigram-rows": ["bigram", "class4-bigram"],
    "bigram-boundaries": ["bigram", "sam-i-am"],
    "bigram-table": ["bigram", "class4-bigram-network", "--top", "2"],
    "bigram-unsmoothed": ["bigram", "--text", "[bold] 漢字 [/bold] 😀", "--sentence", "[bold] 漢字 [/bold]"],
    "bigram-trigrams": [
        "bigram", "--text", "a b a b b a", "--order", "3", "--smoothing", "0.5", "--sentence", "a b a",
        "--decimals", "3",
    ],
    "bigram-many": ["bigram", "weather-bigram", "--unit", "character", "--order", "4", "--sentence", "the rain"],
    "list": ["list"],
    "check": ["check", "ntu-tutorial-8-q1a", "class4-activity-1", "class4-activity-1-as-solved", "ist-practical-9-q1"],
    "grade": ["grade", "ntu-tutorial-8-q1a", FOLDER / "class"],
    "grade-csv": ["grade", "ntu-tutorial-8-q1a", FOLDER / "class", "--csv", "-", "--method-credit", "0.5"],
    "train-numbers": ["train", TRAINING / "numbers.yaml", "--quiet"],
    "train-tags": ["train", TRAINING / "tags.yaml", "--quiet", "--sequence", "2"],
    "train-texts": ["train", TRAINING / "texts.yaml", "--quiet"],
    "generate": ["generate", TRAINING / "chain.yaml", "--count", "3", "--seed", "4", "--temperature", "3"],
    "generate-show": ["generate", TRAINING / "chain.yaml", "--start", "ca", "--greedy", "--show", "3"],
    "check-quiet": ["check", "class4-activity-1", "xmu-lecture-7-elman", "--quiet"],
}  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CASES)
def test_output(name, width, accepted):
    outcome = run(*CASES[name], width=width)
    assert (outcome.code, outcome.err) == (0, "")
    accepted(LAST_BITS.sub(r"\1 …", outcome.out), FOLDER / f"{name}.{width}.txt")


def test_no_file_is_left_over():
    wanted = {f"{name}.{width}.txt" for name in CASES for width in WIDTHS}
    assert {path.name for path in FOLDER.glob("*.txt")} == wanted


@pytest.mark.parametrize("name", CASES)
def test_no_spaces_fill_the_ends_of_lines(name):
    for width in WIDTHS:
        lines = (FOLDER / f"{name}.{width}.txt").read_text(encoding="utf-8").split("\n")
        assert [line for line in lines if line != line.rstrip()] == []
