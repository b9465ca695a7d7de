"""Losses: kinds, sum and mean, all and last, class indices, next(x), an equation of one's own: CONTRACT B6."""

from __future__ import annotations

import math
from math import log

import numpy as np
import pytest
from running import problem, refusals, slugs, system

from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.nesting import loss_steps

Y = [[0.5, 0.5], [0.25, 0.75], [0.9, 0.1]]
EQUATION = "y[t] = x[t]"
ONE = system(EQUATION, inputs=f"x: {Y}")
YY = [[[0.5, 0.5], [0.25, 0.75]], [[0.1, 0.9], [0.2, 0.8]], [[0.3, 0.7], [0.4, 0.6]]]
BATCH = system(EQUATION, inputs=f"x: {YY}")


def loss(text: str, more: str) -> list[float]:
    """Give the loss terms of each step, without the zeros of earlier steps that the loss leaves out."""
    terms = loss_steps(evaluate(problem(text + more).case)).tolist()
    while len(terms) > 1 and terms[0] == 0:
        terms.pop(0)
    return terms


D = [[1, 0], [0, 1], [1, 0]]
TARGETS = f"targets: {{d: {D}}}\n"
SQUARES = [0.5, 2 * 0.25**2, 2 * 0.1**2]
CROSS = [-log(0.5), -log(0.75), -log(0.9)]


@pytest.mark.parametrize(
    "kind, terms",
    [
        ("squared-error", SQUARES),
        ("half-squared-error", [term / 2 for term in SQUARES]),
        ("cross-entropy", CROSS),
        ("binary-cross-entropy", [-2 * log(0.5), -2 * log(0.75), -2 * log(0.9)]),
    ],
)
def test_kinds(kind, terms):
    assert loss(ONE, TARGETS + f"loss: {kind}\n") == pytest.approx(terms)
    assert loss(
        ONE, TARGETS + f"loss: {{kind: {kind}, output: y, target: d, reduction: sum, at: all}}\n"
    ) == pytest.approx(terms)
    assert loss(ONE, TARGETS + f"loss: {{kind: {kind}, reduction: mean}}\n") == pytest.approx(
        [term / 3 for term in terms]
    )
    assert loss(ONE, TARGETS + f"loss: {{kind: {kind}, at: last}}\n") == pytest.approx(terms[-1:])
    assert loss(ONE, TARGETS + f"loss: {{kind: {kind}, at: last, reduction: mean}}\n") == pytest.approx(terms[-1:])


def test_mean_divides_by_pairs_of_sequence_and_step_and_not_by_features():
    targets = "targets: {d: [[[0, 0], [0, 0]], [[0, 0], [0, 0]], [[0, 0], [0, 0]]]}\n"
    total = sum(number**2 for sequence in YY for step in sequence for number in step)
    assert sum(loss(BATCH, targets + "loss: squared-error\n")) == pytest.approx(total)
    assert sum(loss(BATCH, targets + "loss: {kind: squared-error, reduction: mean}\n")) == pytest.approx(total / 6)
    last = sum(number**2 for sequence in YY for number in sequence[-1])
    assert sum(loss(BATCH, targets + "loss: {kind: squared-error, at: last}\n")) == pytest.approx(last)
    assert sum(loss(BATCH, targets + "loss: {kind: squared-error, at: last, reduction: mean}\n")) == pytest.approx(
        last / 3
    )


def test_class_indices_count_from_zero():
    assert loss(ONE, "targets: {d: [0, 1, 0]}\nloss: cross-entropy\n") == pytest.approx(CROSS)
    assert loss(BATCH, "targets: {d: [[0, 1], [1, 1], [0, 0]]}\nloss: cross-entropy\n") == pytest.approx(
        [-log(0.5) - log(0.9) - log(0.3), -log(0.75) - log(0.8) - log(0.4)]
    )


@pytest.mark.parametrize("classes, shown", [("[0, 2, 0]", "2"), ("[-1, 0, 0]", "-1"), ("[0.5, 0, 0]", "0.5")])
def test_a_class_that_does_not_exist(classes, shown):
    (found,) = refusals(ONE + f"targets: {{d: {classes}}}\nloss: cross-entropy\n")
    assert found.slug == "class-out-of-range" and f"class {shown};" in found.message and "0 to 1" in found.remedy


@pytest.mark.parametrize(
    "targets, expected",
    [
        ("[0, 1]", 0.9**2 + 0.9**2),
        ("[[0, 0], [0, 0], [0, 1]]", 0.9**2 + 0.9**2),
    ],
)
def test_the_target_of_the_last_step_alone(targets, expected):
    assert loss(ONE, f"targets: {{d: {targets}}}\nloss: {{kind: squared-error, at: last}}\n") == pytest.approx(
        [expected]
    )


def test_the_target_of_the_last_step_of_a_batch_alone():
    """Also where there are as many steps as features: squared errors have no class indices."""
    three = system(EQUATION, inputs=f"x: {[[*sequence, sequence[0]] for sequence in YY]}")
    more = "targets: {d: [[1, 0], [0, 1], [1, 0]]}\nloss: {kind: squared-error, at: last}\n"
    expected = 0.5**2 * 2 + 2 * 0.1**2 + 2 * 0.7**2
    assert loss(three, more) == pytest.approx([expected])
    two_steps = 2 * 0.75**2 + 2 * 0.2**2 + 2 * 0.6**2
    assert loss(BATCH, more) == pytest.approx([two_steps])
    two = system(EQUATION, inputs=f"x: {Y[:2]}")
    assert loss(two, "targets: {d: [0, 1]}\nloss: {kind: squared-error, at: last}\n") == pytest.approx([2 * 0.25**2])


def test_classes_of_the_last_step_of_a_batch():
    more = "targets: {d: [0, 1, 1]}\nloss: {kind: cross-entropy, at: last}\n"
    assert loss(BATCH, more) == pytest.approx([-log(0.25) - log(0.8) - log(0.6)])


def test_many_to_one():
    text = system("y = softmax(x[T])", inputs="x: [[0, 0], [0, log(3)]]")
    assert loss(text, "targets: {d: [0, 1]}\nloss: cross-entropy\n") == pytest.approx([-log(0.75)])
    assert loss(text, "targets: {d: 1}\nloss: cross-entropy\n") == pytest.approx([-log(0.75)])
    assert loss(text, "targets: {d: [0, 1]}\nloss: {kind: squared-error, reduction: mean}\n") == pytest.approx(
        [2 * 0.25**2]
    )


def test_next_needs_one_step_more():
    x = np.array(Y)
    expected = ((x[:-1] - x[1:]) ** 2).sum(axis=1)
    assert loss(ONE, "loss: {kind: squared-error, target: next(x)}\n") == pytest.approx(expected)
    assert loss(ONE, "loss: {kind: squared-error, target: next( x )}\n") == pytest.approx(expected)
    assert loss(ONE, "loss: {kind: squared-error, target: next(x), reduction: mean}\n") == pytest.approx(expected / 2)
    assert problem(ONE + "loss: {kind: squared-error, target: next(x)}\n").case.lengths == {"t": 2}


def test_next_at_the_last_step():
    expected = 2 * 0.65**2
    assert loss(ONE, "loss: {kind: squared-error, target: next(x), at: last}\n") == pytest.approx([expected])
    both = "loss: {kind: squared-error, target: next(x), at: last, reduction: mean}\n"
    assert loss(ONE, both) == pytest.approx([expected])


def test_next_of_a_batch():
    expected = sum((a - b) ** 2 for sequence in YY for a, b in zip(*sequence, strict=True))
    assert loss(BATCH, "loss: {kind: squared-error, target: next(x)}\n") == pytest.approx([expected])


@pytest.mark.parametrize("target", ["next(q)", "next(y)", "next()", "next(x", "next"])
def test_next_of_what_is_no_input(target):
    found = slugs(ONE + f'loss: {{kind: squared-error, target: "{target}"}}\n')
    assert len(found) == 1 and found[0] in (
        "missing-target",
        "missing-input",
        "unknown-name",
        "bad-next",
        "unknown-value",
    )


def test_next_of_a_single_step():
    assert slugs(system(EQUATION, inputs="x: [[0.5, 0.5]]", more="loss: {kind: squared-error, target: next(x)}")) == [
        "length-mismatch"
    ]


@pytest.mark.parametrize(
    "equation",
    [
        "J[t] = sum((y[t] - d[t]) ** 2)",
        '"J[t] = sum((y[t] - d[t]) ** 2)"',
        "|\n  e[t] = y[t] - d[t]\n  J[t] = dot(e[t], e[t])",
    ],
)
def test_an_equation_of_ones_own(equation):
    assert loss(ONE, TARGETS + f"loss: {equation}\n") == pytest.approx(SQUARES)


def test_an_equation_without_a_step():
    assert loss(ONE, TARGETS + "loss: J = norm(y[T] - d[T])\n") == pytest.approx([math.hypot(0.1, 0.1)])


def test_a_fault_in_the_equation_is_shown_where_it_stands():
    (found,) = refusals(ONE + TARGETS + "loss: J[t] = sum((y[t] - q[t]) ** 2)\n")
    assert found.slug in ("missing-target", "unknown-name") and found.span.line == 7
    (found,) = refusals(ONE + TARGETS + "loss: J[t] = summ(y[t] - d[t])\n")
    assert (found.slug, found.span.text) == ("undefined-function", "summ(y[t] - d[t])")


@pytest.mark.parametrize(
    "more, slug",
    [
        ("loss: squared-eror\n", "unknown-loss"),
        ("loss: [squared-error]\n", "bad-loss"),
        ("loss: {reduction: mean}\n", "bad-loss"),
        ("loss: L = 3 * y[T]\n", "bad-loss"),
        ("loss: {kind: squared-error, reduction: average}\n", "unknown-value"),
        ("loss: {kind: squared-error, at: 3}\n", "unknown-value"),
        ("loss: {kind: squared-error, axis: 3}\n", "unknown-key"),
        ("loss: {kind: squared-error, output: q}\n", "unknown-quantity"),
        ("loss: {kind: squared-error, target: q}\n", "missing-target"),
    ],
)
def test_what_is_no_loss(more, slug):
    assert slugs(ONE + TARGETS + more) == [slug]


@pytest.mark.parametrize(
    "targets, slug",
    [
        ("d: [[1, 0], [0, 1]]", "length-mismatch"),
        ("d: [[1], [0], [1]]", "shape-mismatch"),
        ("d: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]", "shape-mismatch"),
        ("d: 0", "shape-mismatch"),
    ],
)
def test_targets_that_do_not_fit(targets, slug):
    assert slugs(ONE + f"targets: {{{targets}}}\nloss: squared-error\n") == [slug]
    assert slugs(BATCH + "targets: {d: [[1, 0], [0, 1], [1, 0], [1, 0]]}\nloss: squared-error\n") == ["shape-mismatch"]


def test_which_target():
    assert slugs(ONE + "loss: squared-error\n") == ["missing-target"]
    assert slugs(ONE + f"targets: {{d: {D}, e: {D}}}\nloss: squared-error\n") == ["missing-target"]
    assert slugs(ONE + f"targets: {{d: {D}, e: {D}}}\nloss: {{kind: squared-error, target: e}}\n") == []


def test_an_equation_of_the_loss_may_read_inputs_of_its_own():
    text = system(EQUATION, inputs="x: [1, 2, 3]\nm: [1, 0, 1]")
    assert loss(text, "targets: {d: [0, 0, 0]}\nloss: J[t] = m[t] * (y[t] - d[t]) ** 2\n") == [1, 0, 9]


def test_equations_of_the_file_may_define_the_loss_and_read_its_targets():
    text = system("y[t] = x[t]\nJ[t] = (y[t] - d[t]) ** 2", more="targets: {d: [0, 1, 1]}\n")
    assert loss(text, "") == [1, 1, 4]
    assert slugs(text + "loss: {kind: squared-error, output: y}\n") == ["bad-loss"]


def test_a_loss_is_one_number():
    assert slugs(ONE + TARGETS + "loss: J[t] = (y[t] - d[t]) ** 2\n") == ["bad-loss"]


def test_an_array_that_may_be_one_vector_or_a_class_for_each_step():
    """Where both readings give the same loss there is nothing to ask."""
    more = "targets: {{d: {}}}\nloss: {{kind: cross-entropy, at: last}}\n"
    assert slugs(
        system("y[t] = softmax(x[t])", inputs="x: [[1, 2, 3], [1, 2, 3], [1, 2, 3]]") + more.format("[0, 0, 1]")
    ) == ["shape-mismatch"]
    two = system(EQUATION, inputs=f"x: {Y[:2]}")
    assert sum(loss(two, more.format("[0, 1]"))) == pytest.approx(-log(0.75))
