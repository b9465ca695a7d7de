"""The numbers of every problem, read back from its Markdown and its notebook, are those of the trace."""

from __future__ import annotations

import json

import numpy as np
import pytest
from render.pages import computed, formulas, grids
from running import BIGRAMS, PROBLEMS

import rnncalc
from rnncalc.compute.ngram_values import named_values
from rnncalc.compute.values import Values
from rnncalc.language.nodes import Index, Name, Ref
from rnncalc.language.writer import write_leaf
from rnncalc.problem.problem import Problem
from rnncalc.render.document.building import document_of
from rnncalc.render.document.choice import Choice
from rnncalc.render.document.markdown import write_markdown
from rnncalc.render.document.notebook import write_notebook

DECIMALS = 6
HALF = 0.51 * 10**-DECIMALS
CHOICE = Choice(decimals=DECIMALS)


def laid_out(array: np.ndarray, problem: Problem, sequence: int) -> np.ndarray:
    """Lay (n_sequences, rows, columns) out as one matrix: the sequences side by side, or as rows."""
    if array.ndim == 2:
        return array
    if sequence:
        return array[sequence - 1]
    return np.concatenate(list(array), axis=1 if problem.case.system.layout == "column" else 0)


def true_values(values: Values) -> dict[str, np.ndarray]:
    """Give (n_sequences, rows, columns) of every place by its name in TeX."""
    found = {write_leaf(Name(name), "latex"): array for name, array in values.singles.items()}
    places = dict(values.places)
    for name, steps in values.sequences.items():
        places |= {(name, step): array for step, array in enumerate(steps, start=1)}
    for (name, step), array in places.items():
        found[write_leaf(Ref(name, Index("start", "", step)), "latex")] = array
    return found


def asked_of(problem: Problem, values: Values) -> set[str]:
    """Name every place that the forward pass computes."""
    names, places = problem.case.system.defined, []
    for name in names:
        if name not in values.sequences:
            places.append(Name(name))
            continue
        given = len(problem.case.sequences.get(name, ()))
        numbers = range(given + 1, len(values.sequences[name]) + 1)
        places += [Ref(name, Index("start", "", step)) for step in numbers if (name, step) not in values.places]
    return {write_leaf(place, "latex") for place in places}


def compare(page: str, problem: Problem) -> None:
    values = rnncalc.forward(problem)
    true = true_values(values)
    wanted = asked_of(problem, values)
    if problem.case.loss:
        answered = rnncalc.bptt(problem)
        true |= true_values(answered.gradients.values) | {
            write_leaf(Name("∇" + name), "latex"): total for name, total in answered.totals.items()
        }
        used = [name for name in answered.totals if name in answered.gradients.backward.sums]
        wanted |= {write_leaf(Name("∇" + name), "latex") for name in used}
    sums: dict[str, list[np.ndarray]] = {}
    for name, sequence, shown in (found for formula in formulas(page) for found in computed(formula)):
        if name == "+":
            sums[list(sums)[-1]].append(shown)
            continue
        if name == problem.case.loss and name not in wanted:  # the sum over steps and sequences
            expected = np.array([[np.nansum([true[key] for key in wanted if key.startswith(f"{name}(")])]])
        else:
            expected = laid_out(true[name], problem, sequence)
        if shown.shape != expected.shape:  # below a heading that says whose it is, as lengths are unequal
            expected = min(true[name], key=lambda one: np.abs(one - shown).max())
        if name not in wanted:  # of a given sequence that has ended the file may have numbers that nothing reads
            expected = np.where(np.isnan(expected), shown, expected)
        np.testing.assert_allclose(shown, expected, rtol=0, atol=HALF, equal_nan=True)
        sums[name] = []
    assert wanted <= sums.keys()
    for name, addends in sums.items():
        assert not addends or np.abs(sum(addends) - true[name]).max() < HALF * len(addends)


@pytest.mark.parametrize("name", PROBLEMS)
def test_markdown(name):
    problem = rnncalc.load(name)
    compare(write_markdown(document_of([problem], CHOICE)), problem)


@pytest.mark.parametrize("name", PROBLEMS)
def test_notebook(name):
    problem = rnncalc.load(name)
    found = json.loads(write_notebook(document_of([problem], CHOICE), [problem]))
    texts = ["".join(cell["source"]) for cell in found["cells"] if cell["cell_type"] == "markdown"]
    compare("\n\n".join(texts), problem)


@pytest.mark.parametrize("name", BIGRAMS)
def test_tables(name):
    problem = rnncalc.load(name)
    found = grids(write_markdown(document_of([problem], CHOICE)))
    table = named_values(problem.model, problem.asked)["T"]
    shown = [rows for caption, rows in found.items() if caption.startswith("T:")]
    if not shown:
        assert table.size > 1000 and "the likeliest pairs" in found
        return
    body = [row[: table.shape[1]] for row in shown[0][: table.shape[0]]]
    np.testing.assert_allclose([[value(cell) for cell in row] for row in body], table, rtol=0, atol=HALF)


def value(text: str) -> float:
    top, _, bottom = text.partition("/")
    return np.nan if text in ("–", "nan") else float(top) / float(bottom or 1)
