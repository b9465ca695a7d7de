"""What the comparisons with libraries share: a problem from packed weights, values and gradients in their layout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from rnncalc.base.span import Source
from rnncalc.compute.blocks import pack
from rnncalc.compute.bptt import Gradients, backpropagate, derive
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem, read_problem

WITNESS = Path(__file__).parents[1] / "witness"


def fixtures(folder: str) -> list[str]:
    return sorted(path.stem for path in (WITNESS / folder).glob("*.json"))


@cache
def fixture(folder: str, name: str) -> dict:
    return json.loads((WITNESS / folder / f"{name}.json").read_text(encoding="utf-8"))


def read(keys: dict, output: str = "") -> Problem:
    """Read a problem from its keys; with an output the loss is the sum of output × seed."""
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in ({"rnncalc": 1} | keys).items())
    if output:
        text += f'loss: "J[t] = dot(seed[t], {output}[t])"\n'
    return read_problem(Source("p.yaml", text))


def by_sequence(values: Values, name: str) -> np.ndarray:
    """Give [sequence][time][feature] of a quantity."""
    return values.sequences[name][..., 0].swapaxes(0, 1)


def differentiate(problem: Problem) -> Gradients:
    values = evaluate(problem.case)
    return backpropagate(values, derive(values.case, True, ["x"]))


def packed_gradients(problem: Problem, gradients: Gradients) -> dict[str, np.ndarray]:
    """Give ∂J/∂W under the names and in the layout of the convention."""
    published = problem.network.published
    named = {name: gradients.of(name) for name in problem.case.weights if name in published.recurrence.words}
    return pack(published.tensors, named, published.recurrence.words)


def assert_close(found: np.ndarray, wanted: object, what: str, bound: float) -> None:
    wanted = np.array(wanted, dtype=float)
    assert found.shape == wanted.shape, (what, found.shape, wanted.shape)
    off = np.abs(found - wanted).max() / max(1, np.abs(wanted).max())
    assert off <= bound, f"{what} differs by {off:.1e}"
