"""Training data made by equations, against numpy written by hand."""

from __future__ import annotations

import numpy as np
import pytest
from problem.lessons import NEXT, SQUARED, refused, sequences, taught
from running import problem, refusals

Q2 = """rnncalc: 1
recurrence: elman
loss: squared-error
training:
  sizes: {h: 5}
  seed: 10
  data:
    sequences: 8
    steps: 100
    draw: {x: "uniform(3, 0, 1)", e: "normal(2, 0, 1)"}
    equations: |
      d1[t] = 5 * x[t][1] - 0.2 * x[t-1][3]
      d2[t] = 25 * x[t-1][2] * x[t-3][3]
      d[t] = concat(d1[t], d2[t]) + 0.1 * e[t]
    from: {d1: 2, d2: 4}
"""


def drawn(draw: str, *lines: str, head: str = SQUARED, more: str = "") -> str:
    """Write a training file of 3 sequences of 4 steps."""
    block = "".join(f"      {line}\n" for line in lines)
    equations = f"    equations: |\n{block}" if lines else ""
    return (
        f"rnncalc: 1\n{head}training:\n  sizes: {{h: 2}}\n  data:\n    sequences: 3\n    steps: 4\n"
        f"    draw: {draw}\n{equations}{more}"
    )


def test_the_tutorial_in_numpy():
    """NTU Tutorial 8, Question 2, where the steps count from 0."""
    case = problem(Q2).case
    rng = np.random.default_rng([10, 1])
    x, e = rng.uniform(0, 1, (8, 100, 3)), rng.normal(0, 1, (8, 100, 2))
    y = np.zeros((8, 100, 2))
    y[:, 1:, 0] = 5 * x[:, 1:, 0] - 0.2 * x[:, :-1, 2]
    y[:, 3:, 1] = 25 * x[:, 2:-1, 1] * x[:, :-3, 2]
    y += 0.1 * e
    assert np.array_equal(sequences(case.sequences["x"]), x)
    assert np.allclose(sequences(case.sequences["d"]), y, rtol=1e-14, atol=1e-14)
    assert set(case.sequences) == {"x", "d"} and case.weights["U"].shape == (3, 5) and case.weights["V"].shape == (5, 2)


def test_the_same_seed_the_same_numbers():
    same, other = problem(Q2).case, problem(Q2.replace("seed: 10", "seed: 11")).case
    assert np.array_equal(problem(Q2).case.sequences["d"], same.sequences["d"])
    assert not np.array_equal(other.sequences["d"], same.sequences["d"])


def test_classes_at_every_step():
    text = drawn("{x: 'uniform(8, 0, 1)', d: classes(3)}", head=NEXT)
    case = problem(text).case
    rng = np.random.default_rng([0, 1])
    rng.uniform(0, 1, (3, 4, 8))
    assert sequences(case.sequences["d"]).argmax(axis=2).tolist() == rng.integers(3, size=(3, 4, 1))[..., 0].tolist()
    assert case.weights["V"].shape == (2, 3)


def test_the_target_has_the_classes_of_its_own_law():
    head = NEXT + "embedding: true\n"
    case = problem(drawn("{w: classes(9), d: classes(3)}", head=head).replace("h: 2", "h: 2, x: 4, w: 9")).case
    assert case.weights["E"].shape == (9, 4) and case.weights["V"].shape == (2, 3)


def test_a_recurrence_among_the_equations_starts_from_zero():
    case = problem(drawn("{x: 'normal(1, 0, 1)'}", "s[t] = 0.5 * s[t-1] + x[t]", "d[t] = 2 * s[t]")).case
    x, s = sequences(case.sequences["x"]), np.zeros((3, 1))
    for step in range(4):
        s = 0.5 * s + x[:, step]
        assert np.allclose(sequences(case.sequences["d"])[:, step], 2 * s)


def test_a_start_beyond_the_last_step_leaves_zeros():
    more = "    from: {d: 9}\n"
    case = problem(drawn("{x: 'normal(1, 0, 1)'}", "d[t] = x[t-8]", more=more)).case
    assert not case.sequences["d"].any()


def test_held_out_sequences_of_the_same_making(tmp_path):
    data = "{sequences: 3, steps: 4, draw: {x: 'normal(2, 0, 1)'}, equations: 'd[t] = 2 * x[t]'}"
    found = taught(tmp_path, SQUARED, data, "test: {sequences: 5}")
    held = found.training.test
    assert held.n_sequences == 5 and np.allclose(held.sequences["d"], 2 * held.sequences["x"])
    assert not np.array_equal(held.sequences["x"][:, :3], found.case.sequences["x"])


@pytest.mark.parametrize(
    "draw, lines, more, slug",
    [
        ("{x: gauss(3)}", [], "", "bad-law"),
        ("{x: 'uniform(a, 0, 1)'}", [], "", "bad-law"),
        ("{x: 'uniform(3, 0)'}", [], "", "bad-law"),
        ("{x: 'normal(3, 0, -1)'}", [], "", "bad-law"),
        ("{x: 'normal(3, 0, b)'}", [], "", "not-a-number"),
        ("{x: classes(0)}", [], "", "bad-law"),
        ("{x: 'normal(999999999, 0, 1)'}", [], "", "bad-law"),
        ("{x: 'normal(99999999, 0, 1)'}", [], "", "too-large"),
        ("{x: 'normal(1, 0, 1)'}", [], "", "missing-target"),
        ("{d: 'normal(1, 0, 1)'}", [], "", "missing-input"),
        ("{x: 'normal(1, 0, 1)'}", ["d[t] = x[t+1]"], "", "no-initial-value"),
        ("{x: 'normal(1, 0, 1)'}", ["d[t] = x[t-2]"], "    from: {d: 2}\n", "no-initial-value"),
        ("{x: 'normal(1, 0, 1)'}", ["d[t] = x[t-2]"], "    from: {d: 0}\n", "not-a-count"),
        ("{x: 'normal(1, 0, 1)'}", ["d[t] = log(x[t])"], "", "not-finite"),
        ("{x: 'normal(1, 0, 1)'}", ["d[t] = d[t]"], "", "algebraic-loop"),
        ("{x: 'normal(1, 0, 1)'}", ["d[t] = A @ x[t]"], "", "unknown-name"),
        ("{x: 'normal(1, 0, 1)'}", ["d[t] = x[t"], "", "unbalanced-parenthesis"),
        ("{x: 'normal(1, 0, 1)'}", ["d[t] = x[t]"], "    window: 3\n", "unused-key"),
        ("{x: 'normal(2, 0, 1)', z: 'normal(3, 0, 1)'}", ["d[t] = x[t] + z[t]"], "", "shape-mismatch"),
    ],
)
def test_what_cannot_be_drawn(draw, lines, more, slug):
    assert [found.slug for found in refusals(drawn(draw, *lines, more=more))] == [slug]


def test_a_law_that_yaml_has_cut():
    (found,) = refusals(drawn("{x: uniform(3, 0, 1), e: classes(2)}"))
    assert (found.slug, found.span.line) == ("unquoted-maker", 9)


def test_how_many_is_to_be_said(tmp_path):
    assert refused(tmp_path, SQUARED, "{steps: 3, draw: {x: classes(2)}}").slug == "missing-count"
