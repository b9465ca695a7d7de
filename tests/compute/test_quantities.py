"""Quantities as an answer names them, in the nesting of the file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compute.cases import Numbers, case_of

from rnncalc.compute.answers import AnswerKey
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.nesting import loss_steps, sequence_values, single_values
from rnncalc.compute.quantities import NoQuantity, pick, whole_quantity

X = np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [[-1.0, -2.0], [-3.0, -4.0], [-5.0, -6.0]]])
TEXT = "y[t] = 10 * x[t]\nm[t] = x[t] @ x[t].T\ns[t] = sum(x[t])\nz = y[T]\nJ[t] = s[t] ** 2"


def values(layout: str = "column", batched: bool = True):
    text = TEXT if layout == "column" else TEXT.replace("x[t] @ x[t].T", "x[t].T @ x[t]")
    case = case_of(text, Numbers({}, {"x": X if batched else X[:1]}), layout=layout)
    return evaluate(replace(case, loss="J", batched=batched))


def quantity(of, key: AnswerKey):
    return pick(np.asarray(whole_quantity(of, key)), key, of)


@pytest.mark.parametrize("layout", ["column", "row"])
def test_nesting(layout):
    """CONTRACT C4: [sequence][time][feature], without the first level where the file has none."""
    batch, single = values(layout), values(layout, batched=False)
    assert sequence_values(batch, "y").tolist() == (10 * X).tolist()
    assert sequence_values(single, "y").tolist() == (10 * X[0]).tolist()
    assert sequence_values(batch, "s").tolist() == [[[3], [7], [11]], [[-3], [-7], [-11]]]
    assert sequence_values(single, "m").tolist() == [[[1, 2], [2, 4]], [[9, 12], [12, 16]], [[25, 30], [30, 36]]]
    assert single_values(batch, "z").tolist() == [[50, 60], [-50, -60]]
    assert single_values(single, "z").tolist() == [50, 60]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (AnswerKey("y"), [[10, 20], [30, 40], [50, 60]]),
        (AnswerKey("y", 2), [30, 40]),
        (AnswerKey("y", 3, (1,)), 50),
        (AnswerKey("y", 1, (2,)), 20),
        (AnswerKey("m", 1, (2, 1)), 2),
        (AnswerKey("z"), [50, 60]),
        (AnswerKey("z", entry=(2,)), 60),
        (AnswerKey("J"), 9 + 49 + 121),
        (AnswerKey("J", 2), 49),
    ],
    ids=str,
)
def test_keys_of_one_sequence(key, value):
    """CONTRACT B8: steps and entries count from 1."""
    assert np.asarray(quantity(values(batched=False), key)).tolist() == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (AnswerKey("y", 2), [[30, 40], [-30, -40]]),
        (AnswerKey("y", 2, (2,)), [-30, -40]),
        (AnswerKey("y", 2, (2, 1)), -30),
        (AnswerKey("z", entry=(1, 2)), 60),
        (AnswerKey("J"), 2 * (9 + 49 + 121)),
        (AnswerKey("J", 3), 242),
    ],
    ids=str,
)
def test_keys_of_a_batch(key, value):
    """CONTRACT B9: y(3) is [sequence][feature]; the loss is summed over the sequences."""
    assert np.asarray(quantity(values(), key)).tolist() == value


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (AnswerKey("y", 4), "no step 4"),
        (AnswerKey("y", 0), "no step 0"),
        (AnswerKey("y", 1, (3,)), "no entry"),
        (AnswerKey("y", 1, (0,)), "no entry"),
        (AnswerKey("y", 1, (1, 1)), "no entry"),
        (AnswerKey("z", 1), "no time step"),
        (AnswerKey("J", 9), "no step 9"),
    ],
    ids=str,
)
def test_keys_without_a_value_say_why(key, reason):
    with pytest.raises(NoQuantity, match=reason):
        quantity(values(batched=False), key)


def test_the_loss_of_each_step():
    assert loss_steps(values()).tolist() == [18, 98, 242]
