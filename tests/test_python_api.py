"""rnncalc from Python and in a notebook: results are what they were, and show themselves."""

from __future__ import annotations

import copy
import html
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from running import PROBLEMS, problem

import rnncalc
import rnncalc.loaded
from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.descent import Answered
from rnncalc.compute.values import Values
from rnncalc.problem.bigram import Bigram
from rnncalc.problem.problem import Problem

NETWORKS = [*PROBLEMS, "hello-training", "ntu-tutorial-8-q3"]
HOSTILE = """rnncalc: 1
title: "<script>alert(1)</script> & $x$ \\\\end{aligned}"
recurrence: elman
weights: {U: [[0.5, -0.3]], W: [[0.1, 0.2], [0.3, 0.4]]}
inputs: {x: [1, 2]}
answers: {h(1): [0.46, -0.3]}
"""


def parts(page: str) -> ET.Element:
    """Read a fragment of HTML as XML, which ours is, its style and what XML does not know aside."""
    named = re.sub(r"&(?!lt;|gt;|amp;|quot;)\w+;", lambda entity: html.unescape(entity[0]), page)
    return ET.fromstring(re.sub(r"<style>.*?</style>", "", named, flags=re.DOTALL))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_problem_shows_itself(name):
    loaded = rnncalc.load(name)
    shown = [loaded, loaded.forward(), *([loaded.bptt()] if loaded.case.loss else [])]
    for one in shown:
        assert parts(one._repr_html_()).get("class") == "rnncalc"
        latex = one._repr_latex_()
        assert latex.startswith("$$\\begin{aligned}\n") and latex.endswith("\n\\end{aligned}$$")
        assert latex.count("{") == latex.count("}") and latex.count(r"\begin") == latex.count(r"\end")
    assert parts(loaded.check()._repr_html_()).get("class") == "rnncalc"


def test_numbers_shown_are_those_of_the_trace():
    result = rnncalc.load("ntu-tutorial-8-q1a").forward()
    shown = ["".join(math.itertext()) for math in parts(result._repr_html_()).iter() if math.tag.endswith("math")]
    for value in result["y"].ravel():
        assert any(f"{value:.2f}" in text for text in shown)


def test_the_title_is_text():
    loaded = rnncalc.loaded.Network(*problem(HOSTILE))
    page = loaded.forward()._repr_html_() + loaded.check()._repr_html_() + loaded._repr_html_()
    assert "<script" not in page and "&lt;script&gt;" in page


def test_results_are_the_tuples_that_they_were():
    loaded = rnncalc.load("encoder-decoder")
    forward, backward = loaded.forward(), loaded.bptt()
    assert isinstance(loaded, Problem) and isinstance(forward, Values) and isinstance(backward, Answered)
    case, sequences, *_ = forward
    assert case is loaded.case and sequences is forward.sequences
    assert forward[1] is forward.sequences and backward[2] is backward.totals
    assert np.array_equal(backward["U"], backward.totals["U"])
    assert isinstance(rnncalc.load("weather-bigram"), Bigram)
    assert rnncalc.load("weather-bigram").check().all_right
    assert "rnncalc" in rnncalc.load("weather-bigram")._repr_html_()


@pytest.mark.parametrize("name", ["encoder-decoder", "unequal-lengths", "gru-pytorch"])
def test_quantities_by_name_have_the_nesting_of_the_file(name):
    result = rnncalc.load(name).forward()
    for quantity in result.case.system.defined:
        assert result[quantity].ndim >= 1
    with pytest.raises(KeyError):
        result["nothing"]
    with pytest.raises(KeyError):
        rnncalc.load("encoder-decoder").bptt()["h"]


def test_copies():
    result = rnncalc.load("encoder-decoder").forward()
    assert np.array_equal(copy.copy(result)["y"], result["y"])
    assert copy.copy(result).problem is result.problem


def test_long_passes_are_cut_short():
    text = "rnncalc: 1\nequations: h[t] = 0.9 * h[t-1]\nsteps: 500\ninitial: {h: [1]}\n"
    result = rnncalc.forward(problem(text))
    assert len(result._repr_html_()) < 100_000
    assert "The first 20 of 500 steps are shown." in result._repr_html_()


def test_a_hidden_key_stays_hidden_in_verdicts():
    text = HOSTILE.replace("answers", "hidden: true\nanswers").replace("0.46", "0.99")
    page = rnncalc.check(problem(text))._repr_html_()
    assert "differs" in page or "mistake" in page
    assert "0.46" not in page and "units of its last digit" not in page


def test_errors_name_their_slug():
    with pytest.raises(RnncalcError) as caught:
        rnncalc.load("ntu-tutorial-8-q1a").bptt()
    assert [diagnostic.slug for diagnostic in caught.value.diagnostics] == ["no-loss"]


def test_loading_imports_nothing_that_shows():
    code = (
        "import rnncalc, sys; rnncalc.load('hello-one-hot'); print([m for m in sys.modules if 'rnncalc.render' in m])"
    )
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == "[]"
