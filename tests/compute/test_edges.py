"""The edges of a problem: places outside the steps, given first steps, saturated losses, indices out of range."""

from __future__ import annotations

import numpy as np
import pytest

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.base.span import Source
from rnncalc.compute.evaluate import Values, evaluate
from rnncalc.compute.nesting import loss_steps, sequence_values, single_values
from rnncalc.problem.problem import Problem, read_problem


def read(equations: str, rest: str) -> Problem:
    lines = "".join(f"  {line}\n" for line in equations.splitlines())
    return read_problem(Source("<test>", f"rnncalc: 1\nequations: |\n{lines}{rest}\n"))


def values_of(equations: str, rest: str) -> Values:
    return evaluate(read(equations, rest).case)


def slugs(equations: str, rest: str) -> list[str]:
    """Read and evaluate; give what is refused, and let every crash through."""
    try:
        values_of(equations, rest)
    except RnncalcError as error:
        return [found.slug for found in error.diagnostics]
    return []


THREE = "inputs: {x: [[1, 1], [2, 2], [3, 3]]}"


@pytest.mark.parametrize("place", ["x[0]", "x[-1]", "x[T+1]", "x[4]", "x[9]", "x[T-3]", "x[T-4]", "x[T+2]"])
def test_an_input_has_no_value_outside_its_steps(place):
    """CONTRACT A5: an input read before its first or after its last step needs an `initial:` entry."""
    assert slugs(f"y = sum({place})", THREE) == ["no-initial-value"]


@pytest.mark.parametrize(("place", "total"), [("x[1]", 2), ("x[3]", 6), ("x[T]", 6), ("x[T-1]", 4), ("x[T-2]", 2)])
def test_an_input_has_a_value_at_each_step(place, total):
    assert single_values(values_of(f"y = sum({place})", THREE), "y").tolist() == [total]


@pytest.mark.parametrize("place", ["g[0]", "g[T+1]", "g[T-3]", "g[T-4]", "g[5]"])
def test_zero_is_assumed_outside_a_defined_sequence_or_the_place_refused(place):
    """CONTRACT A5: never another step's value, never a crash; and what is assumed is said."""
    try:
        problem = read(f"g[t] = 2 * x[t]\ny = sum({place})", THREE)
    except RnncalcError:
        return
    assert single_values(evaluate(problem.case), "y").tolist() == [0]
    assert [name for name, _ in problem.assumed] == ["g"]


def test_a_given_first_step_needs_no_step_before_it():
    """CONTRACT A7: x[t] = d[t-1] holds from t = 2 where x[1] is given, so no d[0] is asked for."""
    for lines in ("x[1] = start\nx[t] = d[t-1]\ny[t] = 10 * x[t]", "x[t] = d[t-1]\nx[1] = start\ny[t] = 10 * x[t]"):
        values = values_of(lines, "inputs: {d: [[1], [2], [3]], start: [7]}")
        assert sequence_values(values, "y").tolist() == [[70], [10], [20]]


def test_what_is_never_read_is_not_said_to_be_assumed():
    """CONTRACT C4: `assumed` lists initial values taken as zero; with x[1] given nothing reads y[0]."""
    rest = "weights: {V: [[2]], W: [[1]]}\ninputs: {start: [7]}\nsteps: 3"
    problem = read("x[1] = start\nx[t] = y[t-1]\nh[t] = W @ h[t-1] + x[t]\ny[t] = V @ h[t]", rest)
    assert problem.assumed == (("h", 0),)


@pytest.mark.parametrize(
    ("output", "loss", "logits", "target", "total"),
    [
        ("softmax", "cross-entropy", [1000, 0], [0, 1], 1000),
        ("softmax", "cross-entropy", [0, 800], [0.5, 0.5], 400),
        ("softmax", "cross-entropy", [1000, 0], [1, 0], 0),
        ("sigmoid", "binary-cross-entropy", [1000], [0], 1000),
        ("sigmoid", "binary-cross-entropy", [-1000], [1], 1000),
        ("sigmoid", "binary-cross-entropy", [40], [0], 40),
        ("sigmoid", "binary-cross-entropy", [1000], [1], 0),
    ],
)
def test_losses_are_computed_from_the_logits(output, loss, logits, target, total):
    """CONTRACT A9: a saturated softmax or sigmoid gives no infinite loss."""
    rest = f"inputs: {{x: [{logits}]}}\ntargets: {{d: [{target}]}}\nloss: {loss}"
    values = values_of(f"u[t] = 1 * x[t]\ny[t] = {output}(u[t])", rest)
    np.testing.assert_allclose(loss_steps(values), [total], rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize(("words", "rows"), [("[0, 2, 1]", [[1, 2], [5, 6], [3, 4]]), ("[2]", [[5, 6]])])
def test_lookup(words, rows):
    """CONTRACT A8, B8: row w of E, counted from 0."""
    values = values_of("y[t] = lookup(E, w[t])", f"weights: {{E: [[1, 2], [3, 4], [5, 6]]}}\ninputs: {{w: {words}}}")
    assert sequence_values(values, "y").tolist() == rows


@pytest.mark.parametrize("words", ["[0, 3]", "[-1, 0]", "[0.5, 1]"])
def test_a_word_that_the_table_does_not_have_is_refused(words):
    assert slugs("y[t] = lookup(E, w[t])", f"weights: {{E: [[1, 2], [3, 4], [5, 6]]}}\ninputs: {{w: {words}}}")


@pytest.mark.parametrize("entry", ["x[t][3]", "x[t][0]", "x[t][00]", "entry(x[t], 0)", "entry(x[t], x[t])"])
def test_an_entry_that_a_vector_does_not_have_is_refused(entry):
    assert slugs(f"y[t] = {entry}", THREE)


def test_one_feature_and_scalar_weights():
    """A recurrence of single numbers, as calculated by hand in class."""
    rest = "weights: {u: 2, w: 0.5, b: [1]}\ninputs: {x: [1, 2, 3]}\ninitial: {h: [4]}"
    values = values_of("h[t] = u * x[t] + w * h[t-1] + b", rest)
    assert sequence_values(values, "h").tolist() == [[5], [7.5], [10.75]]
