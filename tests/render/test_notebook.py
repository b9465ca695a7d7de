"""Worked solutions as notebooks: valid, and their cells compute what the pages show."""

from __future__ import annotations

import ast
import json
import os
import sys

import numpy as np
import pytest
from running import BIGRAMS, PROBLEMS, ROOT, problem, system

import rnncalc
from rnncalc.base.span import Source
from rnncalc.problem.problem import Problem
from rnncalc.render.document.blocks import Document, Heading, Paragraph, Section
from rnncalc.render.document.building import document_of
from rnncalc.render.document.notebook import write_notebook


def notebook(*problems, title="Keys", **options) -> dict:
    sections = tuple(
        Section(p.title, p.origin, (Heading("Given"), Paragraph("Words.")), p.source.name) for p in problems
    )
    return json.loads(write_notebook(Document(title, "", "", sections), problems, **options))


def code(found: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in found["cells"] if cell["cell_type"] == "code"]


def shown(found: dict) -> list[object]:
    """Run the code cells one after another, as a kernel would, and give what each ends with."""
    names: dict = {}
    results = []
    for source in code(found):
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        results.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None)
    return results


def test_a_problem_has_its_words_and_its_cells():
    loaded = rnncalc.load("hello-one-hot")
    found = json.loads(write_notebook(document_of([loaded]), [loaded]))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert found["metadata"]["kernelspec"]["name"] == "python3"
    cells = found["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    assert all(cell["outputs"] == [] for cell in cells if cell["cell_type"] == "code")
    calls = ["import", "rnncalc.load(", "problem.forward()", "problem.bptt()", "problem.check()"]
    assert all(call in source for call, source in zip(calls, code(found), strict=True))


@pytest.mark.parametrize("name", [*PROBLEMS, *BIGRAMS])
def test_the_cells_compute_every_problem(name, monkeypatch):
    monkeypatch.chdir(ROOT / "problems")  # where the files that a problem names lie
    loaded = rnncalc.load(f"{name}.yaml")
    results = shown(json.loads(write_notebook(document_of([loaded]), [loaded])))[2:]
    assert all("<" in result._repr_html_() for result in results)
    if answers := rnncalc.check(loaded):
        verdicts = [(finding.key, finding.entry, finding.verdict) for finding in answers]
        assert [(finding.key, finding.entry, finding.verdict) for finding in results.pop()] == verdicts
    if not isinstance(loaded, Problem):
        np.testing.assert_array_equal(results[0].model.table(), loaded.model.table())
        return
    values = rnncalc.forward(loaded)
    for quantity in loaded.case.system.defined:
        np.testing.assert_array_equal(results[0][quantity], values[quantity])
    assert len(results) == (2 if loaded.case.loss else 1)
    for weight in loaded.case.weights if loaded.case.loss else ():
        np.testing.assert_array_equal(results[1][weight], rnncalc.bptt(loaded)[weight])


def test_a_loss_that_is_not_finite_has_no_backward_cell():
    found = problem(system("y[t] = 1 / x[t]", "", "x: [0, 1]", "targets: {d: [1, 1]}\nloss: {kind: squared-error}"))
    sources = code(json.loads(write_notebook(document_of([found]), [found])))
    assert "problem.forward()" in sources and "problem.bptt()" not in sources


@pytest.mark.parametrize(
    "text",
    ['"', '""', '"""', '""""', "\\", '\\"""', "'''", "a\\n\n", "\u2028\x85\x0c", "\u202e\x1b[31m", '"\n"""x"""\n\\'],
    ids=ascii,
)
def test_the_text_of_a_problem_stays_a_text(text):
    problem = rnncalc.load("yeh-rnn")
    found = notebook(problem._replace(source=Source("p.yaml", text)))
    literals = [node.value for node in ast.walk(ast.parse(code(found)[1])) if isinstance(node, ast.Constant)]
    assert sorted(literals) == sorted(["-", text])


def test_nbformat_accepts_it():
    nbformat = pytest.importorskip("nbformat")
    problems = [rnncalc.load(name) for name in ("lstm-2-units-bptt", "sam-i-am")]
    nbformat.validate(nbformat.reads(json.dumps(notebook(*problems)), as_version=4))


def test_a_kernel_runs_it(monkeypatch):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), *sys.path])))
    loaded = rnncalc.load("hello-one-hot")
    found = nbformat.reads(write_notebook(document_of([loaded]), [loaded]), as_version=4)
    nbclient.NotebookClient(found, timeout=60, kernel_name="python3").execute()
    outputs = [output for cell in found.cells for output in cell.get("outputs", [])]
    assert len(outputs) == 3  # forward, backward, verdicts
    assert all("text/html" in output.data for output in outputs)
