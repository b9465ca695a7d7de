"""Worked solutions as notebooks: valid, and their cells compute what the pages show."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys

import pytest
from running import BIGRAMS, PROBLEMS, ROOT

import rnncalc
from rnncalc.base.span import Source
from rnncalc.problem.problem import Problem
from rnncalc.render.document.blocks import Document, Heading, Paragraph, Section
from rnncalc.render.document.notebook import write_notebook


def notebook(*problems, title="Keys", **options) -> dict:
    sections = tuple(
        Section(p.title, p.origin, (Heading("Given"), Paragraph("Words.")), p.source.name) for p in problems
    )
    return json.loads(write_notebook(Document(title, "", "", sections), problems, **options))


def code(found: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in found["cells"] if cell["cell_type"] == "code"]


def printed(found: dict) -> str:
    """Run the code cells one after another, as a kernel would, and give what they print."""
    names: dict = {}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for source in code(found):
            exec(compile(source, "cell", "exec"), names)
    return out.getvalue()


def test_a_problem_has_its_words_and_its_cells():
    found = notebook(rnncalc.load("hello-one-hot"))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert found["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in found["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(
        cell["outputs"] == [] and cell["execution_count"] is None for cell in found["cells"] if "outputs" in cell
    )
    assert [source.split("(")[0].split("\n")[-1] for source in code(found)][:2] == [
        "import rnncalc",
        "problem = rnncalc.load",
    ]
    assert len(code(found)) == 5  # set-up, the problem, forward, backward, its answers


@pytest.mark.parametrize("name", [*PROBLEMS, *BIGRAMS])
def test_the_cells_compute_every_problem(name, monkeypatch):
    monkeypatch.chdir(ROOT / "problems")  # where the files that a problem names lie
    found = rnncalc.load(f"{name}.yaml")
    text = printed(notebook(found, decimals=6))
    if not isinstance(found, Problem):
        assert str(found.model.vocabulary) in text
        return
    values = rnncalc.forward(found)
    lines = dict(line.split(" = ", 1) for line in reversed(text.splitlines()) if " = " in line)
    for quantity in found.case.system.defined:
        array = values.sequences[quantity] if quantity in values.sequences else values.singles[quantity]
        assert lines[quantity] == str(array.squeeze().round(6).tolist())
    assert ("∂J/∂" in text) == bool(found.case.loss)
    answers = rnncalc.check(found)
    assert text.count(": ") >= len(answers)


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
    found = nbformat.reads(json.dumps(notebook(rnncalc.load("hello-one-hot"))), as_version=4)
    nbclient.NotebookClient(found, timeout=60, kernel_name="python3").execute()
    text = "".join(output.text for cell in found.cells for output in cell.get("outputs", []))
    assert "∂J/∂W = [[" in text
