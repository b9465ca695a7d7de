"""Clipping and one step of descent: both published methods, with numbers one can check in the head."""

from __future__ import annotations

import numpy as np
import pytest

from rnncalc.compute.clip import CLIPPING, clip_by_limit, clip_by_norm, descend, joint_norm

GRADIENTS = {"W": np.array([[3.0, 0.0], [0.0, -4.0]]), "b": np.array([[12.0], [0.5]])}
FIVE = {"W": np.array([[3.0]]), "b": np.array([[-4.0]])}  # of norm 5


def plain(gradients) -> dict[str, list]:
    return {name: array.tolist() for name, array in gradients.items()}


def test_limit_clips_each_entry():
    assert plain(clip_by_limit(GRADIENTS, 1)) == {"W": [[1, 0], [0, -1]], "b": [[1], [0.5]]}
    assert plain(clip_by_limit(GRADIENTS, 3.5)) == {"W": [[3, 0], [0, -3.5]], "b": [[3.5], [0.5]]}


def test_norm_is_joint_over_all_gradients():
    assert joint_norm(FIVE) == 5
    assert joint_norm(GRADIENTS) == pytest.approx(np.sqrt(9 + 16 + 144 + 0.25))
    assert joint_norm({}) == 0


def test_norm_rescales_all_gradients_by_one_factor():
    found = clip_by_norm(FIVE, 1)
    assert found["W"].item() == pytest.approx(0.6)
    assert found["b"].item() == pytest.approx(-0.8)
    assert joint_norm(clip_by_norm(GRADIENTS, 2)) == pytest.approx(2)


@pytest.mark.parametrize("limit", [5, 5.1, 1e9])
def test_a_small_gradient_stays_as_it_is(limit):
    assert plain(clip_by_norm(FIVE, limit)) == plain(FIVE)
    assert plain(clip_by_limit(FIVE, limit)) == plain(FIVE)


def test_zero_gradients_stay_zero():
    zero = {"W": np.zeros((2, 2))}
    for clip in CLIPPING.values():
        assert plain(clip(zero, 0.1)) == {"W": [[0, 0], [0, 0]]}


def test_large_gradients_do_not_overflow():
    """‖g‖² is beyond floats, ‖g‖ is not."""
    found = clip_by_norm({"W": np.array([[3e200]]), "b": np.array([[-4e200]])}, 1)
    assert (found["W"].item(), found["b"].item()) == (pytest.approx(0.6), pytest.approx(-0.8))


def test_what_is_given_is_not_changed():
    before = plain(GRADIENTS)
    for clip in CLIPPING.values():
        clip(GRADIENTS, 0.1)
    descend({name: array * 2 for name, array in GRADIENTS.items()}, GRADIENTS, 0.1)
    assert plain(GRADIENTS) == before


def test_a_step_of_descent():
    weights = {"W": np.array([[1.0]]), "b": np.array([[2.0]]), "c": np.array([[9.0]])}
    assert plain(descend(weights, FIVE, 0.5)) == {"W": [[-0.5]], "b": [[4.0]]}
    assert plain(descend(weights, FIVE, 0)) == {"W": [[1]], "b": [[2]]}
    assert plain(descend(weights, FIVE, -1))["W"] == [[4]]
