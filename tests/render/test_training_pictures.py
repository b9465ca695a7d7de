"""Pictures of a training: of the right kind, the same every time, with labels that cannot act."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from rnncalc.render.training.pictures import Against, Confusion, Curve, Labels, draw_panels

STEPS = np.arange(20)
PANELS = [
    Curve("loss", STEPS + 1, np.geomspace(100, 0.01, 20), True),
    Curve("accuracy", STEPS + 1, STEPS / 20),
    Against("y[1] of test sequence 1", np.sin(STEPS), np.cos(STEPS)),
    Labels("tags", np.array([0, 1, -1]), np.array([1, 1, 0]), ["noun", "verb"]),
    Confusion(np.array([[3, 1], [0, 2]]), ["neg\x1bative", "$\\frac{"]),
]


def test_png():
    data = draw_panels("A title", PANELS, "png")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data == draw_panels("A title", PANELS, "png")
    assert b"matplotlib" not in data.lower()


def test_svg_is_the_same_every_time():
    text = draw_panels("A title", PANELS, "svg").decode()
    assert text == draw_panels("A title", PANELS, "svg").decode()
    assert re.search(r"<dc:date>|20\d\d-\d\d-\d\d", text) is None
    assert "<script" not in text


def test_a_panel_without_finite_numbers_is_drawn():
    assert draw_panels("", [Curve("loss", np.arange(3), np.full(3, np.nan))], "png")


def test_a_script_that_the_font_lacks_gives_no_warning():
    assert draw_panels("漢字 😀", [Confusion(np.eye(2, dtype=int), ["漢", "字"])], "png")


def test_a_matrix_of_very_many_classes_is_no_larger_than_a_square():
    data = draw_panels("", [Confusion(np.eye(1000, dtype=int), [f"word {at}" for at in range(1000)])], "png")
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert width == height


def test_steps_are_whole_numbers():
    """Their texts are paths: four ticks at four steps, as lines that go up from the axis."""
    pair = Against("y", np.arange(4.0), np.arange(4.0) + 1)
    text = draw_panels("", [pair], "svg").decode()
    assert len(re.findall(r'<g id="xtick_\d+">', text)) == 4
