"""Plots, tables of labels and confusion matrices of a training, on terminals of any width."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from rnncalc.render.training.canvas import Canvas
from rnncalc.render.training.classes import print_accuracy, print_confusion, print_likelihoods
from rnncalc.render.training.curves import print_against, print_curve
from rnncalc.render.training.history_csv import history_csv
from rnncalc.render.training.sampled import print_distributions, print_text
from rnncalc.render.training.scale import Scale, scale_of, tick_texts
from rnncalc.render.training.steps_table import print_steps
from rnncalc.render.training.tags import print_tags

LANGUAGES = "Arabic Chinese Czech Dutch English French German Greek Irish Italian Japanese Korean Polish".split()


def printed(function, *args, width: int = 40, **options) -> list[str]:
    """Give the lines that a function prints on a console of a width."""
    stream = io.StringIO()
    function(Console(file=stream, width=width, height=25, markup=False, highlight=False), *args, **options)
    return stream.getvalue().splitlines()


def dots(lines: list[str]) -> set[tuple[int, int]]:
    """Give (row, column) of the dots of braille signs, read off the names of their bits."""
    places = {0: (0, 0), 1: (1, 0), 2: (2, 0), 3: (0, 1), 4: (1, 1), 5: (2, 1), 6: (3, 0), 7: (3, 1)}
    found = set()
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            if 0x2800 <= ord(sign) < 0x2900:
                bits = [bit for bit in range(8) if (ord(sign) - 0x2800) >> bit & 1]
                found |= {(4 * row + places[bit][0], 2 * column + places[bit][1]) for bit in bits}
    return found


def test_a_line_is_drawn_from_corner_to_corner():
    canvas = Canvas(4, 2)
    canvas.line(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    assert dots(canvas.lines()) == {(7 - n, n) for n in range(8)}


def test_a_line_breaks_where_there_is_no_number():
    canvas = Canvas(10, 1)
    canvas.line(np.linspace(0, 1, 5), np.array([0.0, 0.0, np.nan, 0.0, 0.0]))
    columns = {column for _, column in dots(canvas.lines())}
    assert {0, 4, 14, 19} <= columns
    assert not columns & set(range(8, 12))


def test_peaks_of_many_points_are_not_lost():
    canvas, y = Canvas(10, 3), np.zeros(100_000)
    y[31_234] = 1.0
    canvas.line(np.linspace(0, 1, len(y)), y)
    assert min(row for row, _ in dots(canvas.lines())) == 0


def test_an_axis_is_logarithmic_beyond_two_decades_of_positive_numbers():
    assert scale_of(np.array([1000.0, 9.9]), may_be_logarithmic=True).logarithmic
    assert not scale_of(np.array([1000.0, 11.0]), may_be_logarithmic=True).logarithmic
    assert not scale_of(np.array([1000.0, 0.0]), may_be_logarithmic=True).logarithmic
    assert scale_of(np.array([1e9, np.inf, np.nan, 1.0]), may_be_logarithmic=True) == Scale(1.0, 1e9, True)


@pytest.mark.parametrize("low, high", [(0, 1), (-3, 7), (0.001, 0.0012), (1e-9, 5e-9), (1, 25_000), (-1e12, 1e12)])
@pytest.mark.parametrize("most", [2, 4, 9])
def test_ticks_lie_within_the_axis_and_differ(low, high, most):
    ticks = Scale(low, high).ticks(most)
    assert 1 <= len(ticks) <= most
    assert all(low - 1e-9 * (high - low) <= tick <= high + 1e-9 * (high - low) for tick in ticks)
    texts = tick_texts(ticks)
    assert len(set(texts)) == len(ticks)
    assert [float(text.replace(",", "")) for text in texts] == pytest.approx(ticks, rel=1e-5, abs=1e-12 * (high - low))


@pytest.mark.parametrize("width", [40, 80, 160])
def test_a_curve_fits_and_its_numbers_stand_at_their_heights(width):
    lines = printed(print_curve, "loss", np.arange(1.0, 501), np.geomspace(1000, 0.1, 500), width=width)
    assert max(map(cell_len, lines)) <= width
    assert lines[1] == "loss by iteration, logarithmic"
    heights = {line.split("┤")[0].strip(): number for number, line in enumerate(lines) if "┤" in line}
    assert next(iter(heights)) == "1,000" and list(heights)[-1] == "0.1"
    assert lines[-1].endswith("iteration")
    corner = next(line for line in lines if line.startswith("1,000"))
    assert 0x2800 <= ord(corner.split("┤")[1][0]) < 0x2900


def test_a_curve_of_one_number_is_left_out():
    assert printed(print_curve, "loss", np.array([1.0, 2.0]), np.array([1.0, np.nan])) == []


@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("n_steps", [2, 7, 1000])
def test_each_feature_has_a_plot_of_true_and_predicted(width, n_steps):
    true = np.random.default_rng(0).normal(size=(n_steps, 2))
    lines = printed(print_against, "test sequence 1, y", true, true + 0.1, width=width)
    assert max(map(cell_len, lines)) <= width
    assert [line for line in lines if line.startswith("test")] == ["test sequence 1, y[1]", "test sequence 1, y[2]"]
    marks = sum(line.count("×") for line in lines) - 2  # those of the legends
    assert 2 <= marks / 2 <= min(n_steps, width)


def test_a_constant_is_drawn_in_the_middle():
    lines = printed(print_curve, "loss", np.arange(10.0), np.full(10, 2.0))
    rows = [row for row, _ in dots(lines[2:14])]
    assert set(rows) <= {22, 23, 24, 25}


@pytest.mark.parametrize("width", [40, 61, 160])
def test_wrong_labels_are_marked_below_them(width):
    rng = np.random.default_rng(1)
    true = rng.choice(["N", "V", "determiner"], 100).tolist()
    predicted = [label if rng.random() < 0.7 else "N" for label in true]
    lines = printed(print_tags, "sequence 1", true, predicted, width=width)
    assert max(map(cell_len, lines)) <= width
    marked, shown, steps = [], {}, []
    for line in filter(None, lines):
        name, *cells = line.split()
        if name == "step":
            ends = [at + 1 for at, sign in enumerate(line) if sign.isdigit() and not line[at + 1 : at + 2].isdigit()]
            steps = [int(cell) for cell in cells]
        elif name == "predicted":
            shown |= dict(zip(steps, cells, strict=True))
        elif name == "wrong":
            marked += [steps[ends.index(at + 1)] for at, sign in enumerate(line) if sign == "×"]
    assert marked == [at for at, (a, b) in enumerate(zip(true, predicted, strict=True), start=1) if a != b]
    assert [shown[at] for at in range(1, 101)] == ["determi…" if b == "determiner" else b for b in predicted]


def test_a_step_without_a_class_has_no_wrong_label():
    step, true, _, wrong = printed(print_tags, "s", ["A", None, "B"], ["A", "A", "A"])[-4:]
    assert true.split() == ["true", "A", "–", "B"] and wrong.split() == ["wrong", "×"]
    assert wrong.index("×") == step.index("3")


def test_the_rest_of_a_long_sequence_is_counted():
    assert printed(print_tags, "s", None, ["A"] * 150)[-1] == "… and 30 steps more"


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("names", [["negative", "positive"], LANGUAGES, ["漢字" * 9, "[bold]x", "a\x1b[31m"]])
def test_a_confusion_matrix_is_folded_never_cut(width, names):
    counts = np.random.default_rng(2).integers(0, 2000, (len(names), len(names)))
    lines = printed(print_confusion, counts, names, width=width)
    assert max(map(cell_len, lines[2:])) <= width
    assert not any("\x1b" in line for line in lines)
    groups = "\n".join(lines[2:]).split("\n\n")
    rows = [[] for _ in names]
    for group in groups:
        for row, line in zip(rows, group.splitlines()[1:], strict=True):
            head = len(group.splitlines()[0].split()) - 1
            row += [int(text.replace(",", "").replace("·", "0")) for text in line.split()[-head:]]
    assert rows == counts.tolist()


def test_of_many_classes_the_confused_ones_are_listed():
    counts = np.eye(60, dtype=int) * 5
    counts[3, 7], counts[50, 2] = 4, 9
    lines = printed(print_confusion, counts, [f"class {n}" for n in range(60)])
    assert [line.split() for line in lines[3:]] == [
        ["class", "50", "class", "2", "9"],
        ["class", "3", "class", "7", "4"],
    ]


def test_accuracy_in_words():
    assert printed(print_accuracy, np.array([[2, 1], [0, 0]]), "sequence") == ["2 of 3 sequences right: 66.7 %"]


def test_likelihoods_by_name():
    text, names = "'The movie was not interesting to me'", ["negative", "positive"]
    shares = np.array([0.98813, 0.01187])
    one = printed(print_likelihoods, text, shares, names, 2, 4, width=100)
    assert one == [f"{text}  negative 0.9881, positive 0.0119"]
    folded = printed(print_likelihoods, text, shares, names, 2, 4, true=1, width=40)
    assert folded == [text, "  negative 0.9881, positive 0.0119", "  × true: positive"]
    assert printed(print_likelihoods, text, shares, names, 1, 2, true=0, width=100) == [f"{text}  negative 0.99"]


def test_generated_text_cannot_act_on_the_terminal():
    assert printed(print_text, "a\x1b[2Jb\nc[red]") == ["a�[2Jb", "c[red]"]


def test_distributions_step_by_step():
    shares = np.array([[0.2, 0.8, 0.0], [0.5, 0.25, 0.25]])
    lines = printed(print_distributions, "text 1", ["b", "\n"], shares, ["a", "b", "\n"], 2, 2)
    assert [line.split() for line in lines[2:]] == [
        ["step", "likeliest", "2."],
        ["1", "b", "b", "0.80", "a", "0.20"],
        ["2", "\\n", "a", "0.50", "b", "0.25"],
    ]


def test_history_reads_back_with_every_digit():
    losses = np.array([1 / 3, np.nan, 1e-17])
    rows = [line.split(",") for line in history_csv(losses, {3: 0.1}).splitlines()]
    assert rows[0] == ["iteration", "loss", "accuracy"]
    assert rows[1:] == [["1", repr(1 / 3), ""], ["2", "", ""], ["3", "1e-17", "0.1"]]


def test_numbers_of_steps_fold_to_the_width_and_long_sequences_are_cut():
    x, y = np.arange(30.0).reshape(15, 2), np.linspace(-1000, 1000, 120).reshape(15, 8)
    lines = printed(print_steps, "one", {"x": x, "hot": np.eye(15)}, y, y + 1, 2)
    assert all(cell_len(line) <= 40 for line in lines[:-1])
    assert [n for line in lines if line.startswith("step") for n in line.split()[1:]] == [str(n) for n in range(1, 13)]
    assert [n for line in lines if line.startswith("x[2]") for n in line.split()[1:]] == [
        str(n) for n in range(1, 25, 2)
    ]
    assert not any(line.startswith("hot") for line in lines)
    assert lines[-1] == "… and 3 steps and 2 entries more; --format json has all"
