"""The loss curves of PyTorch over a hundred iterations, to 1e-8 relative: optimisers, clipping, mini-batches."""

from __future__ import annotations

import numpy as np
import pytest
from compute.packed_peers import fixture, fixtures
from witness.trained import off, packed, train

NAMES = fixtures("training")


def test_all_are_there():
    assert len(NAMES) == 16
    assert all(len(fixture("training", name)["losses"]) == 100 for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_loss_curve_and_weights(name):
    record = fixture("training", name)
    problem, learned = train(record)
    assert off(learned.history.losses, record["losses"]) <= 1e-8
    found = packed(problem, learned.last)
    assert set(found) == set(record["weights"])
    for tensor, wanted in record["weights"].items():
        given = np.array(wanted)
        assert np.abs(found[tensor].reshape(given.shape) - given).max() <= 1e-8 * max(1, np.abs(given).max()), tensor


@pytest.mark.parametrize("name", ["elman-adam", "elman-momentum", "elman-clipped-by-norm", "elman-batches"])
def test_another_plan_would_be_seen(name):
    """The comparison itself can fail: a rate larger by a millionth gives another curve."""
    record = fixture("training", name)
    plan = record["plan"] | {"rate": record["plan"]["rate"] * (1 + 1e-6)}
    _, learned = train(record | {"plan": plan})
    assert off(learned.history.losses, record["losses"]) > 1e-8
