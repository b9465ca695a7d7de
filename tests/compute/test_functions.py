"""The forward functions: by hand, in plain Python, and where floats end."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from rnncalc.compute.functions import ALONG_FEATURES, FORWARD
from rnncalc.language.operations import OPERATIONS

INF = math.inf


def column(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)[:, None]


def apply(op: str, *args, **options) -> np.ndarray:
    """Apply a row's function to scalars and arrays, as evaluate() does: without warnings of numpy."""
    arrays = [np.full((1, 1), float(arg)) if isinstance(arg, int | float) else arg for arg in args]
    with np.errstate(all="ignore"):
        return FORWARD[op](*arrays, **options)


@pytest.mark.parametrize(
    ("op", "args", "value"),
    [
        ("tanh", (0.5,), math.tanh(0.5)),
        ("sigmoid", (0.5,), 1 / (1 + math.exp(-0.5))),
        ("sigmoid", (-0.5,), 1 / (1 + math.exp(0.5))),
        ("sigmoid", (0,), 0.5),
        ("sigmoid", (1000,), 1),
        ("sigmoid", (-1000,), 0),
        ("sigmoid", (-700,), math.exp(-700)),
        ("relu", (1.5,), 1.5),
        ("relu", (-1.5,), 0),
        ("leaky_relu", (-2,), -0.02),
        ("leaky_relu", (2,), 2),
        ("leaky_relu", (-2, 0.2), -0.4),
        ("elu", (-1,), math.expm1(-1)),
        ("elu", (3,), 3),
        ("elu", (-1, 0.5), 0.5 * math.expm1(-1)),
        ("elu", (-1000,), -1),
        ("elu", (1000,), 1000),
        ("softplus", (0.3,), math.log1p(math.exp(0.3))),
        ("softplus", (1000,), 1000),
        ("softplus", (-1000,), 0),
        ("hard_sigmoid", (1,), 0.7),
        ("hard_sigmoid", (-1,), 0.3),
        ("hard_sigmoid", (9,), 1),
        ("hard_sigmoid", (-9,), 0),
        ("hard_sigmoid", (1, 0.25), 0.75),
        ("hard_sigmoid", (1, 0.25, 0.1), 0.35),
        ("identity", (-3.5,), -3.5),
        ("exp", (2,), math.e**2),
        ("log", (10,), math.log(10)),
        ("log", (0,), -INF),
        ("sqrt", (2,), math.sqrt(2)),
        ("clip", (5, -1, 1), 1),
        ("clip", (-5, -1, 1), -1),
        ("clip", (0.2, -1, 1), 0.2),
        ("min", (2, -3), -3),
        ("max", (2, -3), 2),
        ("pow", (-2, 3), -8),
        ("pow", (2, -1), 0.5),
        ("neg", (2,), -2),
        ("add", (2, 3), 5),
        ("sub", (2, 3), -1),
        ("mul", (2, 3), 6),
        ("div", (2, 3), 2 / 3),
        ("dropout", (2, 0.7), 2),
    ],
)  # fmt: skip
def test_numbers(op, args, value):
    assert apply(op, *args).item() == pytest.approx(value, rel=1e-14, abs=1e-300)


def test_tiny_slopes_keep_their_digits():
    """elu near 0 and softplus far below it are no zeros."""
    assert apply("elu", -1e-12).item() == pytest.approx(-1e-12, rel=1e-11)
    assert apply("softplus", -40).item() == pytest.approx(math.exp(-40), rel=1e-12)


@pytest.mark.parametrize(
    ("op", "args", "value"),
    [
        ("sum", (column(1, 2, 3.5),), 6.5),
        ("norm", (column(3, 4),), 5),
        ("dot", (column(1, 2, 3), column(4, -5, 6)), 12),
        ("cross_entropy", (column(0.2, 0.5, 0.3), column(0, 1, 0)), -math.log(0.5)),
        ("cross_entropy", (column(0.2, 0.5, 0.3), column(0.5, 0, 0.5)), -0.5 * math.log(0.2) - 0.5 * math.log(0.3)),
        ("cross_entropy", (column(1, 0), column(1, 0)), 0),
        ("cross_entropy", (column(1, 0), column(0, 1)), INF),
        ("binary_cross_entropy", (column(0.8), column(1)), -math.log(0.8)),
        ("binary_cross_entropy", (column(0.8), column(0)), -math.log(0.2)),
        ("binary_cross_entropy", (column(0.8, 0.4), column(1, 0)), -math.log(0.8) - math.log(0.6)),
        ("binary_cross_entropy", (column(1, 0), column(1, 0)), 0),
        ("entry", (column(7, 8, 9), 2), 8),
        ("entry", (column(7, 8, 9).T, 3), 9),
    ],
)
def test_numbers_from_vectors(op, args, value):
    result = apply(op, *args)
    assert result.shape == (1, 1)
    assert result.item() == pytest.approx(value, rel=1e-14)


def by_hand(numbers: list[float]) -> list[float]:
    powers = [math.exp(number - max(numbers)) for number in numbers]
    return [power / sum(powers) for power in powers]


@pytest.mark.parametrize("numbers", [[1.0, 2.0, -0.5], [0.0, 0.0], [800.0, 799.0, -800.0], [-900.0, -901.0], [3.0]])
@pytest.mark.parametrize("axis", [-2, -1])
def test_softmax(numbers, axis):
    """Over the features of one step, whatever their size."""
    vector = np.array(numbers)[:, None] if axis == -2 else np.array(numbers)[None, :]
    assert apply("softmax", vector, axis=axis).ravel() == pytest.approx(by_hand(numbers), rel=1e-14)
    logs = [number - max(numbers) - math.log(sum(math.exp(n - max(numbers)) for n in numbers)) for number in numbers]
    assert apply("log_softmax", vector, axis=axis).ravel() == pytest.approx(logs, rel=1e-14, abs=1e-300)


def test_softmax_keeps_steps_and_sequences_apart():
    logits = np.random.default_rng(0).normal(size=(4, 3, 5, 1))
    result = apply("softmax", logits, axis=-2)
    for t in range(4):
        for p in range(3):
            assert result[t, p, :, 0] == pytest.approx(by_hand(logits[t, p, :, 0].tolist()), rel=1e-13)


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply two matrices entry by entry."""
    return np.array(
        [
            [math.fsum(a[i, k] * b[k, j] for k in range(a.shape[1])) for j in range(b.shape[1])]
            for i in range(a.shape[0])
        ]
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((3, 2), (2, 1)),
        ((3, 2), (5, 4, 2, 1)),
        ((3, 2), (4, 2, 1)),
        ((3, 2), (4, 2, 5)),
        ((5, 4, 1, 2), (2, 3)),
        ((4, 1, 2), (2, 3)),
        ((4, 6, 2), (2, 3)),
        ((5, 4, 3, 2), (5, 4, 2, 1)),
        ((5, 4, 1, 3), (5, 4, 3, 1)),
        ((5, 4, 3, 1), (5, 4, 1, 3)),
        ((4, 3, 6), (5, 4, 6, 1)),
        ((1, 1), (5, 4, 1, 1)),
    ],
    ids=str,
)
def test_matrix_products(left, right):
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=left), rng.normal(size=right)
    result = apply("matmul", a, b)
    lead = np.broadcast_shapes(left[:-2], right[:-2])
    assert result.shape == (*lead, left[-2], right[-1])
    whole_a, whole_b = np.broadcast_to(a, (*lead, *left[-2:])), np.broadcast_to(b, (*lead, *right[-2:]))
    for place in np.ndindex(*lead):
        np.testing.assert_allclose(result[place], product(whole_a[place], whole_b[place]), rtol=0, atol=1e-14)


def test_concat_repeats_what_has_no_time():
    steps, bias = np.arange(12.0).reshape(3, 2, 2, 1), column(7, 8, 9)
    result = apply("concat", steps, bias, axis=-2)
    assert result.shape == (3, 2, 5, 1)
    assert result[2, 1, :, 0].tolist() == [10, 11, 7, 8, 9]
    assert result[0, 0, :, 0].tolist() == [0, 1, 7, 8, 9]


@pytest.mark.parametrize(("axis", "shape"), [(-2, (3, 2, 4, 1)), (-1, (3, 2, 1, 4))])
def test_lookup_takes_rows_counted_from_zero(axis, shape):
    table = np.arange(20.0).reshape(5, 4)
    which = np.array([[0, 4], [1, 1], [3, 2]], dtype=float)[:, :, None, None]
    result = apply("lookup", table, which, axis=axis)
    assert result.shape == shape
    for place in np.ndindex(3, 2):
        assert result[place].ravel().tolist() == table[int(which[place].item())].tolist()


def test_entries_of_every_step():
    steps = np.arange(24.0).reshape(3, 2, 4, 1)
    assert apply("entry", steps, 4)[..., 0, 0].tolist() == [[3, 7], [11, 15], [19, 23]]


def test_transposes_leave_time_and_sequences_alone():
    steps = np.arange(24.0).reshape(2, 3, 4, 1)
    result = apply("transpose", steps)
    assert result.shape == (2, 3, 1, 4)
    assert result[1, 2, 0].tolist() == steps[1, 2, :, 0].tolist()


def test_arguments_are_not_changed():
    elementwise = [
        row for row in OPERATIONS.values() if row.kind in ("same", "broadcast", "total") and row.name != "next"
    ]
    for op in {row.name for row in elementwise} - ALONG_FEATURES:
        count = OPERATIONS[op].arity[0]
        args = [np.full((3, 1), 0.25 + 0.1 * at) for at in range(count)]
        before = [arg.copy() for arg in args]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            FORWARD[op](*args)
        assert all((arg == old).all() for arg, old in zip(args, before, strict=True)), op
