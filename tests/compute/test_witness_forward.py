"""The forward pass against PyTorch: 21 networks of tests/witness, six cases each, values and loss to 1e-12."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from rnncalc.base.span import Source
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.nesting import loss_steps, sequence_values, single_values
from rnncalc.problem.problem import read_problem

FOLDER = Path(__file__).parents[1] / "witness" / "torch"
CASES = [
    (path.stem, number, case)
    for path in sorted(FOLDER.glob("*.json"))
    for number, case in enumerate(json.loads(path.read_text(encoding="utf-8"))["cases"])
]
IDS = [f"{name} T={(1, 2, 4)[number % 3]} batch={(1, 3)[number // 3]}" for name, number, _ in CASES]
OWN_EQUATIONS = {name: case["problem"] for name, _, case in CASES if "equations" in case["problem"]}


class Written(yaml.SafeDumper):
    """Writes equations as an author does, as a block of lines."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Written.add_representer(str, _text)


def read(name: str, problem: dict, dumper: type[yaml.SafeDumper] = Written):
    text = yaml.dump(problem, Dumper=dumper, default_flow_style=None, sort_keys=False)
    assert text.startswith("rnncalc: 1\n")
    return read_problem(Source(f"{name}.yaml", text))


def assert_close(found: np.ndarray, wanted: object, what: str) -> None:
    wanted = np.array(wanted)
    assert found.shape == wanted.shape, what
    off = np.abs(found - wanted) / np.maximum(1, np.abs(wanted))
    assert off.max() <= 1e-12, f"{what} differs by {off.max():.1e}"


def test_all_networks_are_there():
    assert len({name for name, _, _ in CASES}) == 21
    assert len(CASES) == 21 * 6


@pytest.mark.parametrize(("name", "number", "case"), CASES, ids=IDS)
def test_values(name, number, case):
    values = evaluate(read(name, case["problem"]).case)
    for quantity, wanted in case["values"].items():
        pick = sequence_values if values.case.system.is_sequence(quantity) else single_values
        assert_close(pick(values, quantity), wanted, quantity)


@pytest.mark.parametrize(("name", "number", "case"), CASES, ids=IDS)
def test_loss(name, number, case):
    values = evaluate(read(name, case["problem"]).case)
    assert_close(loss_steps(values).sum(), case["loss"], "the loss")


@pytest.mark.parametrize(("name", "number", "case"), CASES, ids=IDS)
def test_loss_of_each_step(name, number, case):
    """CONTRACT C4: `steps` is [time], also where only the last step counts."""
    values = evaluate(read(name, case["problem"]).case)
    assert_close(loss_steps(values), case["loss_steps"], "the loss of each step")


@pytest.mark.parametrize("name", OWN_EQUATIONS)
def test_equations_that_a_program_wrote(name):
    """yaml.safe_dump quotes a text of several lines, an empty line for each line end: nothing is folded into one."""
    quoted = read(name, OWN_EQUATIONS[name], yaml.SafeDumper)
    block = read(name, OWN_EQUATIONS[name])
    assert quoted.case.system.equations == block.case.system.equations


@pytest.mark.parametrize("name", ["elman-softmax", "deep-jordan", "reverse"])
def test_the_witness_would_notice(name):
    """A weight changed by 1e-9 is a difference."""
    case = next(case for other, number, case in CASES if other == name and number == 4)
    problem = json.loads(json.dumps(case["problem"]))
    weight = next(iter(problem["weights"].values()))
    weight[0][0] += 1e-9
    values = evaluate(read(name, problem).case)
    with pytest.raises(AssertionError, match="differs"):
        assert_close(sequence_values(values, "y"), case["values"]["y"], "y")
